/**
 * What the questions of moderation have in common: whom they are answered, and page by page.
 *
 * @module
 */
import { moderates } from "../../lib/domain/role.ts";
import type { UserId } from "../../lib/domain/ids.ts";
import { foldName } from "../../lib/text/names.ts";
import type { AccountQuery } from "../store/oversight.ts";
import type { Services } from "./call.ts";
import { Failure } from "./failure.ts";

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

/** Which page of users a request asks for. */
export function accountQueryOf(
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): AccountQuery {
  return { ...(after !== undefined && { after: foldName(after) }), limit };
}
