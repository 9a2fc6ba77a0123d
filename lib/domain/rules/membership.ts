/**
 * Leaving a room, and being removed from it.
 *
 * @module
 */
import type { FoldedName } from "../../text/names.ts";
import type { RoomId, UserId } from "../ids.ts";
import type { Retry } from "../receipt.ts";
import { forbidden, notFound } from "../refusal.ts";
import { type Rule, success } from "../rule.ts";
import { pairKey } from "../table.ts";
import { refTo } from "../user.ts";
import { change, close, depart, heirOf, roomOf, withdraw } from "./owned_rooms.ts";

/** Leaves a room; or, by its owner, puts someone out, or takes an invitation back. */
export interface RemoveMember {
  readonly type: "member.remove";
  readonly actor: UserId;
  readonly room: RoomId;
  readonly user: FoldedName;
  readonly retry?: Retry;
}

export const removeMember: Rule<RemoveMember, null> = {
  needs({ actor, room, user }, needs) {
    needs.members.push({ room, user: actor });
    needs.names.add(user);
    needs.membersOf.add(room);
    needs.invitationsInto.add(room);
    // Who leaves last closes the room behind them.
    needs.linksInto.add(room);
    needs.requestsInto.add(room);
  },

  decide({ actor, room: id, user: name }, state, { nowMs }) {
    const found = roomOf(actor, id, state);
    if (!found.ok) return found;
    const { room } = found;
    const user = state.userNamed(name);
    if (user?.id !== actor && room.owner.id !== actor) {
      return forbidden("Only the owner of the room can remove someone else");
    }
    if (user === undefined) return notFound("member");
    const invitation = state.invitations.get(pairKey(id, user.id));
    if (!state.isMember(id, user.id)) {
      if (invitation === undefined) return notFound("member");
      withdraw(invitation, state, nowMs);
      return success(null);
    }
    const heir = heirOf(room, state);
    if (user.id === room.owner.id && heir === undefined) {
      close(room, state, nowMs);
      return success(null);
    }
    depart(room, user, state, nowMs);
    if (user.id === room.owner.id && heir !== undefined) {
      change(room, { ...room, owner: refTo(heir) }, state, nowMs);
    }
    return success(null);
  },
};
