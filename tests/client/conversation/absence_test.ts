import { assertEquals } from "@std/assert";
import type { Sending } from "../../../client/connection/outbox.ts";
import { arrivalOf, json, messageOf, refusal, settle, statusOf } from "../stub_server.ts";
import { rooms, Scene } from "./scene.ts";

const away = "── while you were away ──";

function said(id: number, changes = {}) {
  return { type: "message", ...messageOf(id, changes) } as const;
}

/** A scene that was live, lost its connection and has it again, before anything is told. */
async function back(scene: Scene): Promise<void> {
  await scene.live();
  await scene.hear(said(5));
  await scene.lose();
  await scene.retry();
}

Deno.test("what was missed is shown once, after one line that says so", async () => {
  await using scene = new Scene();
  await back(scene);
  assertEquals(await scene.hear(said(6)), [away, "10:00 bob message 6 #6"]);
  assertEquals(await scene.hear(said(7)), ["10:00 bob message 7 #7"]);
  assertEquals(await scene.live(), ["live again"]);
  assertEquals(await scene.hear(said(8)), ["10:00 bob message 8 #8"]);
});

Deno.test("what was missed and is no message comes after the line, too", async () => {
  await using scene = new Scene();
  await back(scene);
  const event = { type: "member.joined", room: "12", name: "garden", user: "dave" } as const;
  assertEquals(await scene.hear({ type: "presence", user: "dave", online: true }), []);
  assertEquals(await scene.hear(event), [away, "dave is in garden now"]);
  assertEquals(await scene.hear(said(6)), ["10:00 bob message 6 #6"]);
});

Deno.test("no line is shown when nothing was missed, nor for what one has sent oneself", async () => {
  await using scene = new Scene();
  await scene.live();
  await scene.hear(said(5));
  await scene.lose();
  scene.server.on("POST /send", ({ headers }) => {
    const key = headers.get("idempotency-key") ?? "";
    return json(messageOf(6, { author: "alice", key }), 201);
  });
  scene.server.down = true;
  assertEquals(await scene.type("hi"), ["… hi"]);
  scene.server.down = false;
  const from = scene.shown.length;
  await scene.retry();
  await scene.live();
  assertEquals(scene.shown.slice(from), ["10:00 ✓ alice message 6 #6", "live again"]);
});

Deno.test("a second absence has a line of its own", async () => {
  await using scene = new Scene();
  await back(scene);
  await scene.hear(said(6));
  await scene.live();
  await scene.lose();
  await scene.retry();
  assertEquals(await scene.hear(said(7)), [away, "10:00 bob message 7 #7"]);
});

Deno.test("after a reset, what was shown before is not shown again", async () => {
  await using scene = new Scene();
  await scene.live();
  const garden = { room: "12", room_kind: "room" } as const;
  await scene.hear(said(5, garden));
  const unread = [messageOf(5, garden), messageOf(6, garden)];
  const answer = arrivalOf({
    rooms: [rooms[0], { ...rooms[2], unread: 2, last_id: 6 }],
    unread,
    cursor: "k-2000",
  });
  scene.server.on("POST /connect", () => json(answer));
  await scene.reset("forgotten");
  const from = scene.shown.length;
  await scene.retry();
  assertEquals(scene.shown.slice(from), [
    "You were away too long to be told of everything; what is unread follows",
    "── 1 unread ──",
    "10:00 [garden] bob message 6 #6",
  ]);
  assertEquals(scene.unread("12"), 2);
  assertEquals(await scene.hear(said(7)), ["10:00 bob message 7 #7"]);
});

Deno.test("after a reset without anything new, nothing is said to follow", async () => {
  await using scene = new Scene();
  await scene.live();
  scene.server.on("POST /connect", () => json(arrivalOf({ rooms: [...rooms], cursor: "k-2000" })));
  await scene.reset("forgotten");
  const from = scene.shown.length;
  await scene.retry();
  assertEquals(scene.shown.slice(from), ["You were away too long to be told of everything"]);
});

Deno.test("after a reset, more of what is unread comes after the line, but for what was shown", async () => {
  await using scene = new Scene();
  await scene.live();
  for (const id of [5, 6]) await scene.hear(said(id, { room: "12", room_kind: "room" }));
  const garden = (id: number) => messageOf(id, { room: "12", room_kind: "room" });
  scene.server.on("POST /connect", () =>
    json(arrivalOf({
      rooms: [rooms[0], { ...rooms[2], unread: 4, last_id: 8 }],
      unread: [garden(5)],
      unread_more: true,
      cursor: "k-2000",
    })));
  scene.server.on(
    "GET /messages",
    () => json({ items: [garden(6), garden(7), garden(8)], has_more: false }),
  );
  await scene.reset("forgotten");
  const from = scene.shown.length;
  await scene.retry();
  assertEquals(scene.shown.slice(from + 1), [
    away,
    "10:00 [garden] bob message 7 #7",
    "10:00 [garden] bob message 8 #8",
  ]);
});

Deno.test("after a reset, nobody counts what is still to come and was shown in part", async () => {
  await using scene = new Scene();
  await scene.live();
  const garden = (id: number) => messageOf(id, { room: "12", room_kind: "room" });
  for (const id of [5, 7]) await scene.hear({ type: "message", ...garden(id) });
  scene.server.on("POST /connect", () =>
    json(arrivalOf({
      rooms: [rooms[0], { ...rooms[2], unread: 3, last_id: 7 }],
      unread: [garden(5), garden(6)],
      unread_more: true,
      cursor: "k-2000",
    })));
  scene.server.on("GET /messages", () => json({ items: [garden(7)], has_more: false }));
  await scene.reset("forgotten");
  const from = scene.shown.length;
  await scene.retry();
  assertEquals(scene.shown.slice(from + 1), [away, "10:00 [garden] bob message 6 #6"]);
});

Deno.test("another log is told from its start, whatever ids were known", async () => {
  await using scene = new Scene();
  await scene.live();
  await scene.hear(said(5));
  scene.server.on("POST /connect", () =>
    json(arrivalOf({
      rooms: [{ ...rooms[0], unread: 1, last_id: 5 }],
      unread: [messageOf(5, { text: "a new world" })],
      cursor: "z-2",
    })));
  await scene.reset("other_epoch");
  const from = scene.shown.length;
  await scene.retry();
  assertEquals(scene.shown.slice(from), [
    "The server has another history now (other_epoch); what is unread follows",
    "── 1 unread ──",
    "10:00 bob a new world #5",
  ]);
});

Deno.test("what an earlier run has left is shown as waiting, and counted as unsent", async () => {
  const sending: Sending = { key: "k".repeat(24), draft: { text: "from before" } };
  const shelf = { left: [sending], keep() {}, forget() {} };
  await using scene = new Scene({ shelf });
  assertEquals(scene.shown, ["… from before"]);
  assertEquals(scene.conversation.model.outgoing.map(({ key }) => key), [sending.key]);
});

Deno.test("the status is asked for when it is live, at first and again, and quietly", async () => {
  await using scene = new Scene();
  const asked = () => scene.server.requests.filter(({ path }) => path === "/status").length;
  assertEquals(asked(), 0);
  await scene.live();
  assertEquals(asked(), 1);
  assertEquals(scene.conversation.model.limit?.remaining, 20);
  await scene.lose();
  await scene.retry();
  scene.server.on("GET /status", () => refusal("busy", "Later."));
  assertEquals(await scene.live(), ["live again"]);
  assertEquals(asked(), 2);
  assertEquals(scene.conversation.failure, undefined);
});

Deno.test("the status is not asked for where nothing shows it", async () => {
  await using scene = new Scene({ screen: { interactive: false } });
  await scene.live();
  assertEquals(scene.server.requests.filter(({ path }) => path === "/status"), []);
});

Deno.test("a ban that a command meets is known from then on", async () => {
  await using scene = new Scene();
  scene.server.on("POST /send", () =>
    refusal("banned", "You are banned.", {
      extras: { banned_until: "2026-11-20T14:00:00.000Z" },
    }));
  await scene.type("/delay 10 tea");
  await settle();
  assertEquals(scene.conversation.model.bannedUntilMs, Date.parse("2026-11-20T14:00:00.000Z"));
});

Deno.test("/status brings what a screen tells all the time up to date", async () => {
  await using scene = new Scene();
  scene.server.on("GET /status", () => json(statusOf({ limit: { limit: 20, remaining: 3 } })));
  await scene.type("/status");
  assertEquals(scene.conversation.model.limit?.remaining, 3);
});
