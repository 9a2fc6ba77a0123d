/**
 * A desk: what one user has written at one place, which outlives the clients that send it.
 *
 * @module
 */
import type { Sending, Shelf } from "../../client/connection/outbox.ts";
import { retryAgeMaxMs } from "../../client/connection/retry_window.ts";
import type { UserId } from "../../lib/domain/ids.ts";

/** A text that was handed to an outbox, and what its outbox has said of it. */
export interface Written {
  readonly text: string;
  outcome: "waiting" | "sent" | "not there" | "perhaps there";
  /** Of its message, if it was sent. */
  id: number;
}

export class Desk {
  readonly user: UserId;
  readonly label: string;
  /** By text, which no other message has. */
  readonly written = new Map<string, Written>();
  /** What the outbox keeps, by key. */
  readonly #kept = new Map<string, Sending>();
  /** Texts whose key may have been forgotten by the server before the client knew of that. */
  readonly outlived = new Set<string>();

  constructor(user: UserId, label: string) {
    this.user = user;
    this.label = label;
  }

  /** A shelf for one life of a client; what a dead one does is not done any more. */
  shelf(isAlive: () => boolean): Shelf {
    return {
      left: [...this.#kept.values()],
      keep: (sending) => {
        if (isAlive()) this.#kept.set(sending.key, sending);
      },
      forget: ({ key }) => {
        if (isAlive()) this.#kept.delete(key);
      },
    };
  }

  /** A text that nobody has written yet. */
  compose(): string {
    return `${this.label}, ${this.written.size + 1}`;
  }

  /** The wall clock says this now: a receipt of what was tried long before may be gone for good. */
  notice(nowMs: number): void {
    for (const { draft, triedMs } of this.#kept.values()) {
      if (triedMs !== undefined && nowMs - triedMs > retryAgeMaxMs) {
        this.outlived.add(draft.text ?? "");
      }
    }
  }
}
