/**
 * How fast a client of the chat catches up that has missed much, and whether others feel it.
 *
 * @module
 */
import { percentile } from "../figures.ts";
import { nthOf } from "../requests.ts";
import { pause } from "../server_process.ts";
import type { Means } from "./candidate.ts";
import { common } from "./conversation.ts";
import {
  chatWith,
  cursorOf,
  type Inhabitants,
  messageRequest,
  streamRequest,
} from "./peers/chat.ts";
import { type Plan, serial } from "./plan.ts";

/** Who have sent what was missed. */
const senders = 64;
/** In the other room there is a message so often, for so many streams of each member. */
const intervalMicros = 20_000;
const streamsPerMember = 10;
/** How long those in the other room are alone before someone catches up. */
const aloneSeconds = 1;
/** Who catches up more slowly than this goes on alone, and the others have felt it by then. */
const eventsPerSecondMin = 50_000;

/** What came of it. */
export interface CaughtUp {
  readonly eventsPerSecond: number;
  /** From a message until all in the other room have it: alone, and while someone catches up. */
  readonly aloneMs: Delay;
  readonly besideMs: Delay;
}

/** In milliseconds. */
export interface Delay {
  readonly median: number;
  readonly p99: number;
  readonly most: number;
}

/** Fills a chat, and has one who was not there catch up while others talk in a room. */
export async function catchUp(
  inhabitants: Inhabitants,
  { place, program, scale: { backlog } }: Means,
): Promise<CaughtUp> {
  const { tokens } = inhabitants;
  const candidate = chatWith(inhabitants);
  await using server = await candidate.start(place);
  // Who has missed all is not in the room of those who talk.
  const late = nthOf(tokens, tokens.length - 1);
  const cursor = await cursorOf(server, late);
  await program.run(server, {
    marks: { ack: acknowledged },
    receivers: [],
    senders: Array.from({ length: senders }, (_, at) => ({
      room: common,
      hello: "",
      message: messageRequest({ token: nthOf(tokens, at), key: `missed-${serial}` }),
    })),
    seconds: 600,
    messages: backlog,
  });
  // The first time is for nothing: the server has not done this before.
  await program.run(server, talk(inhabitants, { load: 0, seconds: aloneSeconds }));
  const alone = await program.run(server, talk(inhabitants, { load: 1, seconds: aloneSeconds }));
  const seconds = 2 * aloneSeconds + backlog / eventsPerSecondMin;
  await using talking = await program.start(server, talk(inhabitants, { load: 2, seconds }));
  await talking.opened();
  const besides = talking.go();
  await pause(aloneSeconds * 1000);
  const { micros } = await program.expect(server, {
    marks: { ready: "HTTP/1.1 200 " },
    receivers: [{ room: common, hello: streamRequest(late, cursor) }],
    senders: [],
    expect: { messages: backlog, senders },
  });
  const beside = await besides;
  return {
    eventsPerSecond: backlog / micros * 1e6,
    aloneMs: delayOf(alone.latencyMicros),
    besideMs: delayOf(beside.latencyMicros),
  };
}

const acknowledged = "HTTP/1.1 201 ";

/** One member of the first room sends at a steady pace, and all members listen. */
function talk(
  { tokens, rooms, members }: Inhabitants,
  { load, seconds }: { readonly load: number; readonly seconds: number },
): Plan {
  const room = common + 1;
  return {
    marks: { ready: "event: caught_up\n", ack: acknowledged },
    receivers: Array.from(
      { length: members * streamsPerMember },
      (_, at) => ({ room, hello: streamRequest(nthOf(tokens, at % members)) }),
    ),
    senders: [{
      room,
      hello: "",
      message: messageRequest({
        token: nthOf(tokens, 0),
        room: nthOf(rooms, 0),
        key: `talk${load}-${serial}`,
      }),
    }],
    seconds,
    intervalMicros,
  };
}

function delayOf(latencyMicros: readonly number[]): Delay {
  const at = (part: number) => percentile(latencyMicros, part) / 1000;
  return { median: at(0.5), p99: at(0.99), most: at(1) };
}
