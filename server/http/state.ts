/**
 * Who may do what next on a connection, as tables, and whether it lives on.
 *
 * @module
 */
import { LocalProtocolError } from "./events.ts";

/** Where the peer is in its request. */
export type PeerState = "idle" | "body" | "done" | "must_close" | "closed" | "error";
/** Where we are in our answer. */
export type OwnState = "idle" | "respond" | "body" | "done" | "must_close";

type PeerStep = "request" | "end" | "close" | "error";
type OwnStep = "asked" | "head" | "end";

const peerSteps: Record<PeerState, Partial<Record<PeerStep, PeerState>>> = {
  idle: { request: "body", close: "closed", error: "error" },
  body: { end: "done", error: "error" },
  done: { error: "error" },
  must_close: { close: "closed", error: "error" },
  closed: { close: "closed", error: "error" },
  error: { error: "error" },
};

// An answer from "idle" is one to a request that could not be read: `head` checks for that.
const ownSteps: Record<OwnState, Partial<Record<OwnStep, OwnState>>> = {
  idle: { asked: "respond", head: "body" },
  respond: { head: "body" },
  body: { end: "done" },
  done: {},
  must_close: {},
};

/**
 * Both sides of one connection.
 *
 * When both are done, either the next exchange begins or both must close (RFC 9112 §9.3, §9.6).
 */
export class ExchangeState {
  #peer: PeerState = "idle";
  #own: OwnState = "idle";
  #keepAlive = true;

  get peer(): PeerState {
    return this.#peer;
  }

  get own(): OwnState {
    return this.#own;
  }

  /** Whether another exchange may follow this one, as far as is known now. */
  get keepAlive(): boolean {
    return this.#keepAlive && this.#peer !== "error";
  }

  /** A head came in. */
  request(options: { readonly keepAlive: boolean }): void {
    this.#stepPeer("request");
    this.#stepOwn("asked");
    if (!options.keepAlive) this.#keepAlive = false;
  }

  /** The request came to its end. */
  requestEnd(): void {
    this.#stepPeer("end");
    this.#settle();
  }

  /** The peer ended its side between two requests. */
  peerClosed(): void {
    this.#stepPeer("close");
  }

  /** The peer broke the protocol; nothing of it is read any more. */
  peerFailed(): void {
    this.#stepPeer("error");
    this.#settle();
  }

  /** Our head goes out. Throws `LocalProtocolError` where no answer is due. */
  head(): void {
    if (this.#own === "idle" && this.#peer !== "error") {
      throw new LocalProtocolError("Cannot answer: nothing was asked");
    }
    this.#stepOwn("head");
  }

  /** Our answer is complete. */
  answerEnd(): void {
    this.#stepOwn("end");
    this.#settle();
  }

  /** This exchange is the last. */
  closeAfter(): void {
    this.#keepAlive = false;
  }

  #settle(): void {
    if (this.#own !== "done") return;
    if (this.#peer === "error") {
      this.#own = "must_close";
    } else if (this.#peer === "done") {
      this.#peer = this.#keepAlive ? "idle" : "must_close";
      this.#own = this.#keepAlive ? "idle" : "must_close";
    }
  }

  #stepPeer(step: PeerStep): void {
    const next = peerSteps[this.#peer][step];
    if (next === undefined) {
      throw new LocalProtocolError(`Cannot take "${step}" from the peer: it is "${this.#peer}"`);
    }
    this.#peer = next;
  }

  #stepOwn(step: OwnStep): void {
    const next = ownSteps[this.#own][step];
    if (next === undefined) {
      throw new LocalProtocolError(`Cannot do "${step}": our side is "${this.#own}"`);
    }
    this.#own = next;
  }
}
