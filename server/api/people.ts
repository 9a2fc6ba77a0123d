/**
 * Users and their clients: `/users`, `/tokens…`.
 *
 * @module
 */
import { userListMax } from "../../lib/api/schemas.ts";
import type { TokenId } from "../../lib/domain/ids.ts";
import type { User } from "../../lib/domain/user.ts";
import { type FoldedName, foldName } from "../../lib/text/names.ts";
import { type Handlers, replayHeaders, retryOf, type Services } from "./call.ts";
import { failureOf } from "./failure.ts";
import { wireTime } from "./wire.ts";

export function peopleHandlers(
  { store, engine, hub }: Services,
): Pick<Handlers, "listUsers" | "listTokens" | "revokeToken"> {
  /** Those who are not online; as the store doesn't know who is, it is asked until a page is full. */
  async function usersAway(
    start: FoldedName | undefined,
    limit: number,
  ): Promise<{ readonly items: readonly User[]; readonly hasMore: boolean }> {
    const away: User[] = [];
    let after = start;
    for (;;) {
      const page = await store.users({ ...(after !== undefined && { after }), limit: userListMax });
      away.push(...page.items.filter(({ id }) => !hub.isOnline(id)));
      after = page.items.at(-1)?.folded;
      if (away.length > limit || !page.hasMore) {
        return { items: away.slice(0, limit), hasMore: away.length > limit };
      }
    }
  }

  return {
    async listUsers({ query: { online, after, limit } }) {
      const start = after === undefined ? undefined : foldName(after);
      const { items, hasMore } = online === false
        ? await usersAway(start, limit)
        : await store.users({
          ...(start !== undefined && { after: start }),
          limit,
          ...(online === true && { only: hub.online }),
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
