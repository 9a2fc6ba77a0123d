/**
 * The server's side of one HTTP/1.1 connection, without I/O and without time.
 *
 * @module
 */
import type { HttpLimits } from "../limits.ts";
import { type BodyReader, ChunkedReader, emptyBodyReader, LengthReader } from "./body_reader.ts";
import {
  CONNECTION_CLOSED,
  type HttpEvent,
  LocalProtocolError,
  malformed,
  NEED_DATA,
  PAUSED,
  ProtocolError,
  type RequestHead,
} from "./events.ts";
import { HeadReader } from "./head_reader.ts";
import { asBuffer, Input } from "./input.ts";
import { Output, utf8Bytes } from "./output.ts";
import { ExchangeState } from "./state.ts";
import {
  type CheckedFields,
  checkedFields,
  chunkedLine,
  chunkFrame,
  continueAnswer,
  hasNoContent,
  headEnd,
  type HeaderList,
  headStart,
  isBodiless,
  lastChunk,
  lengthLine,
  type Persistence,
} from "./writers.ts";

/** How the peer finds the end of our body: RFC 9112 §6.3. */
export type Framing = "none" | "length" | "chunked" | "close";

const noBytes = new Uint8Array(0);

/** Head of an answer. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: HeaderList;
}

/**
 * Bytes in, events out; events in, bytes out.
 *
 * Requests come out of `nextEvent` in the order in which they came in, one at a time: it says
 * `paused` until the one before has its answer (RFC 9112 §9.3.2). What is sent gathers in `output`.
 */
export class Connection {
  /** What waits to be written, in order. */
  readonly output: Output = new Output();
  readonly #limits: HttpLimits;
  readonly #input = new Input();
  readonly #head: HeadReader;
  readonly #state = new ExchangeState();
  #body: BodyReader = emptyBodyReader;
  #request: RequestHead | undefined;
  #error: ProtocolError | undefined;
  /** Whether a request that could not be read asks for HEAD, and thus for no content. */
  #failedHead = false;
  #inputEnded = false;
  #continueDue = false;
  #framing: Framing = "none";
  #unsentBytes = 0;

  constructor(limits: HttpLimits) {
    this.#limits = limits;
    this.#head = new HeadReader(limits);
  }

  /**
   * Takes in the first `length` of `bytes`, all if left out; they are lent until `nextEvent` says
   * `need_data`, or until `keepInput`.
   */
  receive(bytes: Uint8Array<ArrayBuffer>, length: number = bytes.length): void {
    if (this.#inputEnded) throw new LocalProtocolError("Cannot receive: the input has ended");
    this.#input.add(asBuffer(bytes), length);
  }

  /** The peer will send nothing more. */
  receiveEnd(): void {
    this.#inputEnded = true;
  }

  /** Copies what is unread of the bytes that were lent, so that their buffer may be used again. */
  keepInput(): void {
    this.#input.keep();
  }

  /** Lets go of what is kept of the last head, which would make the next one faster to read. */
  forgetHead(): void {
    this.#head.forget();
  }

  /** Bytes received and not yet told of. */
  get unreadBytes(): number {
    return this.#input.length;
  }

  /** Whether a request has begun to come in whose head is not complete. */
  get headUnderWay(): boolean {
    return this.#head.underWay;
  }

  /** Whether the body of the request under way has not yet been read to its end. */
  get bodyUnderWay(): boolean {
    return this.#state.peer === "body" && this.#body.remainingBytes !== 0;
  }

  /** Whether an answer may be sent now. */
  get answerDue(): boolean {
    return this.#state.own === "respond" ||
      (this.#state.own === "idle" && this.#state.peer === "error");
  }

  /** Whether the peer broke the protocol. */
  get failed(): boolean {
    return this.#error !== undefined;
  }

  /** Whether another exchange may follow. */
  get keepAlive(): boolean {
    return this.#state.keepAlive;
  }

  /** Whether the input has ended. */
  get inputEnded(): boolean {
    return this.#inputEnded;
  }

  /**
   * What comes next. Throws `ProtocolError` when the peer breaks the protocol, and the same one
   * again at each further call; an answer to it may still be sent.
   */
  nextEvent(): HttpEvent {
    if (this.#error !== undefined) throw this.#error;
    try {
      return this.#nextEvent();
    } catch (error) {
      if (error instanceof ProtocolError) this.fail(error);
      throw error;
    }
  }

  /** Ends the reading of this peer for `error`, one that only the caller can see, such as a timeout. */
  fail(error: ProtocolError): void {
    this.#error = error;
    this.#continueDue = false;
    if (this.#state.peer === "idle") this.#failedHead = this.#head.asksForHead(this.#input);
    if (this.#state.peer !== "error") this.#state.peerFailed();
  }

  /** This exchange, or the one that comes next, is the last; the answer will say so. */
  closeAfter(): void {
    this.#state.closeAfter();
  }

  #nextEvent(): HttpEvent {
    switch (this.#state.peer) {
      case "idle": {
        const head = this.#head.read(this.#input);
        if (head.type === "request") return this.#begin(head);
        if (!this.#inputEnded) break;
        // RFC 9112 §8: what is not complete is not a request.
        if (this.#head.underWay) throw malformed("the connection ended in its head");
        this.#state.peerClosed();
        return CONNECTION_CLOSED;
      }
      case "body": {
        // The rest of a body leads nowhere when nothing may follow it.
        if (this.#state.own === "done" && !this.#state.keepAlive) return CONNECTION_CLOSED;
        const event = this.#body.read(this.#input);
        if (event.type === "need_data") {
          if (this.#inputEnded) throw malformed("the connection ended in its body");
          break;
        }
        this.#continueDue = false;
        if (event.type === "end") this.#state.requestEnd();
        return event;
      }
      case "done":
        return PAUSED;
      default:
        return CONNECTION_CLOSED;
    }
    this.#input.keep();
    return NEED_DATA;
  }

  #begin(head: RequestHead): RequestHead {
    this.#state.request(head);
    this.#request = head;
    this.#continueDue = head.expectsContinue;
    if (head.bodyBytes === 0) this.#body = emptyBodyReader;
    else if (head.bodyBytes === undefined) this.#body = new ChunkedReader(this.#limits);
    else this.#body = new LengthReader(head.bodyBytes);
    return head;
  }

  /** Asks for the body if the peer waits to be asked (RFC 9110 §10.1.1); without effect otherwise. */
  sendContinue(): void {
    if (!this.#continueDue || this.#state.own !== "respond") return;
    this.#continueDue = false;
    this.output.addBytes(continueAnswer);
  }

  /**
   * Sends a whole answer. Throws `LocalProtocolError`, with nothing sent, if it cannot be sent as it
   * is; another one may be sent then. `date` is the value of the Date field (RFC 9110 §6.6.1) for a
   * head that has none.
   */
  sendAnswer(head: AnswerHead, body: string | Uint8Array, date: string): void {
    const bodyBytes = typeof body === "string" ? utf8Bytes(body) : body.length;
    const fields = checkedFields(head.headers);
    let length: number | undefined = bodyBytes;
    if (bodyBytes > 0 && hasNoContent(head.status)) {
      throw new LocalProtocolError(`Cannot send body: ${head.status} has none`);
    }
    if (isBodiless(head.status)) {
      // A 304 may tell the length that a 200 would have had, RFC 9110 §8.6.
      length = head.status === 304 ? fields.bodyBytes : undefined;
    } else if (fields.bodyBytes !== undefined && fields.bodyBytes !== bodyBytes) {
      if (bodyBytes > 0 || !this.#isHeadRequest) {
        throw new LocalProtocolError("Cannot send body: it is not as long as its Content-Length");
      }
      length = fields.bodyBytes;
    }
    this.#sendHead(head.status, fields, length === undefined ? noBytes : lengthLine(length), date);
    if (!this.#isHeadRequest && bodyBytes > 0) {
      if (typeof body === "string") this.output.addText(body, bodyBytes);
      else this.output.addBytes(body);
    }
    this.#endAnswer();
  }

  /**
   * Sends the head of an answer whose body follows by `sendData`; says how that body is framed.
   *
   * With a Content-Length among `head.headers` exactly so many bytes must follow. "none" means that
   * there is no body and the answer is complete. Throws as `sendAnswer` does.
   */
  sendHead(head: AnswerHead, date: string): Framing {
    const fields = checkedFields(head.headers);
    const bodiless = isBodiless(head.status);
    if (!bodiless && hasNoContent(head.status)) {
      throw new LocalProtocolError(`Cannot stream body: ${head.status} has none`);
    }
    let framing: Framing = "close";
    let line: Uint8Array = noBytes;
    if (fields.bodyBytes !== undefined && head.status !== 204) {
      framing = "length";
      line = lengthLine(fields.bodyBytes);
    } else if (!bodiless && (this.#request === undefined || this.#request.minorVersion === 1)) {
      framing = "chunked";
      line = chunkedLine;
    }
    if (bodiless || this.#isHeadRequest) framing = "none";
    if (framing === "close") this.#state.closeAfter();
    this.#sendHead(head.status, fields, line, date);
    this.#framing = framing;
    this.#unsentBytes = fields.bodyBytes ?? 0;
    if (framing === "none") this.#endAnswer();
    return framing;
  }

  /** A part of the body as it goes on the wire. Throws `LocalProtocolError` if it is too much. */
  frameData(payload: Uint8Array): Uint8Array {
    if (this.#framing === "chunked") return chunkFrame(payload);
    if (this.#framing === "length") {
      this.#unsentBytes -= payload.length;
      if (this.#unsentBytes < 0) {
        throw new LocalProtocolError("Cannot send data: it is longer than its Content-Length");
      }
    }
    return payload;
  }

  /**
   * Ends a body sent by parts; returns the last bytes to write. Throws `LocalProtocolError` if less
   * was sent than was declared.
   */
  frameEnd(): Uint8Array {
    if (this.#framing === "length" && this.#unsentBytes > 0) {
      throw new LocalProtocolError("Cannot end data: it is shorter than its Content-Length");
    }
    const last = this.#framing === "chunked" ? lastChunk : noBytes;
    this.#endAnswer();
    return last;
  }

  get #isHeadRequest(): boolean {
    return this.#request === undefined ? this.#failedHead : this.#request.method === "HEAD";
  }

  #sendHead(status: number, fields: CheckedFields, framing: Uint8Array, date: string): void {
    const { output } = this;
    const state = this.#state;
    const start = headStart(status, fields);
    if (fields.close || this.#mustGiveUpBody()) state.closeAfter();
    state.head();
    output.addBytes(start);
    output.addBytes(framing);
    output.addBytes(headEnd(fields.date ? undefined : date, this.#persistence));
  }

  get #persistence(): Persistence {
    if (!this.#state.keepAlive) return "closes";
    return this.#request?.minorVersion === 0 ? "goes on, for HTTP/1.0" : "goes on";
  }

  /**
   * Whether the rest of the request's body stands in the way of a next request: a peer that was not
   * told to continue may send it or not, and a large one is not worth reading.
   */
  #mustGiveUpBody(): boolean {
    if (this.#state.peer !== "body") return false;
    return this.#continueDue ||
      (this.#body.remainingBytes ?? 0) > this.#limits.discardedBodyBytesMax;
  }

  #endAnswer(): void {
    this.#state.answerEnd();
    this.#request = undefined;
    this.#framing = "none";
  }
}
