/**
 * What each user is shown of what the model knows: the answers to the queries of a store.
 *
 * @module
 */
import type { Event } from "../../../lib/domain/event.ts";
import type { RoomId, UserId } from "../../../lib/domain/ids.ts";
import type { Message } from "../../../lib/domain/message.ts";
import type { RoomSummary } from "../../../server/store/queries.ts";
import type { ModelMessage, ModelRows, Moment } from "./rows.ts";

/** All that `user` may be replayed after a position. */
export function replay(
  rows: ModelRows,
  user: UserId,
  after: number,
  moment: Moment,
): readonly Event[] {
  const joined = new Map<number, number>([[user, 0]]);
  for (const member of rows.members) {
    if (member.user === user) joined.set(member.room, member.joined);
  }
  const isHeard = (audience: number, position: number) =>
    position > after && position >= (joined.get(audience) ?? Infinity);
  const events: Event[] = [];
  for (const { event } of rows.entries) {
    if (event.type === "message" || !isHeard(event.audience, event.position)) continue;
    events.push(event);
  }
  for (const message of rows.messages) {
    if (!isHeard(message.room, message.id) || !rows.sees(user, message, moment)) continue;
    events.push({
      type: "message",
      position: message.id,
      audience: message.room,
      atMs: message.atMs,
      message: rows.shown(message, user, moment),
    });
  }
  return events.sort((a, b) => a.position - b.position);
}

export function unread(rows: ModelRows, user: UserId, moment: Moment): readonly ModelMessage[] {
  return rows.messages.filter((message) => {
    const member = rows.member(message.room, user);
    return member !== undefined && message.id > member.readId && message.author !== user &&
      rows.sees(user, message, moment);
  });
}

/** What `user` may see of a room, oldest first. */
export function history(
  rows: ModelRows,
  user: UserId,
  room: RoomId,
  moment: Moment,
): readonly Message[] {
  return rows.messages
    .filter((message) => message.room === room && rows.sees(user, message, moment))
    .map((message) => rows.shown(message, user, moment));
}

export function summaries(rows: ModelRows, user: UserId, moment: Moment): readonly RoomSummary[] {
  const news = unread(rows, user, moment);
  const all = rows.rooms.flatMap((room): RoomSummary[] => {
    const member = rows.member(room.id, user);
    if (member === undefined) return [];
    const other = room.pair?.find((id) => id !== user);
    return [{
      id: room.id,
      kind: room.kind,
      name: other === undefined ? room.name : rows.ref(other).name,
      ...(room.owner !== undefined && { owner: rows.ref(room.owner) }),
      unread: news.filter((message) => message.room === room.id).length,
      lastId: Math.max(
        0,
        ...rows.messages.filter((message) => message.room === room.id).map(({ id }) => id),
      ),
      readId: member.readId,
    }];
  });
  return all.sort((a, b) => a.id === 0 ? -1 : b.id === 0 ? 1 : b.lastId - a.lastId || a.id - b.id);
}

/** Whether no one may see a message any more, or it is a comment on one that is too old. */
export function isOver(rows: ModelRows, message: ModelMessage, moment: Moment): boolean {
  if (rows.room(message.room)?.closed === true) return true;
  const cap = moment.nowMs - moment.policy.unreadTtlMs;
  if (message.atMs <= cap) return true;
  const about = rows.messages.find(({ id }) => id === message.commentOn);
  if (about !== undefined && about.atMs <= cap) return true;
  // Without a member it lasts until its time is up: someone may still come.
  if (moment.nowMs < message.expiresMs) return false;
  return !rows.membersOf(message.room).some((user) => rows.sees(user, message, moment));
}
