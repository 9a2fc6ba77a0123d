/**
 * What must hold of a dialogue, from the first byte to the last, for any bytes at all, over a stream
 * in memory and in virtual time.
 *
 * @module
 */
import { Dialogue, type DialogueHost } from "../../server/http/dialogue.ts";
import type { Handler, Response } from "../../server/http/exchange.ts";
import { defaultHttpLimits, type HttpLimits } from "../../server/http/limits.ts";
import type { Dice } from "../simulation/dice.ts";
import { Fault } from "./core_drive.ts";
import { echoApplication, turn } from "./echo_application.ts";
import { checkEcho, echoExpectation, failureBody } from "./echo_expectation.ts";
import { FuzzStream } from "./fuzz_stream.ts";
import { readAll } from "./reference_reader.ts";

/** How a peer leaves: it ends its side, says nothing more, resets the connection, or ends and resets. */
export type Leaving = "end" | "stay" | "abort" | "vanish";

/** One case. */
export interface DialogueCase {
  readonly text: string;
  readonly limits: HttpLimits;
  /** Where the text is cut, in ascending order. */
  readonly cuts: readonly number[];
  /** Turns of the event loop between two pieces. */
  readonly pauseTurns: number;
  readonly takesBytesMax: number;
  readonly leaving: Leaving;
}

/** Puts a fault into the application, for a canary. */
export type HandlerWrap = (handler: Handler) => Handler;

/** Turns without progress after which a dialogue hangs. */
const turnsMax = 300;
/** Turns without progress before time begins to pass. */
const patientTurns = 10;
/** What an answer takes beside its body. */
const headBytesMax = 200;

/** Longest text that is said again and again, and how often. */
const repeatedBytesMax = 500;
const repetitionsMax = 20;

export function dialogueCaseAbout(said: string, dice: Dice): DialogueCase {
  const isRepeated = said.length <= repeatedBytesMax && dice.chance(0.1);
  const text = isRepeated ? said.repeat(dice.between(2, repetitionsMax)) : said;
  const isNarrow = dice.chance(0.4);
  const idleBufferBytes = dice.between(1, 200);
  return {
    text,
    limits: {
      ...defaultHttpLimits,
      ...isNarrow && {
        idleBufferBytes,
        busyBufferBytes: idleBufferBytes + dice.between(0, 400),
        gatheredAnswersBytesMax: dice.between(1, 600),
        watchedInputBytesMax: dice.between(1, 200),
        discardedBodyBytesMax: dice.between(0, 60),
      },
    },
    cuts: Array.from({ length: dice.below(dice.one(6, 6, 20)) }, () => dice.below(text.length + 1))
      .sort((a, b) => a - b),
    pauseTurns: dice.between(0, 3),
    takesBytesMax: dice.chance(0.7) ? Infinity : dice.between(1, 50),
    leaving: dice.weighted({ end: 65, stay: 20, abort: 8, vanish: 7 }),
  };
}

/** Runs a case. Throws `Fault`, or whatever the server throws that it must not. */
export async function checkDialogue(
  subject: DialogueCase,
  wrap: HandlerWrap = (handler) => handler,
): Promise<void> {
  const { text, limits, leaving } = subject;
  const stream = new FuzzStream();
  const { faults } = stream;
  stream.takesBytesMax = subject.takesBytesMax;
  const expectation = echoExpectation(text, limits);
  const handler = wrap(echoApplication({
    onFault: (what) => faults.push(what),
    onHeld() {
      const held = stream.consumedBytes - (heads[asked - 1] ?? Infinity);
      const { watchBufferBytes, busyBufferBytes } = limits;
      const heldBytesMax = limits.watchedInputBytesMax +
        Math.max(watchBufferBytes, busyBufferBytes);
      if (held > heldBytesMax) faults.push(`${held} bytes held for later`);
    },
  }));
  const heads = readAll(text, limits).messages.map(({ headEnd }) => headEnd);
  let asked = 0;
  const counting: Handler = (request) => {
    asked++;
    return handler(request);
  };
  const host = hostOf(limits, counting, faults);
  const dialogue = new Dialogue(stream, { address: "192.0.2.1", secure: false }, host);
  let isOver = false;
  const run = dialogue.run().then(() => {
    isOver = true;
  });
  let from = 0;
  for (const to of [...subject.cuts, text.length]) {
    stream.send(text.slice(from, to));
    for (let turns = 0; turns < subject.pauseTurns; turns++) await turn();
    from = to;
  }
  if (leaving === "end" || leaving === "vanish") stream.sendEnd();
  if (leaving === "vanish") await turn();
  if (leaving === "vanish" || leaving === "abort") stream.abort();
  for (let turns = 0, progress = 0; !isOver; turns++) {
    const now = stream.output.length + stream.consumedBytes + asked;
    if (now !== progress) turns = 0;
    progress = now;
    if (turns > turnsMax) throw new Fault(`it hangs after "${stream.output.slice(-80)}"`);
    await turn();
    if (leaving !== "stay" || turns < patientTurns) continue;
    host.nowMs += 1000;
    dialogue.sweep(host.nowMs);
  }
  await run;
  if (faults.length > 0) throw new Fault(`it reports ${faults.join(", ")}`);
  if (!stream.closed) throw new Fault("it leaves the stream open");
  checkEcho(stream.output, expectation, {
    isReset: leaving === "abort" || leaving === "vanish",
    hasEnded: leaving === "end",
    ...leaving === "stay" && { alsoStatus: 408 },
  });
  const bodies = expectation.answers.map(({ body = "" }) => body.length);
  // An answer that was waited for may come between the look at the bound and the next one.
  const writeBytesMax = limits.gatheredAnswersBytesMax +
    2 * (Math.max(0, ...bodies) + headBytesMax);
  if (stream.largestWriteBytes > writeBytesMax && !expectation.mayGoOn) {
    throw new Fault(`it gathers ${stream.largestWriteBytes} bytes for one write`);
  }
}

function hostOf(
  limits: HttpLimits,
  handler: Handler,
  faults: string[],
): DialogueHost & { nowMs: number } {
  const refusal = (status: number): Response => ({ status, headers: [], body: "refused" });
  return {
    limits,
    handler,
    onProtocolError: ({ status }) => refusal(status),
    onHandlerFailure: () => ({ status: 500, headers: [], body: failureBody }),
    onFault: (what, cause) => faults.push(`${what}: ${cause}`),
    onSlowReader: () => {},
    nowMs: 0,
    date: "Fri, 20 Nov 2026 10:00:00 GMT",
  };
}
