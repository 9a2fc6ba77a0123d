/**
 * What the model says of users: registering, tokens, names, passwords, reports and files.
 *
 * @module
 */
import {
  formerNameLifeMs,
  formerNamesPerUserMax,
  tokensPerUserMax,
  unsentFilesPerUserMax,
} from "../../../lib/domain/bounds.ts";
import type { TokenId, UserId } from "../../../lib/domain/ids.ts";
import { must } from "../fault.ts";
import type { ModelRows, Moment } from "./rows.ts";
import type { Tape } from "./tape.ts";
import { banWords, countUse, type Judge, type Judges, limitWords, noteAct } from "./verdict.ts";

const common = 0 as UserId;

const register: Judge<"register"> = (rows, command, moment) => {
  const { name, passwordHash, grant, invite: hash, role } = command;
  if (rows.userNamed(name) !== undefined) return "name_taken";
  if (keeperOf(rows, name, moment) !== undefined) return "name_taken";
  const invite = rows.usefulInvites(moment.nowMs).find((one) => one.hash === hash);
  if (hash !== undefined && invite === undefined) return "invite_needed";
  if (role !== undefined && rows.living.some((one) => one.role === "owner")) return "invite_needed";
  return (tape, outcome) => {
    const id = tape.position as UserId;
    rows.users.push({
      id,
      name,
      createdMs: moment.nowMs,
      ...(passwordHash !== undefined && { passwordHash }),
      ...(role !== undefined && { role }),
    });
    rows.members.push({ room: rows.rooms[0]?.id ?? fail(), user: id, joined: id, readId: id });
    tape.next({
      type: "member.joined",
      audience: common,
      room: rows.rooms[0]?.id ?? fail(),
      user: { id, name },
    });
    const token = giveToken(rows, id, grant.hash, moment, tape, outcome.token);
    rows.registrationInvites = rows.registrationInvites.map((one) =>
      one === invite ? { ...one, uses: one.uses + 1 } : one
    );
    const act = { act: "owner.claimed", user: rows.ref(id), role: "owner" } as const;
    if (role !== undefined) noteAct(rows, tape, id, moment, act);
    return { user: id, name, token };
  };
};

/** The one for whom a name is kept that they gave up. */
function keeperOf(rows: ModelRows, name: string, { nowMs }: Moment): UserId | undefined {
  return rows.formerNames.find((former) =>
    former.name === name.toLowerCase() && nowMs < former.atMs + formerNameLifeMs
  )?.user;
}

/** A name is changed for another one: the last few that they had are kept. */
function giveUp(rows: ModelRows, user: UserId, before: string, name: string, atMs: number): void {
  const [old, taken] = [before.toLowerCase(), name.toLowerCase()];
  if (old === taken) return;
  rows.formerNames = rows.formerNames.filter((one) => one.name !== taken);
  const mine = rows.formerNames.filter((one) => one.user === user)
    .sort((a, b) => b.atMs - a.atMs || (a.name < b.name ? 1 : -1));
  const tooMany = mine.slice(formerNamesPerUserMax - 1);
  rows.formerNames = rows.formerNames.filter((one) => !tooMany.includes(one) && one.name !== old);
  rows.formerNames.push({ name: old, user, atMs });
}

function fail(): never {
  throw new Error("The model itself is wrong");
}

function giveToken(
  rows: ModelRows,
  user: UserId,
  hash: string,
  { nowMs }: Moment,
  tape: Tape,
  token: TokenId,
): TokenId {
  const held = rows.tokens.filter((one) => one.user === user);
  if (held.length >= tokensPerUserMax) {
    const oldestMs = Math.min(...held.map(({ lastSeenMs }) => lastSeenMs));
    const stale = held.filter(({ lastSeenMs }) => lastSeenMs === oldestMs);
    const position = tape.nextOf(
      stale.map(({ id }) => ({ type: "token.revoked", audience: user, token: id })),
    );
    const event = tape.entries.find((entry) => entry.event.position === position)?.event;
    must(event?.type === "token.revoked", "a token was revoked");
    rows.tokens = rows.tokens.filter(({ id }) => id !== event.token);
  }
  tape.give(token);
  rows.tokens.push({ id: token, user, hash, createdMs: nowMs, lastSeenMs: nowMs });
  return token;
}

const issueToken: Judge<"token.issue"> = (rows, { actor, grant, passwordHash }, moment) => {
  const user = rows.user(actor);
  if (user === undefined) return "not_found user";
  const isChecked = passwordHash !== undefined;
  if (isChecked && passwordHash !== user.passwordHash) return "bad_password";
  const held = rows.tokens.find(({ user, hash }) => user === actor && hash === grant.hash);
  if (held !== undefined) return () => ({ token: held.id });
  return (tape, { token }) => ({
    token: giveToken(rows, actor, grant.hash, moment, tape, token),
  });
};

const revokeToken: Judge<"token.revoke"> = (rows, { actor, token }) => {
  const held = rows.tokens.some(({ id, user }) => id === token && user === actor);
  if (!held) return "not_found token";
  return (tape) => {
    rows.tokens = rows.tokens.filter(({ id }) => id !== token);
    tape.next({ type: "token.revoked", audience: actor, token });
    return null;
  };
};

const touchTokens: Judge<"token.touch"> = (rows, { tokens }, { nowMs }) => () => {
  for (const token of rows.tokens) if (tokens.includes(token.id)) token.lastSeenMs = nowMs;
  return null;
};

const changeProfile: Judge<"profile.change"> = (rows, command, moment) => {
  const { actor, name, password } = command;
  const user = rows.user(actor);
  if (user === undefined) return "not_found user";
  const holder = name === undefined ? undefined : rows.userNamed(name);
  if (holder !== undefined && holder !== user) return "name_taken";
  const keeper = name === undefined ? undefined : keeperOf(rows, name, moment);
  if (keeper !== undefined && keeper !== actor) return "name_taken";
  if (password !== undefined && password.oldHash !== user.passwordHash) return "bad_password";
  const isNew = name !== undefined && name !== user.name;
  const against = isNew
    ? banWords(user, moment) ?? limitWords(rows, actor, "rename", moment)
    : undefined;
  if (against !== undefined) return against;
  return (tape) => {
    if (isNew) {
      countUse(rows, actor, "rename", moment);
      const before = user.name;
      user.name = name;
      giveUp(rows, actor, before, name, moment.nowMs);
      tape.next({ type: "user.renamed", audience: common, user: { id: actor, name }, before });
    }
    if (password !== undefined) {
      user.passwordHash = password.hash;
      const lost = rows.tokens.filter((one) => one.user === actor && one.id !== password.token);
      rows.tokens = rows.tokens.filter((token) => !lost.includes(token));
      tape.all(lost.map(({ id }) => ({ type: "token.revoked", audience: actor, token: id })));
    }
    return { name: user.name, createdMs: user.createdMs };
  };
};

const reportUser: Judge<"report"> = (rows, command, moment) => {
  const { actor, target: name, reason, message } = command;
  const { nowMs, policy: { banAfter, banForMs } } = moment;
  const target = rows.userNamed(name);
  if (target === undefined) return "not_found user";
  if (target.id === actor) return "invalid user";
  if (message !== undefined) {
    const about = rows.seen(actor, message, moment);
    if (about === undefined) return "not_found message";
    if (about.author !== target.id) return "invalid message";
  }
  const untilMs = target.bannedUntilMs;
  const isOver = untilMs !== undefined && nowMs >= untilMs;
  const isSettled = (atMs: number) => isOver && atMs < untilMs;
  const open = rows.reports.filter((one) => one.target === target.id && !isSettled(one.atMs));
  if (open.some(({ reporter }) => reporter === actor)) return "already_reported";
  return (tape) => {
    rows.reports = rows.reports.filter((one) => one.target !== target.id || open.includes(one));
    rows.reports.push({
      reporter: actor,
      target: target.id,
      atMs: nowMs,
      ...(reason !== undefined && { reason }),
      ...(message !== undefined && { message }),
    });
    const reports = open.length + 1;
    const isBanned = untilMs !== undefined && nowMs < untilMs;
    if (!isBanned && banAfter > 0 && reports >= banAfter) {
      target.bannedUntilMs = nowMs + banForMs;
      tape.next({ type: "user.banned", audience: target.id, untilMs: nowMs + banForMs });
    }
    const bannedUntilMs = (target.bannedUntilMs ?? 0) > nowMs ? target.bannedUntilMs : undefined;
    return {
      user: target.name,
      reports,
      ...(bannedUntilMs !== undefined && { bannedUntilMs }),
    };
  };
};

const addFile: Judge<"file.add"> = (rows, command, moment) => {
  const { actor, name, mediaType, bytes, sha256 } = command;
  const user = rows.user(actor);
  if (user === undefined) return "not_found user";
  const ban = banWords(user, moment);
  if (ban !== undefined) return ban;
  const unsent = rows.files.filter(({ owner, message }) =>
    owner === actor && message === undefined
  );
  if (unsent.length >= unsentFilesPerUserMax) return "invalid ";
  const against = limitWords(rows, actor, "upload", moment);
  if (against !== undefined) return against;
  return (tape, outcome) => {
    countUse(rows, actor, "upload", moment);
    const file = {
      id: tape.give(outcome.file.id),
      owner: actor,
      name,
      type: mediaType,
      size: bytes.length,
      sha256,
      createdMs: moment.nowMs,
    };
    rows.files.push(file);
    return { file: { ...file } };
  };
};

export const accounts: Pick<
  Judges,
  | "register"
  | "token.issue"
  | "token.revoke"
  | "token.touch"
  | "profile.change"
  | "report"
  | "file.add"
> = {
  "register": register,
  "token.issue": issueToken,
  "token.revoke": revokeToken,
  "token.touch": touchTokens,
  "profile.change": changeProfile,
  "report": reportUser,
  "file.add": addFile,
};
