/**
 * What happens, beside what is said, as lines on a screen.
 *
 * @module
 */
import type { Event } from "../../lib/api/schemas.ts";
import type { Model } from "../conversation/model.ts";
import { codeWords } from "./failure_words.ts";
import { momentText, type Reading } from "./quantities.ts";
import { roomCall, roomTitle } from "./room_titles.ts";
import { type Line, line } from "./safe_line.ts";

/** For whom an event is told: where they are, and when. */
export interface EventView extends Reading {
  readonly place: { readonly kind: string; readonly room?: string };
}

/**
 * What an event is told as; `undefined` for one that says nothing of use.
 *
 * None begins with what a room is called: that can look like a time and an author.
 *
 * @param before What was known before it.
 */
export function eventLine(event: Event, before: Model, view: EventView): Line | undefined {
  const isMe = (name: string) => name === before.user;
  const isHere = (room: string) => view.place.kind === "room" && view.place.room === room;
  switch (event.type) {
    case "message.deleted":
      return line`#${event.id} was deleted`;
    case "room.created":
      if (event.room_kind !== "room") return undefined;
      return line`The room ${event.name ?? event.room} is made; ${
        isHere(event.room)
          ? "/invite USER or /link lets others in, /room leads back"
          : wayTo(event, before)
      }`;
    case "room.updated":
      return roomChange(event, before);
    case "room.deleted":
      return knows(before, event.room)
        ? line`The room ${roomTitle(before, event.room)} is gone, with all that was said in it`
        : undefined;
    case "member.joined":
      // Newcomers of the common chat show when they say something.
      if (event.room === "common") return undefined;
      if (!isMe(event.user)) return line`${event.user} is in ${roomTitle(before, event.room)} now`;
      return isHere(event.room)
        ? line`You are in ${event.name ?? event.room} now`
        // Who is let in is still where they were.
        : line`You were let into ${event.name ?? event.room}; ${wayTo(event, before)}`;
    case "member.left":
      if (!knows(before, event.room)) return undefined;
      return isMe(event.user)
        ? line`You are not in ${roomTitle(before, event.room)} any more`
        : line`${event.user} is not in ${roomTitle(before, event.room)} any more`;
    case "invitation":
      return invitationLine(event, before);
    case "join.requested":
      // Who asks is told by the answer to what they have typed.
      if (isMe(event.user)) return undefined;
      return line`${event.user} asks to enter ${
        roomTitle(before, event.room)
      }: /approve ${event.user} or /deny ${event.user}`;
    case "join.approved":
      // Where one is already, that has been told.
      return knows(before, event.room)
        ? undefined
        : line`You were let into ${event.name}; ${wayTo(event, before)}`;
    case "join.denied":
      return line`You were not let into ${event.name}`;
    case "user.renamed":
      return isMe(event.before) || isMe(event.user)
        ? line`You are called ${event.user} now`
        : line`${event.before} is called ${event.user} now`;
    case "user.deleted":
      return line`${event.user} is gone for good`;
    case "user.unbanned":
      return line`Your ban is over; you can send again`;
    case "role.changed":
      return event.role === "none"
        ? line`You do not moderate here any more`
        : line`You are ${
          event.role === "owner" ? "an owner" : "a moderator"
        } here now; see /help mod`;
    case "user.banned":
      return line`You are banned from sending until ${
        momentText(event.banned_until, view)
      }; you can still read`;
    case "scheduled.created":
      return line`${event.scheduled} will be sent at ${
        momentText(event.at, view)
      }; /cancel ${event.scheduled} takes it back`;
    case "scheduled.updated":
      return line`${event.scheduled} is changed, and will be sent at ${momentText(event.at, view)}`;
    case "scheduled.cancelled":
      return line`${event.scheduled} is cancelled`;
    case "scheduled.sent":
      return line`${event.scheduled}, which was scheduled, is sent as #${event.message}`;
    case "scheduled.failed":
      return line`${event.scheduled}, which was scheduled, could not be sent: ${
        codeWords(event.code)
      }; /scheduled shows it`;
    case "token.revoked":
      return line`Client ${event.token} is signed out`;
    case "message":
    case "read":
    case "presence":
    // What can be done about them is seen in /rooms and /requests.
    case "invitation.closed":
    case "join.answered":
      return undefined;
  }
}

function knows({ rooms }: Model, room: string): boolean {
  return rooms.has(room);
}

/** How to go to a room that was not known before. */
function wayTo(
  { room: id, name = id }: { readonly room: string; readonly name?: string | undefined },
  { rooms }: Model,
): Line {
  const others = [...rooms.values()].filter(({ kind }) => kind !== "private");
  return line`/room ${roomCall({ id, name }, others)} goes there`;
}

function invitationLine(
  { room: id, name, by }: Event & { readonly type: "invitation" },
  { doors }: Model,
): Line {
  const others = doors.invitations.map((each) => ({ id: each.room, name: each.name }));
  const called = roomCall({ id, name }, others);
  return line`${by} invites you to ${name}: /accept ${called} or /decline ${called}`;
}

function roomChange(
  { room, name, owner }: Event & { readonly type: "room.updated" },
  before: Model,
): Line | undefined {
  const known = before.rooms.get(room);
  if (known?.name !== name) {
    return line`The room ${roomTitle(before, room)} is called ${name} now`;
  }
  if (known.owner === owner) return undefined;
  return owner === before.user ? line`You own ${name} now` : line`${owner} owns ${name} now`;
}
