import { assert, assertEquals, assertRejects } from "@std/assert";
import { backoffMaxMs } from "../../../../client/connection/backoff.ts";
import { ApiProblem, Unreachable } from "../../../../client/connection/failures.ts";
import { OutboxFull, ShelfFault } from "../../../../client/connection/outbox.ts";
import { attemptsMax } from "../../../../client/connection/persistence.ts";
import { agingMs } from "../../../../client/web/page/live_tab.ts";
import { noticesMax } from "../../../../client/web/page/tab.ts";
import { problem } from "../../../../lib/api/problems.ts";
import { hourMs, textCharactersMax } from "../../../../lib/domain/bounds.ts";
import { json, messageOf, refusal, settle, statusOf } from "../../stub_server.ts";
import { rooms, TabScene } from "./tab_scene.ts";

const bob = { kind: "private", user: "bob" } as const;
const garden = { kind: "room", room: "12" } as const;
const common = { kind: "common" } as const;

const signedOut = new ApiProblem(problem("unauthorized", "The token is not valid."), {
  retryAfterMs: undefined,
});

Deno.test("the common chat is shown with what came along, and what is before that", async () => {
  using scene = new TabScene();
  scene.fill("common", 1, 30);
  const recent = (scene.history.get("common") ?? []).slice(-20);
  await scene.connect({ recent, rooms: [{ ...rooms[0], last_id: 30, read_id: 28 }] });
  const { place, timeline, connection } = scene.tab.state.value;
  assertEquals(place, common);
  assertEquals(timeline.messages.length, 30);
  assertEquals(timeline.readId, 28);
  assertEquals(connection, { kind: "live", by: "stream" });
  assertEquals(scene.asked, ["before=11"]);
});

Deno.test("nothing is asked for before the user is connected, wherever they go", async () => {
  using scene = new TabScene({ hash: "#/room/12" });
  scene.fill("7", 1, 3);
  scene.tab.go(garden);
  scene.tab.go(bob, 2);
  await settle();
  assertEquals(scene.asked, []);
  await scene.connect();
  assertEquals(scene.texts, ["message 1", "message 2", "message 3"]);
  assertEquals(scene.tab.state.value.timeline.target, 2);
});

Deno.test("a tab that joins another one asks for what it may have missed, and else for nothing", async () => {
  using scene = new TabScene();
  scene.fill("common", 1, 2);
  await scene.connect();
  const { length } = scene.server.requests;
  assertEquals(scene.asked, [""]);
  scene.session.state = { ...scene.session.state, aheadMs: 7 };
  scene.session.tell({ type: "joined", missed: false });
  await settle();
  assertEquals([scene.server.requests.length, scene.tab.state.value.aheadMs], [length, 7]);
  scene.fill("common", 3, 3);
  scene.session.tell({ type: "joined", missed: true });
  await settle();
  assertEquals(scene.texts, ["message 1", "message 2", "message 3"]);
});

Deno.test("the address leads to places and messages, and back", async () => {
  using scene = new TabScene({ hash: "#/to/bob" });
  scene.fill("7", 1, 3);
  scene.fill("12", 4, 6);
  await scene.connect();
  const { tab, address } = scene;
  assertEquals(tab.state.value.place, bob);
  tab.go(garden, 5);
  await settle();
  assertEquals(address.entries, ["#/to/bob", "#/room/12/m/5"]);
  assertEquals(tab.state.value.place, garden);
  assertEquals(tab.state.value.timeline.target, 5);
  address.back();
  await settle();
  assertEquals(tab.state.value.place, bob);
  assertEquals(scene.texts, ["message 1", "message 2", "message 3"]);
  address.type("#/garbage");
  await settle();
  assertEquals(tab.state.value.place, common);
  // Where one is already, no new step is made.
  tab.go(common);
  tab.go(common);
  assertEquals(address.entries, ["#/to/bob", "#/garbage", "#/"]);
});

Deno.test("an address that is told of twice is gone to once", async () => {
  using scene = new TabScene();
  scene.fill("common", 1, 200);
  await scene.connect();
  const { length } = scene.asked;
  scene.address.type("#/m/20");
  await settle();
  assertEquals(scene.asked.slice(length), ["before=21", "after=20"]);
});

Deno.test("a comment beyond what is at hand is counted once, and as long as it is there", async () => {
  using scene = new TabScene({ hash: "#/m/20" });
  scene.fill("common", 1, 200);
  await scene.connect();
  const comments = () =>
    scene.tab.state.value.timeline.messages.find(({ id }) => id === 20)?.comments;
  const comment = messageOf(201, { author: "alice", comment_on: 20 });
  scene.session.tell({
    type: "sent",
    sending: { key: "k", draft: { text: "a", commentOn: 20 } },
    message: comment,
  });
  await scene.hear({ ...comment, type: "message" });
  assertEquals(comments(), 1);
  await scene.hear({ type: "message.deleted", room: "common", id: 201 });
  assertEquals(comments(), 0);
});

Deno.test("nobody talks to themselves", async () => {
  using scene = new TabScene({ hash: "#/to/ALICE" });
  assertEquals(scene.tab.state.value.place, common);
  await scene.connect();
  scene.tab.go({ kind: "private", user: "alice" });
  assertEquals(scene.tab.state.value.place, common);
});

Deno.test("what comes in stands where it was said", async () => {
  using scene = new TabScene();
  await scene.connect();
  await scene.say(1);
  await scene.say(2, { room: "7", room_kind: "private", to: "alice" });
  await scene.say(3);
  assertEquals(scene.texts, ["message 1", "message 3"]);
  scene.tab.go(bob);
  await settle();
  assertEquals(scene.texts, ["message 2"]);
  await scene.hear({ type: "message.deleted", room: "7", id: 2 });
  assertEquals(scene.texts, []);
});

Deno.test("the first message of a private chat shows that it is one", async () => {
  using scene = new TabScene({ hash: "#/to/carol" });
  await scene.connect();
  assertEquals(scene.tab.state.value.timeline.loading, undefined);
  await scene.hear({
    ...messageOf(9, { room: "40", room_kind: "private", author: "carol", to: "alice" }),
    type: "message",
  });
  assertEquals(scene.texts, ["message 9"]);
});

Deno.test("a private chat follows the name, and so does what is being written there", async () => {
  using scene = new TabScene({ hash: "#/to/bob" });
  scene.fill("7", 1, 1);
  await scene.connect();
  scene.tab.keepDraft(bob, "dear bob");
  await scene.hear({ type: "user.renamed", user: "robert", before: "bob" });
  const { place, timeline } = scene.tab.state.value;
  const robert = { kind: "private", user: "robert" } as const;
  assertEquals(place, robert);
  assertEquals(timeline.messages[0]?.author, "robert");
  assertEquals(scene.address.entries, ["#/to/robert"]);
  assertEquals([scene.tab.draftAt(robert), scene.tab.draftAt(bob)], ["dear bob", ""]);
});

Deno.test("the user's own new name is kept, and told", async () => {
  using scene = new TabScene();
  await scene.connect();
  await scene.hear({ type: "user.renamed", user: "alicia", before: "alice" });
  assertEquals(scene.told, ["renamed alicia"]);
  assertEquals(scene.notices, ["You are called alicia now"]);
});

Deno.test("a room that goes away under its user leaves them in the common chat", async () => {
  using scene = new TabScene({ hash: "#/room/12" });
  scene.fill("12", 1, 1);
  scene.fill("common", 2, 3);
  await scene.connect();
  scene.tab.keepDraft(garden, "for the garden only");
  await scene.hear({ type: "room.deleted", room: "12" });
  assertEquals(scene.tab.state.value.place, common);
  assertEquals(scene.texts, ["message 2", "message 3"]);
  assertEquals(scene.address.entries, ["#/"]);
  assertEquals(scene.notices, [
    "The room garden is gone, with all that was said in it",
    "You are in the common chat now",
  ]);
  assertEquals(scene.tab.draftAt(common), "");
});

Deno.test("a room that went away meanwhile is told of", async () => {
  using scene = new TabScene({ hash: "#/room/12" });
  scene.fill("12", 1, 1);
  await scene.connect();
  scene.history.delete("12");
  await scene.connect({ resetBy: "forgotten", rooms: [rooms[0]] });
  assertEquals(scene.tab.state.value.place, common);
  assertEquals(scene.notices, ["You are not in garden any more. You are in the common chat now"]);
});

Deno.test("a room that was made just now can be gone to before anything is told of it", async () => {
  using scene = new TabScene();
  await scene.connect();
  scene.history.set("50", []);
  scene.tab.go({ kind: "room", room: "50" });
  await scene.say(3);
  assertEquals(scene.tab.state.value.place, { kind: "room", room: "50" });
  assertEquals(scene.notices, []);
});

const strangers = [
  ["#/room/99", "You are not in that room"],
  ["#/to/mallory", "There is nobody called mallory"],
] as const;
for (const [hash, words] of strangers) {
  Deno.test(`the address ${hash}, which leads nowhere, leads to the common chat`, async () => {
    using scene = new TabScene({ hash });
    await scene.connect();
    assertEquals(scene.tab.state.value.place, common);
    assertEquals(scene.notices, [words]);
    assertEquals(scene.address.entries, ["#/"]);
  });
}

Deno.test("goToMessage() finds the chat of a message, known or not", async () => {
  using scene = new TabScene();
  scene.fill("12", 1, 3);
  scene.fill("7", 4, 4);
  await scene.connect();
  await scene.say(5, { room: "7", room_kind: "private", author: "alice", to: "bob" });
  await scene.tab.goToMessage(5);
  await settle();
  assertEquals(scene.tab.state.value.place, bob);
  assertEquals(scene.tab.state.value.timeline.target, 5);
  scene.server.on("GET /messages/2", () => json(messageOf(2, { room: "12", room_kind: "room" })));
  await scene.tab.goToMessage(2);
  await settle();
  assertEquals(scene.tab.state.value.place, garden);
  assertEquals(scene.address.hash, "#/room/12/m/2");
  await scene.tab.goToMessage(77);
  scene.server.down = true;
  await scene.tab.goToMessage(78);
  assertEquals(scene.notices, [
    "That message is not there any more",
    "Cannot go to the message: the server cannot be reached",
  ]);
});

Deno.test("a message in the address that is not there is told of, and goes from the address", async () => {
  using scene = new TabScene({ hash: "#/m/99" });
  scene.fill("common", 1, 2);
  await scene.connect();
  assertEquals(scene.notices, ["That message is not there any more"]);
  assertEquals(scene.address.entries, ["#/"]);
});

Deno.test("attend() marks as read what is on the screen", async () => {
  using scene = new TabScene();
  scene.fill("common", 1, 60);
  await scene.connect({ rooms: [{ ...rooms[0], unread: 60, last_id: 60 }] });
  const { tab, session } = scene;
  tab.attend();
  tab.attend();
  assertEquals(session.marks, ["common: 60"]);
  assertEquals(tab.state.value.model.rooms.get("common")?.unread, 0);
  // In the midst of the history the end is not seen.
  tab.go(common, 3);
  await settle();
  await scene.say(61);
  tab.attend();
  assertEquals(session.marks, ["common: 60"]);
});

Deno.test("attend() marks nothing beyond what others may have said while the stream is down", async () => {
  using scene = new TabScene();
  await scene.connect();
  await scene.say(4);
  scene.session.tell({ type: "state", state: { kind: "connecting" } });
  const draft = { text: "hello" };
  scene.session.tell({
    type: "sent",
    sending: { key: "k", draft },
    message: messageOf(9, { author: "alice" }),
  });
  scene.tab.attend();
  assertEquals(scene.texts, ["message 4", "message 9"]);
  assertEquals(scene.session.marks, ["common: 4"]);
  scene.live();
  scene.tab.attend();
  assertEquals(scene.session.marks, ["common: 4", "common: 9"]);
});

Deno.test("send() takes what can be sent", async () => {
  using scene = new TabScene();
  await scene.connect();
  assertEquals(scene.tab.send({ text: "hello" }), undefined);
  assertEquals(scene.tab.send({ files: [3] }), undefined);
  assertEquals(scene.session.sent, [{ text: "hello" }, { files: [3] }]);
  assertEquals(scene.tab.state.value.model.outgoing.length, 2);
});

Deno.test("send() says why something can't be sent", async () => {
  using scene = new TabScene();
  await scene.connect();
  const { tab, session } = scene;
  assertEquals(tab.send({}), "there is nothing to send");
  assertEquals(tab.send({ text: " \u200b\n" }), "it must not be empty");
  for (const length of [textCharactersMax - 1, textCharactersMax]) {
    assertEquals(tab.send({ text: "🦊".repeat(length) }), undefined);
  }
  assertEquals(
    tab.send({ text: "🦊".repeat(textCharactersMax + 1) }),
    "it has 4,001 characters, 4,000 may be sent",
  );
  assertEquals(session.sent.length, 2);
  session.sendFault = new OutboxFull();
  assertEquals(tab.send({ text: "a" }), "1,000 messages wait to be sent already");
  session.sendFault = new ShelfFault("no room");
  assertEquals(tab.send({ text: "a" }), "this browser could not keep it");
  session.sendFault = new TypeError("a defect");
  let thrown: unknown;
  try {
    tab.send({ text: "a" });
  } catch (defect) {
    thrown = defect;
  }
  assertEquals(thrown, session.sendFault);
});

Deno.test("a draft that fails is there until its writer sends it again, or lets it go", async () => {
  using scene = new TabScene();
  await scene.connect();
  const { tab, session } = scene;
  const failure = new ApiProblem(problem("not_found", "There is no such room."), {
    retryAfterMs: undefined,
  });
  const fail = (key: string) =>
    session.tell({
      type: "failed",
      sending: { key, draft: { room: "9", text: key } },
      failure,
      arrived: "never",
    });
  fail("a");
  fail("b");
  const [a, b] = tab.state.value.unsent;
  assert(a !== undefined && b !== undefined);
  assertEquals([a.sending.key, a.why, a.arrived], ["a", "there is no such room", "never"]);
  assertEquals(scene.notices, [
    "A message was not sent: there is no such room",
    "A message was not sent: there is no such room",
  ]);
  session.sendFault = new OutboxFull();
  assertEquals(tab.sendAgain(a), "1,000 messages wait to be sent already");
  assertEquals(tab.state.value.unsent.length, 2);
  session.sendFault = undefined;
  assertEquals(tab.sendAgain(a), undefined);
  assertEquals(session.sent, [{ room: "9", text: "a" }]);
  tab.discard(b);
  assertEquals(tab.state.value.unsent, []);
});

Deno.test("only the leading tab keeps what was not sent, or one that slept would bring it back", async () => {
  using scene = new TabScene();
  await scene.connect();
  const { tab, session } = scene;
  const fail = () =>
    session.tell({
      type: "failed",
      sending: { key: "a", draft: { text: "a" } },
      failure: new ApiProblem(problem("banned", "No."), { retryAfterMs: undefined }),
      arrived: "never",
    });
  fail();
  const [a] = tab.state.value.unsent;
  assert(a !== undefined);
  tab.discard(a);
  session.isLeader = false;
  fail();
  assertEquals([tab.state.value.unsent, scene.notices.length], [[], 2]);
});

Deno.test("it is told once that the server has become another version", async () => {
  using scene = new TabScene();
  await scene.connect();
  const { server, ...status } = statusOf();
  scene.tellStatus();
  assertEquals(scene.notices, []);
  for (const next of ["99.0.0", "99.0.1"]) {
    scene.tellStatus({ ...status, server: { ...server, version: next } });
  }
  assertEquals(scene.notices, ["The server has a new version: load the page anew"]);
});

Deno.test(`the last ${noticesMax} notices are told, until they are dismissed`, () => {
  using scene = new TabScene();
  const { tab } = scene;
  for (let number = 1; number <= noticesMax; number++) tab.tell("news", `${number}`);
  assertEquals(scene.notices, ["1", "2", "3", "4", "5"]);
  tab.tell("failure", "6");
  assertEquals(scene.notices, ["2", "3", "4", "5", "6"]);
  const [, , third] = tab.state.value.notices;
  assert(third !== undefined);
  tab.dismiss(third);
  assertEquals(scene.notices, ["2", "3", "5", "6"]);
});

Deno.test("messages go when their time is over by the clock of the server", async () => {
  using scene = new TabScene();
  const sentMs = Date.parse(messageOf(1).at);
  // The clock of this machine is a day ahead.
  scene.clock.setWall(sentMs + 24 * hourMs);
  scene.fill("common", 1, 2);
  await scene.connect({ rooms: [{ ...rooms[0], last_id: 2, read_id: 2 }] });
  scene.clock.advance(agingMs);
  assertEquals(scene.texts.length, 2);
  scene.tellStatus();
  scene.clock.advance(agingMs);
  assertEquals(scene.texts.length, 2);
  scene.clock.advance(hourMs);
  assertEquals(scene.texts, []);
});

Deno.test("what is read late does not vanish under the reader's eyes", async () => {
  using scene = new TabScene();
  scene.fill("common", 1, 2);
  await scene.connect({ rooms: [{ ...rooms[0], unread: 2, last_id: 2 }] });
  scene.tellStatus();
  scene.clock.advance(2 * hourMs - 1);
  scene.tab.attend();
  scene.clock.advance(2 * hourMs);
  assertEquals(scene.texts.length, 2);
});

Deno.test("what is over since a moment does not vanish as it is read", async () => {
  using scene = new TabScene();
  await scene.connect();
  scene.tellStatus();
  const isOver = hourMs + agingMs / 3;
  const sentMs = Date.parse(messageOf(1).at);
  await scene.say(1, { expires_at: new Date(sentMs + isOver).toISOString() });
  scene.clock.advance(isOver + 1);
  scene.tab.attend();
  scene.clock.advance(2 * agingMs);
  assertEquals(scene.texts, ["message 1"]);
});

Deno.test("a page that could not be had is asked for when the connection is back", async () => {
  using scene = new TabScene();
  scene.fill("common", 1, 2);
  scene.server.down = true;
  await scene.connect();
  assertEquals(scene.tab.state.value.timeline.failure?.name, "Unreachable");
  scene.server.down = false;
  scene.live();
  await settle();
  assertEquals(scene.texts, ["message 1", "message 2"]);
});

Deno.test("after a reset all is asked for anew", async () => {
  using scene = new TabScene();
  scene.fill("common", 1, 2);
  await scene.connect();
  scene.history.clear();
  scene.fill("common", 1, 1);
  await scene.connect({ resetBy: "other_epoch" });
  assertEquals(scene.texts, ["message 1"]);
});

Deno.test("a token that is not taken any more signs the user out", async () => {
  using scene = new TabScene();
  await scene.connect();
  scene.session.tell({ type: "state", state: { kind: "stopped", failure: signedOut } });
  assertEquals(scene.told, ["expired The token is not valid."]);
});

Deno.test("signOut() tells the server first", async () => {
  using scene = new TabScene();
  await scene.connect();
  scene.server.on("POST /disconnect", () => {
    // The stream may be told first.
    scene.session.tell({ type: "state", state: { kind: "stopped", failure: signedOut } });
    return new Response(null, { status: 204 });
  });
  await scene.tab.signOut();
  assertEquals(scene.told, ["left"]);
});

Deno.test("signOut() of one who is out already needs nothing more", async () => {
  using scene = new TabScene();
  scene.server.on("POST /disconnect", () => refusal("unauthorized", "The token is not valid."));
  await scene.tab.signOut();
  assertEquals(scene.told, ["left"]);
});

Deno.test("signOut() fails where the server can't be told", async () => {
  using scene = new TabScene();
  scene.server.down = true;
  const failed = assertRejects(() => scene.tab.signOut(), Unreachable);
  for (let attempt = 1; attempt < attemptsMax; attempt++) {
    await settle();
    scene.clock.advance(backoffMaxMs);
  }
  await failed;
  assertEquals(scene.told, []);
  // It goes on as before.
  scene.session.tell({ type: "state", state: { kind: "stopped", failure: signedOut } });
  assertEquals(scene.told.length, 1);
});

Deno.test("a mark that is refused is told", async () => {
  using scene = new TabScene();
  await scene.connect();
  scene.session.tell({
    type: "mark_refused",
    failure: new ApiProblem(problem("forbidden", "Not so."), { retryAfterMs: undefined }),
  });
  assertEquals(scene.notices, ["Cannot mark as read: not so"]);
});

Deno.test("a tab that is closed does nothing any more", async () => {
  const scene = new TabScene();
  scene.fill("common", 1, 2);
  await scene.connect();
  scene.tab.close();
  assert(scene.session.isClosed);
  await scene.say(3);
  scene.address.type("#/to/bob");
  await settle();
  assertEquals(scene.texts, ["message 1", "message 2"]);
  assertEquals(scene.clock.waiting, 0);
});

Deno.test("it is told how far the server's clock is ahead, once that is known", async () => {
  using scene = new TabScene();
  await scene.connect();
  const { clock, tab } = scene;
  assertEquals(tab.state.value.aheadMs, undefined);
  const { server, ...status } = statusOf();
  for (const aheadMs of [hourMs, -hourMs]) {
    const time = new Date(clock.now() + aheadMs).toISOString();
    scene.tellStatus({ ...status, server: { ...server, time } });
    assertEquals(tab.state.value.aheadMs, aheadMs);
  }
  const time = "what is none";
  scene.tellStatus({ ...status, server: { ...server, time } });
  assertEquals(tab.state.value.aheadMs, -hourMs);
});

Deno.test("heed() tells of what the server tells, until it is ended", async () => {
  using scene = new TabScene();
  await scene.connect();
  const heard: string[] = [];
  const end = scene.tab.heed(({ type }) => heard.push(type));
  await scene.hear({ type: "user.renamed", user: "robert", before: "bob" });
  await scene.say(1);
  end();
  await scene.say(2);
  assertEquals(heard, ["user.renamed", "message"]);
});
