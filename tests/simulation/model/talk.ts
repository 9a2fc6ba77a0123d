/**
 * What the model says of talking: sending at once or later, deleting, reading.
 *
 * @module
 */
import {
  scheduleAheadMaxMs,
  scheduleAheadMinMs,
  scheduledPerUserMax,
} from "../../../lib/domain/bounds.ts";
import type { FileId, MessageId, RoomId, ScheduledId, UserId } from "../../../lib/domain/ids.ts";
import type { Whom } from "../../../lib/domain/needs.ts";
import type { RefusalCode } from "../../../lib/domain/refusal.ts";
import type { When } from "../../../lib/domain/rules/scheduling.ts";
import type { ModelMessage, ModelRows, ModelScheduled, ModelUser, Moment } from "./rows.ts";
import type { Tape } from "./tape.ts";
import {
  banWords,
  countUse,
  type Judge,
  type Judges,
  limitLeft,
  limitWords,
  noteAct,
} from "./verdict.ts";

interface Letter {
  readonly author: ModelUser;
  readonly text: string;
  readonly to?: Whom;
  readonly room?: RoomId;
  readonly commentOn?: MessageId;
  readonly files: readonly FileId[];
  readonly key?: string;
  readonly scheduled?: ScheduledId;
}

type Target = { readonly room: RoomId } | { readonly with: ModelUser };

/** Where a letter goes; or why it can't. */
function targetOf(rows: ModelRows, letter: Letter, moment: Moment): Target | string {
  const { author, to, room, commentOn } = letter;
  let about: ModelMessage | undefined;
  if (commentOn !== undefined) {
    about = rows.seen(author.id, commentOn, moment);
    if (about === undefined) return "not_found message";
  }
  if (to !== undefined) {
    const other = typeof to === "number" ? rows.user(to) : rows.userNamed(to);
    if (other === undefined) return "not_found user";
    if (other === author) return "invalid to";
    const chat = rows.privateChat(author.id, other.id);
    if (about !== undefined && about.room !== chat?.id) return "invalid comment_on";
    return { with: other };
  }
  if (room !== undefined) {
    if (rows.member(room, author.id) === undefined) return "not_found room";
    if (about !== undefined && about.room !== room) return "invalid comment_on";
  }
  const there = room ?? about?.room ?? 0 as RoomId;
  const isLonely = rows.room(there)?.pair?.some((id) => rows.user(id) === undefined) === true;
  return isLonely ? "not_found room" : { room: there };
}

/** Why the files of a letter can't go with it. */
function filesFault(rows: ModelRows, { author, files, scheduled }: Letter): string | undefined {
  const isGood = files.every((id, at) => {
    const file = rows.files.find((file) => file.id === id);
    return file !== undefined && file.owner === author.id && files.indexOf(id) === at &&
      file.message === undefined &&
      (file.scheduled === undefined || file.scheduled === scheduled);
  });
  return isGood ? undefined : "invalid files";
}

function withheld(
  rows: ModelRows,
  { author }: Letter,
  target: Target,
  moment: Moment,
): string | undefined {
  const isCommon = "room" in target && target.room === 0;
  return banWords(author, moment) ??
    (isCommon ? limitWords(rows, author.id, "common", moment) : undefined);
}

function post(
  rows: ModelRows,
  letter: Letter,
  target: Target,
  moment: Moment,
  tape: Tape,
): ModelMessage {
  const { author, text, commentOn, files, key } = letter;
  const { nowMs, policy } = moment;
  const room = "room" in target ? target.room : chatOf(rows, author, target.with, nowMs, tape);
  if (room === 0) countUse(rows, author.id, "common", moment);
  const { kind, pair } = rows.room(room) ?? { kind: "room" as const };
  const to = pair?.find((id) => id !== author.id);
  const message: ModelMessage = {
    id: tape.position as MessageId,
    room,
    kind,
    author: author.id,
    ...(to !== undefined && { to }),
    text,
    atMs: nowMs,
    expiresMs: nowMs + policy.messageTtlMs,
    ...(commentOn !== undefined && { commentOn }),
    files,
    ...(key !== undefined && { key }),
  };
  for (const file of rows.files) if (files.includes(file.id)) file.message = message.id;
  rows.messages.push(message);
  tape.next({ type: "message", audience: room, message: rows.said(message) });
  return message;
}

function chatOf(
  rows: ModelRows,
  one: ModelUser,
  other: ModelUser,
  nowMs: number,
  tape: Tape,
): RoomId {
  const known = rows.privateChat(one.id, other.id);
  if (known !== undefined) return known.id;
  const room = tape.position as RoomId;
  const pair = [one.id, other.id];
  rows.rooms.push({ id: room, kind: "private", name: "", pair, createdMs: nowMs, closed: false });
  for (const user of pair) rows.members.push({ room, user, joined: room, readId: room });
  tape.next({
    type: "room.created",
    audience: room,
    room,
    kind: "private",
    members: pair.map((id) => rows.ref(id)),
  });
  return room;
}

const send: Judge<"send"> = (rows, { actor, destination, text, files, retry }, moment) => {
  const author = rows.user(actor);
  if (author === undefined) return "not_found user";
  const letter: Letter = {
    author,
    text,
    ...destination,
    files,
    ...(retry !== undefined && { key: retry.key }),
  };
  const target = targetOf(rows, letter, moment);
  if (typeof target === "string") return target;
  const against = filesFault(rows, letter) ?? withheld(rows, letter, target, moment);
  if (against !== undefined) return against;
  return (tape) => {
    const message = post(rows, letter, target, moment, tape);
    const limit = message.room === 0 ? limitLeft(rows, actor, "common", moment) : undefined;
    return { message: rows.said(message), ...(limit !== undefined && { limit }) };
  };
};

/** Others may still see what someone does not who can take it back. */
function ofOthers(rows: ModelRows, actor: UserId, id: MessageId): ModelMessage | undefined {
  const message = rows.messages.find((one) => one.id === id);
  if (message === undefined || rows.member(message.room, actor) === undefined) return undefined;
  const isKeeper = rows.user(actor)?.role !== undefined;
  return isKeeper || message.author === actor ? message : undefined;
}

const deleteMessage: Judge<"message.delete"> = (rows, { actor, message: id }, moment) => {
  const message = actor === undefined
    ? rows.messages.find((one) => one.id === id)
    : rows.seen(actor, id, moment) ?? ofOthers(rows, actor, id);
  if (message === undefined) return "not_found message";
  const { author, room } = message;
  const isOwn = author === actor;
  if (actor !== undefined && !isOwn && rows.user(actor)?.role === undefined) return "forbidden";
  return (tape) => {
    rows.messages = rows.messages.filter((other) => other !== message);
    tape.next({ type: "message.deleted", audience: room, room, message: id });
    const act = { act: "message.delete", user: rows.ref(author), message: id, room } as const;
    if (!isOwn) noteAct(rows, tape, actor, moment, act);
    return null;
  };
};

const markRead: Judge<"read"> = (rows, { actor, room: named, to, upto }) => {
  let room = named ?? 0 as RoomId;
  if (to !== undefined) {
    const other = rows.userNamed(to);
    if (other === undefined) return "not_found user";
    const chat = rows.privateChat(actor, other.id);
    if (chat === undefined) return "not_found message";
    room = chat.id;
  }
  const member = rows.member(room, actor);
  if (member === undefined) return "not_found room";
  if (upto > rows.head) return "invalid upto";
  return (tape) => {
    if (upto > member.readId) {
      member.readId = upto;
      tape.next({ type: "read", audience: actor, room, readId: upto });
    }
    return { room, readId: member.readId };
  };
};

/** When something is due; or what is wrong with it. */
function dueOf(when: When, nowMs: number): number | string {
  const dueMs = when.field === "at" ? when.atMs : nowMs + when.inMs;
  const isFar = dueMs < nowMs + scheduleAheadMinMs || dueMs > nowMs + scheduleAheadMaxMs;
  return isFar ? `invalid ${when.field}` : dueMs;
}

function isFull(rows: ModelRows, user: UserId): boolean {
  const unsent = rows.scheduled.filter(({ author, end }) =>
    author === user && end?.kind !== "sent"
  );
  return unsent.length >= scheduledPerUserMax;
}

const schedule: Judge<"schedule"> = (rows, command, moment) => {
  const { actor, destination, text, files, when, retry } = command;
  const author = rows.user(actor);
  if (author === undefined) return "not_found user";
  const letter: Letter = { author, text, ...destination, files };
  const target = targetOf(rows, letter, moment);
  if (typeof target === "string") return target;
  const against = filesFault(rows, letter);
  if (against !== undefined) return against;
  const dueMs = dueOf(when, moment.nowMs);
  if (typeof dueMs === "string") return dueMs;
  const ban = banWords(author, moment);
  if (ban !== undefined) return ban;
  if (isFull(rows, actor)) return `invalid ${when.field}`;
  const limit = limitWords(rows, actor, "schedule", moment);
  if (limit !== undefined) return limit;
  return (tape) => {
    countUse(rows, actor, "schedule", moment);
    const id = tape.next({
      type: "scheduled.created",
      audience: actor,
      scheduled: tape.position as ScheduledId,
      dueMs,
    }) as ScheduledId;
    const scheduled: ModelScheduled = {
      id,
      author: actor,
      ...("with" in target ? { to: target.with.id } : target),
      text,
      ...(destination.commentOn !== undefined && { commentOn: destination.commentOn }),
      files,
      dueMs,
      createdMs: moment.nowMs,
      ...(retry !== undefined && { key: retry.key }),
    };
    rows.scheduled.push(scheduled);
    for (const file of rows.files) if (files.includes(file.id)) file.scheduled = id;
    return { scheduled: rows.planned(scheduled) };
  };
};

/** One of the actor's that can still be changed; or why it can't. */
function changeable(rows: ModelRows, actor: UserId, id: ScheduledId): ModelScheduled | string {
  const scheduled = rows.scheduled.find((one) => one.id === id);
  if (scheduled?.author !== actor) return "not_found scheduled message";
  return scheduled.end?.kind === "sent" ? "already_sent" : scheduled;
}

const changeScheduled: Judge<"scheduled.change"> = (rows, command, moment) => {
  const { actor, scheduled: id, text, when } = command;
  const scheduled = changeable(rows, actor, id);
  if (typeof scheduled === "string") return scheduled;
  const author = rows.user(actor);
  if (author === undefined) return "not_found user";
  const dueMs = when === undefined ? undefined : dueOf(when, moment.nowMs);
  if (typeof dueMs === "string") return dueMs;
  const ban = banWords(author, moment);
  if (ban !== undefined) return ban;
  if (scheduled.end !== undefined && dueMs === undefined) return "invalid at";
  const limit = limitWords(rows, actor, "schedule", moment);
  if (limit !== undefined) return limit;
  return (tape) => {
    countUse(rows, actor, "schedule", moment);
    scheduled.text = text ?? scheduled.text;
    scheduled.dueMs = dueMs ?? scheduled.dueMs;
    delete scheduled.end;
    tape.next({
      type: "scheduled.updated",
      audience: actor,
      scheduled: id,
      dueMs: scheduled.dueMs,
    });
    return { scheduled: rows.planned(scheduled) };
  };
};

const cancelScheduled: Judge<"scheduled.cancel"> = (rows, { actor, scheduled: id }) => {
  const scheduled = changeable(rows, actor, id);
  if (typeof scheduled === "string") return scheduled;
  return (tape) => {
    rows.scheduled = rows.scheduled.filter((one) => one !== scheduled);
    tape.next({ type: "scheduled.cancelled", audience: actor, scheduled: id });
    return null;
  };
};

function fail(scheduled: ModelScheduled, code: RefusalCode, atMs: number, tape: Tape): void {
  const { id, author } = scheduled;
  scheduled.end = { kind: "failed", code, atMs };
  tape.next({ type: "scheduled.failed", audience: author, scheduled: id, code });
}

const sendScheduled: Judge<"scheduled.send"> = (rows, { scheduled: { id } }, moment) => {
  const scheduled = rows.scheduled.find((one) => one.id === id);
  const { nowMs } = moment;
  if (scheduled === undefined || scheduled.end !== undefined || scheduled.dueMs > nowMs) {
    return () => null;
  }
  return (tape) => {
    const author = rows.user(scheduled.author);
    if (author === undefined) {
      fail(scheduled, "not_found", nowMs, tape);
      return null;
    }
    const { text, to, room, commentOn, files, key } = scheduled;
    const letter: Letter = {
      author,
      text,
      ...(to === undefined ? { room: room ?? 0 as RoomId } : { to }),
      ...(commentOn !== undefined && { commentOn }),
      files,
      ...(key !== undefined && { key }),
      scheduled: id,
    };
    const target = targetOf(rows, letter, moment);
    const against = typeof target === "string"
      ? target
      : filesFault(rows, letter) ?? withheld(rows, letter, target, moment);
    if (typeof target === "string" || against !== undefined) {
      fail(scheduled, (against ?? "").split(" ")[0] as RefusalCode, nowMs, tape);
      return null;
    }
    const message = post(rows, letter, target, moment, tape);
    scheduled.end = { kind: "sent", message: message.id, atMs: nowMs };
    scheduled.text = "";
    scheduled.files = [];
    tape.next({ type: "scheduled.sent", audience: author.id, scheduled: id, message: message.id });
    return null;
  };
};

export const talk: Pick<
  Judges,
  | "send"
  | "message.delete"
  | "read"
  | "schedule"
  | "scheduled.change"
  | "scheduled.cancel"
  | "scheduled.send"
> = {
  "send": send,
  "message.delete": deleteMessage,
  "read": markRead,
  "schedule": schedule,
  "scheduled.change": changeScheduled,
  "scheduled.cancel": cancelScheduled,
  "scheduled.send": sendScheduled,
};
