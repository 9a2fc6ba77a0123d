/**
 * Keeps what is not sent yet in the browser, for all its tabs.
 *
 * @module
 */
import type { Clock } from "../../../../lib/clock.ts";
import {
  OutboxFull,
  outboxMessagesMax,
  type Sending,
  type Shelf,
  ShelfFault,
} from "../../../connection/outbox.ts";
import type { Drawer } from "./drawer.ts";
import { Entries } from "./entries.ts";
import { keptSending } from "./kept_sending.ts";

export interface BrowserShelfSetup {
  readonly drawer: Drawer;
  readonly clock: Clock;
  /** {@linkcode Account.id}: others' drafts are not seen. */
  readonly account: string;
}

/** What the mark takes that a draft has been tried, which must find room: it is not sent without. */
export const markUnits = `,"triedMs":${Number.MAX_SAFE_INTEGER}`.length;

/** What waits to be sent, whichever tab has put it there. */
export class BrowserShelf implements Shelf {
  readonly #entries: Entries<Sending>;

  constructor(setup: BrowserShelfSetup) {
    this.#entries = new Entries({ ...setup, kind: "outbox", read: keptSending });
  }

  /** All that waits now, in the order in which it was written. */
  get left(): readonly Sending[] {
    return [...this.#entries.all.values()];
  }

  has(key: string): boolean {
    return this.#entries.get(key) !== undefined;
  }

  /** @throws {OutboxFull} if it is new, and {@linkcode outboxMessagesMax} wait already. */
  keep(sending: Sending): void {
    const { key } = sending;
    if (!this.has(key) && this.#entries.count >= outboxMessagesMax) throw new OutboxFull();
    try {
      this.#entries.put(key, sending, {
        spareUnits: sending.triedMs === undefined ? markUnits : 0,
      });
    } catch (cause) {
      throw new ShelfFault("Cannot keep message: the browser has no room for it", { cause });
    }
  }

  forget({ key }: Sending): void {
    this.#entries.remove(key);
  }

  /** Only asked for when nothing is being sent: all that is there has been left by someone. */
  more(): readonly Sending[] {
    return this.left;
  }
}
