/**
 * What requests may hold.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as z from "zod/mini";
import { fieldFaults } from "../../../lib/api/form.ts";
import * as schemas from "../../../lib/api/schemas.ts";

/** The fields that are refused, each with why. */
function faults(schema: z.ZodMiniType, value: unknown): string[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  return fieldFaults(result.error).map(({ field, message }) => `${field}: ${message}`);
}

const astral = "😀";

for (
  const [what, schema, fields, field, max] of [
    ["a message", schemas.sendRequest, {}, "text", 4000],
    ["a comment", schemas.commentRequest, { message: 1 }, "text", 4000],
    ["a password", schemas.connectRequest, { user: "a" }, "password", 256],
    ["a reason", schemas.reportRequest, { user: "a" }, "reason", 500],
    ["a new text", schemas.scheduledChange, {}, "text", 4000],
  ] as const
) {
  const refusal = [`${field}: must have at most ${max} characters`];
  Deno.test(`${what} has from 1 to ${max} characters, as people count them`, () => {
    for (
      const [text, expected] of [
        ["a", []],
        [astral, []],
        ["a".repeat(max), []],
        [astral.repeat(max), []],
        ["a".repeat(max + 1), refusal],
        [astral.repeat(max + 1), refusal],
        [`${astral.repeat(max)}a`, refusal],
      ] as const
    ) assertEquals(faults(schema, { ...fields, [field]: text }), [...expected], `${text.length}`);
  });

  Deno.test(`${what} has something in it, and all of it is Unicode`, () => {
    for (const text of ["", " ", "\n\t", "\u3000"]) {
      assertEquals(faults(schema, { ...fields, [field]: text }), [`${field}: must not be empty`]);
    }
    for (const text of ["a\0b", "\0", "a\ud800", "\udc00a"]) {
      assertEquals(faults(schema, { ...fields, [field]: text }), [
        `${field}: must be well-formed Unicode text`,
      ]);
    }
  });
}

for (
  const [what, schema, field, fields] of [
    ["a client's label", schemas.connectRequest, "client", { user: "a" }],
    ["a room's name", schemas.newRoom, "name", {}],
    ["a room's new name", schemas.roomChange, "name", {}],
  ] as const
) {
  Deno.test(`${what} has from 1 to 64 characters on one line`, () => {
    const told = (text: string) => faults(schema, { ...fields, [field]: text });
    for (const text of ["a", "сад 🌱", "a".repeat(64), astral.repeat(64)]) {
      assertEquals(told(text), [], text);
    }
    assertEquals(told("a".repeat(65)), [`${field}: must have at most 64 characters`]);
    assertEquals(told(" "), [`${field}: must not be empty`]);
    for (const text of ["a\nb", "a\x1b[2J", "a\u2028b", "a\tb"]) {
      assertEquals(told(text), [`${field}: must be one line`], JSON.stringify(text));
    }
  });
}

Deno.test("described() says something of a schema, and nothing of the one it was made of", () => {
  const time = schemas.described(schemas.timestamp, "when it goes");
  const told = (schema: z.ZodMiniType) => z.globalRegistry.get(schema)?.description;
  assertEquals(told(time), "when it goes");
  assertEquals(told(schemas.timestamp), "ISO 8601 UTC with milliseconds");
  // What is made of it says the same, until something else is said.
  assertEquals(told(time.check(z.minLength(1))), "when it goes");
  assertEquals(told(schemas.described(time, "when it came")), "when it came");
});

Deno.test("a message keeps its spaces and newlines", () => {
  const text = "  a\n\n b ";
  assertEquals(schemas.sendRequest.parse({ text }).text, text);
});

for (
  const [name, expected] of [
    ["alice", []],
    ["😀".repeat(32), []],
    ["", ["user: must not be empty"]],
    ["a".repeat(33), ["user: must have at most 32 characters"]],
    ["a b", ["user: must not contain spaces"]],
    ["a\ud800", ["user: must be Unicode text"]],
  ] as const
) {
  Deno.test(`a name that is registered is a good one: ${JSON.stringify(name)}`, () => {
    assertEquals(faults(schemas.connectRequest, { user: name }), [...expected]);
  });
}

Deno.test("an idempotency key has 1 to 64 visible ASCII characters", () => {
  for (const key of ["a", "~", "!", "a".repeat(64)]) {
    assertEquals(schemas.idempotencyKey.safeParse(key).success, true, key);
  }
  for (const key of ["", "a".repeat(65), "a b", "a\n", "\na", "é", "\x7f", "a\0"]) {
    assertEquals(schemas.idempotencyKey.safeParse(key).success, false, JSON.stringify(key));
  }
});

const requests = {
  connect: [schemas.connectRequest, {}],
  send: [schemas.sendRequest, { text: "a" }],
  comment: [schemas.commentRequest, { message: 1, text: "a" }],
  read: [schemas.readRequest, { upto: 1 }],
  messages: [schemas.messagesQuery, {}],
  comments: [schemas.commentsQuery, {}],
  events: [schemas.eventsQuery, {}],
  users: [schemas.usersQuery, {}],
  nothing: [schemas.nothing, {}],
  path: [schemas.idPath, { id: 1 }],
  scheduledChange: [schemas.scheduledChange, { in: "1m" }],
  profileChange: [schemas.profileChange, { name: "a" }],
  report: [schemas.reportRequest, { user: "a" }],
  upload: [schemas.uploadQuery, {}],
  newRoom: [schemas.newRoom, { name: "a" }],
  roomChange: [schemas.roomChange, { name: "a" }],
  invitation: [schemas.invitationRequest, { user: "a" }],
  invitationAnswer: [schemas.invitationAnswer, { accept: true }],
  link: [schemas.linkRequest, {}],
  join: [schemas.joinCall, { code: "a" }],
  approval: [schemas.approval, { approve: false }],
} as const;

for (const [what, [schema, least]] of Object.entries(requests)) {
  Deno.test(`a request takes the least that it needs, and no field that it does not know: ${what}`, () => {
    assertEquals(faults(schema, least), []);
    assertEquals(faults(schema, { ...least, surprise: 1 }), [
      "surprise: is not a field of this request",
    ]);
  });
}

for (
  const [what, schema, value, expected] of [
    ["an id of 1", schemas.idPath, { id: 1 }, []],
    ["an id of 0", schemas.idPath, { id: 0 }, ["id: must be at least 1"]],
    ["a room by its id", schemas.sendRequest, { text: "a", room: "17" }, []],
    ["the common room", schemas.sendRequest, { text: "a", room: "common" }, []],
    [
      "a room of number 0",
      schemas.sendRequest,
      { text: "a", room: "0" },
      ["room: must be `common` or a room's id"],
    ],
    [
      "a room whose number has a zero before it",
      schemas.sendRequest,
      { text: "a", room: "017" },
      ["room: must be `common` or a room's id"],
    ],
    [
      "a room with a newline after it",
      schemas.sendRequest,
      { text: "a", room: "17\n" },
      ["room: must be `common` or a room's id"],
    ],
    [
      "both a user and a room to read",
      schemas.readRequest,
      { to: "bob", room: "17", upto: 1 },
      ["room: must be left out where `to` is given"],
    ],
    [
      "both a user and a room to list",
      schemas.messagesQuery,
      { to: "bob", room: "17" },
      ["room: must be left out where `to` is given"],
    ],
    ["files without a word", schemas.sendRequest, { files: [1] }, []],
    ["neither a text nor a file", schemas.sendRequest, {}, ["text: is missing"]],
    ["no files and no text", schemas.sendRequest, { files: [] }, ["text: is missing"]],
    ["10 files", schemas.sendRequest, { files: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }, []],
    [
      "11 files",
      schemas.sendRequest,
      { files: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
      ["files: must be at most 10 of them"],
    ],
    ["a time with its offset", schemas.sendRequest, {
      text: "a",
      at: "2026-11-20T18:30:00+03:00",
    }, []],
    [
      "a time that may be anywhere",
      schemas.sendRequest,
      { text: "a", at: "2026-11-20T18:30:00" },
      ["at: must be a time like 2026-11-20T18:30:00Z"],
    ],
    ["a delay in words", schemas.sendRequest, { text: "a", in: "10m" }, []],
    ["a delay in seconds", schemas.sendRequest, { text: "a", in: 1.5 }, []],
    [
      "a delay that is none",
      schemas.sendRequest,
      { text: "a", in: "soon" },
      ["in: must be a duration like 90s, 10m or 2h, or a number of seconds"],
    ],
    [
      "a time and a delay",
      schemas.sendRequest,
      { text: "a", at: "2026-11-20T18:30:00Z", in: "10m" },
      ["in: must be left out where `at` is given"],
    ],
    ["no change", schemas.scheduledChange, {}, ["text: or a time must be given"]],
    ["no change of a profile", schemas.profileChange, {}, ["name: or `password` must be given"]],
    ["no change of a room", schemas.roomChange, {}, ["name: or `owner` must be given"]],
    ["a link of 10000 uses", schemas.linkRequest, { max_uses: 10_000 }, []],
    ["a link of 10001 uses", schemas.linkRequest, { max_uses: 10_001 }, [
      "max_uses: must be at most 10000",
    ]],
    ["a link of no uses", schemas.linkRequest, { max_uses: 0 }, ["max_uses: must be at least 1"]],
    ["a page of 1", schemas.messagesQuery, { limit: 1 }, []],
    ["a page of 200", schemas.messagesQuery, { limit: 200 }, []],
    ["a page of 201", schemas.messagesQuery, { limit: 201 }, ["limit: must be at most 200"]],
    ["a page of comments of 201", schemas.commentsQuery, { limit: 201 }, [
      "limit: must be at most 200",
    ]],
    ["a list of 1000 users", schemas.usersQuery, { limit: 1000 }, []],
    ["a list of 1001 users", schemas.usersQuery, { limit: 1001 }, ["limit: must be at most 1000"]],
    ["after nothing", schemas.messagesQuery, { after: 0 }, []],
    ["after less than nothing", schemas.messagesQuery, { after: -1 }, [
      "after: must be at least 0",
    ]],
    ["a wait of 60 seconds", schemas.eventsQuery, { wait: 60 }, []],
    ["a wait of a part of a second", schemas.eventsQuery, { wait: 0.5 }, []],
    ["a wait of 61 seconds", schemas.eventsQuery, { wait: 61 }, ["wait: must be at most 60"]],
  ] as const satisfies readonly (readonly [string, z.ZodMiniType, unknown, string[]])[]
) {
  Deno.test(`a request ${expected.length === 0 ? "may have" : "may not have"} ${what}`, () => {
    assertEquals(faults(schema, value), [...expected]);
  });
}

Deno.test("a page has 50 messages where the request does not say", () => {
  assertEquals(schemas.messagesQuery.parse({}), { limit: 50 });
  assertEquals(schemas.commentsQuery.parse({}), { limit: 50 });
  assertEquals(schemas.usersQuery.parse({}), { limit: 1000 });
});

const message = {
  id: 7,
  room: "common",
  room_kind: "common",
  author: "alice",
  text: "hi",
  at: "2026-11-20T10:00:00.000Z",
  expires_at: "2026-11-20T11:00:00.000Z",
  comments: 0,
  files: [],
};
const at = "2026-11-20T10:00:00.000Z";

for (
  const event of [
    { type: "message", ...message },
    { type: "message", cursor: "e-7", ...message, to: "bob", comment_on: 3, key: "k" },
    { type: "message.deleted", room: "common", id: 7 },
    { type: "read", room: "17", read_id: 3 },
    { type: "room.created", room: "17", room_kind: "private", members: ["alice", "bob"] },
    {
      type: "room.created",
      room: "17",
      room_kind: "room",
      name: "garden",
      owner: "alice",
      members: ["alice"],
    },
    { type: "room.updated", room: "17", name: "garden", owner: "bob" },
    { type: "room.deleted", room: "17" },
    { type: "member.joined", room: "common", user: "alice" },
    { type: "member.joined", room: "17", name: "garden", user: "alice" },
    { type: "member.left", room: "17", user: "alice" },
    { type: "invitation", room: "17", name: "garden", by: "alice" },
    { type: "join.requested", room: "17", user: "dave" },
    { type: "join.approved", room: "17", name: "garden" },
    { type: "join.denied", room: "17", name: "garden" },
    { type: "user.renamed", user: "alicia", before: "alice" },
    { type: "user.banned", banned_until: at },
    { type: "user.unbanned" },
    { type: "user.deleted", user: "bob" },
    { type: "role.changed", role: "none" },
    { type: "scheduled.created", scheduled: 9, at },
    { type: "scheduled.updated", scheduled: 9, at },
    { type: "scheduled.cancelled", scheduled: 9 },
    { type: "scheduled.sent", scheduled: 9, message: 12 },
    { type: "scheduled.failed", scheduled: 9, code: "banned" },
    { type: "presence", user: "alice", online: true },
    { type: "token.revoked", token: 3 },
  ]
) {
  Deno.test(`an event is known by its type, and keeps all that it tells: ${event.type}`, () => {
    assertEquals<unknown>(schemas.event.parse(event), event);
    assertEquals(schemas.event.safeParse({ ...event, type: "surprise" }).success, false);
  });
}
