/**
 * What has been told from one side and will come from the other: an own deed, and its event.
 *
 * @module
 */
import type { Event } from "../../lib/api/schemas.ts";
import type { Clock } from "../../lib/clock.ts";
import { foldName } from "../../lib/text/names.ts";

/** How long the other side is waited for, in milliseconds: after it, the same deed is a new one. */
export const echoLifeMs = 30_000;

/** Most deeds that are waited for; of more, those lately told. */
export const echoesMax = 1000;

/** Where one hears that something happened. */
export type Side = "answer" | "stream";

interface Told {
  readonly side: Side;
  readonly untilMs: number;
}

/** Knows what needs not be told again. */
export class Echoes {
  readonly #clock: Clock;
  /** The one told last is last. */
  readonly #told = new Map<string, Told>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether `event` is news: it has not been heard from the other side a moment ago. */
  isNews(event: Event, side: Side): boolean {
    const nowMs = this.#clock.monotonic();
    this.#forget(nowMs);
    const key = keyOf(event);
    const before = this.#told.get(key);
    this.#told.delete(key);
    if (before !== undefined && before.side !== side) return false;
    this.#told.set(key, { side, untilMs: nowMs + echoLifeMs });
    return true;
  }

  /** Makes room for one more. */
  #forget(nowMs: number): void {
    for (const [key, { untilMs }] of this.#told) {
      if (untilMs > nowMs && this.#told.size < echoesMax) return;
      this.#told.delete(key);
    }
  }
}

/** What makes two events the same deed. */
function keyOf(event: Event): string {
  const { type, room, id, user, scheduled, token } = event as
    & Partial<
      Record<"room" | "id" | "user" | "scheduled" | "token", string | number>
    >
    & { readonly type: string };
  // The room of a message that is deleted is not always known to the one who deletes it.
  const place = type === "message.deleted" ? "" : room;
  const who = typeof user === "string" ? foldName(user) : "";
  return JSON.stringify([type, place, id, who, scheduled, token]);
}
