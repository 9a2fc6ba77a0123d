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

type PeerStep = "request" | "end" | "close";
type OwnStep = "head" | "end";

// Any state may become "error".
const peerStates = linked<PeerState, PeerStep>({
  idle: { request: "body", close: "closed" },
  body: { end: "done" },
  done: {},
  must_close: { close: "closed" },
  closed: { close: "closed" },
  error: {},
}, ["request", "end", "close"]);

// An answer from "idle" is one to a request that could not be read: `head` checks for that.
const ownStates = linked<OwnState, OwnStep>({
  idle: { head: "body" },
  respond: { head: "body" },
  body: { end: "done" },
  done: {},
  must_close: {},
}, ["head", "end"]);

/** A row of a table: its name, and for each step the row that it leads to; undefined if it is wrong. */
type Row<Name extends string, Step extends string> =
  & { readonly name: Name }
  & { readonly [Each in Step]: Row<Name, Step> | undefined };

/** The rows, each naming the others themselves, so that a step on the way of a request looks up nothing. */
function linked<Name extends string, Step extends string>(
  table: Readonly<Record<Name, Partial<Record<Step, Name>>>>,
  steps: readonly Step[],
): Readonly<Record<Name, Row<Name, Step>>> {
  const rows = {} as Record<Name, Row<Name, Step>>;
  const names = Object.keys(table) as Name[];
  for (const name of names) {
    const row: Record<string, unknown> = { name };
    for (const step of steps) row[step] = undefined;
    rows[name] = row as Row<Name, Step>;
  }
  for (const name of names) {
    for (const step of steps) {
      const next = table[name][step];
      if (next !== undefined) Object.assign(rows[name], { [step]: rows[next] });
    }
  }
  return rows;
}

/**
 * Both sides of one connection.
 *
 * When both are done, either the next exchange begins or both must close (RFC 9112 §9.3, §9.6).
 */
export class ExchangeState {
  #peer: Row<PeerState, PeerStep> = peerStates.idle;
  #own: Row<OwnState, OwnStep> = ownStates.idle;
  #keepAlive = true;

  get peer(): PeerState {
    return this.#peer.name;
  }

  get own(): OwnState {
    return this.#own.name;
  }

  /** Whether another exchange may follow this one, as far as is known now. */
  get keepAlive(): boolean {
    return this.#keepAlive && this.#peer !== peerStates.error;
  }

  /** A head came in. */
  request(options: { readonly keepAlive: boolean }): void {
    this.#peer = this.#peer.request ?? wrong("take a request", this.#peer.name);
    // Both sides begin an exchange together: where the peer may ask, nothing of ours is under way.
    this.#own = ownStates.respond;
    if (!options.keepAlive) this.#keepAlive = false;
  }

  /** The request came to its end. */
  requestEnd(): void {
    this.#peer = this.#peer.end ?? wrong("take an end", this.#peer.name);
    this.#settle();
  }

  /** The peer ended its side between two requests. */
  peerClosed(): void {
    this.#peer = this.#peer.close ?? wrong("take a close", this.#peer.name);
  }

  /** The peer broke the protocol; nothing of it is read any more. */
  peerFailed(): void {
    this.#peer = peerStates.error;
    this.#settle();
  }

  /** Our head goes out. Throws `LocalProtocolError` where no answer is due. */
  head(): void {
    if (this.#own === ownStates.idle && this.#peer !== peerStates.error) {
      throw new LocalProtocolError("Cannot answer: nothing was asked");
    }
    this.#own = this.#own.head ?? wrong("send a head", this.#own.name);
  }

  /** Our answer is complete. */
  answerEnd(): void {
    this.#own = this.#own.end ?? wrong("end an answer", this.#own.name);
    this.#settle();
  }

  /** This exchange is the last. */
  closeAfter(): void {
    this.#keepAlive = false;
  }

  #settle(): void {
    if (this.#own !== ownStates.done) return;
    if (this.#peer === peerStates.error) {
      this.#own = ownStates.must_close;
    } else if (this.#peer === peerStates.done) {
      this.#peer = this.#keepAlive ? peerStates.idle : peerStates.must_close;
      this.#own = this.#keepAlive ? ownStates.idle : ownStates.must_close;
    }
  }
}

function wrong(step: string, state: string): never {
  throw new LocalProtocolError(`Cannot ${step}: the state is "${state}"`);
}
