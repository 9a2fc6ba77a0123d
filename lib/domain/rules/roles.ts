/**
 * Roles: given and taken by owners and the operator.
 *
 * @module
 */
import type { FoldedName } from "../../text/names.ts";
import type { UserId } from "../ids.ts";
import type { Retry } from "../receipt.ts";
import { forbidden, notFound } from "../refusal.ts";
import { owns, type Role } from "../role.ts";
import { type Rule, success } from "../rule.ts";
import { refTo } from "../user.ts";
import { owning, record } from "./authority.ts";
import { withdrawInvites } from "./registration_invites.ts";

/** Gives a user a role instead of the one they have; or takes it. */
export interface SetRole {
  readonly type: "role.set";
  /** Absent: the operator. */
  readonly actor?: UserId;
  readonly user: FoldedName;
  /** Absent: none. */
  readonly role?: Role;
  readonly retry?: Retry;
}

export interface RoleSet {
  readonly user: string;
  readonly role?: Role;
}

export const setRole: Rule<SetRole, RoleSet> = {
  needs({ user, role }, needs) {
    needs.names.add(user);
    if (role === undefined) needs.registrationInvites = true;
  },

  decide({ actor, user: name, role }, state, { nowMs }) {
    const acting = owning(actor, state);
    if (!acting.ok) return acting;
    const { by } = acting;
    const before = state.userNamed(name);
    if (before === undefined) return notFound("user");
    // An owner may step down, but put no other one out: whom they took the role they could delete.
    if (by !== undefined && by.id !== before.id && owns(before)) {
      return forbidden("Only the operator can do this to an owner of this server");
    }
    const given = role === undefined ? {} : { role };
    if (before.role !== role) {
      const { role: _, ...user } = before;
      state.users.put({ ...user, ...given });
      if (role === undefined) withdrawInvites(before.id, state);
      state.tell({ type: "role.changed", audience: before.id, ...given }, nowMs);
      record({ act: "role", user: refTo(before), role: role ?? "none" }, by, state, nowMs);
    }
    return success({ user: before.name, ...given });
  },
};
