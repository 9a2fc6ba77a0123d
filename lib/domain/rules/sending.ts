/**
 * Sending: to everyone, to one person, to a room, or about another message.
 *
 * @module
 */
import { attachmentsOf, type StoredFile } from "../file.ts";
import { commonRoom, type FileId, type MessageId, type RoomId, type UserId } from "../ids.ts";
import type { LimitStatus } from "../limit.ts";
import type { Message } from "../message.ts";
import type { Retry } from "../receipt.ts";
import { notFound } from "../refusal.ts";
import { roomKind } from "../room.ts";
import { type Circumstances, type Rule, success } from "../rule.ts";
import type { State } from "../state.ts";
import { refTo, type User } from "../user.ts";
import { findFiles } from "./attachments.ts";
import {
  type Destination,
  findPlace,
  needDestination,
  otherIn,
  type Place,
} from "./destinations.ts";
import { banOf, exhaustion, isLimited, limitOf, useLimit } from "./limits.ts";
import { privateRoom } from "./private_chats.ts";

/** Says something. */
export interface Send {
  readonly type: "send";
  readonly actor: UserId;
  readonly destination: Destination;
  readonly text: string;
  readonly files: readonly FileId[];
  readonly retry?: Retry;
}

export interface Sent {
  readonly message: Message;
  /** What is left of the limit that this counted for. */
  readonly limit?: LimitStatus;
}

/** A message that nothing stands against any more. */
export interface Letter {
  readonly author: User;
  readonly place: Place;
  readonly text: string;
  readonly files: readonly StoredFile[];
  readonly commentOn?: MessageId;
  readonly key?: string;
}

/** What a receipt keeps of a message: nothing that was said. */
type Kept = Pick<Message, "id" | "room" | "roomKind" | "to" | "atMs" | "expiresMs" | "commentOn">;

export const send: Rule<Send, Sent> = {
  needs({ actor, destination, files }, needs) {
    needs.users.add(actor);
    needDestination(actor, destination, needs);
    // A comment may turn out to be one in the common chat.
    if (destination.to === undefined) needs.windows.push({ user: actor, kind: "common" });
    for (const file of files) needs.files.add(file);
  },

  decide(command, state, circumstances) {
    const { destination, text, files: ids, retry } = command;
    const author = state.users.get(command.actor);
    if (author === undefined) return notFound("user");
    const found = findPlace(author, destination, state, circumstances);
    if (!found.ok) return found;
    const { place } = found;
    const attached = findFiles(author.id, ids, state);
    if (!attached.ok) return attached;
    const { files } = attached;
    const against = banOf(author, circumstances.nowMs) ??
      (isLimited(place) ? exhaustion(author.id, "common", state, circumstances) : undefined);
    if (against !== undefined) return against;

    const message = deliver(
      {
        author,
        place,
        text,
        files,
        ...(destination.commentOn !== undefined && { commentOn: destination.commentOn }),
        ...(retry !== undefined && { key: retry.key }),
      },
      state,
      circumstances,
    );
    return success(sent(message, state, circumstances));
  },

  receipt: {
    keep({ message: { id, room, roomKind, to, atMs, expiresMs, commentOn } }): Kept {
      return {
        id,
        room,
        roomKind,
        ...(to !== undefined && { to }),
        atMs,
        expiresMs,
        ...(commentOn !== undefined && { commentOn }),
      };
    },

    // As it was when it was sent: nobody had commented on it. Files that are gone are left out.
    recall(kept, { actor, text, files, retry }, state, circumstances) {
      const message = kept as Kept;
      const author = state.users.get(actor);
      const attached = files.flatMap((id) => state.files.get(id) ?? []);
      return sent(
        {
          ...message,
          author: author === undefined ? { id: actor, name: "" } : refTo(author),
          text,
          comments: 0,
          files: attachmentsOf(attached.filter((file) => file.message === message.id)),
          ...(retry !== undefined && { key: retry.key }),
        },
        state,
        circumstances,
      );
    },
  },
};

function sent(message: Message, state: State, circumstances: Circumstances): Sent {
  const limit = message.room === commonRoom
    ? limitOf(message.author.id, "common", state, circumstances)
    : undefined;
  return { message, ...(limit !== undefined && { limit }) };
}

/** Sends a message, and counts it. */
export function deliver(letter: Letter, state: State, circumstances: Circumstances): Message {
  const { author, place, text, files, commentOn, key } = letter;
  const { nowMs, policy } = circumstances;
  if (isLimited(place)) useLimit(author.id, "common", state, circumstances);
  const room: RoomId = "with" in place ? privateRoom(state, author, place.with, nowMs) : place.room;
  const other = otherIn(room, author, state);
  const message: Message = {
    id: state.nextPosition() as MessageId,
    room,
    roomKind: roomKind(room, state.rooms.get(room)),
    author: refTo(author),
    ...(other !== undefined && { to: refTo(other) }),
    text,
    atMs: nowMs,
    expiresMs: nowMs + policy.messageTtlMs,
    ...(commentOn !== undefined && { commentOn }),
    comments: 0,
    files: attachmentsOf(files),
    ...(key !== undefined && { key }),
  };
  for (const file of files) state.files.put({ ...file, message: message.id });
  state.say(message);
  return message;
}
