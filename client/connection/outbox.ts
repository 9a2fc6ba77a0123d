/**
 * What was written and is not answered yet: sent in order, each under one key, until it is.
 *
 * @module
 */
import type { Message } from "../../lib/api/schemas.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Random } from "../../lib/random.ts";
import type { ApiClient } from "./api_client.ts";
import { Backoff, Pause } from "./backoff.ts";
import { ApiProblem, BadAnswer, type CallFailure, isCallFailure, isPassing } from "./failures.ts";
import { newKey } from "./persistence.ts";

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
}

/** Where drafts outlive the program until they are answered: a file, or the browser's storage. */
export interface Shelf {
  /** Those that an earlier run of the program has left, in the order in which they were written. */
  readonly left: readonly Sending[];
  /** Keeps a draft; it is safe when this returns. */
  keep(sending: Sending): void;
  /** It is answered. */
  forget(sending: Sending): void;
}

/** Keeps nothing beyond the run of the program. */
export const noShelf: Shelf = { left: [], keep() {}, forget() {} };

/** How it went with a draft. */
export type Outcome =
  | { readonly type: "sent"; readonly sending: Sending; readonly message: Message }
  | { readonly type: "failed"; readonly sending: Sending; readonly failure: CallFailure };

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

/** A key for one draft, to be used for each attempt. */
export function newSending(draft: Draft, random: Random): Sending {
  return { key: newKey(random), draft };
}

/** Sends drafts one after the other. */
export class Outbox {
  readonly #setup: OutboxSetup;
  readonly #backoff: Backoff;
  readonly #pause: Pause;
  readonly #abort = new AbortController();
  #queue: Sending[] = [];
  #work: Promise<void> | undefined;
  #failure: unknown;
  #onSpace: (() => void)[] = [];

  constructor(setup: OutboxSetup) {
    this.#setup = setup;
    this.#backoff = new Backoff(setup.random);
    this.#pause = new Pause(setup.clock);
  }

  /**
   * Takes a draft; its outcome is reported later.
   *
   * @throws {OutboxFull} if {@linkcode outboxMessagesMax} wait already.
   */
  add(draft: Draft): Sending {
    if (this.#queue.length >= outboxMessagesMax) throw new OutboxFull();
    const sending = newSending(draft, this.#setup.random);
    this.#queue.push(sending);
    this.#work ??= this.#run();
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

  /** Stops sending; gives back what was not answered. */
  close(): readonly Sending[] {
    const left = this.#queue;
    this.#queue = [];
    this.#abort.abort();
    this.#pause.end();
    this.#freeSpace();
    return left;
  }

  async #run(): Promise<void> {
    // What is added in this turn is seen below; the first await is inside the loop.
    try {
      for (;;) {
        const sending = this.#queue[0];
        if (sending === undefined) return;
        const outcome = await this.#attempt(sending);
        if (this.#abort.signal.aborted) return;
        if (outcome === undefined) continue;
        this.#queue.shift();
        this.#setup.report(outcome);
        this.#freeSpace();
      }
    } catch (failure) {
      this.#failure = failure;
    } finally {
      this.#work = undefined;
    }
  }

  /** Tries once; waits and gives nothing if it is worth another try. */
  async #attempt(sending: Sending): Promise<Outcome | undefined> {
    try {
      const message = await sendDraft(this.#setup.api, sending, this.#abort.signal);
      this.#backoff.reset();
      return { type: "sent", sending, message };
    } catch (failure) {
      if (this.#abort.signal.aborted) return undefined;
      if (!isCallFailure(failure)) throw failure;
      if (!isPassing(failure)) return { type: "failed", sending, failure };
      const askedMs = failure instanceof ApiProblem ? failure.retryAfterMs : undefined;
      await this.#pause.wait(this.#backoff.next(askedMs));
      return undefined;
    }
  }

  #freeSpace(): void {
    const waiting = this.#onSpace;
    this.#onSpace = [];
    for (const resolve of waiting) resolve();
  }
}
