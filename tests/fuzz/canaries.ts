/**
 * Canaries: faults put into the server from outside, none of which fuzzing may miss.
 *
 * @module
 */
import { Connection } from "../../server/http/protocol/connection.ts";
import {
  CONNECTION_CLOSED,
  type HttpEvent,
  NEED_DATA,
  type RequestHead,
} from "../../server/http/protocol/events.ts";
import type { Handler, Response, ResponseStream } from "../../server/http/exchange.ts";
import { noFieldLines } from "../../server/http/protocol/headers.ts";
import type { HttpLimits } from "../../server/http/limits.ts";
import type { ConnectionMaker } from "./core_drive.ts";
import type { HandlerWrap } from "./dialogue_checks.ts";

/** What is done wrong, by what it is. */
export interface Canary {
  /** Makes a core with the fault, */
  readonly make?: ConnectionMaker;
  /** or an application. */
  readonly wrap?: HandlerWrap;
}

/** A core that reads each piece as if it were another one. */
function rewriting(rewrite: (piece: string) => string): ConnectionMaker {
  return (limits) =>
    new class extends Connection {
      override receive(bytes: Uint8Array<ArrayBuffer>): void {
        const piece = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
        super.receive(Uint8Array.from(rewrite(piece), (char) => char.charCodeAt(0)));
      }
    }(limits);
}

/** A core that says something else of what it has read. */
function saying(change: (event: HttpEvent) => HttpEvent): ConnectionMaker {
  return (limits) =>
    new class extends Connection {
      override nextEvent(): HttpEvent {
        return change(super.nextEvent());
      }
    }(limits);
}

class Forgetful extends Connection {
  override nextEvent(): HttpEvent {
    return this.failed ? CONNECTION_CLOSED : super.nextEvent();
  }
}

class Silent extends Connection {
  override get answerDue(): boolean {
    return super.answerDue && !this.failed;
  }
}

class Hesitant extends Connection {
  #hesitates = false;

  override receive(bytes: Uint8Array<ArrayBuffer>): void {
    this.#hesitates = bytes.length === 1 && bytes[0] === 0x0a;
    super.receive(bytes);
  }

  override nextEvent(): HttpEvent {
    if (!this.#hesitates) return super.nextEvent();
    this.#hesitates = false;
    this.keepInput();
    return NEED_DATA;
  }
}

class Hoarding extends Connection {
  #received = 0;

  override receive(bytes: Uint8Array<ArrayBuffer>): void {
    this.#received += bytes.length;
    super.receive(bytes);
  }

  override get unreadBytes(): number {
    return this.#received;
  }
}

class Brittle extends Connection {
  override nextEvent(): HttpEvent {
    const event = super.nextEvent();
    if (event.type === "request" && event.query.includes("%")) decodeURIComponent(event.query);
    return event;
  }
}

class Stale extends Connection {
  #last: RequestHead | undefined;

  override nextEvent(): HttpEvent {
    const event = super.nextEvent();
    if (event.type !== "request") return event;
    const last = this.#last;
    this.#last = event;
    const isAlike = last?.path === event.path && last.headers.length === event.headers.length;
    return isAlike ? last : event;
  }
}

const crlf = "\r\n";

export const canaries: Readonly<Record<string, Canary>> = {
  "a bare LF that ends a chunk's size": {
    make: rewriting((piece) => piece.replace(/(?<=\r\n[0-9a-f]+)\n/gi, crlf)),
  },
  "a byte that is lost at a certain cut": {
    make: rewriting((piece) => piece.length === 13 ? piece.slice(1) : piece),
  },
  "a folded line that is joined": {
    make: rewriting((piece) => piece.replace(/\r\n[ \t]+/g, " ")),
  },
  "a blank before a colon that is forgiven": {
    make: rewriting((piece) => piece.replace(/(?<=\r\n[A-Za-z-]+) :/g, ":")),
  },
  "a coding that wins over a length": {
    make: rewriting((piece) =>
      /transfer-encoding/i.test(piece) ? piece.replace(/content-length:.*?\r\n/gi, "") : piece
    ),
  },
  "two equal lengths that pass for one": {
    make: rewriting((piece) => piece.replace(/(content-length: *\d+\r\n)\1/gi, "$1")),
  },
  "a bound that is kept a little late": {
    make: (limits: HttpLimits) =>
      new Connection({ ...limits, headerSectionBytesMax: limits.headerSectionBytesMax + 8 }),
  },
  "trailers that get lost": {
    make: saying((event) => event.type === "end" ? { ...event, trailers: noFieldLines } : event),
  },
  "a body whose long parts lose a byte": {
    make: saying((event) =>
      event.type === "data" && event.bytes.length > 20
        ? { ...event, bytes: event.bytes.subarray(1) }
        : event
    ),
  },
  "a close that is not heard": {
    make: saying((event) => event.type === "request" ? { ...event, keepAlive: true } : event),
  },
  "an error that is told only once": { make: (limits) => new Forgetful(limits) },
  "an error to which nothing can be answered": { make: (limits) => new Silent(limits) },
  "an event that is held back": { make: (limits) => new Hesitant(limits) },
  "bytes that are kept without bound": { make: (limits) => new Hoarding(limits) },
  "an exception of another kind": { make: (limits) => new Brittle(limits) },
  "a head that is taken for the one before": { make: (limits) => new Stale(limits) },
  "an answer that belongs to another request": { wrap: mixingUp },
  "a stream that is never ended": { wrap: neverEnding },
};

function mixingUp(handler: Handler): Handler {
  let last: string | Uint8Array = "";
  let count = 0;
  return async (request) => {
    const response = await handler(request);
    const body = response.body ?? "";
    const other = last;
    last = body;
    return count++ % 3 === 2 && body !== "" ? { ...response, body: other } : response;
  };
}

function neverEnding(handler: Handler): Handler {
  return async (request): Promise<Response> => {
    const response = await handler(request);
    const { stream } = response;
    if (stream === undefined) return response;
    return { ...response, stream: (out) => stream(withoutEnd(out)) };
  };
}

function withoutEnd(stream: ResponseStream): ResponseStream {
  return {
    write: (payload) => stream.write(payload),
    drained: () => stream.drained(),
    end: () => Promise.resolve(),
    onClose: (callback) => stream.onClose(callback),
    get backlogBytes() {
      return stream.backlogBytes;
    },
    get closed() {
      return stream.closed;
    },
  };
}
