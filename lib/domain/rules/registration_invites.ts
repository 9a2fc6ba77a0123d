/**
 * Invitations to register: made by moderators and the operator, used up by those who come.
 *
 * @module
 */
import {
  registrationInviteLifeMaxMs,
  registrationInviteLifeMinMs,
  registrationInviteLifeMs,
  registrationInvitesMax,
  registrationInviteUsesMax,
} from "../bounds.ts";
import type { RegistrationInviteId, UserId } from "../ids.ts";
import type { Retry } from "../receipt.ts";
import { invalid, notFound } from "../refusal.ts";
import { letsIn, type RegistrationInvite } from "../registration_invite.ts";
import { type Rule, success } from "../rule.ts";
import type { State } from "../state.ts";
import { moderating, record } from "./authority.ts";

export interface InviteToRegister {
  readonly type: "registration.invite";
  /** Absent: the operator. */
  readonly actor?: UserId;
  /** SHA-256 of its code, in hexadecimal. */
  readonly hash: string;
  readonly lifeMs?: number;
  /** How many may register by it; absent: one. */
  readonly usesMax?: number;
  readonly retry?: Retry;
}

export interface InvitedToRegister {
  readonly invite: RegistrationInvite;
}

/** Makes an invitation useless; who has come by it stays. */
export interface RevokeRegistrationInvite {
  readonly type: "registration.revoke";
  /** Absent: the operator. */
  readonly actor?: UserId;
  readonly invite: RegistrationInviteId;
  readonly retry?: Retry;
}

export const inviteToRegister: Rule<InviteToRegister, InvitedToRegister> = {
  needs(_, needs) {
    needs.registrationInvites = true;
  },

  decide(
    { actor, hash, lifeMs = registrationInviteLifeMs, usesMax = 1 },
    state,
    { nowMs },
  ) {
    const acting = moderating(actor, state);
    if (!acting.ok) return acting;
    const { by } = acting;
    if (lifeMs < registrationInviteLifeMinMs || lifeMs > registrationInviteLifeMaxMs) {
      return invalid("expires_in", "must be from 1 min to 30 d");
    }
    if (usesMax < 1 || usesMax > registrationInviteUsesMax) {
      return invalid("max_uses", `must be from 1 to ${registrationInviteUsesMax}`);
    }
    const known = [...state.registrationInvites];
    const open = known.filter((invite) => letsIn(invite, nowMs));
    // A request that is repeated when its receipt is forgotten brings the code that it was given.
    const held = open.find((invite) => invite.hash === hash);
    if (held !== undefined) return success({ invite: held });
    if (open.length >= registrationInvitesMax) {
      return invalid("", `There are ${registrationInvitesMax} invitations to register already`);
    }
    // Those that are of no use any more make room.
    for (const invite of known) {
      if (!open.includes(invite)) state.registrationInvites.remove(invite);
    }
    const invite: RegistrationInvite = {
      id: state.nextPosition() as RegistrationInviteId,
      hash,
      ...(by !== undefined && { by: by.id }),
      createdMs: nowMs,
      expiresMs: nowMs + lifeMs,
      usesMax,
      uses: 0,
    };
    state.registrationInvites.put(invite);
    record({ act: "invite", untilMs: invite.expiresMs, count: usesMax }, by, state, nowMs);
    return success({ invite });
  },
};

/** Who was put out must not let others in, nor come back, by what they have made. */
export function withdrawInvites(maker: UserId, state: State): void {
  for (const invite of state.registrationInvites.where(({ by }) => by === maker)) {
    state.registrationInvites.remove(invite);
  }
}

export const revokeRegistrationInvite: Rule<RevokeRegistrationInvite, null> = {
  needs(_, needs) {
    needs.registrationInvites = true;
  },

  decide({ actor, invite: id }, state, { nowMs }) {
    const acting = moderating(actor, state);
    if (!acting.ok) return acting;
    const invite = state.registrationInvites.get(id);
    if (invite === undefined || !letsIn(invite, nowMs)) return notFound("invite");
    state.registrationInvites.remove(invite);
    record({ act: "invite.revoke" }, acting.by, state, nowMs);
    return success(null);
  },
};
