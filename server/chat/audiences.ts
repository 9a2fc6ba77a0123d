/**
 * Who is live, and what each may see: a room's members, a user's own clients.
 *
 * @module
 */
import type { Event } from "../../lib/domain/event.ts";
import type { AudienceId, RoomId, UserId } from "../../lib/domain/ids.ts";
import type { Subscriber } from "./subscriber.ts";

/** Live subscribers by audience, and the same the other way round. */
export class Audiences {
  readonly #subscribers = new Map<AudienceId, Set<Subscriber>>();
  readonly #audiences = new Map<Subscriber, Set<AudienceId>>();

  /** All who are live. */
  get live(): Iterable<Subscriber> {
    return this.#audiences.keys();
  }

  /** Makes a subscriber live, for its user's own events and those of `rooms`. */
  admit(subscriber: Subscriber, rooms: readonly RoomId[]): void {
    for (const audience of [subscriber.user, ...rooms]) this.#add(subscriber, audience);
  }

  /** It is live no more. */
  retire(subscriber: Subscriber): void {
    for (const audience of this.#audiences.get(subscriber) ?? []) {
      const subscribers = this.#subscribers.get(audience);
      subscribers?.delete(subscriber);
      if (subscribers?.size === 0) this.#subscribers.delete(audience);
    }
    this.#audiences.delete(subscriber);
  }

  /** Lets those in who have become members by `event`, before it is told. */
  follow(event: Event): void {
    if (event.type === "room.created") {
      for (const { id } of event.members) this.#admitUser(id, event.room);
    } else if (event.type === "member.joined") {
      this.#admitUser(event.user.id, event.room);
    }
  }

  /** The audiences among those of `events` that each subscriber belongs to, smallest id first. */
  concerned(events: readonly Event[]): Map<Subscriber, AudienceId[]> {
    const concerned = new Map<Subscriber, AudienceId[]>();
    const audiences = new Set(events.map(({ audience }) => audience));
    for (const audience of [...audiences].sort((a, b) => a - b)) {
      for (const subscriber of this.#subscribers.get(audience) ?? []) {
        const own = concerned.get(subscriber);
        if (own === undefined) concerned.set(subscriber, [audience]);
        else own.push(audience);
      }
    }
    return concerned;
  }

  #admitUser(user: UserId, room: RoomId): void {
    // Only those that are live: one that is catching up will learn its rooms from the store.
    for (const subscriber of this.#subscribers.get(user) ?? []) this.#add(subscriber, room);
  }

  #add(subscriber: Subscriber, audience: AudienceId): void {
    const subscribers = this.#subscribers.get(audience);
    if (subscribers === undefined) this.#subscribers.set(audience, new Set([subscriber]));
    else subscribers.add(subscriber);
    const audiences = this.#audiences.get(subscriber);
    if (audiences === undefined) this.#audiences.set(subscriber, new Set([audience]));
    else audiences.add(audience);
  }
}
