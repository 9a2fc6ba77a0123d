import { assertEquals } from "@std/assert";
import { emptyModel, type Model, type RoomView } from "../../../../../client/conversation/model.ts";
import { commonPlace, type Place } from "../../../../../client/conversation/model/place.ts";
import {
  chatList,
  neighbour,
  unreadElsewhere,
} from "../../../../../client/web/page/views/chat_list.ts";

function roomView(id: string, changes: Partial<RoomView> = {}): RoomView {
  return {
    id,
    kind: "room",
    name: id,
    unread: 0,
    mentions: [],
    readId: 0,
    lastId: 0,
    countedId: 0,
    ...changes,
  };
}

function modelOf(rooms: readonly RoomView[]): Model {
  return { ...emptyModel("alice"), rooms: new Map(rooms.map((room) => [room.id, room])) };
}

const model = modelOf([
  roomView("7", { kind: "private", name: "bob", lastId: 4, unread: 2 }),
  roomView("8", { kind: "private", name: "Zoë", lastId: 9 }),
  roomView("common", { kind: "common", name: "common", unread: 5, mentions: [3, 4] }),
  roomView("9", { name: "garden", lastId: 2, unread: 10 }),
]);

const bob: Place = { kind: "private", user: "bob" };
const zoe: Place = { kind: "private", user: "Zoë" };
const garden: Place = { kind: "room", room: "9" };

Deno.test("chatList() puts each chat to its kind, and what was said last first", () => {
  const { common, privates, rooms } = chatList(model, commonPlace);
  assertEquals(common, {
    place: commonPlace,
    name: "common",
    unread: 5,
    calls: 2,
    isCurrent: true,
  });
  assertEquals(privates.map(({ place }) => place), [zoe, bob]);
  assertEquals(rooms.map(({ place }) => place), [garden]);
});

Deno.test("chatList() marks the current chat alone, however its name is written", () => {
  const { common, privates, rooms } = chatList(model, { kind: "private", user: "BOB" });
  const current = [common, ...privates, ...rooms].filter(({ isCurrent }) => isCurrent);
  assertEquals(current.map(({ name }) => name), ["bob"]);
});

Deno.test("chatList() lists a private chat in which nothing was said yet", () => {
  const dave: Place = { kind: "private", user: "dave" };
  const [first, ...others] = chatList(model, dave).privates;
  assertEquals(first, { place: dave, name: "dave", unread: 0, calls: 0, isCurrent: true });
  assertEquals(others.map(({ isCurrent }) => isCurrent), [false, false]);
});

Deno.test("chatList() has the common chat before anything is known", () => {
  const { common, privates, rooms } = chatList(emptyModel("alice"), garden);
  assertEquals({ name: common.name, isCurrent: common.isCurrent }, {
    name: "common",
    isCurrent: false,
  });
  assertEquals([...privates, ...rooms], []);
  assertEquals(chatList(emptyModel("alice"), commonPlace).common.isCurrent, true);
});

Deno.test("neighbour() walks through all chats in the order of the list, and ends at its ends", () => {
  const order = [commonPlace, zoe, bob, garden];
  order.forEach((place, at) => {
    assertEquals(neighbour(chatList(model, place), "next"), order[at + 1]);
    assertEquals(neighbour(chatList(model, place), "previous"), order[at - 1]);
  });
});

Deno.test("unreadElsewhere() leaves out the current chat", () => {
  assertEquals(unreadElsewhere(chatList(model, garden)), 7);
  assertEquals(unreadElsewhere(chatList(model, zoe)), 17);
});
