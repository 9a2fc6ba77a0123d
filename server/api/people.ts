/**
 * Users and their clients: `/users`, `/tokens…`.
 *
 * @module
 */
import type { TokenId } from "../../lib/domain/ids.ts";
import { foldName } from "../../lib/text/names.ts";
import { type Handlers, replayHeaders, retryOf, type Services } from "./call.ts";
import { failureOf } from "./failure.ts";
import { wireTime } from "./wire.ts";

export function peopleHandlers(
  { store, engine, hub }: Services,
): Pick<Handlers, "listUsers" | "listTokens" | "revokeToken"> {
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
          items: items.map(({ id, name, createdMs }) => ({
            name,
            online: hub.isOnline(id),
            created: wireTime(createdMs),
          })),
          has_more: hasMore,
        },
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
      const decision = await engine.submit({
        type: "token.revoke",
        actor: session.user,
        token: path.id as TokenId,
        ...retryOf(call),
      });
      if (!decision.ok) throw failureOf(decision.refusal);
      return { status: 204, headers: replayHeaders(decision) };
    },
  };
}
