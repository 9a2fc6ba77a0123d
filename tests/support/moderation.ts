/**
 * What a step of someone who keeps order means to the cast of a random story.
 *
 * @module
 */
import { banMsMin, hourMs, leaveAtOnceMax } from "../../lib/domain/bounds.ts";
import type { Command } from "../../lib/domain/command.ts";
import type { MessageId, RegistrationInviteId, TokenId, UserId } from "../../lib/domain/ids.ts";
import type { EraseUser } from "../../lib/domain/rules/users.ts";
import { isDeleted } from "../../lib/domain/user.ts";
import { type Cast, nameOf, nameOption, pick } from "./cast.ts";
import type { ModerationKind, Step } from "./random_commands.ts";

interface Scene {
  readonly cast: Cast;
  /** Who does it, if it is not the operator. */
  readonly actor: UserId;
  readonly message: MessageId;
  readonly nowMs: number;
}

/** The command that a step is; of the operator, unless something is amiss or someone has a role. */
export function moderatingCommand(
  step: Step & { readonly kind: ModerationKind },
  { cast, actor, message, nowMs }: Scene,
): Command {
  const { kind, who, what, amiss, text } = step;
  const { all } = cast;
  const moderator = all.users.where(({ role }) => role !== undefined)[who % 3]?.id;
  const by = amiss ? { actor } : moderator === undefined ? {} : { actor: moderator };
  const user = nameOf(pick(cast.users, what), all);
  switch (kind) {
    case "giveRole": {
      const role = (["owner", "moderator", undefined] as const)[what % 3];
      return {
        type: "role.set",
        ...(amiss && { actor }),
        user,
        ...(role !== undefined && { role }),
      };
    }
    case "ban": {
      const forMs = [hourMs, 2 * hourMs, banMsMin - 1, banMsMin][who % 4] ?? hourMs;
      return { type: "user.ban", ...by, user, forMs, ...(what % 2 === 0 && { reason: text }) };
    }
    case "unban": {
      const banned = all.users.where(({ bannedUntilMs = 0 }) => bannedUntilMs > nowMs);
      return { type: "user.unban", ...by, user: nameOf(pick(banned, what)?.id, all) };
    }
    case "dismiss": {
      const target = pick([...all.reports], what)?.target;
      return { type: "reports.dismiss", ...by, user: nameOf(target, all) };
    }
    case "removeMessage":
      return { type: "message.delete", ...by, message };
    case "deleteUser":
      return { type: "user.delete", ...(amiss && { actor }), user };
    case "erase":
      return eraseCommand(step, cast);
    case "inviteToRegister":
      return {
        type: "registration.invite",
        ...by,
        hash: cast.newHash(),
        ...(what % 2 === 0 && { lifeMs: hourMs }),
        ...(what % 3 === 0 && { usesMax: 2 }),
      };
    case "registerByInvite": {
      const invite = pick([...all.registrationInvites], what)?.hash ?? "invented";
      const grant = { hash: cast.newHash() };
      return { type: "register", name: nameOption(who), grant, invite };
    }
    case "revokeInvite": {
      const invite = pick([...all.registrationInvites], what)?.id ?? 999 as RegistrationInviteId;
      return { type: "registration.revoke", ...by, invite };
    }
    case "resetPassword":
      return { type: "password.reset", user, passwordHash: `password-${what}` };
    case "revokeClients": {
      const token = pick([...all.tokens], what);
      return {
        type: "clients.revoke",
        user: nameOf(token?.user, all),
        ...(what % 2 === 0 && { token: token?.id ?? 999 as TokenId }),
      };
    }
  }
}

/** A step of erasing as it is taken: rooms first, then messages, then all else. */
function eraseCommand({ what, amiss }: Step, { all, users }: Cast): EraseUser {
  const gone = all.users.where((user) => isDeleted(user) && user.erased !== true);
  const user = amiss ? pick(users, what) : pick(gone, what)?.id;
  const rooms = all.members.where((member) => member.user === user).map(({ room }) => room)
    .slice(0, leaveAtOnceMax);
  const said = all.messages.where(({ author }) => author.id === user).map(({ id }) => id);
  const messages = rooms.length > 0 ? [] : said.slice(0, 3);
  return {
    type: "user.erase",
    user: user ?? 999 as UserId,
    rooms,
    messages,
    done: rooms.length === 0 && messages.length === said.length,
  };
}
