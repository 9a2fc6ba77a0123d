/**
 * The shapes of the wire: each is what its schema says, and holds nothing more.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as z from "zod/mini";
import * as schemas from "../../../lib/api/schemas.ts";
import {
  commonRoom,
  type FileId,
  type MessageId,
  type RoomId,
  type UserId,
} from "../../../lib/domain/ids.ts";
import type { Message } from "../../../lib/domain/message.ts";
import {
  roomIdOf,
  wireEvent,
  wireMessage,
  wireRoom,
  wireRoomId,
  wireTime,
} from "../../../server/api/wire.ts";
import { allEvents } from "./samples.ts";

const atMs = Date.UTC(2026, 10, 20, 10, 0, 0, 123);

const plain: Message = {
  id: 7 as MessageId,
  room: commonRoom,
  roomKind: "common",
  author: { id: 1 as UserId, name: "alice" },
  text: "hi",
  atMs,
  expiresMs: atMs + 1000,
  comments: 2,
  files: [],
};

Deno.test("wireRoomId() and roomIdOf() undo each other", () => {
  assertEquals(wireRoomId(commonRoom), "common");
  for (const id of [0, 1, 42, Number.MAX_SAFE_INTEGER] as RoomId[]) {
    assertEquals(roomIdOf(wireRoomId(id)), id);
  }
});

Deno.test("wireTime() is ISO 8601 UTC with milliseconds", () => {
  assertEquals(wireTime(atMs), "2026-11-20T10:00:00.123Z");
  assertEquals(wireTime(0), "1970-01-01T00:00:00.000Z");
});

Deno.test("wireMessage() leaves out what a message has not", () => {
  assertEquals(wireMessage(plain), {
    id: 7,
    room: "common",
    room_kind: "common",
    author: "alice",
    text: "hi",
    at: "2026-11-20T10:00:00.123Z",
    expires_at: "2026-11-20T10:00:01.123Z",
    comments: 2,
    files: [],
  });
});

Deno.test("wireMessage() tells all that a message has", () => {
  const full: Message = {
    ...plain,
    room: 5 as RoomId,
    roomKind: "private",
    to: { id: 2 as UserId, name: "bob" },
    commentOn: 6 as MessageId,
    files: [{ id: 4 as FileId, name: "notes.txt", type: "text/plain", size: 12 }],
    key: "again",
  };
  assertEquals(wireMessage(full), {
    id: 7,
    room: "5",
    room_kind: "private",
    to: "bob",
    author: "alice",
    text: "hi",
    at: "2026-11-20T10:00:00.123Z",
    expires_at: "2026-11-20T10:00:01.123Z",
    comment_on: 6,
    comments: 2,
    files: [{ id: 4, name: "notes.txt", type: "text/plain", size: 12 }],
    key: "again",
  });
});

Deno.test("wireRoom() is a room as one of its members sees it", () => {
  const room = {
    id: 5 as RoomId,
    kind: "private",
    name: "bob",
    unread: 1,
    lastId: 9,
    readId: 8,
  } as const;
  assertEquals(wireRoom(room), {
    id: "5",
    kind: "private",
    name: "bob",
    unread: 1,
    last_id: 9,
    read_id: 8,
  });
});

Deno.test("wireEvent() gives each type the shape that the schema has, and nothing more", () => {
  for (const event of allEvents) {
    const wire = wireEvent(event);
    assertEquals(schemas.event.parse(wire), wire, event.type);
  }
  const types = schemas.event.def.options.flatMap(({ shape: { type } }) =>
    type instanceof z.ZodMiniEnum ? type.options : [...type.def.values]
  );
  assertEquals<readonly string[]>([...allEvents.map(({ type }) => type), "presence"], types);
});

Deno.test("wireEvent() never tells the numbers of users and audiences", () => {
  for (const event of allEvents) {
    const text = JSON.stringify(wireEvent(event));
    for (const inside of ["audience", "atMs", "position", "9001", "9002"]) {
      assertEquals(text.includes(inside), false, `${event.type} shows ${inside}`);
    }
  }
});
