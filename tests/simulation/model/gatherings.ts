/**
 * What the model says of rooms: made, changed, entered, left, closed.
 *
 * @module
 */
import {
  invitationsPerUserMax,
  joinedRoomsMax,
  linkLifeMaxMs,
  linkLifeMinMs,
  linkLifeMs,
  ownedRoomsMax,
  roomInvitationsMax,
  roomLinksMax,
} from "../../../lib/domain/bounds.ts";
import type { Link } from "../../../lib/domain/invitation.ts";
import type { LinkId, RoomId, UserId } from "../../../lib/domain/ids.ts";
import type { OwnedRoom } from "../../../lib/domain/room.ts";
import type { ModelLink, ModelRequest, ModelRoom, ModelRows } from "./rows.ts";
import type { Tape } from "./tape.ts";
import { banWords, countUse, type Judge, type Judges, limitWords } from "./verdict.ts";

/** The room that its owner asks about; or why they can't. */
function owned(rows: ModelRows, actor: UserId, id: RoomId): ModelRoom | string {
  const room = joined(rows, actor, id);
  return typeof room === "string" || room.owner === actor ? room : "forbidden";
}

/** The room that a member asks about; or why they can't. */
function joined(rows: ModelRows, actor: UserId, id: RoomId): ModelRoom | string {
  const room = rows.room(id);
  if (room === undefined || rows.member(id, actor) === undefined) return "not_found room";
  return room.kind === "room" ? room : "forbidden";
}

function roomsOf(rows: ModelRows, user: UserId): ModelRoom[] {
  return rows.rooms.filter(({ id, kind }) => kind === "room" && rows.member(id, user));
}

function shown(rows: ModelRows, { id, name, owner, createdMs, closed }: ModelRoom): OwnedRoom {
  return { id, kind: "room", name, owner: rows.ref(owner ?? 0 as UserId), createdMs, closed };
}

/** Tells what has become of a room; a new owner hears of those who wait. */
function updated(rows: ModelRows, room: ModelRoom, before: UserId | undefined, tape: Tape): void {
  const { id, name, owner } = room;
  tape.next({
    type: "room.updated",
    audience: id,
    room: id,
    name,
    owner: rows.ref(owner ?? 0 as UserId),
  });
  if (owner === before || owner === undefined) return;
  for (const { user } of waitingFor(rows, id)) {
    tape.next({ type: "join.requested", audience: owner, room: id, user: rows.ref(user) });
  }
}

/** Who asks to come in, in the order in which they have asked. */
function waitingFor(rows: ModelRows, room: RoomId): ModelRequest[] {
  return rows.requests.filter((one) => one.room === room)
    .sort((a, b) => a.atMs - b.atMs || a.user - b.user);
}

const createRoom: Judge<"room.create"> = (rows, { actor, name }, moment) => {
  const user = rows.user(actor);
  if (user === undefined) return "not_found user";
  const ban = banWords(user, moment);
  if (ban !== undefined) return ban;
  const mine = roomsOf(rows, actor);
  const isFull = mine.length >= joinedRoomsMax ||
    mine.filter(({ owner }) => owner === actor).length >= ownedRoomsMax;
  if (isFull) return "invalid ";
  const limit = limitWords(rows, actor, "room", moment);
  if (limit !== undefined) return limit;
  return (tape) => {
    countUse(rows, actor, "room", moment);
    const id = tape.position as RoomId;
    const room: ModelRoom = {
      id,
      kind: "room",
      name,
      owner: actor,
      createdMs: moment.nowMs,
      closed: false,
    };
    rows.rooms.push(room);
    rows.members.push({ room: id, user: actor, joined: id, readId: id });
    tape.next({
      type: "room.created",
      audience: id,
      room: id,
      kind: "room",
      name,
      owner: rows.ref(actor),
      members: [rows.ref(actor)],
    });
    return { room: shown(rows, room) };
  };
};

const changeRoom: Judge<"room.change"> = (rows, command, moment) => {
  const { actor, room: id, name, owner } = command;
  const room = owned(rows, actor, id);
  if (typeof room === "string") return room;
  const heir = owner === undefined ? undefined : rows.userNamed(owner);
  if (owner !== undefined && (heir === undefined || !rows.member(id, heir.id))) {
    return "not_found member";
  }
  const theirs = rows.rooms.filter((one) => one.owner === heir?.id && !one.closed);
  if (heir !== undefined && heir.id !== actor && theirs.length >= ownedRoomsMax) {
    return "invalid owner";
  }
  const next = { name: name ?? room.name, owner: heir?.id ?? actor };
  if (next.name === room.name && next.owner === room.owner) {
    return () => ({ room: shown(rows, room) });
  }
  const user = rows.user(actor);
  const ban = user === undefined || name === undefined ? undefined : banWords(user, moment);
  const against = ban ?? limitWords(rows, actor, "room", moment);
  if (against !== undefined) return against;
  return (tape) => {
    countUse(rows, actor, "room", moment);
    const before = room.owner;
    Object.assign(room, next);
    updated(rows, room, before, tape);
    return { room: shown(rows, room) };
  };
};

const deleteRoom: Judge<"room.delete"> = (rows, { actor, room: id }) => {
  const room = owned(rows, actor, id);
  if (typeof room === "string") return room;
  return (tape) => {
    close(rows, room, tape);
    return null;
  };
};

export function close(rows: ModelRows, room: ModelRoom, tape: Tape): void {
  const isOther = (one: { readonly room: RoomId }) => one.room !== room.id;
  const invited = rows.invitations.filter((one) => !isOther(one)).map(({ user }) => user);
  for (const user of invited.sort((a, b) => a - b)) withdraw(rows, room.id, user, tape);
  rows.links = rows.links.filter(isOther);
  for (const request of waitingFor(rows, room.id)) deny(rows, room, request, tape);
  const members = rows.membersOf(room.id);
  rows.members = rows.members.filter(isOther);
  tape.all(members.map((user) => ({ type: "room.deleted", audience: user, room: room.id })));
  room.closed = true;
}

/** The one of a room who has been there longest, of those who are not gone, beside someone. */
function oldest(rows: ModelRows, id: RoomId, but?: UserId): UserId | undefined {
  const [first] = rows.members
    .filter(({ room, user }) => room === id && user !== but && rows.user(user) !== undefined)
    .sort((a, b) => a.joined - b.joined);
  return first?.user;
}

/** The owner is not in the room any more. */
export function inherit(rows: ModelRows, room: ModelRoom, tape: Tape): void {
  const before = room.owner;
  room.owner = oldest(rows, room.id) ?? before ?? 0 as UserId;
  updated(rows, room, before, tape);
}

/** An invitation comes to nothing. */
export function withdraw(rows: ModelRows, room: RoomId, user: UserId, tape: Tape): void {
  rows.invitations = rows.invitations.filter((one) => one.room !== room || one.user !== user);
  tape.next({ type: "invitation.closed", audience: user, room });
}

/** A request comes to nothing. */
function deny(
  rows: ModelRows,
  { id, name }: ModelRoom,
  request: ModelRequest,
  tape: Tape,
): void {
  rows.requests = rows.requests.filter((one) => one !== request);
  tape.next({ type: "join.denied", audience: request.user, room: id, name });
}

/** What the owner's devices hear of an answer to a request. */
function answered(
  rows: ModelRows,
  { id, owner = 0 as UserId }: ModelRoom,
  { user }: ModelRequest,
  answer: { readonly approved: boolean },
  tape: Tape,
): void {
  tape.next({
    type: "join.answered",
    audience: owner,
    room: id,
    user: rows.ref(user),
    ...answer,
  });
}

function enter(rows: ModelRows, { id, name }: ModelRoom, user: UserId, tape: Tape): void {
  rows.requests = rows.requests.filter((one) => one.room !== id || one.user !== user);
  rows.invitations = rows.invitations.filter((one) => one.room !== id || one.user !== user);
  const position = tape.position;
  rows.members.push({ room: id, user, joined: position, readId: position });
  tape.next({ type: "member.joined", audience: id, room: id, name, user: rows.ref(user) });
}

const invite: Judge<"invite"> = (rows, { actor, room: id, user: name }, moment) => {
  const room = owned(rows, actor, id);
  if (typeof room === "string") return room;
  const user = rows.userNamed(name);
  if (user === undefined) return "not_found user";
  if (rows.member(id, user.id) !== undefined) return "already_member";
  const outcome = { room: id, user: user.name };
  if (rows.invitations.some((one) => one.room === id && one.user === user.id)) {
    return () => outcome;
  }
  const into = rows.invitations.filter((one) => one.room === id).length;
  if (into >= roomInvitationsMax) return "invalid room";
  const to = rows.invitations.filter((one) => one.user === user.id).length;
  if (to >= invitationsPerUserMax) return "invalid user";
  const owner = rows.user(actor);
  const against = (owner && banWords(owner, moment)) ??
    limitWords(rows, actor, "invite", moment);
  if (against !== undefined) return against;
  return (tape) => {
    countUse(rows, actor, "invite", moment);
    rows.invitations.push({ room: id, user: user.id, by: actor, atMs: moment.nowMs });
    const by = rows.ref(actor);
    tape.next({ type: "invitation", audience: user.id, room: id, name: room.name, by });
    return outcome;
  };
};

const answerInvitation: Judge<"invitation.answer"> = (rows, command) => {
  const { actor, room: id, accept } = command;
  const invitation = rows.invitations.find((one) => one.room === id && one.user === actor);
  const room = rows.room(id);
  if (invitation === undefined || room === undefined) return "not_found invitation";
  return (tape) => {
    if (accept) enter(rows, room, actor, tape);
    else withdraw(rows, id, actor, tape);
    return { room: id, status: accept ? "joined" : "declined" };
  };
};

function isUsable({ expiresMs, usesMax = Infinity, uses }: ModelLink, nowMs: number): boolean {
  return nowMs < expiresMs && uses < usesMax;
}

const createLink: Judge<"link.create"> = (rows, command, { nowMs }) => {
  const { actor, room: id, hash, lifeMs = linkLifeMs, usesMax } = command;
  const room = owned(rows, actor, id);
  if (typeof room === "string") return room;
  if (lifeMs < linkLifeMinMs || lifeMs > linkLifeMaxMs) return "invalid expires_in";
  const usable = rows.links.filter((link) => link.room === id && isUsable(link, nowMs));
  const same = usable.find((link) => link.hash === hash);
  if (same !== undefined) return () => ({ link: { ...same } });
  if (usable.length >= roomLinksMax) return "invalid room";
  return (tape, outcome) => {
    rows.links = rows.links.filter((link) => link.room !== id || usable.includes(link));
    const link: Link = {
      id: tape.give(outcome.link.id),
      room: id,
      hash,
      createdMs: nowMs,
      expiresMs: nowMs + lifeMs,
      ...(usesMax !== undefined && { usesMax }),
      uses: 0,
    };
    rows.links.push({ ...link });
    return { link };
  };
};

const revokeLink: Judge<"link.revoke"> = (rows, { actor, room: id, link }) => {
  const room = owned(rows, actor, id);
  if (typeof room === "string") return room;
  if (!rows.links.some((one) => one.id === link && one.room === id)) return "not_found link";
  return () => {
    rows.links = rows.links.filter((one) => one.id !== link);
    return null;
  };
};

const join: Judge<"join"> = (rows, { actor, hash }, moment) => {
  const { nowMs } = moment;
  const link = rows.links.find((one) => one.hash === hash);
  if (link === undefined || !isUsable(link, nowMs)) return "not_found link";
  const { room: id } = link;
  const room = rows.room(id);
  if (room === undefined) return "not_found link";
  if (rows.member(id, actor) !== undefined) return "already_member";
  if (rows.requests.some((one) => one.room === id && one.user === actor)) return "pending_approval";
  const limit = limitWords(rows, actor, "join", moment);
  if (limit !== undefined) return limit;
  return (tape) => {
    countUse(rows, actor, "join", moment);
    rows.requests.push({ room: id, user: actor, link: link.id, atMs: nowMs });
    const audience = room.owner ?? 0 as UserId;
    const asked = { type: "join.requested", room: id, user: rows.ref(actor) } as const;
    tape.next({ ...asked, audience });
    tape.next({ ...asked, audience: actor });
    return { room: id, name: room.name };
  };
};

const answerRequest: Judge<"request.answer"> = (rows, command) => {
  const { actor, room: id, user: name, approve } = command;
  const room = owned(rows, actor, id);
  if (typeof room === "string") return room;
  const user = rows.userNamed(name);
  const request = rows.requests.find((one) => one.room === id && one.user === user?.id);
  if (user === undefined || request === undefined) return "not_found request";
  return (tape) => {
    if (!approve) {
      deny(rows, room, request, tape);
      answered(rows, room, request, { approved: false }, tape);
      return { room: id, user: user.name, status: "denied" };
    }
    enter(rows, room, user.id, tape);
    tape.next({ type: "join.approved", audience: user.id, room: id, name: room.name });
    answered(rows, room, request, { approved: true }, tape);
    useLink(rows, room, request.link, tape);
    return { room: id, user: user.name, status: "joined" };
  };
};

function useLink(rows: ModelRows, room: ModelRoom, id: LinkId, tape: Tape): void {
  const link = rows.links.find((one) => one.id === id);
  if (link === undefined) return;
  link.uses += 1;
  if (link.uses < (link.usesMax ?? Infinity)) return;
  for (const request of waitingFor(rows, room.id).filter((one) => one.link === id)) {
    deny(rows, room, request, tape);
    answered(rows, room, request, { approved: false }, tape);
  }
}

const removeMember: Judge<"member.remove"> = (rows, { actor, room: id, user: name }) => {
  const room = joined(rows, actor, id);
  if (typeof room === "string") return room;
  const user = rows.userNamed(name);
  if (room.owner !== actor && user?.id !== actor) return "forbidden";
  if (user === undefined) return "not_found member";
  const isInvited = rows.invitations.some((one) => one.room === id && one.user === user.id);
  if (rows.member(id, user.id) === undefined) {
    if (!isInvited) return "not_found member";
    return (tape) => {
      withdraw(rows, id, user.id, tape);
      return null;
    };
  }
  return (tape) => {
    if (room.owner === user.id && oldest(rows, id, user.id) === undefined) {
      close(rows, room, tape);
      return null;
    }
    rows.members = rows.members.filter((one) => one.room !== id || one.user !== user.id);
    const left = { type: "member.left", room: id, user: rows.ref(user.id) } as const;
    tape.next({ ...left, audience: user.id });
    tape.next({ ...left, audience: id });
    if (room.owner === user.id) inherit(rows, room, tape);
    return null;
  };
};

export const gatherings: Pick<
  Judges,
  | "room.create"
  | "room.change"
  | "room.delete"
  | "invite"
  | "invitation.answer"
  | "link.create"
  | "link.revoke"
  | "join"
  | "request.answer"
  | "member.remove"
> = {
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
};
