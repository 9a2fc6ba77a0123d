/**
 * What a peer of the echoing application must be answered, derived from the reference reading, and
 * the comparison with what it was.
 *
 * @module
 */
import type { HttpLimits } from "../../server/http/limits.ts";
import { readAnswer } from "../server/http/answer_reader.ts";
import { Fault } from "./core_drive.ts";
import {
  bodyBytesMax,
  echo,
  type Manner,
  mannerOf,
  readingManners,
  shortBodyBytesMax,
} from "./echo_application.ts";
import { escapedText } from "./escaped_text.ts";
import { type Message, readAll } from "./reference_reader.ts";

/** One answer. */
export interface EchoAnswer {
  readonly method: string;
  /** One of these. */
  readonly statuses: ReadonlySet<number>;
  /** Undefined if it does not matter. */
  readonly body: string | undefined;
}

/** All answers on a connection. */
export interface EchoExpectation {
  readonly answers: readonly EchoAnswer[];
  /** Whether more may come: it depends on the cuts whether the rest of a body is read past. */
  readonly mayGoOn: boolean;
  /** Whether the connection may be cut when the peer ends its side: a stream may watch for that. */
  readonly isCutAtEnd: boolean;
  /** Methods of all requests there are, for answers that may come. */
  readonly methods: readonly string[];
}

export const failureBody = "failed";

/** The answers to `text`, behind which the peer ends its side. */
export function echoExpectation(text: string, limits: HttpLimits): EchoExpectation {
  const reading = readAll(text, limits);
  const methods = [...reading.messages.map(({ method }) => method), reading.refusedMethod];
  const answers: EchoAnswer[] = [];
  const told = (mayGoOn = false): EchoExpectation => {
    // Answers before the stream may wait for the same write as its head.
    const isCutAtEnd = reading.messages.some((message) => mannerOf(message) === "watchedStream");
    return { answers, mayGoOn, isCutAtEnd, methods };
  };
  for (const message of reading.messages) {
    const manner = mannerOf(message);
    const { method } = message;
    const isBroken = message.trailers === undefined;
    const { status, body } = firstAnswer(manner, message, reading.refusal);
    answers.push({ method, statuses: status, body: method === "HEAD" ? "" : body });
    if (!status.has(200) && !status.has(500)) return told();
    if (isBroken || !message.keepAlive || endsByItself(manner, message)) {
      return told();
    }
    if (!readingManners.has(manner)) {
      const isPartly = manner === "partly";
      // A body that nobody asked for may never come.
      if (message.expectsContinue && !isPartly) return told();
      if (Math.max(message.body.length, message.bodyBytes ?? 0) > limits.discardedBodyBytesMax) {
        return told(isPartly);
      }
    }
  }
  if (reading.refusal !== undefined) {
    const { refusal: statuses, refusedMethod: method } = reading;
    answers.push({ method, statuses, body: undefined });
  }
  return told();
}

const ok: ReadonlySet<number> = new Set([200]);
const failed: ReadonlySet<number> = new Set([500]);
const tooLarge: ReadonlySet<number> = new Set([413]);

function firstAnswer(
  manner: Manner,
  message: Message,
  refusal: ReadonlySet<number> | undefined,
): { status: ReadonlySet<number>; body: string | undefined } {
  const refused = { status: refusal ?? ok, body: undefined };
  const isBroken = message.trailers === undefined;
  switch (manner) {
    case "throws":
    case "rejects":
    case "unsendable":
      return { status: failed, body: failureBody };
    case "partly":
      if ((message.bodyBytes ?? 0) > bodyBytesMax) return { status: tooLarge, body: undefined };
      if (isBroken && message.body === "") return refused;
      return { status: ok, body: echo(message, undefined) };
    case "body":
    case "bodyLater":
    case "parts":
    case "short": {
      const limit = manner === "short" ? shortBodyBytesMax : bodyBytesMax;
      if (Math.max(message.body.length, message.bodyBytes ?? 0) > limit) {
        return { status: tooLarge, body: undefined };
      }
      return isBroken ? refused : { status: ok, body: echo(message, message.body) };
    }
    default:
      return { status: ok, body: echo(message, undefined) };
  }
}

/** Whether the answer can only be ended with the connection. */
function endsByItself(manner: Manner, { minor, method }: Message): boolean {
  return minor === 0 && method !== "HEAD" &&
    (manner === "stream" || manner === "slowStream" || manner === "watchedStream");
}

/** How a peer has left, as far as it matters for its answers. */
export interface Left {
  /** It has reset the connection: answers, or the ends of them, may be missing. */
  readonly isReset?: boolean;
  /** It has ended its side, by which streams that watch for that are cut. */
  readonly hasEnded?: boolean;
  /** A status that may stand for any refusal. */
  readonly alsoStatus?: number;
}

/** Compares all that a peer was sent. Throws `Fault`. */
export function checkEcho(
  output: string,
  { answers, mayGoOn, isCutAtEnd, methods }: EchoExpectation,
  { isReset = false, hasEnded = false, alsoStatus }: Left = {},
): void {
  const isCut = isReset || (hasEnded && isCutAtEnd);
  let rest = output;
  let index = 0;
  for (; rest !== ""; index++) {
    const expected = answers[index];
    const method = expected?.method ?? methods[index] ?? "";
    const read = readAnswer(rest, { method, ended: true });
    if (read === undefined) {
      if (isCut) return;
      throw new Fault(`answer ${index + 1} is not whole: "${escapedText(rest)}"`);
    }
    rest = read.rest;
    const { status, body } = read.answer;
    if (status === 100) {
      index--;
      continue;
    }
    if (expected === undefined) {
      if (mayGoOn) continue;
      throw new Fault(`nothing asked for answer ${index + 1}: ${status} "${escapedText(body)}"`);
    }
    const isRefusal = ![...expected.statuses].some((one) => one === 200 || one === 500);
    if (!expected.statuses.has(status) && !(isRefusal && status === alsoStatus)) {
      const wanted = [...expected.statuses].join(" or ");
      throw new Fault(`answer ${index + 1} has status ${status}, not ${wanted}`);
    }
    const must = expected.body;
    if (must !== undefined && !(isCut ? must.startsWith(body) : body === must)) {
      const [is, wanted] = [body, must].map(escapedText);
      throw new Fault(`answer ${index + 1} is "${is}" and must be "${wanted}"`);
    }
  }
  if (index < answers.length && !isCut) {
    throw new Fault(`${answers.length} answers must come, and ${index} do`);
  }
}
