/**
 * The three faces of the event stream, to the letter.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { streamNotice } from "../../../lib/api/schemas.ts";
import type { Event } from "../../../lib/domain/event.ts";
import { commonRoom, type MessageId, type RoomId, type UserId } from "../../../lib/domain/ids.ts";
import type { Message } from "../../../lib/domain/message.ts";
import { combiningMarksMax } from "../../../lib/text/terminal.ts";
import { type StreamFace, streamFaces } from "../../../server/api/event_formats.ts";
import { allEvents } from "./samples.ts";

const faces = streamFaces("k3f9");

function face(mediaType: string): StreamFace {
  const found = faces.find((face) => face.mediaType.startsWith(mediaType));
  assert(found !== undefined);
  return found;
}

function message(more: Partial<Message>): Event {
  return {
    type: "message",
    position: 7,
    audience: commonRoom,
    atMs: 0,
    message: {
      id: 7 as MessageId,
      room: commonRoom,
      roomKind: "common",
      author: { id: 1 as UserId, name: "alice" },
      text: "hi",
      atMs: Date.UTC(2026, 10, 20, 10, 0, 0, 123),
      expiresMs: Date.UTC(2026, 10, 20, 11),
      comments: 0,
      files: [],
      ...more,
    },
  };
}

/** What each of the samples tells: its position, its type, and its other members. */
const told: readonly (readonly [number, string, string])[] = [
  [
    7,
    "message",
    '"id":7,"room":"common","room_kind":"common","author":"alice","text":"привет",' +
    '"at":"2026-11-20T10:00:00.123Z","expires_at":"2026-11-20T11:00:00.000Z","comments":0,' +
    '"files":[{"id":6,"name":"кот.png","type":"image/png","size":3}]',
  ],
  [8, "message.deleted", '"room":"common","id":7'],
  [9, "read", '"room":"common","read_id":7'],
  [
    10,
    "room.created",
    '"room":"10","room_kind":"room","name":"garden","owner":"alice","members":["alice"]',
  ],
  [11, "room.updated", '"room":"10","name":"back garden","owner":"bob"'],
  [12, "room.deleted", '"room":"10"'],
  [13, "member.joined", '"room":"10","name":"garden","user":"bob"'],
  [14, "member.left", '"room":"10","user":"bob"'],
  [15, "invitation", '"room":"10","name":"garden","by":"alice"'],
  [15, "invitation.closed", '"room":"10"'],
  [16, "join.answered", '"room":"10","user":"bob","approved":true'],
  [16, "join.requested", '"room":"10","user":"bob"'],
  [17, "join.approved", '"room":"10","name":"garden"'],
  [18, "join.denied", '"room":"10","name":"garden"'],
  [19, "user.renamed", '"user":"robert","before":"bob"'],
  [19, "user.deleted", '"user":"bob"'],
  [20, "user.banned", '"banned_until":"2026-11-20T11:00:00.000Z"'],
  [20, "user.unbanned", ""],
  [20, "role.changed", '"role":"moderator"'],
  [22, "scheduled.created", '"scheduled":22,"at":"2026-11-20T11:00:00.000Z"'],
  [23, "scheduled.updated", '"scheduled":22,"at":"2026-11-20T11:00:00.000Z"'],
  [24, "scheduled.cancelled", '"scheduled":22'],
  [26, "scheduled.sent", '"scheduled":22,"message":25'],
  [27, "scheduled.failed", '"scheduled":22,"code":"rate_limited"'],
  [28, "token.revoked", '"token":3'],
];

Deno.test("streamFaces() offers server-sent events first", () => {
  assertEquals(faces.map(({ mediaType }) => mediaType), [
    "text/event-stream",
    "application/x-ndjson",
    "text/plain; charset=utf-8",
  ]);
});

Deno.test("the server-sent events are the blocks that the documentation shows", () => {
  const events = face("text/event-stream");
  assertEquals(events.prologue, "retry: 2000\n\n");
  assertEquals(
    allEvents.map((event) => events.event(event)),
    told.map(([position, type, rest]) =>
      `id: k3f9-${position}\nevent: ${type}\ndata: {"type":"${type}"${
        rest === "" ? "" : `,${rest}`
      }}\n\n`
    ),
  );
  assertEquals(
    events.caughtUp(12),
    'id: k3f9-12\n\nevent: caught_up\ndata: {"cursor":"k3f9-12"}\n\n',
  );
  assertEquals(
    events.reset("beyond_head", 12),
    'event: reset\ndata: {"reason":"beyond_head","cursor":"k3f9-12"}\n\n',
  );
  assertEquals(events.heartbeat(12), "id: k3f9-12\n\n");
  assertEquals(events.bye(), "event: bye\ndata: {}\n\n");
  assertEquals(
    events.presence([{ name: "bob", online: true }, { name: "carol", online: false }]),
    'event: presence\ndata: {"type":"presence","user":"bob","online":true}\n\n' +
      'event: presence\ndata: {"type":"presence","user":"carol","online":false}\n\n',
    "without an id, for it is never replayed",
  );
});

Deno.test("the JSON lines are one object a line, each with its cursor", () => {
  const lines = face("application/x-ndjson");
  assertEquals(lines.prologue, "");
  assertEquals(
    allEvents.map((event) => lines.event(event)),
    told.map(([position, type, rest]) =>
      `{"cursor":"k3f9-${position}","type":"${type}"${rest === "" ? "" : `,${rest}`}}\n`
    ),
  );
  const notices = [
    lines.caughtUp(12),
    lines.reset("other_epoch", 12),
    lines.heartbeat(12),
    lines.bye(),
  ];
  assertEquals(notices, [
    '{"type":"caught_up","cursor":"k3f9-12"}\n',
    '{"type":"reset","reason":"other_epoch","cursor":"k3f9-12"}\n',
    '{"type":"heartbeat","cursor":"k3f9-12"}\n',
    '{"type":"bye"}\n',
  ]);
  assertEquals(
    lines.presence([{ name: "bob", online: true }, { name: "carol", online: false }]),
    '{"type":"presence","user":"bob","online":true}\n' +
      '{"type":"presence","user":"carol","online":false}\n',
  );
  for (const notice of notices) {
    const value = JSON.parse(notice);
    assertEquals(streamNotice.parse(value), value);
  }
});

Deno.test("no text can begin a block or a line of its own", () => {
  const hostile = "a\nid: k3f9-999\r\n\r\nevent: bye\rdata: x\u2028\u0000";
  const events = face("text/event-stream").event(message({ text: hostile }));
  assertEquals(events.split(/\r\n|\r|\n/).length, 5);
  assertEquals(
    face("application/x-ndjson").event(message({ text: hostile })).split("\n").length,
    2,
  );
});

Deno.test("the readable text is one line a message, and nothing else", () => {
  const text = face("text/plain");
  assertEquals(
    text.event(message({})),
    "2026-11-20T10:00:00.123Z #7 alice: hi\n",
  );
  assertEquals(
    text.event(message({
      room: 5 as RoomId,
      roomKind: "private",
      to: { id: 2 as UserId, name: "bob" },
      commentOn: 6 as MessageId,
    })),
    "2026-11-20T10:00:00.123Z #7 ↳ 6 alice >> bob: hi\n",
  );
  for (const event of allEvents) {
    if (event.type !== "message") assertEquals(text.event(event), "", event.type);
  }
  assertEquals(text.presence([{ name: "bob", online: true }]), "");
  assertEquals(
    [text.prologue, text.caughtUp(1), text.reset("beyond_head", 1), text.heartbeat(1), text.bye()],
    ["", "", "", "", ""],
  );
});

Deno.test("the readable text lets nothing through that a terminal would obey", () => {
  const hostile = [
    "\x1b[2J\x1b]0;owned\x07",
    "\x9b31m",
    "a\r\nb\nc\td",
    "\u202egnp.exe\u2066",
    "\u200b\u2060\ufeff\u00ad",
    "\ud800",
    "e" + "\u0301".repeat(50),
    "\u{e0041}\u{e0042}",
    "\x7f\b\b\b",
  ];
  // deno-lint-ignore no-control-regex -- control characters are what must not be there.
  const obeyed = /[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;
  const tooManyMarks = new RegExp(`\\p{M}{${combiningMarksMax + 1}}`, "u");
  for (const bad of hostile) {
    const line = face("text/plain").event(message({
      text: bad,
      author: { id: 1 as UserId, name: bad },
      to: { id: 2 as UserId, name: bad },
    }));
    assert(line.endsWith("\n"));
    const shown = line.slice(0, -1);
    assert(!obeyed.test(shown), JSON.stringify(shown));
    assert(shown.isWellFormed());
    assert(!/\u{e0041}/u.test(shown) && !tooManyMarks.test(shown), JSON.stringify(shown));
  }
});
