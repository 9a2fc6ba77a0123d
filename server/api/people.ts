/**
 * Users: `/users`, `/report`, `/me`, and their clients: `/tokens…`.
 *
 * @module
 */
import type { MessageId, TokenId } from "../../lib/domain/ids.ts";
import type { ChangeProfile, NewPassword } from "../../lib/domain/rules/profile.ts";
import { foldName } from "../../lib/text/names.ts";
import {
  type Call,
  carryOut,
  type Handlers,
  missing,
  replayHeaders,
  retryOf,
  type Services,
} from "./call.ts";
import { checkPassword } from "./logins.ts";
import { sealed } from "./secrets.ts";
import type { Session } from "./sessions.ts";
import { wireTime } from "./wire.ts";

type PeopleOperations =
  | "listUsers"
  | "report"
  | "changeProfile"
  | "listTokens"
  | "revokeToken";

export function peopleHandlers(services: Services): Pick<Handlers, PeopleOperations> {
  const { store, hub } = services;

  /** The new password of a user who has shown that they know the old one. */
  async function newPassword(
    { session, caller }: Pick<Call<"changeProfile">, "session" | "caller">,
    password: string,
    oldPassword: string | undefined,
  ): Promise<NewPassword> {
    const user = await store.user(session.user);
    if (user === undefined) throw missing("user");
    // Where there is no password, the token is the only key, and was shown.
    const oldHash = user.passwordHash === undefined
      ? undefined
      : await checkPassword(services, user, oldPassword ?? "", caller.address);
    const hash = await services.passwords.hash(password);
    return { hash, oldHash, token: session.token };
  }

  return {
    async listUsers({ query: { online, after, limit } }) {
      const { items, hasMore } = await store.users({
        ...(after !== undefined && { after: foldName(after) }),
        limit,
        ...(online === true && { only: hub.online }),
        ...(online === false && { except: hub.online }),
      });
      return {
        status: 200,
        json: {
          items: items.map(({ id, name, createdMs, role }) => ({
            name,
            online: hub.isOnline(id),
            created: wireTime(createdMs),
            ...(role !== undefined && { role }),
          })),
          has_more: hasMore,
        },
      };
    },

    async report({ session, body: { user, reason, message }, ...call }) {
      const done = await carryOut(services, {
        type: "report",
        actor: session.user,
        target: foldName(user),
        ...(reason !== undefined && { reason }),
        ...(message !== undefined && { message: message as MessageId }),
        ...retryOf(call),
      });
      const { user: name, reports, bannedUntilMs } = done.outcome;
      return {
        status: 201,
        headers: replayHeaders(done),
        json: {
          user: name,
          reports,
          ...(bannedUntilMs !== undefined && { banned_until: wireTime(bannedUntilMs) }),
        },
      };
    },

    async changeProfile({ session, caller, body, ...call }) {
      const { name, password, old_password } = body;
      const command: ChangeProfile = {
        type: "profile.change",
        actor: session.user,
        ...(name !== undefined && { name }),
        ...(password === undefined ? retryOf(call) : sealed(call.retry)),
      };
      const done = password === undefined
        ? await carryOut(services, command)
        : await repeated(services, { ...command, password: noPassword(session) }) ??
          await carryOut(services, {
            ...command,
            password: await newPassword({ session, caller }, password, old_password),
          });
      const { name: taken, createdMs } = done.outcome;
      return {
        status: 200,
        headers: replayHeaders(done),
        json: { name: taken, created: wireTime(createdMs) },
      };
    },

    async listTokens({ session }) {
      const tokens = await store.tokensOf(session.user);
      return {
        status: 200,
        json: {
          items: tokens.map(({ id, client, createdMs, lastSeenMs }) => ({
            id,
            ...(client !== undefined && { client }),
            created: wireTime(createdMs),
            last_seen: wireTime(lastSeenMs),
            current: id === session.token,
          })),
        },
      };
    },

    async revokeToken({ session, path, ...call }) {
      const done = await carryOut(services, {
        type: "token.revoke",
        actor: session.user,
        token: path.id as TokenId,
        ...retryOf(call),
      });
      return { status: 204, headers: replayHeaders(done) };
    },
  };
}

/**
 * What a change gave that was carried out before: what was the old password then is it no more.
 *
 * @param command One that is refused if it is new.
 */
async function repeated({ engine }: Services, command: ChangeProfile) {
  if (command.retry === undefined) return undefined;
  const decision = await engine.submit(command);
  return decision.ok && decision.replayed ? decision : undefined;
}

/** No hash is empty, so that nobody can have had this one for the old. */
function noPassword({ token }: Session): NewPassword {
  return { hash: "", oldHash: "", token };
}
