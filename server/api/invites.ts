/**
 * Invitations to register: `/invites…`.
 *
 * @module
 */
import { spanMs } from "../../lib/api/spans.ts";
import type { RegistrationInvite as WireRegistrationInvite } from "../../lib/api/schemas.ts";
import type { RegistrationInviteId } from "../../lib/domain/ids.ts";
import type { RegistrationInvite } from "../../lib/domain/registration_invite.ts";
import { carryOut, type Handlers, replayHeaders, retryOf, type Services } from "./call.ts";
import { registrationUrl } from "./code_addresses.ts";
import { requireModerator } from "./moderators.ts";
import { newSecret, sealed } from "./secrets.ts";
import { wireTime } from "./wire.ts";

export function inviteHandlers(
  services: Services,
): Pick<Handlers, "createInvite" | "listInvites" | "revokeInvite"> {
  const { store, clock } = services;

  async function wireInvite(invite: RegistrationInvite): Promise<WireRegistrationInvite> {
    const { id, by, createdMs, expiresMs, usesMax, uses } = invite;
    const maker = by === undefined ? undefined : await store.user(by);
    return {
      id,
      ...(maker !== undefined && { by: maker.name }),
      created: wireTime(createdMs),
      expires_at: wireTime(expiresMs),
      max_uses: usesMax,
      uses,
    };
  }

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
      return {
        status: 201,
        headers: replayHeaders(done),
        json: {
          ...await wireInvite(done.outcome.invite),
          code,
          url: registrationUrl(caller, code),
        },
      };
    },

    async listInvites({ session }) {
      await requireModerator(services, session.user);
      const invites = await store.registrationInvites(clock.now());
      return { status: 200, json: { items: await Promise.all(invites.map(wireInvite)) } };
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
