/**
 * Feeds a case to a connection in pieces, answers as planned, and notes all that is said.
 *
 * @module
 */
import type { Connection } from "../../server/http/protocol/connection.ts";
import { type HttpEvent, ProtocolError } from "../../server/http/protocol/events.ts";
import type { FieldLines } from "../../server/http/protocol/headers.ts";
import type { HttpLimits } from "../../server/http/limits.ts";
import type { AnswerPlan, CoreCase } from "./core_case.ts";
import { plainAnswer } from "./core_case.ts";
import type { Line } from "./reference_head.ts";

/** Makes the connection that is tested; a canary makes one with a fault. */
export type ConnectionMaker = (limits: HttpLimits) => Connection;

/** Something that must not be. */
export class Fault extends Error {
  override readonly name = "Fault";
}

/** What a connection said and did. */
export interface Drive {
  /** Events in the notation of the functions below; bytes of bodies stand for themselves. */
  readonly log: string;
  /** How long the log was after each piece. */
  readonly lengths: readonly number[];
  readonly output: string;
  readonly error: ProtocolError | undefined;
  /** What kinds of events came in which order: what makes cases alike. */
  readonly shape: string;
}

const date = "Fri, 20 Nov 2026 10:00:00 GMT";
/** A connection whose shape is longer is like any other. */
const shapeLengthMax = 40;

/** A head as the log has it. */
export function headNote(
  head: {
    readonly method: string;
    readonly path: string;
    readonly query: string;
    readonly scheme: string | undefined;
    readonly authority: string | undefined;
    readonly bodyBytes: number | undefined;
    readonly keepAlive: boolean;
    readonly expectsContinue: boolean;
  },
  minor: number,
  lines: Iterable<Line>,
): string {
  const flags = `${head.keepAlive ? " keep" : ""}${head.expectsContinue ? " expect" : ""}`;
  return `▶${head.method} ${head.path}?${head.query} 1.${minor} ${head.scheme}://${head.authority} ${
    head.bodyBytes ?? "chunked"
  }${flags}${linesNote(lines)}\n`;
}

/** The end of a request as the log has it. */
export function endNote(trailers: Iterable<Line>): string {
  return `■${linesNote(trailers)}\n`;
}

export const closedNote = "◀\n";

/** The log without the error at its end, if there is one. */
export function withoutError(log: string): string {
  return log.replace(/✖[^\n]*\n$/, "");
}

function linesNote(lines: Iterable<Line>): string {
  let note = "";
  for (const [name, value] of lines) note += `|${name}=${value}`;
  return note;
}

/** Runs `subject` with its bytes cut at `cuts`. Throws `Fault` where the connection is at fault. */
export function drive(
  make: ConnectionMaker,
  subject: CoreCase,
  cuts: readonly number[],
): Drive {
  return new Driver(make(subject.limits), subject).run(cuts);
}

class Driver {
  readonly #connection: Connection;
  readonly #subject: CoreCase;
  #log = "";
  #output = "";
  #shape = "";
  #error: ProtocolError | undefined;
  #requests = 0;
  #plan: AnswerPlan = plainAnswer;
  /** The answer is begun, but waits for the end of the request. */
  #answering = false;
  /** The request has ended, and its answer waits. */
  #owing = false;
  #over = false;
  #stepsLeft: number;

  constructor(connection: Connection, subject: CoreCase) {
    this.#connection = connection;
    this.#subject = subject;
    // Each event but the first of a piece takes at least a byte, or ends a request.
    this.#stepsLeft = 4 * subject.text.length + 16;
  }

  run(cuts: readonly number[]): Drive {
    const { text } = this.#subject;
    const lengths: number[] = [];
    const buffer = new Uint8Array(text.length);
    let from = 0;
    for (let index = 0; index <= cuts.length && !this.#over; index++) {
      const to = cuts[index] ?? text.length;
      // One buffer for all pieces, as a socket has it: what is kept must have been copied.
      buffer.fill(0x58, 0, to - from);
      for (let at = from; at < to; at++) buffer[at - from] = text.charCodeAt(at);
      this.#connection.receive(buffer.subarray(0, to - from));
      this.#advance();
      lengths.push(this.#log.length);
      from = to;
    }
    if (!this.#over) {
      this.#connection.receiveEnd();
      do this.#advance(); while (this.#owing);
    }
    return {
      log: this.#log,
      lengths,
      output: this.#output,
      error: this.#error,
      shape: this.#shape,
    };
  }

  #advance(): void {
    if (this.#owing) {
      this.#owing = false;
      this.#answer();
    }
    while (!this.#over) {
      const event = this.#next();
      if (event === undefined || event.type === "need_data") break;
      if (this.#take(event)) break;
    }
    this.#collect();
  }

  /** Notes an event; says whether to wait for the next piece. */
  #take(event: HttpEvent): boolean {
    switch (event.type) {
      case "request": {
        this.#log += headNote(event, event.minorVersion, linesOf(event.headers));
        const framing = event.bodyBytes === undefined ? "C" : event.bodyBytes > 0 ? "L" : "0";
        this.#note(`${event.minorVersion}${framing}${event.keepAlive ? "" : "!"}`);
        if (event.expectsContinue) this.#note("E");
        this.#begin();
        return false;
      }
      case "data":
        for (const byte of event.bytes) this.#log += String.fromCharCode(byte);
        if (event.bytes.length === 0) throw new Fault("a part of a body is empty");
        return false;
      case "end":
        this.#log += endNote(linesOf(event.trailers));
        this.#note(event.trailers.length > 0 ? "t" : ".");
        return this.#end();
      case "paused":
        throw new Fault("it is paused although nothing is owed");
      default:
        this.#log += closedNote;
        this.#over = true;
        if (this.#connection.nextEvent().type !== "closed") {
          throw new Fault("it does not stay closed");
        }
        return true;
    }
  }

  #begin(): void {
    const { answers, late } = this.#subject;
    this.#plan = answers[this.#requests++ % answers.length] ?? plainAnswer;
    if (late || this.#plan.when === "end") {
      if (this.#plan.asks) this.#connection.sendContinue();
    } else if (this.#plan.when === "head") {
      this.#answer();
    } else {
      const headers = this.#headers();
      this.#answering = this.#connection.sendHead({ status: 200, headers }, date) !== "none";
    }
  }

  #end(): boolean {
    if (this.#answering) {
      this.#answering = false;
      this.#collect();
      if (this.#plan.body !== "") {
        this.#append(this.#connection.frameData(encoded(this.#plan.body)));
      }
      this.#append(this.#connection.frameEnd());
      return false;
    }
    if (this.#subject.late) {
      if (this.#connection.nextEvent().type !== "paused") throw new Fault("it does not wait");
      this.#connection.keepInput();
      this.#owing = true;
      return true;
    }
    if (this.#plan.when === "end") this.#answer();
    return false;
  }

  #answer(): void {
    const { body } = this.#plan;
    const form = this.#requests % 2 === 0 ? body : encoded(body);
    this.#connection.sendAnswer({ status: 200, headers: this.#headers() }, form, date);
  }

  #headers(): readonly (readonly [string, string])[] {
    return this.#plan.close ? [["Connection", "close"]] : [["X-A", "b"]];
  }

  /** The next event; undefined when there was an error, which has been answered if one may. */
  #next(): HttpEvent | undefined {
    if (this.#stepsLeft-- === 0) throw new Fault("it never comes to an end");
    const connection = this.#connection;
    try {
      const event = connection.nextEvent();
      if (event.type === "need_data") this.#checkUnread();
      return event;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#over = true;
      this.#error = error;
      this.#log += `✖${error.status} ${error.message}\n`;
      this.#note(`✖${error.message}`);
      this.#checkFailed(error);
      if (connection.answerDue) {
        connection.sendAnswer({ status: error.status, headers: [] }, error.message, date);
      } else if (this.#answering) {
        this.#collect();
        this.#append(connection.frameEnd());
      }
      return undefined;
    }
  }

  #checkFailed(error: ProtocolError): void {
    const connection = this.#connection;
    try {
      connection.nextEvent();
    } catch (again) {
      if (again === error && connection.failed && !connection.keepAlive) return;
    }
    throw new Fault("it goes on after an error");
  }

  /** What the core keeps unread is bounded by what one head, or one trailer section, may be. */
  #checkUnread(): void {
    const { limits } = this.#subject;
    const { bodyUnderWay, unreadBytes } = this.#connection;
    const ends = 4;
    const bytesMax = bodyUnderWay
      ? limits.trailerSectionBytesMax + ends
      : limits.requestLineBytesMax + limits.headerSectionBytesMax + 2 * ends;
    if (unreadBytes > bytesMax) throw new Fault(`it keeps ${unreadBytes} bytes unread`);
  }

  #collect(): void {
    if (this.#connection.output.length > 0) this.#append(this.#connection.output.take());
  }

  #append(bytes: Uint8Array): void {
    for (const byte of bytes) this.#output += String.fromCharCode(byte);
  }

  #note(what: string): void {
    if (this.#shape.length < shapeLengthMax || what.startsWith("✖")) this.#shape += what;
  }
}

const encoder = new TextEncoder();

function encoded(text: string): Uint8Array {
  return encoder.encode(text);
}

function linesOf(lines: FieldLines): Line[] {
  return [...lines];
}
