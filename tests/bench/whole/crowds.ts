/**
 * Many at once: what an idle receiver costs, how long a crowd takes to connect, and to come back.
 *
 * @module
 */
import { nthOf } from "../requests.ts";
import { pause } from "../server_process.ts";
import type { Candidate, Means, Speech } from "./candidate.ts";
import { common, inManyRooms, toOneRoom } from "./conversation.ts";
import { chatWith, cursorOf, type Inhabitants, startAgain, streamRequest } from "./peers/chat.ts";
import type { Plan } from "./plan.ts";

/** Receivers that come and go before, so that what a server needs once is not counted. */
const warmUpReceivers = 200;
/** So few in each room, since IRC tells all in a room who enters it. */
const members = 10;
/** What a crowd has missed while it was away. */
const missedMessages = 10;
/** What opening them has left to do is done by then. */
const restMs = 1000;

/** What each of many idle receivers costs a server in resident memory, in KiB. */
export async function weighIdle(
  candidate: Candidate,
  { place, program, scale: { idleStreams, idleMs } }: Means,
): Promise<number> {
  const speech = liveOf(candidate);
  await using server = await candidate.start(place);
  await program.run(server, idlers(speech, warmUpReceivers));
  await pause(restMs);
  const beforeKib = server.residentKib();
  await using load = await program.start(server, idlers(speech, idleStreams));
  await load.opened();
  await pause(idleMs);
  return (server.residentKib() - beforeKib) / idleStreams;
}

/** How long a crowd takes to connect until the last one listens, in milliseconds. */
export async function gather(
  candidate: Candidate,
  { place, program, scale: { crowd } }: Means,
): Promise<number> {
  await using server = await candidate.start(place);
  await using load = await program.start(
    server,
    idlers(liveOf(candidate), crowd),
  );
  const { allMicros } = await load.opened();
  return allMicros / 1000;
}

/** How long those wait who come back all at once, in milliseconds. */
export interface Return {
  /** Until the first is answered. */
  readonly firstMs: number;
  /** Until the last has been told all that was missed. */
  readonly allMs: number;
}

/** Starts a chat again, to which a crowd comes back at one go, each with the cursor that it had. */
export async function comeBack(
  inhabitants: Inhabitants,
  { place, program, scale: { crowd } }: Means,
): Promise<Return> {
  const candidate = chatWith(inhabitants);
  const cursor = await (async () => {
    await using server = await candidate.start(place);
    const cursor = await cursorOf(server, nthOf(inhabitants.tokens, 0));
    await program.run(server, {
      ...toOneRoom(liveOf(candidate), { senders: 1 }),
      seconds: 60,
      messages: missedMessages,
    });
    return cursor;
  })();
  await using server = await startAgain(place);
  await using load = await program.start(server, {
    marks: { ready: "HTTP/1.1 200 " },
    receivers: Array.from({ length: crowd }, (_, at) => ({
      room: common,
      hello: streamRequest(nthOf(inhabitants.tokens, at), cursor),
    })),
    senders: [],
    window: crowd,
    expect: { messages: missedMessages, senders: 1 },
  });
  const { firstMicros } = await load.opened();
  const { micros } = await load.ended();
  return { firstMs: firstMicros / 1000, allMs: micros / 1000 };
}

function liveOf({ name, live }: Candidate): Speech {
  if (live === undefined) throw new Error(`${name} has nobody who listens`);
  return live;
}

/** Some who listen, in rooms of a few. */
function idlers(speech: Speech, count: number): Plan {
  return inManyRooms(speech, { rooms: Math.ceil(count / members), members });
}
