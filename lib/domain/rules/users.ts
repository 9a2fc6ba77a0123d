/**
 * Users who are deleted: gone at once for everyone; what they leave behind goes in steps.
 *
 * @module
 */
import type { FoldedName } from "../../text/names.ts";
import { commonRoom, type MessageId, type RoomId, type UserId } from "../ids.ts";
import { limitKinds } from "../limit.ts";
import type { Needs } from "../needs.ts";
import type { Retry } from "../receipt.ts";
import { notFound } from "../refusal.ts";
import { type Rule, success } from "../rule.ts";
import type { State } from "../state.ts";
import { deleted, isDeleted, refTo, type User } from "../user.ts";
import { judgedByOwner, record } from "./authority.ts";
import { change, close, heirOf, withdraw } from "./owned_rooms.ts";
import { closePrivateChat } from "./private_chats.ts";
import { withdrawInvites } from "./registration_invites.ts";
import { revoke } from "./tokens.ts";

/** Deletes a user: they can't come back, and their name is free. */
export interface DeleteUser {
  readonly type: "user.delete";
  /** Absent: the operator. */
  readonly actor?: UserId;
  readonly user: FoldedName;
  readonly retry?: Retry;
}

export interface UserDeleted {
  readonly user: UserId;
}

/** A step of removing what a deleted user leaves behind. */
export interface EraseUser {
  readonly type: "user.erase";
  readonly user: UserId;
  /** Messages of theirs; not more than `eraseAtOnceMax`. */
  readonly messages: readonly MessageId[];
  /** Rooms of any kind that they are in; not more than `leaveAtOnceMax`. */
  readonly rooms: readonly RoomId[];
  /** No messages and rooms are left but these: all else goes as well. */
  readonly done: boolean;
}

export const deleteUser: Rule<DeleteUser, UserDeleted> = {
  needs({ user }, needs) {
    needs.tokensOf.add(user);
    needs.formerNamesOf.add(user);
    needs.registrationInvites = true;
  },

  decide({ actor, user: name }, state, { nowMs }) {
    const found = judgedByOwner(actor, name, state);
    if (!found.ok) return found;
    const { by, user } = found;
    const former = refTo(user);
    state.users.put(deleted(user, nowMs));
    // What is said to a name is kept from others only while someone is there to whom it was said.
    for (const name of state.formerNames.where((one) => one.user === user.id)) {
      state.formerNames.remove(name);
    }
    for (const token of state.tokensOf(user.id)) revoke(state, token, nowMs);
    withdrawInvites(user.id, state);
    state.tell({ type: "user.deleted", audience: commonRoom, user: former }, nowMs);
    record({ act: "user.delete", user: former }, by, state, nowMs);
    return success({ user: user.id });
  },
};

export const eraseUser: Rule<EraseUser, null> = {
  needs({ user, messages, rooms, done }, needs) {
    needs.users.add(user);
    for (const message of messages) needs.messages.push({ message });
    for (const room of rooms) needRoom(room, user, needs);
    if (done) needBelongings(user, needs);
  },

  decide({ user: id, messages, rooms, done }, state, { nowMs }) {
    const user = state.users.get(id);
    if (user === undefined || !isDeleted(user)) return notFound("user");
    for (const room of rooms) leave(room, user, state, nowMs);
    for (const id of messages) {
      const message = state.message(id);
      if (message?.author.id !== user.id) continue;
      state.messages.remove(message);
      const { room } = message;
      state.tell({ type: "message.deleted", audience: room, room, message: id }, nowMs);
    }
    if (done) {
      removeBelongings(user.id, state, nowMs);
      state.users.put({ ...user, erased: true });
    }
    return success(null);
  },
};

function needRoom(room: RoomId, user: UserId, needs: Needs): void {
  needs.members.push({ room, user });
  if (room === commonRoom) return;
  // It passes on to another member, or is closed.
  needs.membersOf.add(room);
  needs.invitationsInto.add(room);
  needs.linksInto.add(room);
  needs.requestsInto.add(room);
}

/** Takes a deleted user out of a room; that they are in none any more was told when they went. */
function leave(id: RoomId, user: User, state: State, nowMs: number): void {
  const member = state.member(id, user.id);
  if (member === undefined) return;
  const room = state.rooms.get(id);
  if (room?.kind === "private") {
    closePrivateChat(room, user.id, state, nowMs);
    return;
  }
  if (room?.kind !== "room" || room.owner.id !== user.id) {
    state.members.remove(member);
    return;
  }
  const heir = heirOf(room, state);
  if (heir === undefined) {
    close(room, state, nowMs);
    return;
  }
  state.members.remove(member);
  change(room, { ...room, owner: refTo(heir) }, state, nowMs);
}

function needBelongings(user: UserId, needs: Needs): void {
  needs.unsentBy.add(user);
  needs.unsentFilesOf.add(user);
  needs.invitationsTo.add(user);
  needs.invitationsBy.add(user);
  needs.requestsBy.add(user);
  needs.reportsOn.add(user);
  needs.reportsBy.add(user);
  for (const kind of limitKinds) needs.windows.push({ user, kind });
}

/** Their receipts, in which is nothing that they said, go with their time. */
function removeBelongings(id: UserId, state: State, nowMs: number): void {
  const { scheduled, files, invitations, requests, reports, windows } = state;
  // Of what was sent only a trace is left, which goes with its time.
  const unsent = scheduled.where(({ author, end }) => author === id && end?.kind !== "sent");
  for (const one of unsent) scheduled.remove(one);
  for (const file of files.where(({ owner, message }) => owner === id && message === undefined)) {
    files.remove(file);
  }
  for (const invitation of invitations.where(({ user }) => user === id)) {
    invitations.remove(invitation);
  }
  const sent = invitations.where(({ by }) => by.id === id);
  for (const one of sent.sort((a, b) => a.room - b.room || a.user - b.user)) {
    withdraw(one, state, nowMs);
  }
  for (const request of requests.where(({ user }) => user.id === id)) requests.remove(request);
  for (const report of reports.where(({ target, reporter }) => target === id || reporter === id)) {
    reports.remove(report);
  }
  for (const window of windows.where(({ user }) => user === id)) windows.remove(window);
}
