import { assertEquals } from "@std/assert";
import { emptyModel, type Model } from "../../../../client/conversation/model.ts";
import { type Place, roomAt } from "../../../../client/conversation/model/place.ts";

/** Private chats with these, by ids that count from 1. */
function talkingWith(...names: readonly string[]): Model {
  const counts = { unread: 0, mentions: [], readId: 0, lastId: 0, countedId: 0 };
  const rooms = names.map((name, at) => {
    const id = String(at + 1);
    return [id, { ...counts, id, kind: "private", name }] as const;
  });
  return { ...emptyModel("alice"), rooms: new Map(rooms) };
}

const bob: Place = { kind: "private", user: "bob" };

Deno.test("roomAt() finds a private chat by the very name first", () => {
  assertEquals(roomAt(bob, talkingWith("carol", "BOB", "bob"))?.id, "3");
});

Deno.test("roomAt() finds a private chat however the name is written", () => {
  assertEquals(roomAt(bob, talkingWith("carol", "BOB", "dave"))?.id, "2");
  assertEquals(roomAt(bob, talkingWith("carol")), undefined);
});

Deno.test("roomAt() takes no room that is called like someone for the private chat with them", () => {
  const { rooms, ...model } = talkingWith("BOB");
  const garden = { ...rooms.get("1"), id: "7", kind: "room", name: "bob" } as const;
  const all = new Map([["7", {
    ...garden,
    unread: 0,
    mentions: [],
    readId: 0,
    lastId: 0,
    countedId: 0,
  }]]);
  assertEquals(roomAt(bob, { ...model, rooms: new Map([...all, ...rooms]) })?.id, "1");
});
