/**
 * Profiles: a user's own name and password.
 *
 * @module
 */
import { canonicalName, foldName } from "../../text/names.ts";
import { commonRoom, type TokenId, type UserId } from "../ids.ts";
import type { Retry } from "../receipt.ts";
import { badPassword, nameTaken, notFound } from "../refusal.ts";
import { type Rule, success } from "../rule.ts";
import { refTo, type User } from "../user.ts";
import { banOf, exhaustion, useLimit } from "./limits.ts";
import { giveUp, isTaken } from "./names.ts";
import { revoke } from "./tokens.ts";

/** Takes another name, sets another password, or both. */
export interface ChangeProfile {
  readonly type: "profile.change";
  readonly actor: UserId;
  readonly name?: string;
  readonly password?: NewPassword;
  readonly retry?: Retry;
}

export interface NewPassword {
  readonly hash: string;
  /** The hash that the old password was checked against; absent if there was none. */
  readonly oldHash: string | undefined;
  /** The client that may stay: all others must come back with the new password. */
  readonly token: TokenId;
}

export interface ProfileChanged {
  readonly name: string;
  readonly createdMs: number;
}

export const changeProfile: Rule<ChangeProfile, ProfileChanged> = {
  needs({ actor, name, password }, needs) {
    needs.users.add(actor);
    if (password !== undefined) needs.tokensOf.add(actor);
    if (name === undefined) return;
    needs.names.add(foldName(name));
    needs.formerNamesOf.add(actor);
    needs.windows.push({ user: actor, kind: "rename" });
  },

  decide({ actor, name: wanted, password }, state, circumstances) {
    const { nowMs } = circumstances;
    const before = state.users.get(actor);
    if (before === undefined) return notFound("user");
    const name = wanted === undefined ? before.name : canonicalName(wanted);
    const folded = foldName(name);
    if (isTaken(folded, actor, state, nowMs)) return nameTaken;
    if (password !== undefined && password.oldHash !== before.passwordHash) return badPassword;
    const renamed = name !== before.name;
    if (renamed) {
      // Everyone is told of it: it is something said, too.
      const against = banOf(before, nowMs) ?? exhaustion(actor, "rename", state, circumstances);
      if (against !== undefined) return against;
      useLimit(actor, "rename", state, circumstances);
    }
    const user: User = {
      ...before,
      name,
      folded,
      ...(password !== undefined && { passwordHash: password.hash }),
    };
    state.users.put(user);
    if (folded !== before.folded) giveUp(before, state.formerNames.get(folded), state, nowMs);
    if (renamed) {
      state.tell(
        {
          type: "user.renamed",
          audience: commonRoom,
          user: refTo(user),
          before: before.name,
        },
        nowMs,
      );
    }
    if (password !== undefined) {
      for (const token of state.tokensOf(actor)) {
        if (token.id !== password.token) revoke(state, token, nowMs);
      }
    }
    return success({ name, createdMs: user.createdMs });
  },
};
