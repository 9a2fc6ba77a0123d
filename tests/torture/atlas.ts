/**
 * The atlas: what clients know of the chat when they choose what to do; it may be out of date.
 *
 * @module
 */
import type { Event } from "../../lib/api/schemas.ts";
import { nameOf, userNumber } from "./names.ts";

/** Messages that are kept in mind, the last ones. */
const messagesMax = 300;

export interface KnownMessage {
  readonly id: number;
  readonly room: string;
  readonly author: number;
  readonly files: readonly number[];
}

export interface KnownRoom {
  readonly id: string;
  readonly kind: "common" | "private" | "room";
  readonly members: Set<number>;
  owner: number | undefined;
}

/** Two that belong together: someone and a room. */
export interface Pair {
  readonly user: number;
  readonly room: string;
}

export class Atlas {
  readonly rooms = new Map<string, KnownRoom>();
  messages: KnownMessage[] = [];
  invitations: Pair[] = [];
  requests: Pair[] = [];
  /** What users are called. */
  readonly #names = new Map<number, string>();

  nameOf(user: number): string {
    return this.#names.get(user) ?? nameOf(user, 0);
  }

  roomsOf(user: number): readonly KnownRoom[] {
    return [...this.rooms.values()].filter(({ kind, members }) =>
      kind === "room" && members.has(user)
    );
  }

  /** What someone may see, as far as is known. */
  messagesFor(user: number): readonly KnownMessage[] {
    return this.messages.filter(({ room }) =>
      room === "common" || this.rooms.get(room)?.members.has(user)
    );
  }

  /** Hears what one user was told. */
  hear(user: number, event: Event): void {
    switch (event.type) {
      case "message": {
        const { id, room, author, files } = event;
        const known = { id, room, author: userNumber(author), files: files.map((one) => one.id) };
        this.messages.push(known);
        if (this.messages.length > 2 * messagesMax) this.messages.splice(0, messagesMax);
        return;
      }
      case "message.deleted":
        this.messages = this.messages.filter(({ id }) => id !== event.id);
        return;
      case "user.renamed":
        this.#names.set(userNumber(event.user), event.user);
        return;
      case "room.created":
        this.rooms.set(event.room, {
          id: event.room,
          kind: event.room_kind,
          members: new Set(event.members.map(userNumber)),
          owner: event.owner === undefined ? undefined : userNumber(event.owner),
        });
        return;
      case "room.updated": {
        const room = this.rooms.get(event.room);
        if (room !== undefined) room.owner = userNumber(event.owner);
        return;
      }
      case "room.deleted":
        this.rooms.delete(event.room);
        return;
      case "member.joined":
        this.rooms.get(event.room)?.members.add(userNumber(event.user));
        this.#forget(event.room, userNumber(event.user));
        return;
      case "member.left":
        this.rooms.get(event.room)?.members.delete(userNumber(event.user));
        return;
      case "invitation":
        this.invitations.push({ user, room: event.room });
        return;
      case "invitation.closed":
        this.#forget(event.room, user);
        return;
      case "join.requested":
        this.requests.push({ user: userNumber(event.user), room: event.room });
    }
  }

  #forget(room: string, user: number): void {
    const isOther = (pair: Pair) => pair.room !== room || pair.user !== user;
    this.invitations = this.invitations.filter(isOther);
    this.requests = this.requests.filter(isOther);
  }
}
