import { assert, assertEquals } from "@std/assert";
import type { Event } from "../../../lib/api/schemas.ts";
import { messageOf } from "../stub_server.ts";
import { Scene } from "./scene.ts";

const at = "2026-11-20T10:10:00.000Z";

/** What happens, and how alice is told, who owns the room 12 and is in 15. */
const told: readonly (readonly [event: Event, shows: readonly string[]])[] = [
  [{ type: "message.deleted", room: "common", id: 17 }, ["#17 was deleted"]],
  [{ type: "read", room: "common", read_id: 3 }, []],
  [
    {
      type: "room.created",
      room: "20",
      room_kind: "room",
      name: "attic",
      owner: "alice",
      members: ["alice"],
    },
    ["The room attic is made; /room attic goes there"],
  ],
  [{ type: "room.created", room: "21", room_kind: "private", members: ["alice", "zoe"] }, []],
  [
    { type: "room.updated", room: "12", name: "back garden", owner: "alice" },
    ["The room garden is called back garden now"],
  ],
  [{ type: "room.updated", room: "12", name: "garden", owner: "bob" }, ["bob owns garden now"]],
  [
    { type: "room.updated", room: "15", name: "Tea house", owner: "alice" },
    ["You own Tea house now"],
  ],
  [{ type: "room.updated", room: "15", name: "Tea house", owner: "bob" }, []],
  [{ type: "room.deleted", room: "15" }, [
    "The room Tea house is gone, with all that was said in it",
  ]],
  [{ type: "room.deleted", room: "99" }, []],
  [{ type: "member.joined", room: "common", user: "dave" }, []],
  [{ type: "member.joined", room: "12", name: "garden", user: "dave" }, ["dave is in garden now"]],
  [
    { type: "member.joined", room: "20", name: "attic", user: "alice" },
    ["You were let into attic; /room attic goes there"],
  ],
  [{ type: "member.left", room: "12", user: "dave" }, ["dave is not in garden any more"]],
  [{ type: "member.left", room: "15", user: "alice" }, ["You are not in Tea house any more"]],
  [{ type: "member.left", room: "99", user: "alice" }, []],
  [
    { type: "invitation", room: "20", name: "attic", by: "zoe" },
    ["zoe invites you to attic: /accept attic or /decline attic"],
  ],
  [
    { type: "join.requested", room: "12", user: "dave" },
    ["dave asks to enter garden: /approve dave or /deny dave"],
  ],
  [
    { type: "join.approved", room: "20", name: "attic" },
    ["You were let into attic; /room attic goes there"],
  ],
  // It comes after that one is in the room, which is told.
  [{ type: "join.approved", room: "15", name: "Tea house" }, []],
  ...["garden", "12", "#15", "COMMON", "x\x07"].map((name) =>
    [
      { type: "member.joined", room: "20", name, user: "alice" },
      [`You were let into ${name.replace("\x07", "␇")}; /room 20 goes there`],
    ] as const
  ),
  [
    { type: "member.joined", room: "20", name: "bob", user: "alice" },
    ["You were let into bob; /room bob goes there"],
  ],
  [{ type: "join.denied", room: "20", name: "attic" }, ["You were not let into attic"]],
  [{ type: "user.renamed", user: "robert", before: "bob" }, ["bob is called robert now"]],
  [{ type: "user.renamed", user: "alicia", before: "alice" }, ["You are called alicia now"]],
  [{ type: "user.deleted", user: "bob" }, ["bob is gone for good"]],
  [{ type: "user.unbanned" }, ["Your ban is over; you can send again"]],
  [{ type: "role.changed", role: "moderator" }, ["You are a moderator here now; see /help mod"]],
  [{ type: "role.changed", role: "owner" }, ["You are an owner here now; see /help mod"]],
  [{ type: "role.changed", role: "none" }, ["You do not moderate here any more"]],
  [
    { type: "user.banned", banned_until: at },
    ["You are banned from sending until 10:10; you can still read"],
  ],
  [
    { type: "scheduled.created", scheduled: 31, at },
    ["31 will be sent at 10:10; /cancel 31 takes it back"],
  ],
  [{ type: "scheduled.updated", scheduled: 31, at }, ["31 is changed, and will be sent at 10:10"]],
  [{ type: "scheduled.cancelled", scheduled: 31 }, ["31 is cancelled"]],
  [
    { type: "scheduled.sent", scheduled: 31, message: 55 },
    ["31, which was scheduled, is sent as #55"],
  ],
  [
    { type: "scheduled.failed", scheduled: 31, code: "banned" },
    [
      "31, which was scheduled, could not be sent: you are banned from sending; " +
      "/scheduled shows it",
    ],
  ],
  [
    { type: "scheduled.failed", scheduled: 31, code: "of_a_newer_server" },
    ["31, which was scheduled, could not be sent: of_a_newer_server; /scheduled shows it"],
  ],
  [{ type: "presence", user: "dave", online: true }, []],
];

for (const [event, shows] of told) {
  Deno.test(`Conversation tells ${JSON.stringify(event)} as ${JSON.stringify(shows)}`, async () => {
    await using scene = new Scene();
    assertEquals(await scene.hear(event), [...shows]);
  });
}

Deno.test("Conversation forgets a message that was deleted", async () => {
  await using scene = new Scene();
  await scene.hear({ type: "message", ...messageOf(17) });
  assertEquals(scene.conversation.model.messages.length, 1);
  await scene.hear({ type: "message.deleted", room: "common", id: 17 });
  assertEquals(scene.conversation.model.messages, []);
});

Deno.test("Conversation goes back to the common chat when its room is gone", async () => {
  for (
    const event of [
      { type: "room.deleted", room: "15" },
      { type: "member.left", room: "15", user: "alice" },
    ] as const
  ) {
    await using scene = new Scene();
    await scene.type("/room 15");
    assertEquals(scene.conversation.placeName, "Tea house");
    assertEquals((await scene.hear(event)).at(-1), "You are in the common chat now");
    assertEquals(scene.conversation.placeName, "common");
  }
});

Deno.test("Conversation stays with someone who has another name, and shows a room's new one", async () => {
  await using scene = new Scene();
  await scene.type("/query bob");
  await scene.hear({ type: "user.renamed", user: "robert", before: "bob" });
  assertEquals(scene.conversation.place, { kind: "private", user: "robert" });
  await scene.type("/room garden");
  await scene.hear({ type: "room.updated", room: "12", name: "yard", owner: "alice" });
  assertEquals(scene.conversation.placeName, "yard");
});

const hostile = "x\x1b[2J\x9b\u202e\u2028\u200b\r\n\x07y";
// deno-lint-ignore no-control-regex -- the colours that we write ourselves.
const ownColours = /\x1b\[[0-9;]{1,4}m/g;
// deno-lint-ignore no-control-regex -- none of these may reach a terminal.
const commanding = /[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** Every event, with what a stranger chose made hostile. */
const attacks: readonly Event[] = [
  ...told.map(([event]) =>
    Object.fromEntries(
      Object.entries(event).map(([field, value]) => [
        field,
        ["name", "user", "by", "owner", "before", "code", "at", "banned_until"].includes(field)
          ? hostile
          : value,
      ]),
    ) as Event
  ),
  {
    type: "message",
    ...messageOf(5, {
      author: hostile,
      text: hostile,
      files: [{ id: 1, name: `../${hostile}`, type: "text/plain", size: 3 }],
    }),
  },
];

Deno.test("Conversation lets nothing of any event through that could command a terminal", async () => {
  for (const event of attacks) {
    await using scene = new Scene();
    await scene.hear({ type: "room.updated", room: "12", name: hostile, owner: "alice" });
    await scene.hear(event);
    await scene.hear({ type: "message", ...messageOf(9, { room: "12", room_kind: "room" }) });
    for (const row of scene.coloured) {
      assert(!commanding.test(row.replaceAll(ownColours, "")), JSON.stringify(row));
    }
  }
});
