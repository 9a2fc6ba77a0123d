/**
 * What is gone from the store on SQLite is gone from its file, which does not grow for ever.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { hourMs } from "../../../lib/domain/bounds.ts";
import { looseSinceMs } from "../../../lib/domain/file.ts";
import { commonRoom, type RoomId } from "../../../lib/domain/ids.ts";
import { defaultPolicy } from "../../../lib/domain/policy.ts";
import { chunkBytes } from "../../../server/store/sqlite/rows/files.ts";
import { adding, Chat, saying } from "../../support/chat.ts";
import { openProbedStore } from "../../support/sqlite_probe.ts";
import { meddle, open, peek, test } from "./sqlite_file.ts";

function openChat(path: string): Chat {
  const chat = new Chat(open(path));
  chat.policy = { ...defaultPolicy, limit: 0 };
  return chat;
}

/** All that is done so that nothing stays for ever, to its end. */
async function tidy({ store, life, nowMs }: Chat): Promise<void> {
  let next: RoomId | undefined;
  do {
    const step = { ...(next !== undefined && { after: next }), limit: 200 };
    ({ next } = await store.removeExpired(step, life));
  } while (next !== undefined);
  while (await store.removeFiles(looseSinceMs(nowMs), 2) > 0);
  while (await store.reclaim());
}

function sizeOf(path: string): number {
  return Deno.statSync(path).size;
}

/** Whether `text` can be read anywhere in the files of a database. */
function holds(path: string, text: string): boolean {
  return ["", "-wal"].some((suffix) =>
    new TextDecoder("latin1").decode(Deno.readFileSync(`${path}${suffix}`)).includes(text)
  );
}

test("a file that was filled shrinks again when all in it has expired", async (path) => {
  const chat = openChat(path);
  const [alice, bob] = await chat.people("alice", "bob");
  while (await chat.store.reclaim());
  const empty = sizeOf(path);
  const sizes: number[] = [];
  for (let round = 0; round < 3; round++) {
    const text = "Something was said here. ".repeat(20);
    await chat.batch(Array.from({ length: 1000 }, () => saying(alice, text)));
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    const { file } = await chat.do(adding(alice, { bytes }));
    const last = await chat.say(alice, "with a file", { files: [file.id] });
    await chat.do(adding(bob, { bytes }));
    while (await chat.store.reclaim());
    const full = sizeOf(path);
    assert(full > empty + 600_000, `${full} bytes`);
    await chat.markRead(bob, last.id);
    chat.nowMs += hourMs;
    await tidy(chat);
    sizes.push(sizeOf(path));
  }
  // A little log is left of each round, and nothing else.
  for (const size of sizes) assert(size <= empty + 4 * 4096, `${empty} bytes, then ${sizes}`);
  assertEquals(peek(path, "SELECT count(*) FROM file_chunks"), 0);
  await chat.store.close();
});

test("what was said can't be read from the file any more when it is gone", async (path) => {
  const chat = openChat(path);
  const [alice, bob] = await chat.people("alice", "bob");
  const deleted = "taken-back-short ";
  const long = "taken-back-long ".repeat(250);
  const expired = "forgotten-by-all";
  const kept = "still-to-be-read";
  const takenBack = [await chat.say(alice, deleted), await chat.say(alice, long)];
  const { file } = await chat.do(adding(alice, {
    bytes: new TextEncoder().encode("in-the-file ".repeat(1000)),
  }));
  const scheduled = await chat.schedule(alice, "never-to-be-sent", hourMs, { to: "bob" });
  await chat.say(alice, expired, { files: [file.id] });
  await chat.markRead(bob, await chat.store.head());
  await chat.say(alice, kept);
  while (await chat.store.reclaim());
  const texts = [deleted, "taken-back-long", expired, "in-the-file", "never-to-be-sent"];
  for (const text of [...texts, kept]) assert(holds(path, text), text);
  for (const { id } of takenBack) {
    await chat.do({ type: "message.delete", actor: alice.id, message: id });
  }
  await chat.do({ type: "scheduled.cancel", actor: alice.id, scheduled: scheduled.id });
  chat.nowMs += hourMs;
  await tidy(chat);
  for (const text of texts) assert(!holds(path, text), text);
  assert(holds(path, kept));
  assertEquals(peek(path, "PRAGMA freelist_count"), 0);
  assertEquals(peek(path, "PRAGMA integrity_check"), "ok");
  await chat.store.close();
});

test("reclaim() waits for nobody who reads the file, and comes back to it", async (path) => {
  const { store, db } = openProbedStore(path);
  const chat = new Chat(store);
  const alice = await chat.register("alice");
  const backup = new DatabaseSync(path, { readOnly: true });
  backup.exec("BEGIN; SELECT count(*) FROM users");
  await chat.say(alice, "meanwhile");
  const startMs = performance.now();
  while (await store.reclaim());
  assert(performance.now() - startMs < 4000, "it waited");
  assert(sizeOf(`${path}-wal`) > 0);
  assertEquals(Object.values(db.prepare("PRAGMA busy_timeout").get() ?? {}), [5000]);
  backup.close();
  while (await store.reclaim());
  assertEquals(sizeOf(`${path}-wal`), 0);
  await store.close();
});

test("a page that was not read to its end does not hold the file", async (path) => {
  const chat = openChat(path);
  const [alice, bob] = await chat.people("alice", "bob");
  await chat.batch(Array.from({ length: 400 }, () => saying(alice, "界".repeat(4000))));
  const { life, store } = chat;
  const pages = [
    await store.messages(commonRoom, bob.id, { limit: 300 }, life),
    await store.unread(bob.id, { limit: 300 }, life),
  ];
  for (const { items, hasMore } of pages) assert(hasMore && items.length < 300);
  assertEquals((await store.users({ limit: 1 })).hasMore, true);
  while (await store.reclaim());
  assertEquals(sizeOf(`${path}-wal`), 0);
  await store.close();
});

test("events that were forgotten are known to be, after a restart too", async (path) => {
  const chat = openChat(path);
  const startMs = chat.nowMs;
  const alice = await chat.register("alice");
  for (let hour = 1; hour <= 4; hour++) {
    chat.nowMs = startMs + hour * hourMs;
    await chat.register(`guest ${hour}`);
  }
  const { store } = chat;
  const toldTo = async (from = store) => {
    const { events, forgotten } = await from.log(alice.id, 0, 100, chat.life);
    return [events.map(({ position }) => position), forgotten];
  };
  assertEquals(await toldTo(), [[1, 3, 5, 7, 9], 0]);
  assertEquals(await store.forgetEvents(startMs, 10), 0);
  assertEquals(await toldTo(), [[1, 3, 5, 7, 9], 0]);
  assertEquals(await store.forgetEvents(startMs + 3 * hourMs, 2), 2);
  assertEquals(await toldTo(), [[5, 7, 9], 3]);
  assertEquals(await store.forgetEvents(startMs + 3 * hourMs, 2), 1);
  assertEquals(await store.forgetEvents(startMs + 3 * hourMs, 2), 0);
  await store.close();
  const again = open(path);
  assertEquals(await toldTo(again), [[7, 9], 5]);
  assertEquals(await again.head(), 10);
  await again.close();
});

test("forgetEvents() forgets the first of the log, whatever the clock said", async (path) => {
  const { store } = openProbedStore(path);
  const chat = new Chat(store);
  const startMs = chat.nowMs;
  const hours = [9, 2, 1, 8, 3];
  for (const hour of hours) {
    chat.nowMs = startMs + hour * hourMs;
    await chat.register(`guest ${hour}`);
  }
  const left = () =>
    Number(peek(path, "SELECT group_concat(position, '' ORDER BY position) FROM events"));
  assertEquals(left(), 13579);
  assertEquals(await store.forgetEvents(startMs + 4 * hourMs, 2), 2);
  assertEquals([left(), peek(path, "SELECT forgotten FROM log")], [179, 5]);
  assertEquals(await store.forgetEvents(startMs + 4 * hourMs, 2), 1);
  assertEquals([left(), peek(path, "SELECT forgotten FROM log")], [17, 9]);
  await store.close();
});

test("a file is kept in pieces, and any part of it can be had", async (path) => {
  const chat = openChat(path);
  const [alice] = await chat.people("alice");
  for (const size of [0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes + 7]) {
    const bytes = Uint8Array.from({ length: size }, (_, n) => n % 251);
    const { file } = await chat.do(adding(alice, { bytes }));
    assertEquals(
      peek(path, `SELECT count(*) FROM file_chunks WHERE file = ${file.id}`),
      Math.ceil(size / chunkBytes),
    );
    const edges = [
      0,
      1,
      chunkBytes - 1,
      chunkBytes,
      chunkBytes + 1,
      2 * chunkBytes,
      size,
      size + 9,
    ];
    for (const from of edges) {
      for (const to of edges.filter((to) => to >= from)) {
        const part = await chat.store.fileBytes(file.id, from, to);
        assertEquals(part?.length, bytes.subarray(from, to).length, `${from} to ${to} of ${size}`);
        assert(part?.every((byte, at) => byte === bytes[from + at]), `${from} to ${to} of ${size}`);
      }
    }
    chat.nowMs += hourMs;
    assertEquals(await chat.store.removeFiles(looseSinceMs(chat.nowMs), 1), 1);
    assertEquals(await chat.store.fileBytes(file.id, 0, 1), undefined);
    assertEquals(peek(path, "SELECT count(*) FROM file_chunks"), 0);
  }
  await chat.store.close();
});

test("a sweep that could not be saved is made again", async (path) => {
  const chat = openChat(path);
  const [alice, bob] = await chat.people("alice", "bob");
  const mine = await chat.say(bob, "my own, unread");
  await chat.markRead(alice, mine.id);
  chat.nowMs += hourMs;
  meddle(
    path,
    "CREATE TRIGGER odd BEFORE DELETE ON messages BEGIN SELECT RAISE(ABORT, 'odd'); END",
  );
  const failure = await chat.store.removeExpired({ limit: 9 }, chat.life).catch(String);
  assertEquals(failure, "StoreFailure: odd");
  meddle(path, "DROP TRIGGER odd");
  assertEquals(await chat.store.removeExpired({ limit: 9 }, chat.life), { removed: 1 });
  await chat.store.close();
});
