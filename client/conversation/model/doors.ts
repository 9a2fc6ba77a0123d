/**
 * Who waits at which door: rooms that the user is invited into, and people who ask for the user's.
 *
 * @module
 */
import type { Event } from "../../../lib/api/schemas.ts";

/** Most invitations that are kept in mind, and most who ask; of more, those lately heard of. */
export const doorsMax = 100;

/** A room that the user may enter at once. */
export interface Invitation {
  readonly room: string;
  readonly name: string;
}

/** Someone who wants to enter a room. */
export interface Asker {
  readonly room: string;
  readonly user: string;
}

/** Never changed in place. The one heard of last is last. */
export interface Doors {
  readonly invitations: readonly Invitation[];
  readonly askers: readonly Asker[];
}

export const noDoors: Doors = { invitations: [], askers: [] };

/** All that the server has of a kind. */
export type DoorList =
  | { readonly type: "invitations"; readonly invitations: readonly Invitation[] }
  /** Whoever asks for one of these rooms. */
  | {
    readonly type: "askers";
    readonly rooms: readonly string[];
    readonly askers: readonly Asker[];
  };

/** What may be about doors. */
export type DoorEvent =
  | Event
  | DoorList
  | { readonly type: "connected"; readonly resetBy?: string };

/** What else may happen to a model. */
interface OtherEvent {
  readonly type:
    | "backlog"
    | "queued"
    | "sent"
    | "failed"
    | "status"
    | "state"
    | "refused"
    | "mark_refused"
    | "unknown";
}

/** The doors after an event of `user`; the very same ones if it says nothing of them. */
export function doorsAfter(doors: Doors, event: DoorEvent | OtherEvent, user: string): Doors {
  switch (event.type) {
    case "connected":
      // Whoever came or went since is not told any more.
      return event.resetBy === undefined ? doors : noDoors;
    case "askers": {
      const others = doors.askers.filter(({ room }) => !event.rooms.includes(room));
      return { ...doors, askers: [...others, ...event.askers].slice(-doorsMax) };
    }
    case "invitations":
      return {
        ...doors,
        invitations: event.invitations.map(({ room, name }) => ({ room, name })).slice(-doorsMax),
      };
    case "invitation": {
      const { room, name } = event;
      const others = withoutRoom(doors.invitations, room);
      return { ...doors, invitations: [...others, { room, name }].slice(-doorsMax) };
    }
    case "invitation.closed":
      return { ...doors, invitations: withoutRoom(doors.invitations, event.room) };
    case "join.requested": {
      const { room, user: asker } = event;
      if (asker === user) return doors;
      const others = withoutAsker(doors.askers, event);
      return { ...doors, askers: [...others, { room, user: asker }].slice(-doorsMax) };
    }
    case "join.answered":
      return { ...doors, askers: withoutAsker(doors.askers, event) };
    case "member.joined":
      return event.user === user
        ? { ...doors, invitations: withoutRoom(doors.invitations, event.room) }
        : { ...doors, askers: withoutAsker(doors.askers, event) };
    case "room.deleted":
      return {
        invitations: withoutRoom(doors.invitations, event.room),
        askers: withoutRoom(doors.askers, event.room),
      };
    case "room.updated":
      return event.owner === user
        ? doors
        : { ...doors, askers: withoutRoom(doors.askers, event.room) };
    case "user.renamed":
      return {
        ...doors,
        askers: doors.askers.map((asker) =>
          asker.user === event.before ? { ...asker, user: event.user } : asker
        ),
      };
    case "user.deleted":
      return { ...doors, askers: doors.askers.filter((asker) => asker.user !== event.user) };
    default:
      return doors;
  }
}

function withoutRoom<Item extends { readonly room: string }>(
  items: readonly Item[],
  room: string,
): readonly Item[] {
  return items.filter((item) => item.room !== room);
}

function withoutAsker(askers: readonly Asker[], { room, user }: Asker): readonly Asker[] {
  return askers.filter((asker) => asker.room !== room || asker.user !== user);
}
