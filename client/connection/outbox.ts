/**
 * What was written and is not answered yet: sent in order, each under one key, until it is.
 *
 * @module
 */
import { problem } from "../../lib/api/problems.ts";
import type { Message } from "../../lib/api/schemas.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Random } from "../../lib/random.ts";
import type { ApiClient } from "./api_client.ts";
import { Backoff, Pause } from "./backoff.ts";
import {
  ApiProblem,
  type Arrival,
  BadAnswer,
  type CallFailure,
  isCallFailure,
  isPassing,
  isUnauthorized,
  Unreachable,
} from "./failures.ts";
import { newKey } from "./persistence.ts";
import { RetryWindow } from "./retry_window.ts";

/** Most messages that wait at once. */
export const outboxMessagesMax = 1000;

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
  /** The log in which the ids that the draft names were given, as cursors name it. */
  readonly log?: string;
  /** Wall time of the first attempt that may have come through, in milliseconds since 1970 UTC. */
  readonly triedMs?: number;
}

/** A draft could not be put where it outlives the program. */
export class ShelfFault extends Error {
  override readonly name = "ShelfFault";
}

/** Where drafts outlive the program until they are answered: a file, or the browser's storage. */
export interface Shelf {
  /** Those that an earlier run of the program has left, in the order in which they were written. */
  readonly left: readonly Sending[];
  /**
   * Keeps a draft, or what is new about one that it keeps already.
   *
   * 1. MUST be safe when this returns, however the program ends.
   * 2. MUST leave everything as it was if it throws.
   *
   * @throws {ShelfFault} if it can't be kept.
   */
  keep(sending: Sending): void;
  /**
   * It is answered.
   *
   * MUST NOT throw: a draft that comes back is sent again under its key, which changes nothing.
   */
  forget(sending: Sending): void;
}

/** Keeps nothing beyond the run of the program. */
export const noShelf: Shelf = { left: [], keep() {}, forget() {} };

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
}

/** Sends a draft; the same key makes it one message however often this is called. */
export async function sendDraft(
  api: ApiClient,
  { key, draft }: Sending,
  signal?: AbortSignal,
): Promise<Message> {
  const { text, commentOn, files = [], ...destination } = draft;
  const options = { idempotencyKey: key, ...(signal !== undefined && { signal }) };
  if (commentOn !== undefined) {
    return await api.call("comment", {
      body: { message: commentOn, text: text ?? "" },
      ...options,
    });
  }
  const answer = await api.call("send", {
    body: {
      ...(text !== undefined && { text }),
      ...destination,
      ...(files.length > 0 && { files: [...files] }),
    },
    ...options,
  });
  if ("room_kind" in answer) return answer;
  throw new BadAnswer("Cannot send message: the server put it off");
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
  /** The log that the server goes on with. */
  #log: string | undefined;
  #work: Promise<void> | undefined;
  #failure: unknown;
  #onSpace: (() => void)[] = [];

  constructor(setup: OutboxSetup) {
    this.#setup = setup;
    this.#shelf = setup.shelf ?? noShelf;
    this.#window = new RetryWindow(setup.clock);
    this.#backoff = new Backoff(setup.random);
    this.#pause = new Pause(setup.clock);
    this.#queue = [...this.#shelf.left];
    for (const { key, triedMs } of this.#queue) {
      if (triedMs !== undefined) this.#window.notice(key, triedMs);
    }
  }

  /** What is not answered, in order. */
  get waiting(): readonly Sending[] {
    return [...this.#queue];
  }

  /** Sends what waits to a server that goes on with `log`. */
  start(log: string | undefined): void {
    this.#log = log;
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

  /** Tries again at once: the server is known to be there. */
  wake(): void {
    this.#backoff.reset();
    this.#pause.end();
  }

  /** Resolves when nothing waits; rejects if sending broke down, which is a defect. */
  async settled(): Promise<void> {
    await this.#work;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Resolves when there is a place for one more draft. */
  async space(): Promise<void> {
    while (this.#queue.length >= outboxMessagesMax && !this.#abort.signal.aborted) {
      await new Promise<void>((resolve) => this.#onSpace.push(resolve));
    }
  }

  /** Stops sending for good: whatever waits has failed. */
  fail(failure: CallFailure): void {
    for (const sending of this.close()) {
      const arrived = sending.triedMs === undefined ? "never" : "perhaps";
      this.#finish({ type: "failed", sending, failure, arrived });
    }
  }

  /** Stops sending; gives back what was not answered, which stays on the shelf. */
  close(): readonly Sending[] {
    const left = this.#queue;
    this.#queue = [];
    this.#abort.abort();
    this.#pause.end();
    this.#freeSpace();
    return left;
  }

  #go(): void {
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
        this.#finish(outcome);
        this.#freeSpace();
      }
    } catch (failure) {
      this.#failure = failure;
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
    if (isElsewhere && namesIds(draft)) {
      // The same ids are another room, message or file there.
      const failure = new ApiProblem(
        problem("not_found", "The server has another history now."),
        { retryAfterMs: undefined },
      );
      return { type: "failed", sending, failure, arrived: "never" };
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
      if (!isPassing(failure)) {
        const arrived = isProof(failure, { wasTried }) ? "never" : "perhaps";
        return { type: "failed", sending, failure, arrived };
      }
      const isAway = failure instanceof Unreachable && failure.arrived === "never";
      if (!wasTried && isAway) this.#unmark(first);
      const askedMs = failure instanceof ApiProblem ? failure.retryAfterMs : undefined;
      await this.#pause.wait(this.#backoff.next(askedMs));
      return undefined;
    }
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

/** Whether a draft means something else in another log. */
function namesIds({ room, commentOn, files = [] }: Draft): boolean {
  return room !== undefined || commentOn !== undefined || files.length > 0;
}

/** Whether a final failure says that the message is not in the chat. */
function isProof(failure: CallFailure, { wasTried }: { readonly wasTried: boolean }): boolean {
  if (!(failure instanceof ApiProblem) || failure.status >= 500) return false;
  // A key is looked up before anything is refused, but for whoever is not let in.
  if (failure.code === "idempotency_mismatch") return false;
  return !(wasTried && isUnauthorized(failure));
}
