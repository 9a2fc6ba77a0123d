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
      this.#remove(subscriber, audience);
    }
    this.#audiences.delete(subscriber);
  }

  /** Lets those in who have become members by `event`, and those out who no longer are. */
  follow(event: Event): void {
    switch (event.type) {
      case "room.created":
        for (const { id } of event.members) this.#admitUser(id, event.room);
        return;
      case "member.joined":
        this.#admitUser(event.user.id, event.room);
        return;
      case "member.left":
        this.#dismissUser(event.user.id, event.room);
        return;
      case "room.deleted":
        this.#dismissUser(event.audience as UserId, event.room);
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

  // Only those that are live: one that is catching up will learn its rooms from the store.

  #admitUser(user: UserId, room: RoomId): void {
    for (const subscriber of this.#subscribers.get(user) ?? []) this.#add(subscriber, room);
  }

  #dismissUser(user: UserId, room: RoomId): void {
    for (const subscriber of this.#subscribers.get(user) ?? []) {
      this.#remove(subscriber, room);
      this.#audiences.get(subscriber)?.delete(room);
    }
  }

  #add(subscriber: Subscriber, audience: AudienceId): void {
    const subscribers = this.#subscribers.get(audience);
    if (subscribers === undefined) this.#subscribers.set(audience, new Set([subscriber]));
    else subscribers.add(subscriber);
    const audiences = this.#audiences.get(subscriber);
    if (audiences === undefined) this.#audiences.set(subscriber, new Set([audience]));
    else audiences.add(audience);
  }

  #remove(subscriber: Subscriber, audience: AudienceId): void {
    const subscribers = this.#subscribers.get(audience);
    subscribers?.delete(subscriber);
    if (subscribers?.size === 0) this.#subscribers.delete(audience);
  }
}

/**
 * Cuts events into stretches, each of which one set of audiences may see: an event that lets someone
 * in or out begins a new one.
 */
export function stretches(events: readonly Event[]): readonly (readonly Event[])[] {
  const all: Event[][] = [];
  for (const event of events) {
    const last = all.at(-1);
    if (last === undefined || changesAudiences(event)) all.push([event]);
    else last.push(event);
  }
  return all;
}

function changesAudiences({ type }: Event): boolean {
  return type === "room.created" || type === "member.joined" || type === "member.left" ||
    type === "room.deleted";
}
