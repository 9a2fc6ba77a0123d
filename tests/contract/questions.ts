/**
 * Every question that a store can be asked, about all that a random story has left.
 *
 * @module
 */
import type { MessageId, RoomId, ScheduledId, UserId } from "../../lib/domain/ids.ts";
import type { FileId } from "../../lib/domain/ids.ts";
import { limitKinds } from "../../lib/domain/limit.ts";
import { type Needs, noNeeds } from "../../lib/domain/needs.ts";
import type { Life } from "../../lib/domain/retention.ts";
import type { State } from "../../lib/domain/state.ts";
import { foldName } from "../../lib/text/names.ts";
import type { OpenReport, Stats } from "../../server/store/oversight.ts";
import type { Store } from "../../server/store/store.ts";
import type { Cast } from "../support/cast.ts";
import { canonical } from "../support/chat.ts";

/** What the answers depend on beside the store. */
export interface Asking {
  readonly life: Life;
  /** Most things on a page. */
  readonly limit: number;
  /** A position of the log, after and before which is asked. */
  readonly middle: number;
}

/** Every answer, by its question. */
export async function answers(
  store: Store,
  cast: Cast,
  asking: Asking,
): Promise<Record<string, unknown>> {
  const told: Record<string, unknown> = {};
  for (const [question, answer] of questions(store, cast, asking)) told[question] = await answer;
  for (const [field, needs] of needsOfAll(cast)) {
    told[`what is loaded for ${field}`] = await store.transact(needs, rowsIn);
  }
  return told;
}

type Question = readonly [question: string, answer: Promise<unknown>];

function* questions(store: Store, cast: Cast, asking: Asking): Iterable<Question> {
  const { life, limit, middle } = asking;
  const some = new Set(cast.users.slice(0, 2));
  yield ["head", store.head()];
  yield ["countUsers", store.countUsers()];
  yield ["users", store.users({ limit })];
  yield ["users after b", store.users({ after: foldName("b"), limit })];
  yield ["users only", store.users({ limit, only: some })];
  yield ["users except", store.users({ limit, except: some })];
  for (const after of [0, middle]) {
    yield [`events after ${after}`, store.eventsAfter(after, limit)];
    yield [`all events after ${after}`, store.eventsAfter(after, 10_000)];
  }
  yield* oversight(store, cast, asking);
  yield ["due", store.due(life.nowMs, limit)];
  yield ["due later", store.due(Infinity, 1000)];
  yield ["nextDueMs", store.nextDueMs(0)];
  yield ["nextDueMs after now", store.nextDueMs(life.nowMs)];
  for (const hash of [...cast.hashes, "none"]) {
    yield [`findToken ${hash}`, store.findToken(hash)];
  }
  for (const room of rooms(cast)) {
    yield [`room ${room}`, store.room(room)];
    yield [`members of ${room}`, store.members(room, limit)];
    yield [`links into ${room}`, store.linksInto(room)];
    yield [`requests into ${room}`, store.requestsInto(room)];
  }
  for (const id of [...cast.scheduled, 999 as ScheduledId]) {
    yield [`scheduled ${id}`, store.scheduled(id)];
  }
  for (const id of files(cast)) {
    for (const [from, to] of [[0, 1000], [1, 3], [2, 2]] as const) {
      yield [`bytes of ${id} from ${from} to ${to}`, store.fileBytes(id, from, to)];
    }
  }
  for (const user of [...cast.users, 999 as UserId]) yield* questionsOf(user, store, cast, asking);
}

function* questionsOf(
  user: UserId,
  store: Store,
  cast: Cast,
  { life, limit, middle }: Asking,
): Iterable<Question> {
  const by = (what: string) => `${user}: ${what}`;
  yield [by("user"), store.user(user)];
  yield [by("tokens"), store.tokensOf(user)];
  yield [by("reports"), store.reportsOn(user)];
  for (const kind of limitKinds) {
    yield [by(`window ${kind}`), store.window(user, kind)];
  }
  yield [by("rooms"), store.rooms(user, life)];
  yield [by("invitations"), store.invitationsTo(user)];
  yield [by("arrive"), store.arrive(user, { recent: limit, unread: limit }, life)];
  yield [by("unread"), store.unread(user, { limit }, life)];
  yield [by("unread after"), store.unread(user, { after: middle, limit }, life)];
  yield [by("log after"), store.log(user, middle, limit, life).then(inOrder)];
  yield [by("log"), store.log(user, 0, 10_000, life).then(inOrder)];
  yield [by("scheduled by"), store.scheduledBy(user)];
  yield [by("scheduled, counted"), store.countScheduled(user)];
  for (const other of cast.users) {
    yield [by(`private chat with ${other}`), store.privateRoom(user, other)];
    const name = cast.all.users.get(other)?.folded ?? foldName("");
    yield [by(`name of ${other}`), store.findUser(name)];
  }
  for (const room of rooms(cast)) {
    yield [by(`member of ${room}`), store.member(room, user)];
    yield [by(`unread in ${room}`), store.unread(user, { room, limit }, life)];
    yield [by(`unread in ${room}, counted`), store.countUnread(user, room, life)];
    for (
      const bounds of [
        { limit },
        { before: middle, limit },
        { after: middle, limit },
        { after: Math.floor(middle / 2), before: middle, limit },
      ]
    ) {
      const page = store.messages(room, user, bounds, life);
      yield [by(`messages of ${room} ${JSON.stringify(bounds)}`), page];
    }
  }
  for (const message of [...cast.messages, middle as MessageId]) {
    yield [by(`message ${message}`), store.message(message, user, life)];
    yield [
      by(`comments on ${message}`),
      store.comments(message, user, { after: 0, limit }, life),
    ];
    yield [
      by(`comments on ${message} after`),
      store.comments(message, user, { after: middle, limit }, life),
    ];
  }
  for (const id of files(cast)) yield [by(`file ${id}`), store.file(id, user, life)];
}

/** What those ask who look after the chat. */
function* oversight(store: Store, cast: Cast, { life, limit, middle }: Asking): Iterable<Question> {
  const { nowMs } = life;
  yield ["accounts", store.accounts({ limit }, nowMs)];
  yield ["accounts after b", store.accounts({ after: foldName("b"), limit }, nowMs)];
  yield ["with a role", store.withRole({ limit })];
  yield ["with a role after b", store.withRole({ after: foldName("b"), limit })];
  yield ["banned", store.banned({ limit }, nowMs)];
  yield ["banned after b", store.banned({ after: foldName("b"), limit }, nowMs)];
  yield ["open reports", store.openReports({ limit }, nowMs)];
  yield ["open reports, page by page", openReportPages(store, limit, nowMs)];
  yield ["audit", store.audit({ limit })];
  yield ["audit before", store.audit({ before: middle, limit })];
  yield ["invitations to register", store.registrationInvites(nowMs)];
  yield ["all rooms", store.allRooms({ limit })];
  yield ["all rooms after", store.allRooms({ after: middle as RoomId, limit })];
  yield ["stats", store.stats(nowMs).then(withoutBytes)];
  yield ["users to erase", store.usersToErase(limit)];
  for (const user of cast.users) {
    yield [`open reports but on ${user}`, store.openReports({ except: user, limit }, nowMs)];
    yield [`rooms of ${user}`, store.roomsOf(user, limit)];
    yield [`authored by ${user}`, store.authored(user, 0, 1000)];
    yield [`authored by ${user} after`, store.authored(user, middle, limit)];
  }
}

async function openReportPages(store: Store, limit: number, nowMs: number): Promise<unknown> {
  const told: OpenReport[] = [];
  for (let more = true; more;) {
    const before = told.at(-1)?.place;
    const page = await store.openReports({ ...(before !== undefined && { before }), limit }, nowMs);
    told.push(...page.items);
    more = page.hasMore;
  }
  return told;
}

/** What the medium takes is each store's own. */
function withoutBytes({ databaseBytes: _, freeBytes: __, ...counted }: Stats): unknown {
  return counted;
}

function rooms({ rooms }: Cast): readonly RoomId[] {
  return [...rooms, 999 as RoomId];
}

function files({ files }: Cast): readonly FileId[] {
  return [...files, 999 as FileId];
}

function inOrder<Page extends { readonly rooms: readonly RoomId[] }>(page: Page): Page {
  return { ...page, rooms: page.rooms.toSorted((a, b) => a - b) };
}

/** Everything that can be needed, each kind of it by itself. */
function* needsOfAll(cast: Cast): Iterable<readonly [field: string, needs: Needs]> {
  const all = everyNeed(cast);
  for (const field of Object.keys(all) as (keyof Needs)[]) {
    yield [field, { ...noNeeds(), [field]: all[field] }];
  }
  yield ["all together", all];
}

/** All that can be needed of what there is. */
export function everyNeed(cast: Cast): Needs {
  const { users, messages } = cast;
  const names = users.flatMap((id) => cast.all.users.get(id)?.folded ?? []);
  const pairs = <One, Other, Pair>(
    ones: readonly One[],
    others: readonly Other[],
    pair: (one: One, other: Other) => Pair,
  ) => ones.flatMap((one) => others.map((other) => pair(one, other)));
  return {
    users: new Set(users),
    owners: true,
    names: new Set([...names, foldName("nobody")]),
    formerNamesOf: new Set([...users.slice(1), ...names.slice(0, 1)]),
    tokensOf: new Set([...users.slice(1), ...names.slice(0, 1)]),
    members: pairs(rooms(cast), users, (room, user) => ({ room, user })),
    membersOf: new Set(rooms(cast)),
    membershipsOf: new Set([...users, ...names.slice(0, 1)]),
    privateChats: pairs(users, [...users, ...names], (user, other) => ({ user, with: other })),
    messages: [
      ...messages.map((message) => ({ message })),
      ...pairs(messages, users, (message, user) => ({ message, user })),
    ],
    receipts: pairs(users, [0, 1, 2], (user, key) => ({ user, key: `key-${key}` })),
    windows: pairs(users, limitKinds, (user, kind) => (
      { user, kind }
    )),
    reportsOn: new Set([...users.slice(1), ...names.slice(0, 1)]),
    reportsBy: new Set(users),
    scheduled: new Set(cast.scheduled.slice(1)),
    unsentBy: new Set(users.slice(1)),
    files: new Set(cast.files.slice(1)),
    unsentFilesOf: new Set(users),
    invitationsInto: new Set(rooms(cast)),
    invitationsTo: new Set([...users.slice(1), ...names.slice(0, 1)]),
    invitationsBy: new Set(users),
    linksInto: new Set(rooms(cast)),
    links: pairs(cast.hashes, users, (hash, user) => ({ hash, user })),
    requestsInto: new Set(rooms(cast)),
    requestsBy: new Set(users),
    registrationInvites: true,
  };
}

/** What a state was given, table by table, in an order of its own. */
export function rowsIn(state: State): Record<string, readonly string[]> {
  const { users, tokens, rooms, members, messages, receipts, windows } = state;
  const { reports, scheduled, files, contents, invitations, links, requests } = state;
  const { formerNames, registrationInvites, audit } = state;
  const tables = {
    ...{ users, tokens, rooms, members, messages, receipts, windows },
    ...{ reports, scheduled, files, contents, invitations, links, requests, formerNames },
    ...{ registrationInvites, audit },
  };
  return Object.fromEntries(
    Object.entries(tables).map(([name, table]) => [
      name,
      [...table as Iterable<object>].map(canonical).toSorted(),
    ]),
  );
}
