/**
 * Authority: who may keep order, against whom, and how it is written down.
 *
 * @module
 */
import type { FoldedName } from "../../text/names.ts";
import type { AuditEntry } from "../audit.ts";
import type { UserId } from "../ids.ts";
import { forbidden, invalid, notFound, type Refused } from "../refusal.ts";
import { moderates, owns } from "../role.ts";
import type { State } from "../state.ts";
import { refTo, type User } from "../user.ts";

/** Who acts; absent: the operator, whom nobody refuses. */
type Acting = { readonly ok: true; readonly by?: User } | Refused;

/** The moderator, owner or operator who asks. */
export function moderating(actor: UserId | undefined, state: State): Acting {
  return acting(actor, state, moderates, "Only moderators can do this");
}

/** The owner or operator who asks. */
export function owning(actor: UserId | undefined, state: State): Acting {
  return acting(actor, state, owns, "Only owners of this server can do this");
}

function acting(
  actor: UserId | undefined,
  state: State,
  may: (user: User) => boolean,
  why: string,
): Acting {
  if (actor === undefined) return { ok: true };
  const by = state.users.get(actor);
  if (by === undefined) return notFound("user");
  return may(by) ? { ok: true, by } : forbidden(why);
}

/** Who acts, and on whom: a user of lower rank. */
type Judged = { readonly ok: true; readonly by?: User; readonly user: User } | Refused;

/** Whom the moderator, owner or operator who asks has named. */
export function judged(actor: UserId | undefined, name: FoldedName, state: State): Judged {
  const acting = moderating(actor, state);
  return acting.ok ? named(acting.by, name, state) : acting;
}

/** Whom the owner or operator who asks has named. */
export function judgedByOwner(actor: UserId | undefined, name: FoldedName, state: State): Judged {
  const acting = owning(actor, state);
  return acting.ok ? named(acting.by, name, state) : acting;
}

function named(by: User | undefined, name: FoldedName, state: State): Judged {
  const user = state.userNamed(name);
  if (user === undefined) return notFound("user");
  return outranked(by, user) ?? { ok: true, ...(by !== undefined && { by }), user };
}

/** Why someone who may moderate can do nothing about this user, for or against them. */
function outranked(by: User | undefined, user: User): Refused | undefined {
  if (by === undefined) return undefined;
  if (by.id === user.id) return invalid("user", "must be someone else");
  if (owns(user)) return forbidden("Only the operator can do this to an owner of this server");
  if (!moderates(user) || owns(by)) return undefined;
  return forbidden("Only owners of this server can do this to a moderator");
}

/** Writes an act into the audit log. */
export function record(
  act: Omit<AuditEntry, "id" | "atMs" | "by">,
  by: User | undefined,
  state: State,
  nowMs: number,
): void {
  state.audit.put({
    id: state.nextPosition(),
    atMs: nowMs,
    ...(by !== undefined && { by: refTo(by) }),
    ...act,
  });
}
