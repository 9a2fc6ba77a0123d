/**
 * The rows of a batch, and what becomes of them.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { TokenId, UserId } from "../../../lib/domain/ids.ts";
import type { MessageId, RoomId } from "../../../lib/domain/ids.ts";
import { State } from "../../../lib/domain/state.ts";
import type { User } from "../../../lib/domain/user.ts";
import { foldName } from "../../../lib/text/names.ts";

function user(id: number, name: string): User {
  return { id: id as UserId, name, folded: foldName(name), createdMs: 0 };
}

Deno.test("a table finds a row by either key, and notes nothing of what it learns", () => {
  const state = new State(9);
  const alice = user(1, "Alice");
  state.users.learn(alice);
  assertEquals(state.users.get(1), alice);
  assertEquals(state.users.find(foldName("ALICE")), alice);
  assertEquals([...state.users], [alice]);
  assertEquals(state.users.where(({ id }) => id > 1), []);
  assertEquals([state.changes, state.events, state.head], [[], [], 9]);
});

Deno.test("a table forgets the second key that a row no longer has", () => {
  const state = new State(9);
  state.users.learn(user(1, "alice"));
  state.users.put(user(1, "anna"));
  state.users.put(user(2, "alice"));
  assertEquals(state.userNamed(foldName("anna"))?.id, 1 as UserId);
  assertEquals(state.userNamed(foldName("alice"))?.id, 2 as UserId);
  state.users.remove(user(1, "anna"));
  assertEquals(state.userNamed(foldName("anna")), undefined);
  assertEquals(state.userNamed(foldName("alice"))?.id, 2 as UserId);
});

Deno.test("a table notes what is put and removed, in their order", () => {
  const state = new State(9);
  const alice = user(1, "alice");
  state.users.put(alice);
  state.users.remove(alice);
  assertEquals<unknown>(state.changes, [
    { kind: "put", table: "user", row: alice },
    { kind: "removed", table: "user", row: alice },
  ]);
  assertEquals([state.users.has(1), [...state.users]], [false, []]);
});

Deno.test("the tables of a state note their changes in one order", () => {
  const state = new State(9);
  state.users.put(user(1, "alice"));
  state.receipts.put({ user: 1 as UserId, key: "k", fingerprint: "f", kept: null, atMs: 0 });
  state.noteSeen(4 as TokenId, 5);
  state.users.put(user(2, "bob"));
  assertEquals(
    state.changes.map((change) => change.kind === "seen" ? change.token : change.table),
    ["user", "receipt", 4 as TokenId, "user"],
  );
});

Deno.test("a state gives each event and each id a place of its own", () => {
  const state = new State(9);
  const room = 3 as RoomId;
  state.tell({ type: "room.deleted", audience: room, room }, 5);
  const given = state.nextPosition();
  state.tell({ type: "room.deleted", audience: room, room }, 6, given);
  state.tell({ type: "room.deleted", audience: room, room }, 7);
  assertEquals(state.events.map(({ position, atMs }) => [position, atMs]), [[10, 5], [11, 6], [
    12,
    7,
  ]]);
  assertEquals(state.head, 12);
});

Deno.test("a state knows what was said in it", () => {
  const state = new State(9);
  const author = { id: 1 as UserId, name: "alice" };
  const message = {
    ...{ id: 10 as MessageId, room: 0 as RoomId, roomKind: "common", author } as const,
    ...{ text: "hi", atMs: 5, expiresMs: 6, comments: 0, files: [] },
  };
  state.say(message);
  assertEquals(state.message(message.id), message);
  assertEquals<unknown>(state.events, [
    { type: "message", position: 10, audience: 0, atMs: 5, message },
  ]);
});

Deno.test("a state finds a private chat whichever of the two asks, and no other room by a pair", () => {
  const state = new State(9);
  const [one, two] = [1 as UserId, 2 as UserId];
  const room = { id: 5 as RoomId, kind: "private", pair: [one, two], createdMs: 0 } as const;
  state.rooms.learn(room);
  const owner = { id: one, name: "a" };
  state.rooms.learn(
    { id: 6 as RoomId, kind: "room", name: "r", owner, createdMs: 0, closed: false },
  );
  assertEquals(state.privateRoom(one, two), room);
  assertEquals(state.privateRoom(two, one), room);
  assertEquals(state.privateRoom(one, one), undefined);
});
