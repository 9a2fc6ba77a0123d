/**
 * What one tab wants of the leader and does not know to be done, in case the leader goes.
 *
 * @module
 */
import type { Clock } from "../../../../lib/clock.ts";
import type { Sending } from "../../../connection/outbox.ts";
import { isOtherLog } from "../../../conversation/model.ts";
import type { BrowserShelf } from "../account/shelf.ts";
import type { LeaderNews } from "./shared_state.ts";

/** Most chats of which it is kept in mind what was seen, until the server has said so. */
export const marksMax = 100;

/** Up to where the user has seen a chat. */
export interface Mark {
  readonly room: string;
  readonly id: number;
}

interface Wish {
  readonly sending: Sending;
  /** The leader of now has taken it. */
  isTaken: boolean;
  /** When a leader took it first, and may have tried it, in milliseconds since 1970 UTC. */
  takenMs: number | undefined;
}

export interface WishesSetup {
  readonly clock: Clock;
  readonly shelf: BrowserShelf;
}

export class Wishes {
  readonly #setup: WishesSetup;
  readonly #sendings = new Map<string, Wish>();
  readonly #marks = new Map<string, number>();

  constructor(setup: WishesSetup) {
    this.#setup = setup;
  }

  /** A draft of this tab, which is on the shelf, is to be sent. */
  send(sending: Sending): void {
    this.#sendings.set(sending.key, { sending, isTaken: false, takenMs: undefined });
  }

  /** A message is to be marked as seen; says whether that is new. */
  see({ room, id }: Mark): boolean {
    if (id <= (this.#marks.get(room) ?? 0)) return false;
    this.#marks.delete(room);
    this.#marks.set(room, id);
    for (const old of [...this.#marks.keys()].slice(0, -marksMax)) this.#marks.delete(old);
    return true;
  }

  /** There is a leader, which has taken these drafts: what else is wanted must be handed over. */
  review(taken: readonly Sending[]): void {
    const keys = new Set(taken.map(({ key }) => key));
    for (const [key, wish] of this.#sendings) {
      wish.isTaken = keys.has(key);
      // What is not on the shelf any more has come to its end.
      if (!this.#setup.shelf.has(key)) this.#sendings.delete(key);
    }
  }

  /** What no leader has taken, as it is to be handed over, in order. */
  get untaken(): readonly Sending[] {
    return [...this.#sendings.values()].filter(({ isTaken }) => !isTaken)
      .map(({ sending, takenMs }) =>
        takenMs === undefined ? sending : { triedMs: takenMs, ...sending }
      );
  }

  get marks(): readonly Mark[] {
    return [...this.#marks].map(([room, id]) => ({ room, id }));
  }

  /** The leader has told something. */
  settle(news: LeaderNews): void {
    const { clock, shelf } = this.#setup;
    if (news.type === "connected" && isOtherLog(news)) {
      this.#marks.clear();
    } else if (news.type === "event" && news.event.type === "read") {
      const { room, read_id } = news.event;
      if (read_id >= (this.#marks.get(room) ?? Infinity)) this.#marks.delete(room);
    } else if (news.type === "queued") {
      const wish = this.#sendings.get(news.sending.key);
      if (wish === undefined) return;
      wish.isTaken = true;
      wish.takenMs ??= clock.now();
    } else if (news.type === "sent" || news.type === "failed") {
      // Where the tabs have no shelf in common, nobody else does it.
      if (this.#sendings.delete(news.sending.key)) shelf.forget(news.sending);
    }
  }
}
