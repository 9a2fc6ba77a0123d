/**
 * What a store must answer to each query, by the model.
 *
 * @module
 */
import type { MessageId, RoomId, UserId } from "../../../lib/domain/ids.ts";
import type { Link } from "../../../lib/domain/invitation.ts";
import type { Message } from "../../../lib/domain/message.ts";
import { defaultPolicy } from "../../../lib/domain/policy.ts";
import type { Life } from "../../../lib/domain/retention.ts";
import type { Room } from "../../../lib/domain/room.ts";
import type { Token } from "../../../lib/domain/token.ts";
import type { User } from "../../../lib/domain/user.ts";
import type { FoldedName } from "../../../lib/text/names.ts";
import type { OversightQueries } from "../../../server/store/oversight.ts";
import type { MessagePage } from "../../../server/store/pages.ts";
import type {
  FileQueries,
  LogPage,
  MessageQueries,
  RoomQueries,
  ScheduledQueries,
  UserQueries,
} from "../../../server/store/queries.ts";
import type {
  ModelMessage,
  ModelRoom,
  ModelRows,
  ModelScheduled,
  ModelToken,
  ModelUser,
  Moment,
} from "./rows.ts";
import { history, replay, summaries, unread } from "./views.ts";

export type Queries =
  & UserQueries
  & RoomQueries
  & MessageQueries
  & ScheduledQueries
  & FileQueries
  & Pick<
    OversightQueries,
    | "withRole"
    | "banned"
    | "audit"
    | "registrationInvites"
    | "roomsOf"
    | "authored"
    | "usersToErase"
  >;

type Answers = {
  readonly [Name in keyof Queries]: (
    rows: ModelRows,
    ...args: Parameters<Queries[Name]>
  ) => Awaited<ReturnType<Queries[Name]>>;
};

function momentOf({ nowMs, keptSinceMs }: Life): Moment {
  return { nowMs, policy: { ...defaultPolicy, unreadTtlMs: nowMs - keptSinceMs } };
}

function userRow(user: ModelUser): User {
  const { id, name, passwordHash, createdMs, bannedUntilMs, role, deletedMs, isErased } = user;
  if (deletedMs !== undefined) {
    const folded = `DELETED ${id}` as FoldedName;
    return { id, name, folded, createdMs, deletedMs, ...(isErased && { erased: true }) };
  }
  return {
    id,
    name,
    folded: name.toLowerCase() as FoldedName,
    ...(passwordHash !== undefined && { passwordHash }),
    createdMs,
    ...(bannedUntilMs !== undefined && { bannedUntilMs }),
    ...(role !== undefined && { role }),
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1;
}

/** The first so many of some users whose names come after one. */
function pageOfUsers(
  users: readonly ModelUser[],
  { after = "", limit }: { readonly after?: string; readonly limit: number },
): { readonly items: readonly User[]; readonly hasMore: boolean } {
  const all = users.filter(({ name }) => name.toLowerCase() > after).toSorted(byName);
  return { items: all.slice(0, limit).map(userRow), hasMore: all.length > limit };
}

function roomRow(rows: ModelRows, room: ModelRoom | undefined): Room | undefined {
  if (room === undefined) return undefined;
  const { id, kind, name, owner, pair, createdMs, closed } = room;
  if (kind === "room") {
    return { id, kind, name, owner: rows.ref(owner ?? 0 as UserId), createdMs, closed };
  }
  const [one, other] = [...pair ?? []].sort((a, b) => a - b);
  if (one === undefined || other === undefined) return { id, kind, createdMs };
  return { id, kind, pair: [one, other], createdMs, ...(closed && { closed }) };
}

function pageOf(items: readonly Message[], limit: number): MessagePage {
  return { items: items.slice(0, limit), hasMore: items.length > limit };
}

function shown(
  rows: ModelRows,
  user: UserId,
  messages: readonly ModelMessage[],
  moment: Moment,
): Message[] {
  return messages.map((message) => rows.shown(message, user, moment));
}

function waiting(rows: ModelRows): ModelScheduled[] {
  return rows.scheduled.filter(({ end }) => end === undefined)
    .sort((a, b) => a.dueMs - b.dueMs || a.id - b.id);
}

function logPage(
  rows: ModelRows,
  user: UserId,
  after: number,
  limit: number,
  life: Life,
): LogPage {
  const events = replay(rows, user, after, momentOf(life)).slice(0, limit);
  return {
    events,
    upTo: events.length === limit ? events.at(-1)?.position ?? rows.head : rows.head,
    rooms: rows.members.filter((one) => one.user === user).map(({ room }) => room)
      .sort((a, b) => a - b),
    forgotten: rows.forgotten,
  };
}

function page(
  rows: ModelRows,
  room: RoomId,
  reader: UserId,
  { before = Infinity, after, limit }: { before?: number; after?: number; limit: number },
  life: Life,
): MessagePage {
  const all = history(rows, reader, room, momentOf(life))
    .filter(({ id }) => id < before && id > (after ?? 0));
  if (after !== undefined && before === Infinity) return pageOf(all, limit);
  return { items: all.slice(-limit), hasMore: all.length > limit };
}

function commentsOn(rows: ModelRows, id: MessageId, reader: UserId, moment: Moment): Message[] {
  const comments = rows.messages.filter((message) =>
    message.commentOn === id && rows.sees(reader, message, moment)
  );
  return shown(rows, reader, comments, moment);
}

const tokenRow = (token: ModelToken): Token => ({ ...token });

export const answers: Answers = {
  findToken(rows, hash) {
    const token = rows.tokens.find((one) => one.hash === hash);
    const user = token === undefined ? undefined : rows.user(token.user);
    return token && user && { token: tokenRow(token), user: userRow(user) };
  },
  findUser(rows, name) {
    const user = rows.userNamed(name);
    return user && userRow(user);
  },
  user(rows, id) {
    const user = rows.users.find((one) => one.id === id);
    return user && userRow(user);
  },
  tokensOf: (rows, user) =>
    rows.tokens.filter((one) => one.user === user).map(tokenRow).sort((a, b) => a.id - b.id),
  countUsers: (rows) => rows.living.length,
  users: (rows, { only, except, ...page }) =>
    pageOfUsers(
      rows.living.filter(({ id }) => only?.has(id) !== false && except?.has(id) !== true),
      page,
    ),
  reportsOn: (rows, user) =>
    rows.reports.filter(({ target }) => target === user).sort((a, b) => a.reporter - b.reporter),
  window(rows, user, kind) {
    const window = rows.windows.find((one) => one.user === user && one.kind === kind);
    return window && { ...window };
  },

  rooms: (rows, user, life) => summaries(rows, user, momentOf(life)),
  room: (rows, id) => roomRow(rows, rows.room(id)),
  member(rows, room, user) {
    const member = rows.member(room, user);
    return member && { ...member };
  },
  members(rows, room, limit) {
    const all = rows.membersOf(room).flatMap((id) => rows.user(id) ?? [])
      .map(({ id }) => rows.ref(id)).sort(byName);
    return { items: all.slice(0, limit), hasMore: all.length > limit };
  },
  privateRoom: (rows, one, other) => rows.privateChat(one, other)?.id,
  invitationsTo: (rows, user) =>
    rows.invitations.filter((one) => one.user === user)
      .sort((a, b) => a.atMs - b.atMs || a.room - b.room)
      .map((one) => ({ ...one, by: rows.ref(one.by), name: rows.room(one.room)?.name ?? "" })),
  linksInto: (rows, room) =>
    rows.links.filter((link) => link.room === room).sort((a, b) => a.id - b.id)
      .map((link): Link => ({ ...link })),
  requestsInto: (rows, room) =>
    rows.requests.filter((one) => one.room === room)
      .sort((a, b) => a.atMs - b.atMs || a.user - b.user)
      .map((one) => ({ ...one, user: rows.ref(one.user) })),

  arrive(rows, user, bounds, life) {
    const moment = momentOf(life);
    const recent = page(rows, 0 as RoomId, user, { limit: bounds.recent }, life);
    const news = pageOf(shown(rows, user, unread(rows, user, moment), moment), bounds.unread);
    return {
      rooms: summaries(rows, user, moment),
      recent: recent.items,
      unread: news.items,
      unreadMore: news.hasMore,
      head: rows.head,
    };
  },
  messages: page,
  unread(rows, user, { room, after = 0, limit }, life) {
    const moment = momentOf(life);
    const all = unread(rows, user, moment).filter((message) =>
      message.id > after && (room === undefined || message.room === room)
    );
    return pageOf(shown(rows, user, all, moment), limit);
  },
  countUnread: (rows, user, room, life) =>
    unread(rows, user, momentOf(life)).filter((message) => message.room === room).length,
  message(rows, id, reader, life) {
    const moment = momentOf(life);
    const message = rows.seen(reader, id, moment);
    return message && rows.shown(message, reader, moment);
  },
  comments: (rows, message, reader, { after, limit }, life) =>
    pageOf(
      commentsOn(rows, message, reader, momentOf(life)).filter(({ id }) => id > after),
      limit,
    ),
  log: logPage,

  scheduledBy: (rows, user) =>
    rows.scheduled.filter(({ author, end }) => author === user && end?.kind !== "sent")
      .sort((a, b) => a.dueMs - b.dueMs || a.id - b.id).map((one) => rows.planned(one)),
  scheduled(rows, id) {
    const scheduled = rows.scheduled.find((one) => one.id === id);
    return scheduled && rows.planned(scheduled);
  },
  countScheduled: (rows, user) => waiting(rows).filter(({ author }) => author === user).length,
  due: (rows, nowMs, limit) =>
    waiting(rows).filter(({ dueMs }) => dueMs <= nowMs).slice(0, limit)
      .map((one) => rows.planned(one)),
  nextDueMs: (rows, afterMs) => waiting(rows).find(({ dueMs }) => dueMs > afterMs)?.dueMs,

  file(rows, id, reader, life) {
    const file = rows.files.find((one) => one.id === id);
    if (file === undefined) return undefined;
    if (file.message !== undefined) {
      return rows.seen(reader, file.message, momentOf(life)) && { ...file };
    }
    const isWanted = file.scheduled === undefined ||
      rows.scheduled.some((one) => one.id === file.scheduled);
    return file.owner === reader && isWanted ? { ...file } : undefined;
  },
  fileBytes(rows, id, from, to) {
    const file = rows.files.find((one) => one.id === id);
    return file && bytesOf(file.size).slice(from, to);
  },

  withRole: (rows, query) =>
    pageOfUsers(rows.living.filter(({ role }) => role !== undefined), query),
  banned: (rows, query, nowMs) =>
    pageOfUsers(rows.living.filter(({ bannedUntilMs = 0 }) => nowMs < bannedUntilMs), query),
  audit(rows, { before = Infinity, limit }) {
    const all = rows.audit.filter(({ id }) => id < before).toReversed();
    return { items: all.slice(0, limit), hasMore: all.length > limit };
  },
  registrationInvites: (rows, nowMs) =>
    rows.usefulInvites(nowMs).sort((a, b) => a.id - b.id).map((invite) => {
      const maker = invite.by === undefined ? undefined : rows.user(invite.by);
      return { ...invite, ...(maker !== undefined && { byName: maker.name }) };
    }),
  roomsOf: (rows, user, limit) =>
    rows.members.filter((one) => one.user === user).map(({ room }) => room).sort((a, b) => a - b)
      .slice(0, limit),
  authored(rows, user, after, limit) {
    const all = rows.messages.filter(({ id }) => id > after);
    const looked = all.slice(0, limit);
    const last = looked.at(-1);
    return {
      messages: looked.filter(({ author }) => author === user).map(({ id, room }) => ({
        id,
        room,
      })),
      ...(last !== undefined && all.length > limit && { next: last.id }),
    };
  },
  usersToErase: (rows, limit) =>
    rows.users.filter(({ deletedMs, isErased }) => deletedMs !== undefined && !isErased)
      .sort((a, b) => (a.deletedMs ?? 0) - (b.deletedMs ?? 0) || a.id - b.id).slice(0, limit)
      .map(({ id }) => id),
};

/** The bytes of every file that is so long. */
export function bytesOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => (at * 7 + size) % 256);
}
