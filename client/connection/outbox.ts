/**
 * What was written and is not answered yet: sent in order, each under one key, until it is.
 *
 * @module
 */
import type { Message } from "../../lib/api/schemas.ts";
import type { Clock, Timer } from "../../lib/clock.ts";
import type { Random } from "../../lib/random.ts";
import type { ApiClient } from "./api_client.ts";
import { Backoff, Pause } from "./backoff.ts";
import { isBound, isProof, sendDraft } from "./delivery.ts";
import {
  ApiProblem,
  type Arrival,
  BadAnswer,
  type CallFailure,
  foreseen,
  isCallFailure,
  isMangled,
  isPassing,
  isUnauthorized,
  Unreachable,
} from "./failures.ts";
import { newKey } from "./persistence.ts";
import { RetryWindow } from "./retry_window.ts";
import { noShelf, type Shelf, ShelfFault } from "./shelf.ts";

export { noShelf, type Shelf, ShelfFault } from "./shelf.ts";

/** Most messages that wait at once. */
export const outboxMessagesMax = 1000;

/** How often an empty outbox looks for what another client has left, in milliseconds. */
export const lookAgainMs = 10_000;

/**
 * Most answers that are not of this API, or say that the request did not come whole, to one draft
 * while the stream is live; when it is not, what answers so stands in the way of all, and goes away.
 */
export const attemptsMax = 5;

/** Where a message goes; without either: the common chat. */
export interface Destination {
  readonly to?: string;
  /** A room's id. */
  readonly room?: string;
}

/** A message as it is written: a text, files, or both. */
export interface Draft extends Destination {
  readonly text?: string;
  /** Goes where the message is that it comments on. */
  readonly commentOn?: number;
  /** Ids of files that have been uploaded. */
  readonly files?: readonly number[];
}

/** A draft on its way, known by its idempotency key. */
export interface Sending {
  readonly key: string;
  readonly draft: Draft;
  /** The log in which it was written, as cursors name it: ids and names are of that one. */
  readonly log?: string;
  /** Wall time of the first attempt that may have come through, in milliseconds since 1970 UTC. */
  readonly triedMs?: number;
}

/** How it went with a draft. */
export type Outcome =
  | { readonly type: "sent"; readonly sending: Sending; readonly message: Message }
  | {
    readonly type: "failed";
    readonly sending: Sending;
    readonly failure: CallFailure;
    /** Whether it may be in the chat all the same. */
    readonly arrived: Arrival;
  };

/** There is no place for one more draft. */
export class OutboxFull extends Error {
  override readonly name = "OutboxFull";
  constructor() {
    super(`Cannot send message: ${outboxMessagesMax} are waiting already`);
  }
}

export interface OutboxSetup {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Where drafts outlive the program; left out: nowhere. */
  readonly shelf?: Shelf;
  readonly report: (outcome: Outcome) => void;
  /** Takes what another run has left while this one is there; it is being sent now. */
  readonly found?: (sending: Sending) => void;
  /** Takes what an attempt met that leaves its draft waiting, and a defect, which ends the work. */
  readonly trouble?: (failure: unknown) => void;
}

/** Sends drafts one after the other, those that an earlier run has left before any other. */
export class Outbox {
  readonly #setup: OutboxSetup;
  readonly #shelf: Shelf;
  readonly #window: RetryWindow;
  readonly #backoff: Backoff;
  readonly #pause: Pause;
  readonly #abort = new AbortController();
  #queue: Sending[];
  #isStarted = false;
  /** The log that the server goes on with. */
  #log: string | undefined;
  #work: Promise<void> | undefined;
  #isLive = false;
  /**
   * While live: answers to the first in the queue that are not of this API, or that say that its
   * request came mangled.
   */
  #badAnswers = 0;
  #look: Timer | undefined;
  #onSpace: (() => void)[] = [];

  constructor(setup: OutboxSetup) {
    this.#setup = setup;
    this.#shelf = setup.shelf ?? noShelf;
    this.#window = new RetryWindow(setup.clock);
    this.#backoff = new Backoff(setup.random);
    this.#pause = new Pause(setup.clock);
    this.#queue = [];
    this.#takeOver(this.#shelf.left);
  }

  /** What is not answered, in order. */
  get waiting(): readonly Sending[] {
    return [...this.#queue];
  }

  /** Sends what waits to a server that goes on with `log`. */
  start(log: string | undefined): void {
    this.#log = log;
    this.#isStarted = true;
    this.#go();
  }

  /**
   * Takes a draft, which is on the shelf when this returns; its outcome is reported later.
   *
   * @throws {OutboxFull} if {@linkcode outboxMessagesMax} wait already.
   * @throws {ShelfFault} if it could not be put on the shelf; it is not taken then.
   */
  add(draft: Draft): Sending {
    if (this.#queue.length >= outboxMessagesMax) throw new OutboxFull();
    const sending: Sending = {
      key: newKey(this.#setup.random),
      draft,
      ...(this.#log !== undefined && { log: this.#log }),
    };
    this.#shelf.keep(sending);
    this.#queue.push(sending);
    this.#go();
    return sending;
  }

  /**
   * Takes a draft that another client has put on the shelf already; gives back whether it is new.
   *
   * @throws {OutboxFull} if {@linkcode outboxMessagesMax} wait already.
   */
  take(sending: Sending): boolean {
    if (this.#queue.some(({ key }) => key === sending.key)) return false;
    if (this.#queue.length >= outboxMessagesMax) throw new OutboxFull();
    this.#takeOver([sending]);
    this.#go();
    return true;
  }

  /** Whether the server is known to be there; if so, it is tried at once. */
  set live(isLive: boolean) {
    this.#isLive = isLive;
    this.#look?.cancel();
    if (!isLive || this.#abort.signal.aborted) return;
    this.#backoff.reset();
    this.#pause.end();
    this.#lookForMore();
  }

  /** Resolves when nothing waits, or nothing is sent any more. */
  async settled(): Promise<void> {
    await this.#work;
  }

  /** Resolves when there is a place for one more draft. */
  async space(): Promise<void> {
    while (this.#queue.length >= outboxMessagesMax && !this.#abort.signal.aborted) {
      await new Promise<void>((resolve) => this.#onSpace.push(resolve));
    }
  }

  /**
   * Stops sending for good: whatever waits has failed.
   *
   * Not so if the user is signed out: they can sign in again, so that all of it goes on waiting.
   */
  fail(failure: CallFailure): void {
    if (isUnauthorized(failure)) {
      this.#stop();
      return;
    }
    for (const sending of this.close()) {
      const arrived = sending.triedMs === undefined ? "never" : "perhaps";
      this.#finish({ type: "failed", sending, failure, arrived });
    }
  }

  /** Stops sending; gives back what was not answered, which stays on the shelf. */
  close(): readonly Sending[] {
    const left = this.#queue;
    this.#queue = [];
    this.#stop();
    return left;
  }

  #stop(): void {
    this.#abort.abort();
    this.#pause.end();
    this.#look?.cancel();
    this.#freeSpace();
  }

  #takeOver(left: readonly Sending[]): void {
    for (const sending of left) {
      const { key, triedMs } = sending;
      if (triedMs !== undefined) this.#window.notice(key, triedMs);
      this.#queue.push(sending);
    }
  }

  /** Sends what clients that have ended since have left; what is written here goes first. */
  #lookForMore(): void {
    const { clock, found } = this.#setup;
    if (this.#shelf.more === undefined) return;
    this.#look = clock.setTimer(lookAgainMs, () => this.#lookForMore());
    if (this.#queue.length > 0) return;
    const more = this.#shelf.more();
    if (more.length === 0) return;
    this.#takeOver(more);
    for (const sending of more) found?.(sending);
    this.#go();
  }

  #go(): void {
    // Before the log is known, a draft could go to what has the same id in another one.
    if (!this.#isStarted || this.#abort.signal.aborted) return;
    // Not at once: the end of the work must come after it has become the work.
    this.#work ??= Promise.resolve().then(() => this.#run());
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        const [first] = this.#queue;
        if (first === undefined) return;
        const outcome = this.#refuse(first) ?? await this.#attempt(first);
        if (this.#abort.signal.aborted) return;
        if (outcome === undefined) continue;
        this.#queue.shift();
        this.#badAnswers = 0;
        this.#finish(outcome);
        this.#freeSpace();
      }
    } catch (defect) {
      this.#setup.trouble?.(defect);
    } finally {
      this.#work = undefined;
    }
  }

  #finish(outcome: Outcome): void {
    // First told, then forgotten: what is told twice is better than what is never told.
    this.#setup.report(outcome);
    this.#shelf.forget(outcome.sending);
    this.#window.forget(outcome.sending.key);
  }

  /** Says why a draft is not to be sent, or not again. */
  #refuse(sending: Sending): Outcome | undefined {
    const { key, draft, log } = sending;
    const isElsewhere = log !== undefined && this.#log !== undefined && log !== this.#log;
    if (isElsewhere && isBound(draft)) {
      // The same id is another room, message or file there, and the same name may be someone else.
      const failure = foreseen("not_found", "The server has another history now.");
      // A log that was put back may hold what was tried before.
      const arrived = sending.triedMs === undefined ? "never" : "perhaps";
      return { type: "failed", sending, failure, arrived };
    }
    if (this.#window.isOpen(key)) return undefined;
    const failure = new Unreachable(
      this.#setup.api.origin,
      "no answer came, and now it is too late",
    );
    return { type: "failed", sending, failure, arrived: "perhaps" };
  }

  /** Tries once; waits and gives nothing if it is worth another try. */
  async #attempt(first: Sending): Promise<Outcome | undefined> {
    const { api, clock } = this.#setup;
    const wasTried = first.triedMs !== undefined;
    let sending = first;
    try {
      // Before the attempt: whoever is killed in its midst can't tell any more.
      if (!wasTried) sending = this.#mark({ ...first, triedMs: clock.now() });
      const message = await sendDraft(api, sending, this.#abort.signal);
      this.#backoff.reset();
      return { type: "sent", sending, message };
    } catch (failure) {
      if (this.#abort.signal.aborted) return undefined;
      if (failure instanceof ShelfFault) {
        // There may be room again later; unmarked it must not go.
        await this.#pause.wait(this.#backoff.next());
        return undefined;
      }
      if (!isCallFailure(failure)) throw failure;
      if (isUnauthorized(failure)) {
        // Nothing of it was done, and as soon as the user has signed in again it may go.
        if (!wasTried) this.#unmark(first);
        this.fail(failure);
        this.#setup.trouble?.(failure);
        return undefined;
      }
      const isAway = !(failure instanceof ApiProblem) && failure.arrived === "never";
      if (!this.#isWorthAnother(failure)) {
        const isNowhere = isProof(failure) || (!wasTried && isAway);
        return { type: "failed", sending, failure, arrived: isNowhere ? "never" : "perhaps" };
      }
      if (!wasTried && isAway) this.#unmark(first);
      this.#setup.trouble?.(failure);
      const askedMs = failure instanceof ApiProblem ? failure.retryAfterMs : undefined;
      await this.#pause.wait(this.#backoff.next(askedMs));
      return undefined;
    }
  }

  #isWorthAnother(failure: CallFailure): boolean {
    if (!(failure instanceof BadAnswer || isMangled(failure))) return isPassing(failure);
    if (this.#isLive) this.#badAnswers += 1;
    return this.#badAnswers < attemptsMax;
  }

  /** Keeps that the first in the queue may have arrived. @throws {ShelfFault} */
  #mark(tried: Sending & { readonly triedMs: number }): Sending {
    this.#shelf.keep(tried);
    this.#window.notice(tried.key, tried.triedMs);
    this.#queue[0] = tried;
    return tried;
  }

  /** Keeps that the first in the queue has not arrived. */
  #unmark(untried: Sending): void {
    try {
      this.#shelf.keep(untried);
    } catch (failure) {
      if (!(failure instanceof ShelfFault)) throw failure;
      // Then it counts as tried, which is the safe side.
      return;
    }
    this.#window.forget(untried.key);
    this.#queue[0] = untried;
  }

  #freeSpace(): void {
    const waiting = this.#onSpace;
    this.#onSpace = [];
    for (const resolve of waiting) resolve();
  }
}
