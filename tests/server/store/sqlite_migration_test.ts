/**
 * A database of an earlier schema, opened by this program: all that was in it is there.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { commonRoom, type UserId } from "../../../lib/domain/ids.ts";
import { foldName } from "../../../lib/text/names.ts";
import { migrations } from "../../../server/store/sqlite/schema.ts";
import { Chat } from "../../support/chat.ts";
import { meddle, open, peek, test } from "./sqlite_file.ts";

/** Makes a database as a program made it that knew so many steps. */
function makeSchema(path: string, steps: number): void {
  meddle(path, "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL");
  for (const step of migrations.slice(0, steps)) meddle(path, step);
  meddle(path, `PRAGMA user_version = ${steps}; PRAGMA application_id = ${0x63686174}`);
  meddle(
    path,
    "INSERT INTO log (one, epoch, secret, head, forgotten) VALUES (1, 'e', 's', 100, 0)",
  );
}

test("a database without roles and an audit log gets them, and nothing in it changes", async (path) => {
  makeSchema(path, 1);
  meddle(
    path,
    `INSERT INTO users (id, name, folded, password_hash, created_ms, banned_until_ms) VALUES
       (1, 'Alice', 'alice', 'p', 5, NULL), (2, 'bob', 'bob', NULL, 6, 9000);
     INSERT INTO members (room, user, joined, read_id) VALUES (0, 1, 1, 0), (0, 2, 2, 0);
     INSERT INTO tokens (id, user, hash, created_ms, last_seen_ms) VALUES (3, 1, 'h', 5, 8);
     INSERT INTO reports (target, reporter, at_ms, reason) VALUES (2, 1, 7, 'rude');
     INSERT INTO messages (id, room, author, text, at_ms, expires_ms, horizon_ms)
       VALUES (4, 0, 2, 'hello', 7, 99000, 99000);`,
  );
  const store = open(path);
  assertEquals(peek(path, "PRAGMA user_version"), migrations.length);
  const alice = { id: 1, name: "Alice", folded: "alice", passwordHash: "p", createdMs: 5 };
  const bob = { id: 2, name: "bob", folded: "bob", createdMs: 6, bannedUntilMs: 9000 };
  assertEquals<unknown>(await store.users({ limit: 9 }), { items: [alice, bob], hasMore: false });
  assertEquals(await store.countUsers(), 2);
  assertEquals<unknown>((await store.accounts({ limit: 9 }, 8)).items, [
    { user: alice, clients: 1, lastSeenMs: 8, reports: 0 },
    { user: bob, clients: 0, reports: 1 },
  ]);
  assertEquals((await store.openReports({ limit: 9 }, 8)).items.map(({ reason }) => reason), [
    "rude",
  ]);
  assertEquals((await store.banned({ limit: 9 }, 8)).items.map(({ name }) => name), ["bob"]);
  const life = { nowMs: 8, keptSinceMs: 0 };
  const page = await store.messages(commonRoom, 1 as UserId, { limit: 9 }, life);
  assertEquals(page.items.map(({ text, author }) => [text, author.name]), [["hello", "bob"]]);
  assertEquals([
    (await store.withRole({ limit: 9 })).items,
    (await store.audit({ limit: 9 })).items,
  ], [[], []]);
  assertEquals(await store.usersToErase(9), []);
  // And what is new can be used.
  const chat = new Chat(store);
  await chat.do({ type: "role.set", user: foldName("alice"), role: "owner" });
  assertEquals((await store.withRole({ limit: 9 })).items.map(({ name }) => name), ["Alice"]);
  assertEquals((await store.audit({ limit: 9 })).items.map(({ act }) => act), ["role"]);
  await store.close();
});
