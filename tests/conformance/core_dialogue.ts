/**
 * Plays a server on the I/O-free core alone: bytes in, and what it tells and sends as text.
 *
 * @module
 */
import { Connection } from "../../server/http/protocol/connection.ts";
import {
  LocalProtocolError,
  ProtocolError,
  type RequestHead,
} from "../../server/http/protocol/events.ts";
import { defaultHttpLimits, type HttpLimits } from "../../server/http/limits.ts";
import { octets } from "../server/http/protocol/transcript.ts";
import { failure, type Plan, type PlannedAnswer, planOf, refusal } from "./answer_plans.ts";

/** What came of a dialogue. */
export interface Played {
  /**
   * One line for each event, the data of one body joined:
   *
   * - `GET /path?query HTTP/1.1 for host by scheme, 5 bytes, expects, last`, the parts behind the
   *   version only where there is something to say, and `chunked` in place of a length;
   * - `field Name: value` for each field line, under the request;
   * - `data`, `end`, `trailer Name: value` under it, `closed`, `error 400 malformed`.
   */
  readonly events: readonly string[];
  /** All that was sent, one character a byte. */
  readonly wire: string;
  /** Methods and minor versions of the requests told of, in order. */
  readonly requests: readonly { readonly method: string; readonly minorVersion: 0 | 1 }[];
  /** Whether the connection waits for another request, for the rest of one, or has ended. */
  readonly state: "idle" | "within" | "ended";
}

/** Largest body that a plan reads. */
export const bodyBytesMax = 1_000_000;

/** Feeds `pieces` to a connection, then the end of input if `ends`. */
export function playCore(
  pieces: Iterable<string>,
  options: {
    readonly limits: Partial<HttpLimits>;
    readonly ends: boolean;
    readonly date: string;
  },
): Played {
  const dialogue = new CoreDialogue(options.limits, options.date);
  // One buffer for all pieces, as a socket has it: what is kept must have been copied.
  const buffer = new Uint8Array(1_000_000);
  for (const piece of pieces) {
    if (dialogue.ended) break;
    buffer.fill(0x58, 0, piece.length + 64);
    buffer.set(octets(piece));
    dialogue.receive(buffer.subarray(0, piece.length));
  }
  if (options.ends && !dialogue.ended) dialogue.receiveEnd();
  return dialogue;
}

class CoreDialogue implements Played {
  readonly events: string[] = [];
  readonly requests: RequestHead[] = [];
  wire = "";
  ended = false;
  readonly #connection: Connection;
  readonly #limits: HttpLimits;
  readonly #date: string;
  #plan: Plan | undefined;
  #body = "";
  #unwantedBytes = 0;

  constructor(limits: Partial<HttpLimits>, date: string) {
    this.#limits = { ...defaultHttpLimits, ...limits };
    this.#connection = new Connection(this.#limits);
    this.#date = date;
  }

  get state(): Played["state"] {
    if (this.ended) return "ended";
    const { headUnderWay, bodyUnderWay } = this.#connection;
    return headUnderWay || bodyUnderWay ? "within" : "idle";
  }

  receive(bytes: Uint8Array<ArrayBuffer>): void {
    this.#connection.receive(bytes);
    this.#go();
  }

  receiveEnd(): void {
    this.#connection.receiveEnd();
    this.#go();
  }

  /** Acts on all that is to be told now. */
  #go(): void {
    try {
      while (this.#step());
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#tellBody();
      this.events.push(`error ${error.status} ${error.code}`);
      this.#connection.closeAfter();
      if (this.#connection.answerDue) this.#send(refusal(error));
      this.ended = true;
    }
    this.#take();
  }

  /** One event; says whether there may be another. */
  #step(): boolean {
    const event = this.#connection.nextEvent();
    switch (event.type) {
      case "request":
        this.#begin(event);
        return true;
      case "data":
        for (const byte of event.bytes) this.#body += String.fromCharCode(byte);
        return this.#isWanted(event.bytes.length);
      case "end":
        this.#tellBody();
        this.events.push("end");
        for (const [name, value] of event.trailers) this.events.push(`trailer ${name}: ${value}`);
        if (this.#plan !== undefined) this.#answer(this.#plan);
        this.#body = "";
        return true;
      case "need_data":
        if (this.#plan !== undefined) this.#connection.sendContinue();
        return false;
      default:
        this.events.push(event.type);
        this.ended = true;
        return false;
    }
  }

  #begin(head: RequestHead): void {
    this.requests.push(head);
    this.events.push(requestLine(head));
    for (const [name, value] of head.headers) this.events.push(`field ${name}: ${value}`);
    this.#unwantedBytes = 0;
    const plan = planOf(head.path, head.query);
    if (plan.readsBody) this.#plan = plan;
    else this.#answer(plan);
  }

  /** A body that nobody reads is read past, but not for ever. */
  #isWanted(bytes: number): boolean {
    if (this.#plan !== undefined) return true;
    this.#unwantedBytes += bytes;
    if (this.#unwantedBytes <= this.#limits.discardedBodyBytesMax) return true;
    this.#tellBody();
    this.events.push("closed");
    this.ended = true;
    return false;
  }

  #tellBody(): void {
    if (this.#body !== "") this.events.push(`data ${this.#body}`);
  }

  #answer(plan: Plan): void {
    this.#plan = undefined;
    try {
      this.#send(plan.fails ? failure : plan.answer(this.#body));
    } catch (error) {
      // What cannot be sent has left no trace, so that another answer can be.
      if (!(error instanceof LocalProtocolError)) throw error;
      this.#send(failure);
    }
  }

  #send({ parts, body = "", ...head }: PlannedAnswer): void {
    const connection = this.#connection;
    if (parts === undefined) {
      connection.sendAnswer(head, octets(body), this.#date);
    } else if (connection.sendHead(head, this.#date) !== "none") {
      this.#take();
      for (const part of parts) this.#note(connection.frameData(octets(part)));
      this.#note(connection.frameEnd());
    }
  }

  #take(): void {
    this.#note(this.#connection.output.take());
  }

  #note(bytes: Uint8Array): void {
    for (const byte of bytes) this.wire += String.fromCharCode(byte);
  }
}

function requestLine(head: RequestHead): string {
  const { method, path, query, minorVersion, scheme, authority, bodyBytes } = head;
  const target = `${method} ${path}${query === "" ? "" : `?${query}`} HTTP/1.${minorVersion}`;
  const host = authority === undefined ? "" : ` for ${authority}`;
  const by = scheme === undefined ? "" : ` by ${scheme}`;
  const length = bodyBytes === undefined
    ? ", chunked"
    : bodyBytes > 0
    ? `, ${bodyBytes} bytes`
    : "";
  const expects = head.expectsContinue ? ", expects" : "";
  return `${target}${host}${by}${length}${expects}${head.keepAlive ? "" : ", last"}`;
}
