import { assertEquals } from "@std/assert";
import { emptyModel, type Model, type RoomView } from "../../../../../client/conversation/model.ts";
import { commonPlace, type Place } from "../../../../../client/conversation/model/place.ts";
import {
  tabTitle,
  titleUnreadMax,
  waitingFor,
} from "../../../../../client/web/page/attention/tab_title.ts";

function roomView(id: string, changes: Partial<RoomView>): [string, RoomView] {
  const nothing = { unread: 0, mentions: [], readId: 0, lastId: 0, countedId: 0 };
  return [id, { id, kind: "room", name: id, ...nothing, ...changes }];
}

const model: Model = {
  ...emptyModel("alice"),
  rooms: new Map([
    roomView("common", { kind: "common", name: "common", unread: 3, mentions: [5] }),
    roomView("7", { kind: "private", name: "Bob", unread: 2 }),
    roomView("9", { name: "garden" }),
  ]),
};
const bob: Place = { kind: "private", user: "Bob" };

Deno.test("waitingFor() counts all that is unread, but for the chat that is looked at", () => {
  const waiting = (place: Place, isLookedAt: boolean) => waitingFor(model, { place, isLookedAt });
  assertEquals(waiting(commonPlace, true), { unread: 2, calls: 0 });
  assertEquals(waiting(commonPlace, false), { unread: 5, calls: 1 });
  assertEquals(waiting(bob, true), { unread: 3, calls: 1 });
  // With someone to whom nothing was said yet, all of it is elsewhere.
  assertEquals(waiting({ kind: "private", user: "carol" }, true), { unread: 5, calls: 1 });
});

Deno.test("tabTitle() tells what waits, and the chat", () => {
  const title = (unread: number, calls: number, place: Place = commonPlace) =>
    tabTitle({ unread, calls }, model, place);
  assertEquals(title(0, 0), "common · chat");
  assertEquals(title(3, 0), "(3) common · chat");
  assertEquals(title(3, 1), "@ (3) common · chat");
  assertEquals(title(0, 0, bob), "\u2068Bob\u2069 · chat");
  assertEquals(title(1, 0, { kind: "room", room: "9" }), "(1) \u2068garden\u2069 · chat");
  assertEquals(title(0, 0, { kind: "room", room: "unknown" }), "chat");
});

Deno.test("tabTitle() counts no further than it must", () => {
  const title = (unread: number) => tabTitle({ unread, calls: 0 }, model, commonPlace);
  assertEquals(title(titleUnreadMax - 1), "(998) common · chat");
  assertEquals(title(titleUnreadMax), "(999) common · chat");
  assertEquals(title(titleUnreadMax + 1), "(999+) common · chat");
});
