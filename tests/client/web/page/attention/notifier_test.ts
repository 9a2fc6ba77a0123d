import { assertEquals } from "@std/assert";
import { emptyModel, type Model, type RoomView } from "../../../../../client/conversation/model.ts";
import {
  isWanted,
  type NotificationChoice,
  notifiedUnitsMax,
  Notifier,
} from "../../../../../client/web/page/attention/notifier.ts";
import type { Message } from "../../../../../lib/api/schemas.ts";
import { messageOf, settle } from "../../../stub_server.ts";

function roomView(id: string, changes: Partial<RoomView>): [string, RoomView] {
  const nothing = { unread: 0, mentions: [], readId: 0, lastId: 0, countedId: 0 };
  return [id, { id, kind: "room", name: id, ...nothing, ...changes }];
}

function modelWhere(reads: Readonly<Record<string, number>> = {}): Model {
  const views = [
    roomView("common", { kind: "common", name: "common" }),
    roomView("7", { kind: "private", name: "bob" }),
    roomView("9", { name: "garden" }),
  ];
  const rooms = views.map(([id, view]) => [id, { ...view, readId: reads[id] ?? 0 }] as const);
  return { ...emptyModel("alice"), rooms: new Map(rooms) };
}

function setting() {
  const session = {
    model: modelWhere(),
    isLeader: true,
    /** What is answered once it is asked whether anyone looks. */
    isSeen: false,
    asked: 0,
    answer: () => {},
    anyoneLooking: () => {
      session.asked++;
      return new Promise<boolean>((resolve) => session.answer = () => resolve(session.isSeen));
    },
  };
  const told: string[] = [];
  const notifier = new Notifier({
    session,
    choice: () => "direct",
    show: ({ message: { id }, title, body }) => {
      told.push(`${title}: ${body}`);
      return () => told.push(`closed ${id}`);
    },
    broke: (defect) => {
      throw defect;
    },
  });
  const hear = (message: Message) =>
    notifier.heed({ type: "event", event: { type: "message", ...message }, cursor: undefined });
  const answer = async () => {
    session.answer();
    await settle();
  };
  return { session, told, notifier, hear, answer };
}

const inPrivate = { room: "7", room_kind: "private", to: "alice" } as const;
const inGarden = { room: "9", room_kind: "room" } as const;

Deno.test("a message is told while nobody looks, by who said it where", async () => {
  const { told, hear, answer } = setting();
  hear(messageOf(1, { ...inPrivate, text: "psst" }));
  assertEquals(told, []);
  await answer();
  hear(messageOf(2, { ...inGarden, text: "roses" }));
  await answer();
  hear(messageOf(3, { text: "look, @alice" }));
  await answer();
  assertEquals(told, [
    "\u2068bob\u2069: psst",
    "\u2068bob\u2069 in \u2068garden\u2069: roses",
    "\u2068bob\u2069 in \u2068common\u2069: look, @alice",
  ]);
});

Deno.test("nothing is told while someone looks, by a tab that does not lead, or what is not wanted", async () => {
  const { session, told, hear, answer } = setting();
  session.isSeen = true;
  hear(messageOf(1, inPrivate));
  await answer();
  session.isSeen = false;
  session.isLeader = false;
  hear(messageOf(2, inPrivate));
  session.isLeader = true;
  hear(messageOf(3, { ...inPrivate, author: "alice", to: "bob" }));
  hear(messageOf(4));
  await answer();
  assertEquals(told, []);
  assertEquals(session.asked, 1);
});

Deno.test("what was missed before the start is not told", async () => {
  const { session, told, notifier } = setting();
  notifier.heed({ type: "backlog", messages: [messageOf(1, inPrivate)] });
  notifier.heed({ type: "joined", missed: true });
  await settle();
  assertEquals([told, session.asked], [[], 0]);
});

Deno.test("of many messages at once, the last of each chat is told", async () => {
  const { session, told, hear, answer } = setting();
  for (let id = 1; id <= 50; id++) hear(messageOf(id, { ...inPrivate, text: `psst ${id}` }));
  hear(messageOf(51, { ...inGarden, text: "roses" }));
  await answer();
  assertEquals(told, [
    "\u2068bob\u2069: psst 50",
    "\u2068bob\u2069 in \u2068garden\u2069: roses",
  ]);
  assertEquals(session.asked, 1);
});

Deno.test("what is read or deleted meanwhile is not told, and what is told goes", async () => {
  const { session, told, notifier, hear, answer } = setting();
  const remove = (id: number) =>
    notifier.heed({
      type: "event",
      event: { type: "message.deleted", id, room: "7" },
      cursor: undefined,
    });
  hear(messageOf(1, inPrivate));
  session.model = modelWhere({ "7": 1 });
  await answer();
  hear(messageOf(2, inPrivate));
  remove(2);
  await answer();
  assertEquals(told, []);
  hear(messageOf(3, { ...inPrivate, text: "psst" }));
  await answer();
  session.model = modelWhere({ "7": 3 });
  notifier.heed({
    type: "event",
    event: { type: "read", room: "7", read_id: 3 },
    cursor: undefined,
  });
  assertEquals(told, ["\u2068bob\u2069: psst", "closed 3"]);
  hear(messageOf(4, { ...inPrivate, text: "hm" }));
  await answer();
  remove(4);
  remove(4);
  assertEquals(told, ["\u2068bob\u2069: psst", "closed 3", "\u2068bob\u2069: hm", "closed 4"]);
});

Deno.test("a message takes the place of the one before it, and close() takes all away", async () => {
  const { told, notifier, hear, answer } = setting();
  hear(messageOf(1, { ...inPrivate, text: "one" }));
  await answer();
  hear(messageOf(2, { ...inPrivate, text: "two" }));
  await answer();
  notifier.close();
  assertEquals(told, ["\u2068bob\u2069: one", "closed 1", "\u2068bob\u2069: two", "closed 2"]);
});

Deno.test("a text is told up to a bound, never half of a character; without one, how many files", async () => {
  const { told, hear, answer } = setting();
  const tell = async (message: Partial<Message>) => {
    hear(messageOf(told.length + 1, { ...inPrivate, ...message }));
    await answer();
    return told.findLast((line) => !line.startsWith("closed"))?.replace("\u2068bob\u2069: ", "");
  };
  const text = "x".repeat(notifiedUnitsMax);
  assertEquals(await tell({ text }), text);
  assertEquals(await tell({ text: `${text}x` }), `${text.slice(1)}…`);
  assertEquals(
    await tell({ text: `${text.slice(2)}😀😀` }),
    `${text.slice(2)}…`,
  );
  const file = { id: 1, name: "a", type: "text/plain", size: 1 };
  assertEquals(await tell({ text: "", files: [file, file] }), "2 files");
});

Deno.test("isWanted() goes by the choice of the user", () => {
  const messages = [
    messageOf(1),
    messageOf(2, { text: "hey @Alice" }),
    messageOf(3, inPrivate),
    messageOf(4, inGarden),
    messageOf(5, { author: "alice" }),
  ];
  const wanted = (choice: NotificationChoice) =>
    messages.filter((message) => isWanted(message, "alice", choice)).map(({ id }) => id);
  assertEquals(wanted("all"), [1, 2, 3, 4]);
  assertEquals(wanted("direct"), [2, 3, 4]);
  assertEquals(wanted("none"), []);
});
