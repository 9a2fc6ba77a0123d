/**
 * What the operator does for, or against, the keys of an account.
 *
 * @module
 */
import type { FoldedName } from "../../text/names.ts";
import type { TokenId } from "../ids.ts";
import { notFound } from "../refusal.ts";
import { type Rule, success } from "../rule.ts";
import { refTo } from "../user.ts";
import { record } from "./authority.ts";
import { revoke } from "./tokens.ts";

/** Gives a user another password; all their clients must come back with it. */
export interface ResetPassword {
  readonly type: "password.reset";
  readonly user: FoldedName;
  readonly passwordHash: string;
}

/** Takes one client's key away, or those of all clients of a user. */
export interface RevokeClients {
  readonly type: "clients.revoke";
  readonly user: FoldedName;
  /** Absent: all. */
  readonly token?: TokenId;
}

export interface ClientsRevoked {
  /** How many clients were put out. */
  readonly revoked: number;
}

export const resetPassword: Rule<ResetPassword, ClientsRevoked> = {
  needs({ user }, needs) {
    needs.tokensOf.add(user);
  },

  decide({ user: name, passwordHash }, state, { nowMs }) {
    const user = state.userNamed(name);
    if (user === undefined) return notFound("user");
    state.users.put({ ...user, passwordHash });
    const tokens = state.tokensOf(user.id);
    for (const token of tokens) revoke(state, token, nowMs);
    const count = tokens.length;
    record({ act: "password.reset", user: refTo(user), count }, undefined, state, nowMs);
    return success({ revoked: count });
  },
};

export const revokeClients: Rule<RevokeClients, ClientsRevoked> = {
  needs({ user }, needs) {
    needs.tokensOf.add(user);
  },

  decide({ user: name, token: id }, state, { nowMs }) {
    const user = state.userNamed(name);
    if (user === undefined) return notFound("user");
    const held = state.tokensOf(user.id);
    const tokens = id === undefined ? held : held.filter((token) => token.id === id);
    if (id !== undefined && tokens.length === 0) return notFound("token");
    for (const token of tokens) revoke(state, token, nowMs);
    const count = tokens.length;
    record({ act: "clients.revoke", user: refTo(user), count }, undefined, state, nowMs);
    return success({ revoked: count });
  },
};
