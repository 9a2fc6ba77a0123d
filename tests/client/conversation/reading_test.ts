import { assertEquals } from "@std/assert";
import { json, messageOf, settle } from "../stub_server.ts";
import { visitMessagesMax } from "../../../client/conversation/commands/visit.ts";
import type { Message } from "../../../lib/api/schemas.ts";
import { rooms, Scene } from "./scene.ts";

const inGarden = { room: "12", room_kind: "room" } as const;
const fromBob = { room: "7", room_kind: "private", to: "alice" } as const;

function said(id: number, changes: Partial<Message> = {}) {
  return { type: "message", ...messageOf(id, changes) } as const;
}

/** The rows that are messages or stand between them, but for days. */
function rowsOf(shown: readonly string[]): string[] {
  return shown.filter((row) => !/^── \p{L}+ \d+ \p{L}+ \d+ ──$/u.test(row));
}

/** A server that knows these messages. */
function answering(scene: Scene, items: readonly Message[]): void {
  scene.server.on("GET /messages", ({ query }) => {
    const room = query.get("to") === null ? query.get("room") ?? "common" : "7";
    const limit = Number(query.get("limit"));
    const there = items.filter((item) => item.room === room);
    return json({ items: there.slice(-limit), has_more: there.length > limit });
  });
}

Deno.test("a message of the current chat is read when it is shown", async () => {
  await using scene = new Scene();
  await scene.hear(said(5));
  assertEquals(scene.unread("common"), 0);
  assertEquals(await scene.marks(), ["common: 5"]);
});

Deno.test("a message of another chat is shown, and stays unread until one goes there", async () => {
  await using scene = new Scene();
  const [garden, bob] = [said(5, inGarden), said(6, fromBob)];
  answering(scene, [garden, bob]);
  assertEquals(rowsOf(await scene.hear(garden)), ["10:00 [garden] bob message 5 #5"]);
  assertEquals(await scene.hear(bob), ["10:00 >> bob → alice message 6 #6"]);
  assertEquals([scene.unread("12"), scene.unread("7")], [1, 1]);
  assertEquals(await scene.marks(), []);
  assertEquals(await scene.type("/room garden"), ["── 1 unread ──", "10:00 bob message 5 #5"]);
  assertEquals([scene.unread("12"), scene.unread("7")], [0, 1]);
  assertEquals(await scene.type("/query BOB"), [
    "── 1 unread ──",
    "10:00 >> bob → alice message 6 #6",
  ]);
  assertEquals(scene.conversation.placeName, "bob");
  assertEquals(await scene.marks(), ["12: 5", "7: 6"]);
});

Deno.test("what is said in the common chat is marked and unread while another is looked at", async () => {
  await using scene = new Scene();
  await scene.type("/query bob");
  assertEquals(rowsOf(await scene.hear(said(5))), ["10:00 [common] bob message 5 #5"]);
  await scene.hear(said(6, fromBob));
  assertEquals([scene.unread("common"), scene.unread("7")], [1, 0]);
  answering(scene, [said(5)]);
  assertEquals(await scene.type("/query"), ["── 1 unread ──", "10:00 bob message 5 #5"]);
  assertEquals(scene.unread("common"), 0);
});

Deno.test("a private chat is the same however its name is typed, before anything is said", async () => {
  await using scene = new Scene({ answers: { rooms: [rooms[0]] } });
  await scene.type("/query BOB");
  await scene.hear(said(5, fromBob));
  assertEquals(scene.unread("7"), 0);
  await scene.hear({ type: "user.renamed", user: "robert", before: "bob" });
  assertEquals(scene.conversation.place, { kind: "private", user: "robert" });
});

for (
  const [typed, draft] of [
    ["/msg bob hi", { text: "hi", to: "bob" }],
    ["/comment 6 hi", { text: "hi", message: 6 }],
  ] as const
) {
  Deno.test(`${typed} reads the chat that it goes to, and no other`, async () => {
    await using scene = new Scene();
    await scene.hear(said(5, inGarden));
    await scene.hear(said(6, fromBob));
    await scene.type(typed);
    assertEquals([scene.unread("12"), scene.unread("7")], [1, 0]);
    assertEquals(await scene.marks(), ["7: 6"]);
    const sent = scene.server.requests.find(({ path }) => path === "/send" || path === "/comment");
    assertEquals(sent?.body, draft);
  });
}

Deno.test("an answer that waits for the server does not read what comes before it is sent", async () => {
  await using scene = new Scene();
  await scene.live();
  await scene.hear(said(5, fromBob));
  scene.server.on("POST /send", () => {
    throw new TypeError("connection reset");
  });
  await scene.type("/msg bob hi");
  await scene.hear(said(6, fromBob));
  assertEquals(scene.unread("7"), 1);
  assertEquals(await scene.marks(), ["7: 5"]);
});

Deno.test("/read reads all chats, wherever one is", async () => {
  await using scene = new Scene();
  scene.server.on("POST /read", ({ body }) => {
    const { room, upto } = body as { room: string; upto: number };
    return json({ room, read_id: upto, unread: 0 });
  });
  await scene.hear(said(5, inGarden));
  await scene.hear(said(6, fromBob));
  assertEquals(await scene.type("/read"), ["Everything is read"]);
  assertEquals([scene.unread("12"), scene.unread("7")], [0, 0]);
  assertEquals(await scene.marks(), ["7: 6", "12: 5"]);
});

Deno.test("what is read on another device is unread here no more", async () => {
  await using scene = new Scene();
  await scene.hear(said(5, inGarden));
  assertEquals(await scene.hear({ type: "read", room: "12", read_id: 5 }), []);
  assertEquals(scene.unread("12"), 0);
  assertEquals(await scene.marks(), []);
});

Deno.test("where nobody looks at one chat alone, all that is shown is read", async () => {
  await using scene = new Scene({ screen: { interactive: false } });
  await scene.hear(said(5, inGarden));
  await scene.hear(said(6, fromBob));
  assertEquals([scene.unread("12"), scene.unread("7")], [0, 0]);
  assertEquals(await scene.marks(), ["12: 5", "7: 6"]);
});

Deno.test("going to a chat shows its last 20 messages, and as many more as are unread", async () => {
  for (
    const [unread, asked, first] of [
      [0, 20, "10:00 bob message 281 #281"],
      [3, 20, "── 3 unread ──"],
      [21, 21, "── 21 unread ──"],
      [visitMessagesMax, visitMessagesMax, `── ${visitMessagesMax} unread ──`],
      [
        visitMessagesMax + 1,
        visitMessagesMax,
        `── ${visitMessagesMax + 1} unread, the last ${visitMessagesMax} of them ──`,
      ],
    ] as const
  ) {
    await using scene = new Scene({
      answers: {
        rooms: [rooms[0], { ...rooms[2], unread, last_id: 300, read_id: 300 - unread }],
      },
    });
    answering(scene, Array.from({ length: 300 }, (_, at) => messageOf(at + 1, inGarden)));
    const shown = rowsOf(await scene.type("/room garden"));
    const asking = scene.server.requests.findLast(({ path }) => path === "/messages");
    assertEquals(asking?.query.get("limit"), String(asked));
    assertEquals(shown.find((row) => unread === 0 || row.startsWith("──")), first);
    assertEquals(shown.length, asked + (unread === 0 ? 0 : 1));
    assertEquals(shown.indexOf(first), unread === 0 ? 0 : Math.max(0, asked - unread));
    assertEquals(scene.unread("12"), 0);
    assertEquals(await scene.marks(), unread === 0 ? [] : ["12: 300"]);
  }
});

Deno.test("own messages never count as unread where one goes", async () => {
  await using scene = new Scene();
  const talk = [said(5, { ...inGarden, author: "alice" }), said(6, inGarden)];
  answering(scene, talk);
  for (const each of talk) await scene.hear(each);
  assertEquals(await scene.type("/room garden"), [
    "10:00 alice message 5 #5",
    "── 1 unread ──",
    "10:00 bob message 6 #6",
  ]);
});

Deno.test("offline, going to a chat shows what is known of it, and reads that", async () => {
  await using scene = new Scene();
  await scene.live();
  await scene.hear(said(5, inGarden));
  await scene.hear(said(6));
  scene.server.down = true;
  assertEquals(await scene.type("/room garden"), [
    "The server cannot be reached; this was shown of garden before:",
    "── 1 unread ──",
    "10:00 bob message 5 #5",
  ]);
  assertEquals(await scene.type("/query bob"), [
    "The server cannot be reached, and nothing of bob was shown before",
  ]);
  assertEquals(scene.unread("12"), 0);
  await scene.lose();
  assertEquals(scene.server.bodies("/read"), []);
  scene.server.down = false;
  await scene.retry();
  await scene.live();
  assertEquals((await scene.marks()).includes("12: 5"), true);
});

Deno.test("offline, going to a chat shows no more than with its server", async () => {
  await using scene = new Scene();
  for (let id = 1; id <= visitMessagesMax + 1; id++) await scene.hear(said(id, inGarden));
  scene.server.down = true;
  const shown = await scene.type("/room garden");
  assertEquals(shown.filter((row) => row.includes(" #")).length, visitMessagesMax);
  assertEquals(
    shown[1],
    `── ${visitMessagesMax + 1} unread, the last ${visitMessagesMax} of them ──`,
  );
  assertEquals(scene.unread("12"), 0);
});

Deno.test("nothing is marked that was not told: an own message may be ahead of what came before", async () => {
  await using scene = new Scene();
  scene.server.on("POST /send", () => json(messageOf(8, { ...fromBob, author: "alice" }), 201));
  await scene.hear(said(5, fromBob));
  await scene.type("/msg bob one");
  // The stream has not told of 7 yet.
  await scene.type("/msg bob two");
  await scene.type("/query bob");
  assertEquals(await scene.marks(), ["7: 5"]);
  await scene.hear(said(7, fromBob));
  assertEquals(await scene.marks(), ["7: 5", "7: 7"]);
});

Deno.test("nothing is marked that was not told: a page may be ahead of the stream, and is shown once", async () => {
  await using scene = new Scene();
  const [first, second] = [said(5, inGarden), said(6, inGarden)];
  answering(scene, [first, second]);
  await scene.hear(first);
  await scene.type("/room garden");
  assertEquals(await scene.marks(), ["12: 5"]);
  assertEquals(await scene.hear(second), []);
  assertEquals(await scene.marks(), ["12: 5", "12: 6"]);
  assertEquals(scene.unread("12"), 0);
});

Deno.test("nothing is marked that was not told: what was unread may come in pages", async () => {
  const held = Promise.withResolvers<Response>();
  await using scene = new Scene({
    answers: {
      rooms: [rooms[0], { ...rooms[2], unread: 3, last_id: 9 }],
      unread: [messageOf(4, inGarden)],
      unread_more: true,
    },
  });
  scene.server.on(
    "GET /messages",
    ({ query }) =>
      query.get("unread") === "true"
        ? held.promise
        : json({ items: [messageOf(9, inGarden)], has_more: true }),
  );
  await scene.type("/room garden");
  assertEquals(await scene.marks(), ["12: 4"]);
  held.resolve(json({ items: [5, 9].map((id) => messageOf(id, inGarden)), has_more: false }));
  await settle();
  assertEquals(scene.shown.filter((row) => row.endsWith("#9")).length, 1);
  assertEquals(await scene.marks(), ["12: 4", "12: 9"]);
  assertEquals(scene.unread("12"), 0);
});

Deno.test("what was unread at the start is read in the common chat, and stays unread elsewhere", async () => {
  await using scene = new Scene({
    answers: {
      rooms: [{ ...rooms[0], unread: 1, last_id: 3 }, { ...rooms[2], unread: 1, last_id: 4 }],
      unread: [messageOf(3), messageOf(4, inGarden)],
    },
  });
  assertEquals(rowsOf(scene.shown), [
    "── 2 unread ──",
    "10:00 bob message 3 #3",
    "10:00 [garden] bob message 4 #4",
  ]);
  assertEquals([scene.unread("common"), scene.unread("12")], [0, 1]);
  assertEquals(await scene.marks(), ["common: 3"]);
});
