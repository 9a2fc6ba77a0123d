/**
 * The dialogue with one peer: its requests, one after another, and their answers.
 *
 * @module
 */
import type { CoarseTime } from "./deadlines.ts";
import type { Handler, Peer, Request, Response, ResponseStream } from "./exchange.ts";
import { IncomingRequest } from "./incoming_request.ts";
import type { HttpLimits } from "./limits.ts";
import { OutgoingStream } from "./outgoing_stream.ts";
import {
  CONNECTION_CLOSED,
  type HttpEvent,
  LocalProtocolError,
  ProtocolError,
  type RequestHead,
} from "./protocol/events.ts";
import { type ByteStream, Socket } from "./socket.ts";

/** What all dialogues of a listener share. */
export interface DialogueHost extends CoarseTime {
  readonly limits: HttpLimits;
  readonly handler: Handler;
  readonly onProtocolError: (error: ProtocolError, peer: Peer) => Response;
  readonly onHandlerFailure: (failure: unknown, request: Request) => Response;
  readonly onFault: (what: string, cause: unknown) => void;
  readonly onSlowReader: () => void;
  /** Value of the Date field. */
  readonly date: string;
}

const bareFailure: Response = { status: 500, headers: [] };

/** One peer, from its first byte to the last: requests answered in their order (RFC 9112 §9.3.2). */
export class Dialogue {
  readonly #socket: Socket;
  readonly #host: DialogueHost;
  readonly #over = Promise.withResolvers<void>();
  #discardedBytes = 0;
  #peerAskedToClose = false;

  constructor(stream: ByteStream, peer: Peer, host: DialogueHost) {
    this.#socket = new Socket(stream, peer, host.limits, host);
    this.#host = host;
  }

  /** Serves the peer until one side is done. Never rejects. */
  run(): Promise<void> {
    this.#proceed();
    return this.#over.promise;
  }

  /** Tells the peer `error` before it has asked for anything. Never rejects. */
  refuse(error: ProtocolError): Promise<void> {
    this.#socket.connection.fail(error);
    this.#answerError(error);
    void this.#leave();
    return this.#over.promise;
  }

  /** Ends it now if the peer is between two requests; otherwise after this one. */
  stop(): void {
    const socket = this.#socket;
    if (socket.phase !== "idle") socket.connection.closeAfter();
    else if (socket.writing) void socket.flush().then(() => this.stop());
    else this.cut();
  }

  /** Ends it at once. */
  cut(): void {
    this.#socket.cut();
  }

  /** Acts on what is overdue at `nowMs`. */
  sweep(nowMs: number): void {
    if (!this.#socket.isLate(nowMs)) return;
    const { connection, phase } = this.#socket;
    if (phase === "head") {
      const error = late("the head");
      connection.fail(error);
      this.#answerError(error);
      // The loop is at its read, which ends when the peer has seen the answer.
      void this.#socket.sayGoodbye();
    } else if (phase === "body" && this.#socket.awaitsInput && connection.answerDue) {
      const error = late("the body");
      connection.fail(error);
      this.#socket.refuseInput(error);
    } else {
      this.cut();
    }
  }

  // The way of a request is synchronous, and what must be waited for calls back: each `await` on it
  // would cost a small request of a busy server a twentieth of its time.

  /** Answers requests until something must be waited for, or there are no more. */
  readonly #proceed = (): void => {
    try {
      const next = this.#advance();
      if (next === "leave") void this.#leave();
      else if (next === "gone") this.#end();
    } catch (cause) {
      this.#fault(cause);
    }
  };

  readonly #fault = (cause: unknown): void => {
    this.#host.onFault("connection", cause);
    this.#end();
  };

  #end(): void {
    this.cut();
    this.#over.resolve();
  }

  #advance(): "wait" | "leave" | "gone" {
    const socket = this.#socket;
    const { output } = socket.connection;
    const { gatheredAnswersBytesMax, discardedBodyBytesMax } = this.#host.limits;
    for (;;) {
      if (socket.closed) return "gone";
      if (socket.phase === "linger") return "leave";
      if (output.length >= gatheredAnswersBytesMax) return this.#waitFor(socket.flush());
      const event = this.#nextEvent();
      switch (event.type) {
        case "request": {
          const waiting = this.#exchange(event);
          if (waiting !== undefined) return this.#waitFor(waiting);
          break;
        }
        case "need_data":
          return this.#awaitInput();
        case "data":
          // Nobody wanted it. What is small is read past, to keep the connection.
          this.#discardedBytes += event.bytes.length;
          if (this.#discardedBytes > discardedBodyBytesMax) return "leave";
          break;
        case "end":
          this.#discardedBytes = 0;
          break;
        default:
          return "leave";
      }
    }
  }

  #waitFor(event: Promise<unknown>): "wait" {
    event.then(this.#proceed, this.#fault);
    return "wait";
  }

  #awaitInput(): "wait" | "leave" {
    const socket = this.#socket;
    const { connection } = socket;
    // A peer that has not taken its last answers is not asked for more.
    if (socket.writing && connection.output.length > 0) return this.#waitFor(socket.flush());
    socket.startFlush();
    // Told to stop behind the last answer, which could not say so.
    if (!connection.keepAlive && !connection.headUnderWay && !connection.bodyUnderWay) {
      return "leave";
    }
    socket.expectInput();
    if (socket.readingAside) return this.#waitFor(socket.nextRead());
    socket.read().then(this.#onRead, this.#onReset);
    return "wait";
  }

  readonly #onRead = (bytes: number | null): void => {
    if (!this.#socket.closed && this.#socket.phase !== "linger") this.#socket.take(bytes);
    this.#proceed();
  };

  // Reset by the peer, or cut by us: either way there is no one to answer.
  readonly #onReset = (): void => this.#end();

  #nextEvent(): HttpEvent {
    try {
      return this.#socket.connection.nextEvent();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#answerError(error);
      return CONNECTION_CLOSED;
    }
  }

  /** One request; undefined if its answer is already queued. */
  #exchange(head: RequestHead): Promise<void> | undefined {
    this.#socket.beginExchange();
    if (!head.keepAlive) this.#peerAskedToClose = true;
    const request = new IncomingRequest(head, this.#socket);
    let response: Response | Promise<Response>;
    try {
      response = this.#host.handler(request);
    } catch (failure) {
      response = this.#failed(failure, request);
    }
    if (response instanceof Promise) return this.#finishLater(response, request);
    if (response.stream !== undefined) return this.#finish(response, request);
    this.#answer(response, request);
    this.#close(request);
    return undefined;
  }

  async #finishLater(promise: Promise<Response>, request: IncomingRequest): Promise<void> {
    this.#socket.startFlush();
    let response: Response;
    try {
      response = await promise;
    } catch (failure) {
      response = this.#failed(failure, request);
    }
    if (response.stream !== undefined) return await this.#finish(response, request);
    if (!this.#socket.closed) this.#answer(response, request);
    this.#close(request);
  }

  async #finish(response: Response, request: IncomingRequest): Promise<void> {
    const { stream } = response;
    if (stream !== undefined) {
      // What was asked before does not share the fate of a stream.
      await this.#socket.flush();
      if (this.#socket.toldGone) this.cut();
    }
    if (!this.#socket.closed) {
      const bodyFollows = this.#answer(response, request);
      if (stream !== undefined && bodyFollows) await this.#pour(stream, request);
    }
    this.#close(request);
  }

  async #pour(start: (stream: ResponseStream) => void, request: Request): Promise<void> {
    const socket = this.#socket;
    // A stream may last for hours: meanwhile the connection keeps only what it needs.
    socket.useSmallBuffer();
    socket.connection.forgetHead();
    const { streamBacklogBytesMax } = this.#host.limits;
    const stream = new OutgoingStream(
      socket,
      socket.connection.output.take(),
      streamBacklogBytesMax,
    );
    socket.response = stream;
    try {
      start(stream);
    } catch (failure) {
      // The head is on its way, so all that is left to say is that the body is not complete.
      this.#host.onHandlerFailure(failure, request);
      this.cut();
    }
    stream.uncork();
    await stream.finished;
    if (stream.wasTooSlow) this.#host.onSlowReader();
    socket.response = undefined;
  }

  /** From now on the connection belongs to the next request. */
  #close(request: IncomingRequest): void {
    request.close();
    if (this.#socket.awaitsInput) this.#socket.refuseInput(tooLate);
    this.#socket.unwatch();
  }

  // Answers, and what is said in place of those that cannot be sent.

  /** Queues the answer; says whether a body follows by parts. */
  #answer(response: Response, request: Request): boolean {
    try {
      return this.#send(response);
    } catch (failure) {
      this.#sendInstead(() => this.#host.onHandlerFailure(failure, request));
      return false;
    }
  }

  #answerError(error: ProtocolError): void {
    if (!this.#socket.connection.answerDue) return;
    this.#socket.connection.closeAfter();
    this.#sendInstead(() => this.#host.onProtocolError(error, this.#socket.peer));
  }

  #sendInstead(answer: () => Response): void {
    try {
      if (this.#send(answer())) {
        throw new LocalProtocolError("Cannot stream the answer to an error");
      }
    } catch (cause) {
      this.#host.onFault("answer to an error", cause);
      if (this.#socket.connection.answerDue) this.#send(bareFailure);
      else this.cut();
    }
  }

  #send(response: Response): boolean {
    const { connection } = this.#socket;
    const { date } = this.#host;
    if (response.stream !== undefined) return connection.sendHead(response, date) !== "none";
    connection.sendAnswer(response, response.body ?? "", date);
    return false;
  }

  #failed(failure: unknown, request: Request): Response {
    try {
      if (!(failure instanceof ProtocolError)) return this.#host.onHandlerFailure(failure, request);
      this.#socket.connection.closeAfter();
      return this.#host.onProtocolError(failure, this.#socket.peer);
    } catch (cause) {
      this.#host.onFault("answer to an error", cause);
      return bareFailure;
    }
  }

  async #leave(): Promise<void> {
    try {
      const socket = this.#socket;
      if (await socket.sayGoodbye()) {
        const { connection } = socket;
        const nothingComes = this.#peerAskedToClose && connection.unreadBytes === 0 &&
          !connection.bodyUnderWay && !connection.failed;
        if (!connection.inputEnded && !nothingComes) await socket.linger();
      }
      this.#end();
    } catch (cause) {
      this.#fault(cause);
    }
  }
}

const tooLate = new LocalProtocolError("Cannot read body: the exchange is over");

function late(what: string): ProtocolError {
  return new ProtocolError(408, "timeout", `Cannot wait longer for ${what} of the request`);
}
