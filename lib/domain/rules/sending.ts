/**
 * Sending: to everyone, to one person, or about another message.
 *
 * @module
 */
import type { FoldedName } from "../../text/names.ts";
import { commonRoom, type MessageId, type RoomId, type UserId } from "../ids.ts";
import type { Message } from "../message.ts";
import type { Needs } from "../needs.ts";
import type { Retry } from "../receipt.ts";
import { invalid, notFound, type Refused } from "../refusal.ts";
import { roomKind } from "../room.ts";
import { type Rule, success } from "../rule.ts";
import type { State } from "../state.ts";
import type { User } from "../user.ts";
import { privateRoom } from "./private_chats.ts";

/** Where a message goes; nothing given means: the common chat, or where `commentOn` stands. */
export interface Destination {
  readonly to?: FoldedName;
  readonly room?: RoomId;
  readonly commentOn?: MessageId;
}

/** Says something. */
export interface Send {
  readonly type: "send";
  readonly actor: UserId;
  readonly destination: Destination;
  readonly text: string;
  readonly retry?: Retry;
}

export interface Sent {
  readonly message: Message;
}

export const send: Rule<Send, Sent> = {
  needs({ actor, destination }, needs) {
    needs.users.add(actor);
    needDestination(actor, destination, needs);
  },

  decide(command, state, { nowMs }) {
    const author = state.user(command.actor);
    if (author === undefined) return notFound("user");
    const place = findPlace(author, command.destination, state);
    if (!place.ok) return place;

    const room = "with" in place ? privateRoom(state, author, place.with, nowMs).id : place.room;
    const other = "with" in place ? place.with : otherOf(room, author, state);
    const message: Message = {
      id: state.nextPosition() as MessageId,
      room,
      roomKind: roomKind(room, state.room(room)),
      author: { id: author.id, name: author.name },
      ...(other !== undefined && { to: { id: other.id, name: other.name } }),
      text: command.text,
      atMs: nowMs,
      ...(command.destination.commentOn !== undefined &&
        { commentOn: command.destination.commentOn }),
      comments: 0,
      ...(command.retry !== undefined && { key: command.retry.key }),
    };
    state.append({ position: message.id, type: "message", audience: room, atMs: nowMs, message });
    return success({ message });
  },
};

function needDestination(actor: UserId, { to, room, commentOn }: Destination, needs: Needs): void {
  if (to !== undefined) needs.privateChats.push({ user: actor, name: to });
  if (room !== undefined && room !== commonRoom) needs.members.push({ room, user: actor });
  if (commentOn !== undefined) needs.messages.push({ message: commentOn, user: actor });
}

/** A room that is there, or someone to open a private chat with. */
type Place = { readonly ok: true } & ({ readonly room: RoomId } | { readonly with: User });

function findPlace(
  author: User,
  { to, room, commentOn }: Destination,
  state: State,
): Place | Refused {
  let commented: RoomId | undefined;
  if (commentOn !== undefined) {
    const message = state.message(commentOn);
    // Whether a message exists is none of the business of who can't see it.
    if (message === undefined || !state.isMember(message.room, author.id)) {
      return notFound("message");
    }
    commented = message.room;
  }
  if (to !== undefined) {
    const other = state.userNamed(to);
    if (other === undefined) return notFound("user");
    if (other.id === author.id) return invalid("to", "must be someone else");
    if (commented !== undefined && commented !== state.privateRoom(author.id, other.id)?.id) {
      return elsewhere;
    }
    return { ok: true, with: other };
  }
  if (room !== undefined) {
    if (!state.isMember(room, author.id)) return notFound("room");
    if (commented !== undefined && commented !== room) return elsewhere;
    return { ok: true, room };
  }
  return { ok: true, room: commented ?? commonRoom };
}

const elsewhere = invalid("comment_on", "must be a message of the chat that this is sent to");

/** The other one of a private chat. */
function otherOf(room: RoomId, author: User, state: State): User | undefined {
  const pair = state.room(room)?.pair;
  if (pair === undefined) return undefined;
  return state.user(pair[0] === author.id ? pair[1] : pair[0]);
}
