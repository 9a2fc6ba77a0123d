/**
 * Reading: a mark in each room, up to which someone has read, shared by all their clients.
 *
 * @module
 */
import type { FoldedName } from "../../text/names.ts";
import { commonRoom, type RoomId, type UserId } from "../ids.ts";
import type { Retry } from "../receipt.ts";
import { invalid, notFound } from "../refusal.ts";
import { type Rule, success } from "../rule.ts";

/** Marks everything in a room up to a message as read. */
export interface MarkRead {
  readonly type: "read";
  readonly actor: UserId;
  /** The room, or the one whom the private chat is with; neither: the common chat. */
  readonly room?: RoomId;
  readonly to?: FoldedName;
  readonly upto: number;
  readonly retry?: Retry;
}

export interface ReadMarked {
  readonly room: RoomId;
  readonly readId: number;
}

export const markRead: Rule<MarkRead, ReadMarked> = {
  needs({ actor, room, to }, needs) {
    needs.users.add(actor);
    if (to !== undefined) needs.privateChats.push({ user: actor, with: to });
    else needs.members.push({ room: room ?? commonRoom, user: actor });
  },

  decide({ actor, room: named, to, upto }, state, { nowMs }) {
    let room = named ?? commonRoom;
    if (to !== undefined) {
      const other = state.userNamed(to);
      if (other === undefined) return notFound("user");
      const chat = state.privateRoom(actor, other.id);
      if (chat === undefined) return notFound("message");
      room = chat.id;
    }
    const member = state.member(room, actor);
    if (member === undefined) return notFound("room");
    if (upto > state.head) return invalid("upto", "must be a message that exists");
    // Marks never move back: an older client must not make read messages unread again.
    if (upto <= member.readId) return success({ room, readId: member.readId });
    state.members.put({ ...member, readId: upto });
    state.tell({ type: "read", audience: actor, room, readId: upto }, nowMs);
    return success({ room, readId: upto });
  },
};
