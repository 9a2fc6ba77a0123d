/**
 * Invitations to register: `/invites…`.
 *
 * @module
 */
import { spanMs } from "../../lib/api/spans.ts";
import type { RegistrationInvite as WireRegistrationInvite } from "../../lib/api/schemas.ts";
import type { RegistrationInviteId } from "../../lib/domain/ids.ts";
import type { NamedRegistrationInvite } from "../store/oversight.ts";
import { carryOut, type Handlers, replayHeaders, retryOf, type Services } from "./call.ts";
import { registrationUrl } from "./code_addresses.ts";
import { requireModerator } from "./moderators.ts";
import { newSecret, sealed } from "./secrets.ts";
import { wireTime } from "./wire.ts";

export function inviteHandlers(
  services: Services,
): Pick<Handlers, "createInvite" | "listInvites" | "revokeInvite"> {
  const { store, clock } = services;

  return {
    async createInvite({ session, caller, body: { expires_in, max_uses }, retry }) {
      const about = ["invite", String(session.user)];
      const { secret: code, hash } = newSecret(services, about, retry);
      const done = await carryOut(services, {
        type: "registration.invite",
        actor: session.user,
        hash,
        ...(expires_in !== undefined && { lifeMs: spanMs(expires_in) }),
        ...(max_uses !== undefined && { usesMax: max_uses }),
        ...sealed(retry),
      });
      const maker = await store.user(session.user);
      return {
        status: 201,
        headers: replayHeaders(done),
        json: {
          ...wireInvite({
            ...done.outcome.invite,
            ...(maker !== undefined && { byName: maker.name }),
          }),
          code,
          url: registrationUrl(caller, code),
        },
      };
    },

    async listInvites({ session }) {
      await requireModerator(services, session.user);
      const invites = await store.registrationInvites(clock.now());
      return { status: 200, json: { items: invites.map(wireInvite) } };
    },

    async revokeInvite({ session, path, ...call }) {
      const done = await carryOut(services, {
        type: "registration.revoke",
        actor: session.user,
        invite: path.id as RegistrationInviteId,
        ...retryOf(call),
      });
      return { status: 204, headers: replayHeaders(done) };
    },
  };
}

function wireInvite(invite: NamedRegistrationInvite): WireRegistrationInvite {
  const { id, byName, createdMs, expiresMs, usesMax, uses } = invite;
  return {
    id,
    ...(byName !== undefined && { by: byName }),
    created: wireTime(createdMs),
    expires_at: wireTime(expiresMs),
    max_uses: usesMax,
    uses,
  };
}
