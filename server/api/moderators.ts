/**
 * Whom the questions of moderation are answered.
 *
 * @module
 */
import { moderates } from "../../lib/domain/role.ts";
import type { UserId } from "../../lib/domain/ids.ts";
import type { Services } from "./call.ts";
import { Failure } from "./failure.ts";

/** Most users who are listed for what they are: banned, or with a role. */
export const listedUsersMax = 1000;

/**
 * Refuses what only moderators and owners may see, as the rules refuse what only they may do. That
 * there is such a thing is no secret.
 *
 * @throws {Failure} `forbidden`
 */
export async function requireModerator({ store }: Services, id: UserId): Promise<void> {
  const user = await store.user(id);
  if (user !== undefined && moderates(user)) return;
  throw new Failure("forbidden", "Only moderators can do this.");
}

/** The first of a list that was asked for with one more than {@linkcode listedUsersMax}. */
export function firstListed<Item>(
  items: readonly Item[],
): { readonly items: readonly Item[]; readonly hasMore: boolean } {
  return { items: items.slice(0, listedUsersMax), hasMore: items.length > listedUsersMax };
}
