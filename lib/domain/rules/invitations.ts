/**
 * Invitations: the owner asks someone in, who joins as soon as they accept.
 *
 * @module
 */
import type { FoldedName } from "../../text/names.ts";
import { invitationsPerUserMax, roomInvitationsMax } from "../bounds.ts";
import type { RoomId, UserId } from "../ids.ts";
import type { Retry } from "../receipt.ts";
import { alreadyMember, invalid, notFound } from "../refusal.ts";
import { type Rule, success } from "../rule.ts";
import { pairKey } from "../table.ts";
import { crowded, enter, ownRoom, withdraw } from "./owned_rooms.ts";
import { banOf, exhaustion, useLimit } from "./limits.ts";

/** Invites a user. */
export interface Invite {
  readonly type: "invite";
  readonly actor: UserId;
  readonly room: RoomId;
  readonly user: FoldedName;
  readonly retry?: Retry;
}

export interface Invited {
  readonly room: RoomId;
  readonly user: string;
}

/** Accepts or declines. */
export interface AnswerInvitation {
  readonly type: "invitation.answer";
  readonly actor: UserId;
  readonly room: RoomId;
  readonly accept: boolean;
  readonly retry?: Retry;
}

export interface InvitationAnswered {
  readonly room: RoomId;
  readonly status: "joined" | "declined";
}

export const invite: Rule<Invite, Invited> = {
  needs({ actor, room, user }, needs) {
    needs.users.add(actor);
    needs.members.push({ room, user: actor });
    needs.membersOf.add(room);
    needs.invitationsInto.add(room);
    needs.invitationsTo.add(user);
    needs.windows.push({ user: actor, kind: "invite" });
  },

  decide({ actor, room: id, user: name }, state, circumstances) {
    const found = ownRoom(actor, id, state);
    if (!found.ok) return found;
    const { room } = found;
    const user = state.userNamed(name);
    if (user === undefined) return notFound("user");
    if (state.isMember(id, user.id)) return alreadyMember;
    // Asked in already: nothing more is to be done.
    if (state.invitations.has(pairKey(id, user.id))) return success({ room: id, user: user.name });
    if (state.invitations.where((one) => one.room === id).length >= roomInvitationsMax) {
      return invalid("room", `has ${roomInvitationsMax} invitations waiting`);
    }
    if (state.invitations.where((one) => one.user === user.id).length >= invitationsPerUserMax) {
      return invalid("user", `has ${invitationsPerUserMax} invitations waiting`);
    }
    const owner = state.users.get(actor);
    const against = (owner && banOf(owner, circumstances.nowMs)) ??
      exhaustion(actor, "invite", state, circumstances);
    if (against !== undefined) return against;
    useLimit(actor, "invite", state, circumstances);
    const by = room.owner;
    state.invitations.put({ room: id, user: user.id, by, atMs: circumstances.nowMs });
    state.tell(
      { type: "invitation", audience: user.id, room: id, name: room.name, by },
      circumstances.nowMs,
    );
    return success({ room: id, user: user.name });
  },
};

export const answerInvitation: Rule<AnswerInvitation, InvitationAnswered> = {
  needs({ actor, room }, needs) {
    needs.users.add(actor);
    needs.invitationsTo.add(actor);
    needs.membersOf.add(room);
    needs.membershipsOf.add(actor);
    needs.requestsInto.add(room);
  },

  decide({ actor, room: id, accept }, state, { nowMs }) {
    const invitation = state.invitations.get(pairKey(id, actor));
    const room = state.rooms.get(id);
    const user = state.users.get(actor);
    if (invitation === undefined || room?.kind !== "room" || user === undefined) {
      return notFound("invitation");
    }
    if (!accept) {
      withdraw(invitation, state, nowMs);
      return success({ room: id, status: "declined" });
    }
    const against = crowded(id, actor, state);
    if (against !== undefined) return against;
    state.invitations.remove(invitation);
    const request = state.requests.get(pairKey(id, actor));
    if (request !== undefined) state.requests.remove(request);
    enter(room, user, state, nowMs);
    return success({ room: id, status: "joined" });
  },
};
