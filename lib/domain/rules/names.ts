/**
 * Names: whose they are, and for whom one that was given up is kept.
 *
 * @module
 */
import type { FoldedName } from "../../text/names.ts";
import { formerNamesPerUserMax } from "../bounds.ts";
import type { UserId } from "../ids.ts";
import type { State } from "../state.ts";
import { type FormerName, isKept, type User } from "../user.ts";

/**
 * Whether `actor` may not take a name, because someone else has it or has lately had it.
 *
 * @param actor Nobody yet, if it is someone who registers.
 */
export function isTaken(
  name: FoldedName,
  actor: UserId | undefined,
  state: State,
  nowMs: number,
): boolean {
  const holder = state.userNamed(name);
  if (holder !== undefined && holder.id !== actor) return true;
  const former = state.formerNames.get(name);
  return former !== undefined && isKept(former, nowMs) && former.user !== actor;
}

/** Keeps a name for the one who gives it up; those they gave up longest ago make room. */
export function giveUp(
  { id, folded }: User,
  retaken: FormerName | undefined,
  state: State,
  nowMs: number,
): void {
  if (retaken !== undefined) state.formerNames.remove(retaken);
  const held = state.formerNames.where(({ user }) => user === id)
    .sort((a, b) => a.atMs - b.atMs || (a.folded < b.folded ? -1 : 1));
  const tooMany = Math.max(0, held.length - (formerNamesPerUserMax - 1));
  for (const name of held.slice(0, tooMany)) state.formerNames.remove(name);
  state.formerNames.put({ folded, user: id, atMs: nowMs });
}
