/**
 * What the model says of keeping order: bans, roles, reports found empty, users who are deleted.
 *
 * @module
 */
import {
  banMsMax,
  banMsMin,
  registrationInviteLifeMaxMs,
  registrationInviteLifeMinMs,
  registrationInviteLifeMs,
  registrationInvitesMax,
  registrationInviteUsesMax,
} from "../../../lib/domain/bounds.ts";
import type { UserId } from "../../../lib/domain/ids.ts";
import type { RegistrationInvite } from "../../../lib/domain/registration_invite.ts";
import type { ModelRows, ModelUser } from "./rows.ts";
import type { Tape } from "./tape.ts";
import { type Judge, type Judges, noteAct, revokeAll } from "./verdict.ts";

/** Why someone may not keep order; nothing for those who may, and for the operator. */
function powerless(
  rows: ModelRows,
  actor: UserId | undefined,
  roles: readonly ModelUser["role"][],
): string | undefined {
  if (actor === undefined) return undefined;
  const user = rows.user(actor);
  if (user === undefined) return "not_found user";
  return roles.includes(user.role) ? undefined : "forbidden";
}

/** Why someone who keeps order can do nothing about this user. */
function tooHigh(rows: ModelRows, actor: UserId | undefined, user: ModelUser): string | undefined {
  if (actor === undefined) return undefined;
  if (actor === user.id) return "invalid user";
  const isBelow = user.role === undefined ||
    (user.role === "moderator" && rows.user(actor)?.role === "owner");
  return isBelow ? undefined : "forbidden";
}

/** What someone made for others to come in by is of no use once they are put out. */
function withdrawInvites(rows: ModelRows, maker: UserId): void {
  rows.registrationInvites = rows.registrationInvites.filter(({ by }) => by !== maker);
}

const keepers = ["moderator", "owner"] as const;

const banUser: Judge<"user.ban"> = (rows, { actor, user: name, forMs, reason }, moment) => {
  const against = powerless(rows, actor, keepers);
  if (against !== undefined) return against;
  const user = rows.userNamed(name);
  if (user === undefined) return "not_found user";
  const high = tooHigh(rows, actor, user);
  if (high !== undefined) return high;
  if (forMs < banMsMin || forMs > banMsMax) return "invalid for";
  return (tape) => {
    const untilMs = moment.nowMs + forMs;
    user.bannedUntilMs = untilMs;
    tape.next({ type: "user.banned", audience: user.id, untilMs });
    const said = reason === undefined ? {} : { reason };
    noteAct(rows, tape, actor, moment, { act: "ban", user: rows.ref(user.id), untilMs, ...said });
    return { user: user.name, bannedUntilMs: untilMs };
  };
};

const unbanUser: Judge<"user.unban"> = (rows, { actor, user: name }, moment) => {
  const against = powerless(rows, actor, keepers);
  if (against !== undefined) return against;
  const user = rows.userNamed(name);
  if (user === undefined) return "not_found user";
  const high = tooHigh(rows, actor, user);
  if (high !== undefined) return high;
  if ((user.bannedUntilMs ?? -Infinity) <= moment.nowMs) return "not_found ban";
  return (tape) => {
    delete user.bannedUntilMs;
    rows.reports = rows.reports.filter(({ target }) => target !== user.id);
    tape.next({ type: "user.unbanned", audience: user.id });
    noteAct(rows, tape, actor, moment, { act: "unban", user: rows.ref(user.id) });
    return null;
  };
};

const dismissReports: Judge<"reports.dismiss"> = (rows, { actor, user: name }, moment) => {
  const against = powerless(rows, actor, keepers);
  if (against !== undefined) return against;
  const user = rows.userNamed(name);
  if (user === undefined) return "not_found user";
  const high = tooHigh(rows, actor, user);
  if (high !== undefined) return high;
  const endMs = user.bannedUntilMs ?? Infinity;
  const open = rows.reports.filter(({ target, atMs }) =>
    target === user.id && (endMs > moment.nowMs || atMs >= endMs)
  );
  if (open.length === 0) return "not_found report";
  return (tape) => {
    rows.reports = rows.reports.filter(({ target }) => target !== user.id);
    const count = open.length;
    noteAct(rows, tape, actor, moment, {
      act: "reports.dismiss",
      user: rows.ref(user.id),
      count,
    });
    return { dismissed: count };
  };
};

const setRole: Judge<"role.set"> = (rows, { actor, user: name, role }, moment) => {
  const against = powerless(rows, actor, ["owner"]);
  if (against !== undefined) return against;
  const user = rows.userNamed(name);
  if (user === undefined) return "not_found user";
  const isRival = actor !== undefined && user.id !== actor && user.role === "owner";
  if (isRival) return "forbidden";
  return (tape) => {
    const given = role === undefined ? {} : { role };
    if (user.role !== role) {
      delete user.role;
      Object.assign(user, given);
      if (role === undefined) withdrawInvites(rows, user.id);
      tape.next({ type: "role.changed", audience: user.id, ...given });
      noteAct(rows, tape, actor, moment, {
        act: "role",
        user: rows.ref(user.id),
        role: role ?? "none",
      });
    }
    return { user: user.name, ...given };
  };
};

const deleteUser: Judge<"user.delete"> = (rows, { actor, user: name }, moment) => {
  const against = powerless(rows, actor, ["owner"]);
  if (against !== undefined) return against;
  const user = rows.userNamed(name);
  if (user === undefined) return "not_found user";
  const high = tooHigh(rows, actor, user);
  if (high !== undefined) return high;
  return (tape) => {
    const former = rows.ref(user.id);
    user.deletedMs = moment.nowMs;
    user.name = "(deleted)";
    delete user.passwordHash;
    delete user.bannedUntilMs;
    delete user.role;
    rows.formerNames = rows.formerNames.filter((one) => one.user !== user.id);
    revokeAll(rows, user.id, tape);
    withdrawInvites(rows, user.id);
    tape.next({ type: "user.deleted", audience: 0 as UserId, user: former });
    noteAct(rows, tape, actor, moment, { act: "user.delete", user: former });
    return { user: user.id };
  };
};

const resetPassword: Judge<"password.reset"> = (rows, { user: name, passwordHash }, moment) => {
  const user = rows.userNamed(name);
  if (user === undefined) return "not_found user";
  return (tape) => {
    user.passwordHash = passwordHash;
    const count = revokeAll(rows, user.id, tape);
    const act = { act: "password.reset", user: rows.ref(user.id), count } as const;
    noteAct(rows, tape, undefined, moment, act);
    return { revoked: count };
  };
};

const revokeClients: Judge<"clients.revoke"> = (rows, { user: name, token }, moment) => {
  const user = rows.userNamed(name);
  if (user === undefined) return "not_found user";
  const isHeld = rows.tokens.some((one) => one.user === user.id && one.id === token);
  if (token !== undefined && !isHeld) return "not_found token";
  return (tape) => {
    const count = revokeAll(rows, user.id, tape, token);
    const act = { act: "clients.revoke", user: rows.ref(user.id), count } as const;
    noteAct(rows, tape, undefined, moment, act);
    return { revoked: count };
  };
};

const inviteToRegister: Judge<"registration.invite"> = (rows, command, moment) => {
  const { actor, hash, lifeMs = registrationInviteLifeMs, usesMax = 1 } = command;
  const { nowMs } = moment;
  const against = powerless(rows, actor, keepers);
  if (against !== undefined) return against;
  const isLife = lifeMs >= registrationInviteLifeMinMs && lifeMs <= registrationInviteLifeMaxMs;
  if (!isLife) return "invalid expires_in";
  if (usesMax < 1 || usesMax > registrationInviteUsesMax) return "invalid max_uses";
  const useful = rows.usefulInvites(nowMs);
  const same = useful.find((one) => one.hash === hash);
  if (same !== undefined) return () => ({ invite: { ...same } });
  if (useful.length >= registrationInvitesMax) return "invalid ";
  return (tape, outcome) => {
    const invite: RegistrationInvite = {
      id: tape.give(outcome.invite.id),
      hash,
      ...(actor !== undefined && { by: actor }),
      createdMs: nowMs,
      expiresMs: nowMs + lifeMs,
      usesMax,
      uses: 0,
    };
    rows.registrationInvites = [...useful, { ...invite }];
    const act = { act: "invite", untilMs: invite.expiresMs, count: usesMax } as const;
    noteAct(rows, tape, actor, moment, act);
    return { invite };
  };
};

const revokeInvite: Judge<"registration.revoke"> = (rows, { actor, invite: id }, moment) => {
  const against = powerless(rows, actor, keepers);
  if (against !== undefined) return against;
  if (!rows.usefulInvites(moment.nowMs).some((one) => one.id === id)) return "not_found invite";
  return (tape: Tape) => {
    rows.registrationInvites = rows.registrationInvites.filter((one) => one.id !== id);
    noteAct(rows, tape, actor, moment, { act: "invite.revoke" });
    return null;
  };
};

export const moderation: Pick<
  Judges,
  | "user.ban"
  | "user.unban"
  | "reports.dismiss"
  | "role.set"
  | "user.delete"
  | "password.reset"
  | "clients.revoke"
  | "registration.invite"
  | "registration.revoke"
> = {
  "user.ban": banUser,
  "user.unban": unbanUser,
  "reports.dismiss": dismissReports,
  "role.set": setRole,
  "user.delete": deleteUser,
  "password.reset": resetPassword,
  "clients.revoke": revokeClients,
  "registration.invite": inviteToRegister,
  "registration.revoke": revokeInvite,
};
