/**
 * The one way into the rules: finds the rule of a command, and makes repeats harmless.
 *
 * @module
 */
import type { Command, CommandType, Exchanges, OutcomeOf } from "./command.ts";
import type { UserId } from "./ids.ts";
import type { Needs } from "./needs.ts";
import { isFresh, type Retry } from "./receipt.ts";
import { idempotencyMismatch, notFound } from "./refusal.ts";
import type { Circumstances, Decision, Rule } from "./rule.ts";
import { resetPassword, revokeClients } from "./rules/account_rescue.ts";
import { banUser, unbanUser } from "./rules/banning.ts";
import { deleteMessage } from "./rules/deleting.ts";
import { dismissReports } from "./rules/dismissing.ts";
import { addFile } from "./rules/files.ts";
import { answerInvitation, invite } from "./rules/invitations.ts";
import { answerRequest, join } from "./rules/join_requests.ts";
import { createLink, revokeLink } from "./rules/links.ts";
import { removeMember } from "./rules/membership.ts";
import { changeProfile } from "./rules/profile.ts";
import { markRead } from "./rules/reading.ts";
import { register } from "./rules/registration.ts";
import { inviteToRegister, revokeRegistrationInvite } from "./rules/registration_invites.ts";
import { reportUser } from "./rules/reporting.ts";
import { setRole } from "./rules/roles.ts";
import { changeRoom, createRoom, deleteRoom } from "./rules/rooms.ts";
import { cancelScheduled, changeScheduled, schedule, sendScheduled } from "./rules/scheduling.ts";
import { send } from "./rules/sending.ts";
import { issueToken, revokeToken, touchTokens } from "./rules/tokens.ts";
import { deleteUser, eraseUser } from "./rules/users.ts";
import type { State } from "./state.ts";
import { isDeleted } from "./user.ts";

type Rules = {
  readonly [T in CommandType]: Rule<Exchanges[T]["command"], Exchanges[T]["outcome"]>;
};

const rules: Rules = {
  "register": register,
  "token.issue": issueToken,
  "token.revoke": revokeToken,
  "token.touch": touchTokens,
  "profile.change": changeProfile,
  "send": send,
  "message.delete": deleteMessage,
  "read": markRead,
  "schedule": schedule,
  "scheduled.change": changeScheduled,
  "scheduled.cancel": cancelScheduled,
  "scheduled.send": sendScheduled,
  "report": reportUser,
  "file.add": addFile,
  "room.create": createRoom,
  "room.change": changeRoom,
  "room.delete": deleteRoom,
  "invite": invite,
  "invitation.answer": answerInvitation,
  "link.create": createLink,
  "link.revoke": revokeLink,
  "join": join,
  "request.answer": answerRequest,
  "member.remove": removeMember,
  "user.ban": banUser,
  "user.unban": unbanUser,
  "reports.dismiss": dismissReports,
  "role.set": setRole,
  "user.delete": deleteUser,
  "user.erase": eraseUser,
  "password.reset": resetPassword,
  "clients.revoke": revokeClients,
  "registration.invite": inviteToRegister,
  "registration.revoke": revokeRegistrationInvite,
};

function ruleOf<C extends Command>(command: C): Rule<C, OutcomeOf<C>> {
  // The table's type ties each rule to its command; TypeScript can't follow it through an index.
  return rules[command.type] as unknown as Rule<C, OutcomeOf<C>>;
}

/** Who gives a command; nobody, if it is the server or its operator. */
function actorOf(command: Command): UserId | undefined {
  return "actor" in command ? command.actor : undefined;
}

function retryOf(command: Command): Retry | undefined {
  return "retry" in command ? command.retry : undefined;
}

/** Adds to `needs` all that {@linkcode decide} will look at for `command`. */
export function need(command: Command, needs: Needs): void {
  const actor = actorOf(command);
  if (actor !== undefined) {
    needs.users.add(actor);
    const retry = retryOf(command);
    if (retry !== undefined) needs.receipts.push({ user: actor, key: retry.key });
  }
  ruleOf(command).needs(command, needs);
}

/**
 * Whether a command must be the last of its batch: what those after it {@linkcode need} can only be
 * said when it is saved, because it changes whom a name means.
 */
export function endsBatch(command: Command): boolean {
  return command.type === "profile.change" && command.name !== undefined;
}

/**
 * Carries a command out on `state`, or refuses it and leaves `state` as it was.
 *
 * A command with an idempotency key that was carried out before gives its stored outcome and
 * changes nothing; another command under the same key is refused.
 */
export function decide<C extends Command>(
  command: C,
  state: State,
  circumstances: Circumstances,
): Decision<OutcomeOf<C>> {
  const rule = ruleOf<C>(command);
  const actor = actorOf(command);
  const user = actor === undefined ? undefined : state.users.get(actor);
  // It was on its way when its user was deleted.
  if (user !== undefined && isDeleted(user)) return notFound("user");
  const retry = retryOf(command);
  if (actor === undefined || retry === undefined) return rule.decide(command, state, circumstances);
  const { nowMs } = circumstances;
  const { key, fingerprint } = retry;
  const receipt = state.receipt(actor, key);
  if (receipt !== undefined && isFresh(receipt, nowMs)) {
    if (receipt.fingerprint !== fingerprint) return idempotencyMismatch;
    // The fingerprint says that what was kept is of the same command.
    const outcome = rule.receipt?.recall(receipt.kept, command, state, circumstances) ??
      receipt.kept as OutcomeOf<C>;
    return { ok: true, outcome, replayed: true };
  }
  const decision = rule.decide(command, state, circumstances);
  if (decision.ok) {
    const kept = rule.receipt?.keep(decision.outcome) ?? decision.outcome;
    state.receipts.put({ user: actor, key, fingerprint, kept, atMs: nowMs });
  }
  return decision;
}
