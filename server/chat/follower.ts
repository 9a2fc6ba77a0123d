/**
 * Follows the log where other processes write to it as well, so that everything is published once
 * and in its order, whoever has committed it.
 *
 * @module
 */
import { type Clock, othersTurn } from "../../lib/clock.ts";
import type { Event } from "../../lib/domain/event.ts";
import type { Position } from "../../lib/domain/ids.ts";
import { failureFields, logFor } from "../../lib/log.ts";
import type { Store } from "../store/store.ts";
import type { Committed } from "./engine.ts";

/** How often it looks whether others have committed something. */
export const followEveryMs = 250;

/** Events that are read from the log and published at a time. */
export const followedPageEvents = 100;

/** Pages of them in one look, after which what waits here to be carried out has its turn. */
export const followedPagesMax = 10;

export interface FollowerSetup {
  readonly store: Pick<Store, "head" | "eventsAfter">;
  readonly clock: Clock;
  /** Everything up to here has been published, or is nobody's business here. */
  readonly head: Position;
  readonly publish: (committed: Committed) => void;
}

/**
 * Knows up to where the log has been published.
 *
 * Its methods must not run at the same time, nor while something is being committed here: what was
 * just committed would be read from the log, and published twice.
 */
export class Follower {
  readonly #setup: FollowerSetup;
  readonly #log = logFor("follower");
  #known: Position;
  #hasFailed = false;

  constructor(setup: FollowerSetup) {
    this.#setup = setup;
    this.#known = setup.head;
  }

  /**
   * Publishes what others have committed, as far as it is little enough, and tells whether there is
   * more to be read at once. If the log can't be read, the next look will do.
   */
  async look(): Promise<boolean> {
    const { store } = this.#setup;
    let hasMore = false;
    await this.#try(async () => {
      const head = await store.head();
      await this.#readUpTo(head, followedPagesMax);
      hasMore = this.#known < head;
    });
    return hasMore;
  }

  /**
   * Publishes what others had committed before something that was committed here, and tells whether
   * that is to be published next. If the log can't be read it is not: it will be found there.
   */
  async makeWay({ after, head }: Committed): Promise<boolean> {
    if (after > this.#known && !await this.#try(() => this.#readUpTo(after))) return false;
    this.#known = head;
    return true;
  }

  async #readUpTo(end: Position, pagesMax = Infinity): Promise<void> {
    const { store, clock, publish } = this.#setup;
    for (let pages = 0; this.#known < end && pages < pagesMax; pages++) {
      const after = this.#known;
      const page = await store.eventsAfter(after, followedPageEvents);
      if (page.forgotten > after) {
        this.#known = Math.min(page.forgotten, end);
        publish({ events: [], after, head: this.#known, late: "forgotten" });
        continue;
      }
      const head = Math.min(page.upTo, end);
      if (head <= after) {
        throw new Error(`The log ends at ${page.upTo}, which is not after ${after}`);
      }
      this.#known = head;
      const events = page.events.filter(({ position }) => position <= head);
      const isLate = events.some((event) => hasExpired(event, clock.now()));
      publish({ events, after, head, ...(isLate && { late: "expired" }) });
      // A process that writes much must not keep this one from everything else.
      if (head < end) await othersTurn(clock);
    }
  }

  /** Tells whether it went well. What keeps failing is logged once. */
  async #try(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.#hasFailed = false;
      return true;
    } catch (failure) {
      if (!this.#hasFailed) {
        this.#log.error("Cannot read what others have committed", failureFields(failure));
      }
      this.#hasFailed = true;
      return false;
    }
  }
}

/** Whether it is there for some and not for others by now. */
function hasExpired(event: Event, nowMs: number): boolean {
  return event.type === "message" && event.message.expiresMs <= nowMs;
}
