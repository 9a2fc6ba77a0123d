/**
 * What a connection must say and answer in a case, derived from the reference reading.
 *
 * @module
 */
import { type CoreCase, plainAnswer } from "./core_case.ts";
import { closedNote, endNote, headNote } from "./core_drive.ts";
import { readAll } from "./reference_reader.ts";

/** One answer that the peer must get. */
export interface ExpectedAnswer {
  /** Undefined for a refusal: its status is one of `CoreExpectation.refusal`. */
  readonly status: number | undefined;
  readonly method: string;
  /** Undefined if it does not matter. */
  readonly body: string | undefined;
  /** Whether it says that it is the last. */
  readonly close: boolean;
}

/** All that a connection must say and answer. */
export interface CoreExpectation {
  /** The log, without an error at its end. */
  readonly log: string;
  /** Statuses of which the error must have one; undefined if there must be none. */
  readonly refusal: ReadonlySet<number> | undefined;
  readonly answers: readonly ExpectedAnswer[];
}

/** Works it out, message by message. */
export function coreExpectation({ text, limits, answers, late }: CoreCase): CoreExpectation {
  const reading = readAll(text, limits);
  let log = "";
  const expected: ExpectedAnswer[] = [];
  const refused = (method: string) => ({ status: undefined, method, body: undefined, close: true });
  for (const [index, message] of reading.messages.entries()) {
    const { method, minor, bodyBytes, expectsContinue } = message;
    const plan = answers[index % answers.length] ?? plainAnswer;
    const when = late ? "end" : plan.when === "both" && method === "HEAD" ? "head" : plan.when;
    log += headNote(message, minor, message.lines);
    // What is not asked for may never come, and what is large is not worth reading.
    const givesUp = when !== "end" &&
      (expectsContinue || (bodyBytes ?? 0) > limits.discardedBodyBytesMax);
    const close = !message.keepAlive || plan.close || givesUp ||
      (when === "both" && minor === 0);
    const answer = { status: 200, method, body: method === "HEAD" ? "" : plan.body, close };
    if (when === "head") {
      expected.push(answer);
      if (close) return { log: log + closedNote, refusal: undefined, answers: expected };
    } else if (when === "end" && plan.asks && expectsContinue) {
      expected.push({ status: 100, method, body: "", close: false });
    }
    log += message.body;
    if (message.trailers === undefined) {
      if (when === "end") expected.push(refused(method));
      // It was begun, and ends without what was to come.
      if (when === "both") expected.push({ ...answer, body: "" });
      return { log, refusal: reading.refusal, answers: expected };
    }
    log += endNote(message.trailers);
    if (when !== "head") expected.push(answer);
    if (close) return { log: log + closedNote, refusal: undefined, answers: expected };
  }
  if (reading.refusal === undefined) {
    return { log: log + closedNote, refusal: undefined, answers: expected };
  }
  return { log, refusal: reading.refusal, answers: [...expected, refused(reading.refusedMethod)] };
}
