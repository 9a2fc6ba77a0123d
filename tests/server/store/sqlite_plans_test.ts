/**
 * How the store on SQLite finds what it is asked for: by its indexes, and never by a long look.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { hourMs } from "../../../lib/domain/bounds.ts";
import { commonRoom, type MessageId, type RoomId } from "../../../lib/domain/ids.ts";
import { noNeeds } from "../../../lib/domain/needs.ts";
import { defaultPolicy } from "../../../lib/domain/policy.ts";
import type { State } from "../../../lib/domain/state.ts";
import { firstRunLength } from "../../../server/store/sqlite/queries/merge.ts";
import { countsAll } from "../../../server/store/sqlite/queries/oversight.ts";
import { lookedThroughMax, roomsPerStepMax } from "../../../server/store/sqlite/sweep.ts";
import { Chat, type Person, saying } from "../../support/chat.ts";
import { type Asked, openProbedStore, type ProbedStore } from "../../support/sqlite_probe.ts";
import { test } from "./sqlite_file.ts";

function planOf(db: DatabaseSync, sql: string): string[] {
  return db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(({ detail }) => String(detail));
}

/** Whether a statement is that of the rooms of a user, which are put in order by what is in them. */
function isSummary(sql: string): boolean {
  return sql.includes("FROM members b JOIN rooms r");
}

test("no statement of the store reads through a whole table", async (path) => {
  const { store, db, statements } = openProbedStore(path);
  const allowed = [
    // The one row of the log, and what counts the users.
    /^SCAN log$/,
    /^SCAN users USING COVERING INDEX /,
    // What a LIMIT bounds: the first of the log, when it is known that enough of it is old.
    /^SCAN \(subquery-/,
    /^SCAN events$/,
    // What is open at all, in the order in which it is wanted.
    /^SCAN (scheduled|files) USING (COVERING )?INDEX (scheduled_waiting|files_doomed)$/,
    // Of these there are never many; nor of those among them that are used up.
    /^SCAN registration_invites( USING INDEX registration_invites_used_up)?$/,
    /^SCAN json_each /,
    /^SCAN sqlite_schema$/,
  ];
  let searched = 0;
  for (const sql of new Set(statements)) {
    if (!/^\s*(SELECT|DELETE|UPDATE|INSERT)/.test(sql)) continue;
    // The log from a position on, or the audit up to one, as far as a LIMIT bounds it.
    if (/WHERE (m\.id|id|position) (>=?|<) \? ORDER BY \1( DESC)? LIMIT \?$/.test(sql)) continue;
    // Only the operator asks how much there is of everything.
    if (sql === countsAll) continue;
    // No rule removes a user, which would ask every table for them.
    if (sql.startsWith("DELETE FROM users")) continue;
    for (const step of planOf(db, sql)) {
      if (step.startsWith("SEARCH")) searched += 1;
      // A range of the table itself is most of it, whatever room it is of.
      const walks = step.startsWith("SCAN") || /\(rowid[<>]/.test(step);
      if (!walks || allowed.some((plan) => plan.test(step))) continue;
      throw new Error(`${step}: ${sql}`);
    }
  }
  assert(searched > 100, `${searched} searches`);
  await store.close();
});

test("messages and events come out of the index in order, unsorted", async (path) => {
  const { store, db, statements } = openProbedStore(path);
  let checked = 0;
  for (const sql of statements) {
    const order = /FROM (messages|events)\b.*ORDER BY (m\.id|id|position|at_ms|horizon_ms)\b/s;
    if (!order.test(sql) || isSummary(sql)) continue;
    checked += 1;
    const plan = planOf(db, sql);
    assert(!plan.some((step) => step.includes("TEMP B-TREE")), `${plan.join("; ")}: ${sql}`);
  }
  assert(checked >= 10, `${checked} statements`);
  await store.close();
});

/** A common chat of `count` messages that all have expired and reader and author have read. */
async function longChat(probed: ProbedStore, count: number) {
  const chat = new Chat(probed.store);
  chat.policy = { ...defaultPolicy, limit: 0 };
  const [reader, author, away] = await chat.people("reader", "author", "away");
  await chat.say(away, "before I go");
  await say(chat, author, count);
  const last = await chat.say(away, "while I am gone, by a bridge");
  await chat.markRead(reader, last.id);
  await chat.markRead(author, last.id);
  chat.nowMs += hourMs;
  return { chat, reader, author, away };
}

async function say(chat: Chat, author: Person, count: number): Promise<void> {
  await chat.batch(Array.from({ length: count }, (_, n) => saying(author, `${n}`)));
}

/** How many messages lie in the range that a statement was told to look through. */
function looksThrough({ db }: ProbedStore, { sql, given }: Asked): number {
  if (!/messages m? ?INDEXED BY messages_by_room/.test(sql) || isSummary(sql)) return 0;
  // Whoever is content with any message takes the first.
  if (!sql.includes("at_ms >")) return 0;
  const named = typeof given[0] === "object" ? given[0] as Record<string, number> : undefined;
  const after = named?.["after"] ?? Number(given[1]);
  const before = named?.["before"] ?? Number.MAX_SAFE_INTEGER;
  const counted = db.prepare(
    "SELECT count(*) AS count FROM messages WHERE room = 0 AND id > ? AND id < ?",
  );
  return Number(counted.get(after, before)?.["count"]);
}

test("nobody looks through what they have read and has expired, though it is kept", async (path) => {
  const probed = openProbedStore(path);
  const { store, asked } = probed;
  const { chat, reader, author, away } = await longChat(probed, 500);
  await say(chat, author, 3);
  const { life } = chat;
  const questions = {
    newest: () => store.messages(commonRoom, reader.id, { limit: 50 }, life),
    before: () => store.messages(commonRoom, reader.id, { limit: 50, before: 600 }, life),
    oldest: () => store.messages(commonRoom, reader.id, { limit: 50, after: 0 }, life),
    arrive: () => store.arrive(reader.id, { recent: 50, unread: 50 }, life),
    unread: () => store.unread(reader.id, { limit: 50 }, life),
    countUnread: () => store.countUnread(reader.id, commonRoom, life),
    log: () => store.log(reader.id, 0, 50, life),
  };
  for (const [what, ask] of Object.entries(questions)) {
    asked.length = 0;
    await ask();
    const looks = asked.map((one) => looksThrough(probed, one)).filter((count) => count > 0);
    assert(looks.length > 0 && Math.max(...looks) <= 3, `${what} looks through ${looks}`);
  }
  // All of it is still there for the one who has not read it.
  assertEquals(await store.countUnread(away.id, commonRoom, life), 503);
  const { items } = await store.messages(commonRoom, reader.id, { limit: 50 }, life);
  assertEquals(items.map(({ text }) => text), ["0", "1", "2"]);
  await store.close();
});

/** Makes rooms of one member, in each of which so much happened, in all of them by turns. */
async function busyRooms(
  { store, nowMs }: Chat,
  owner: Person,
  { rooms, each }: { readonly rooms: number; readonly each: number },
): Promise<void> {
  await store.transact(noNeeds(), (state) => {
    const made = Array.from({ length: rooms }, () => openRoom(state, owner, nowMs));
    for (let n = 0; n < each; n++) {
      for (const room of made) {
        if (n % 2 === 0) sayIn(state, room, owner, nowMs);
        else state.tell({ type: "room.updated", audience: room, room, name: `${n}`, owner }, nowMs);
      }
    }
  });
}

/** What was asked since it was last forgotten, with how many rows came of each. */
function rowsOf({ db, asked }: ProbedStore): { readonly sql: string; readonly rows: number }[] {
  return asked.splice(0).map(({ sql, given }) => ({
    sql,
    rows: db.prepare(sql).all(...given as SQLInputValue[]).length,
  }));
}

function sumOf(asked: readonly { readonly rows: number }[]): number {
  return asked.reduce((sum, { rows }) => sum + rows, 0);
}

test("a page of the log costs what is in it, however much there is in however many rooms", async (path) => {
  const probed = openProbedStore(path);
  const { store, asked } = probed;
  const chat = new Chat(store);
  const [alice] = await chat.people("alice");
  const rooms = 200;
  await busyRooms(chat, alice, { rooms, each: 50 });
  const limit = 100;
  let after = 0;
  let told = 0;
  for (let isFull = true; isFull;) {
    asked.length = 0;
    const { events, upTo } = await store.log(alice.id, after, limit, chat.life);
    const all = rowsOf(probed);
    const ofRooms = all.filter(({ sql }) => sql.includes("FROM members"));
    const found = all.filter(({ sql }) => /^SELECT (position|m\.id) FROM/.test(sql));
    const whole = all.filter(({ sql }) => /SELECT \* FROM events|m\.text/.test(sql));
    assertEquals(ofRooms.map(({ rows }) => rows), [rooms + 1, rooms + 1]);
    assert(found.length <= limit + 2, `${found.length} looks for what comes next`);
    assert(sumOf(found) <= (limit + 2) * firstRunLength, `${sumOf(found)} rows looked at`);
    assertEquals(sumOf(whole), events.length, "only what is told is read");
    // The ends of the log, and the first that may be there of each room that is looked at.
    const others = all.length - ofRooms.length - found.length - whole.length;
    assert(others <= 1 + limit, `${others} other statements`);
    told += events.length;
    isFull = events.length === limit;
    after = upTo;
  }
  assertEquals(told, 1 + rooms * 50);

  asked.length = 0;
  await store.log(alice.id, after, limit, chat.life);
  assertEquals(asked.length, 5, "nothing is asked of a room in which nothing happened");
  await store.close();
});

/** Sweeps to the end; tells how many steps it took, and how many messages went. */
async function sweep({ store, life }: Chat, limit: number): Promise<[number, number]> {
  let [steps, removed] = [0, 0];
  let next: RoomId | undefined;
  do {
    const swept = await store.removeExpired(
      { ...(next !== undefined && { after: next }), limit },
      life,
    );
    steps += 1;
    removed += swept.removed;
    next = swept.next;
  } while (next !== undefined);
  return [steps, removed];
}

test("a sweep looks through a room that someone has not read once, and in short steps", async (path) => {
  const probed = openProbedStore(path);
  const { asked } = probed;
  const { chat, away, reader, author } = await longChat(probed, 2 * lookedThroughMax + 10);
  const looks = () => {
    const own = asked.filter(({ sql }) => /AND id <= \? AND author = \?/.test(sql));
    asked.length = 0;
    return own.map(({ given: [, from, to] }) => {
      const sql = "SELECT count(*) AS count FROM messages WHERE room = 0 AND id > ? AND id <= ?";
      return Number(probed.db.prepare(sql).get(Number(from), Number(to))?.["count"]);
    });
  };
  asked.length = 0;
  // What the one who is away wrote is unread by nobody, wherever it stands.
  const [steps, removed] = await sweep(chat, 100);
  assertEquals(removed, 2);
  const first = looks();
  assert(steps >= 3 && first.length >= 3, `${steps} steps, ${first.length} looks`);
  assert(first.every((count) => count <= lookedThroughMax), `${first}`);
  assertEquals(await sweep(chat, 100), [1, 0]);
  const second = looks();
  assert(second.every((count) => count < lookedThroughMax), `${second}`);
  assertEquals(second.length, 1);
  // Who has read least may be another one: then all is looked through again.
  const last = await chat.say(away, "back");
  await chat.markRead(away, last.id);
  await chat.markRead(author, last.id);
  chat.nowMs += hourMs;
  assertEquals((await sweep(chat, 1000))[1], 2 * lookedThroughMax + 10);
  await chat.markRead(reader, last.id);
  assertEquals((await sweep(chat, 1000))[1], 1);
  await probed.store.close();
});

test("a step of a sweep looks at so many rooms and no more", async (path) => {
  const { store } = openProbedStore(path);
  const chat = new Chat(store);
  const [alice, bob] = await chat.people("alice", "bob");
  const rooms = 2 * roomsPerStepMax + 1;
  await store.transact(noNeeds(), (state) => {
    for (let n = 0; n < rooms; n++) fillRoom(state, alice, chat);
  });
  // Rooms in which nothing was said are passed over.
  await chat.makeRoom(bob, "quiet");
  assertEquals(await sweep(chat, 1000), [3, 0]);
  chat.nowMs += hourMs;
  assertEquals(await sweep(chat, 1000), [3, rooms]);
  assertEquals(await sweep(chat, 1000), [1, 0]);
  await store.close();
});

function fillRoom(state: State, owner: Person, { nowMs }: Chat): void {
  sayIn(state, openRoom(state, owner, nowMs), owner, nowMs);
}

/** Makes a room of one member, without the rules. */
function openRoom(state: State, { id: user, name }: Person, nowMs: number): RoomId {
  const id = state.nextPosition() as RoomId;
  const owner = { id: user, name };
  state.rooms.put({ id, kind: "room", name, owner, createdMs: nowMs, closed: false });
  state.members.put({ room: id, user, joined: id, readId: id });
  return id;
}

function sayIn(state: State, room: RoomId, { id, name }: Person, nowMs: number): void {
  state.say({
    id: state.nextPosition() as MessageId,
    room,
    roomKind: "room",
    author: { id, name },
    text: "to myself",
    atMs: nowMs,
    expiresMs: nowMs + hourMs,
    comments: 0,
    files: [],
  });
}
