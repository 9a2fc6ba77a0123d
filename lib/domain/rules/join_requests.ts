/**
 * Join requests: who comes by a link waits until the owner approves or denies.
 *
 * @module
 */
import type { FoldedName } from "../../text/names.ts";
import { roomRequestsMax } from "../bounds.ts";
import type { LinkId, RoomId, UserId } from "../ids.ts";
import { isUsable, type JoinRequest } from "../invitation.ts";
import type { Retry } from "../receipt.ts";
import { alreadyMember, invalid, notFound, pendingApproval } from "../refusal.ts";
import type { OwnedRoom } from "../room.ts";
import { type Rule, success } from "../rule.ts";
import type { State } from "../state.ts";
import { pairKey } from "../table.ts";
import { refTo } from "../user.ts";
import { byTime, crowded, deny, enter, ownRoom } from "./owned_rooms.ts";
import { exhaustion, useLimit } from "./limits.ts";

/** Asks to come in by the code of a link. */
export interface Join {
  readonly type: "join";
  readonly actor: UserId;
  /** SHA-256 of the code, in hexadecimal. */
  readonly hash: string;
  readonly retry?: Retry;
}

export interface JoinAsked {
  readonly room: RoomId;
  readonly name: string;
}

export interface AnswerRequest {
  readonly type: "request.answer";
  readonly actor: UserId;
  readonly room: RoomId;
  readonly user: FoldedName;
  readonly approve: boolean;
  readonly retry?: Retry;
}

export interface RequestAnswered {
  readonly room: RoomId;
  readonly user: string;
  readonly status: "joined" | "denied";
}

export const join: Rule<Join, JoinAsked> = {
  needs({ actor, hash }, needs) {
    needs.users.add(actor);
    needs.links.push({ hash, user: actor });
    needs.windows.push({ user: actor, kind: "join" });
  },

  decide({ actor, hash }, state, circumstances) {
    const { nowMs } = circumstances;
    const user = state.users.get(actor);
    const link = state.links.find(hash);
    const room = link === undefined ? undefined : state.rooms.get(link.room);
    // A code that never was, is over, used up or revoked: from outside they must look the same.
    if (
      user === undefined || link === undefined || !isUsable(link, nowMs) ||
      room?.kind !== "room" || room.closed
    ) return notFound("link");
    if (state.isMember(room.id, actor)) return alreadyMember;
    if (state.requests.has(pairKey(room.id, actor))) return pendingApproval;
    if (state.requests.where((request) => request.room === room.id).length >= roomRequestsMax) {
      return invalid("code", `leads to a room where ${roomRequestsMax} people wait already`);
    }
    const against = exhaustion(actor, "join", state, circumstances);
    if (against !== undefined) return against;
    useLimit(actor, "join", state, circumstances);
    state.requests.put({ room: room.id, user: refTo(user), link: link.id, atMs: nowMs });
    const asked = { type: "join.requested", room: room.id, user: refTo(user) } as const;
    state.tell({ ...asked, audience: room.owner.id }, nowMs);
    state.tell({ ...asked, audience: actor }, nowMs);
    return success({ room: room.id, name: room.name });
  },
};

export const answerRequest: Rule<AnswerRequest, RequestAnswered> = {
  needs({ actor, room, user }, needs) {
    needs.members.push({ room, user: actor });
    needs.membersOf.add(room);
    needs.membershipsOf.add(user);
    needs.requestsInto.add(room);
    needs.linksInto.add(room);
    needs.invitationsInto.add(room);
  },

  decide({ actor, room: id, user: name, approve }, state, { nowMs }) {
    const found = ownRoom(actor, id, state);
    if (!found.ok) return found;
    const { room } = found;
    const user = state.userNamed(name);
    const request = user === undefined ? undefined : state.requests.get(pairKey(id, user.id));
    if (user === undefined || request === undefined) return notFound("request");
    if (!approve) {
      refuse(room, request, state, nowMs);
      return success({ room: id, user: user.name, status: "denied" });
    }
    const against = crowded(id, user.id, state);
    if (against !== undefined) return against;
    state.requests.remove(request);
    const invitation = state.invitations.get(pairKey(id, user.id));
    if (invitation !== undefined) state.invitations.remove(invitation);
    enter(room, user, state, nowMs);
    state.tell({ type: "join.approved", audience: user.id, room: id, name: room.name }, nowMs);
    tellAnswer(room, request, { approved: true }, state, nowMs);
    spendLink(room, request.link, state, nowMs);
    return success({ room: id, user: user.name, status: "joined" });
  },
};

/** Counts one who came in; when nobody more may, those who still wait by this link are told. */
function spendLink(room: OwnedRoom, id: LinkId, state: State, nowMs: number): void {
  const link = state.links.get(id);
  if (link === undefined) return;
  const spent = { ...link, uses: link.uses + 1 };
  state.links.put(spent);
  if (spent.usesMax === undefined || spent.uses < spent.usesMax) return;
  const waiting = state.requests.where(({ link }) => link === id).sort(byTime);
  for (const request of waiting) refuse(room, request, state, nowMs);
}

/** Takes a request away that was not approved, and tells the one who asked and the owner's clients. */
function refuse(room: OwnedRoom, request: JoinRequest, state: State, nowMs: number): void {
  state.requests.remove(request);
  deny(room, request.user.id, state, nowMs);
  tellAnswer(room, request, { approved: false }, state, nowMs);
}

function tellAnswer(
  { id, owner }: OwnedRoom,
  { user }: JoinRequest,
  { approved }: { readonly approved: boolean },
  state: State,
  nowMs: number,
): void {
  state.tell({ type: "join.answered", audience: owner.id, room: id, user, approved }, nowMs);
}
