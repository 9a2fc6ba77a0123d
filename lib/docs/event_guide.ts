/**
 * What each event means, in words for a reader.
 *
 * @module
 */
import type { Event, StreamNotice } from "../api/schemas.ts";

/** What happened when an event of this type comes. */
export const eventGuide: Readonly<Record<Event["type"], string>> = {
  message: "Someone has sent a message, perhaps you from another client.",
  "message.deleted": "A message was deleted, by its author or by who moderates: forget it.",
  read: "You have read a room up to a message, on one of your clients.",
  "room.created": "A room or a private chat that you are in was made.",
  "room.updated": "A room has another name or another owner.",
  "room.deleted": "A room is gone, with all that was said in it.",
  "member.joined": "Someone is in the room from now on, perhaps you.",
  "member.left": "Someone is not in the room any more, perhaps you.",
  invitation: "You are invited into a room.",
  "invitation.closed": "An invitation of yours can't be accepted any more.",
  "join.requested": "Someone asks to enter a room of yours, or you have asked to enter one.",
  "join.answered": "You have approved or denied someone, perhaps from another client.",
  "join.approved": "You were let into the room that you asked to enter.",
  "join.denied": "You were not let into the room that you asked to enter.",
  "user.renamed": "Someone has another name from now on.",
  "user.deleted":
    "Someone is gone for good, and their name is free. What they have said goes, too: events of its own tell of it.",
  "user.banned": "You are banned from sending until the time that is told.",
  "user.unbanned": "Your ban was ended: you may send again.",
  "role.changed": "You moderate or own this chat from now on, or you do no longer.",
  "scheduled.created": "You have scheduled a message, perhaps from another client.",
  "scheduled.updated": "You have changed a scheduled message.",
  "scheduled.cancelled": "You have cancelled a scheduled message.",
  "scheduled.sent": "A scheduled message was sent, and is a message now.",
  "scheduled.failed":
    "A scheduled message could not be sent when it was due; the code says why, and it waits in the list for you to change or cancel it.",
  "token.revoked": "One of your tokens is of no use any more.",
  presence: "Someone came or went. It has no cursor and is never repeated.",
};

/** What a stream tells of itself. */
export const noticeGuide: Readonly<Record<StreamNotice["type"], string>> = {
  caught_up: "All that came before is told; what follows is live.",
  reset:
    "The stream cannot go on from your cursor. Load what you show anew, and go on from the cursor that comes with this.",
  heartbeat:
    "Nothing happened, up to this cursor. In `text/event-stream` it is a block with nothing but an id.",
  bye: "The server is about to end the stream. Come back with your last cursor.",
};
