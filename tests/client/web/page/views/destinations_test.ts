import { assertEquals } from "@std/assert";
import { emptyModel, type Model, update } from "../../../../../client/conversation/model.ts";
import { placeKey } from "../../../../../client/conversation/model/place.ts";
import { placeOfDraft, towards } from "../../../../../client/web/page/views/destinations.ts";

/** Alice is in the common chat, a room, and talks with bob. */
function aliceModel(): Model {
  const room = (id: string, kind: "common" | "private" | "room", name: string) => ({
    id,
    kind,
    name,
    unread: 0,
    last_id: 0,
    read_id: 0,
  });
  const message = (id: number, in_room: string, room_kind: "common" | "private" | "room") => ({
    id,
    room: in_room,
    room_kind,
    author: "bob",
    text: "hi",
    at: "2026-11-20T18:30:00.000Z",
    expires_at: "2026-11-20T19:30:00.000Z",
    comments: 0,
    files: [],
  });
  return update(emptyModel(""), {
    type: "connected",
    answer: {
      user: "alice",
      rooms: [
        room("common", "common", "common"),
        room("7", "room", "garden"),
        room("9", "private", "bob"),
      ],
      recent: [message(11, "common", "common")],
      unread: [message(12, "7", "room"), message(13, "9", "private")],
      unread_more: false,
      cursor: "1-13",
    },
  });
}

Deno.test("a draft goes to the place that it names", () => {
  const model = aliceModel();
  assertEquals(placeOfDraft({ text: "hi" }, model), { kind: "common" });
  assertEquals(placeOfDraft({ text: "hi", room: "common" }, model), { kind: "common" });
  assertEquals(placeOfDraft({ text: "hi", room: "7" }, model), { kind: "room", room: "7" });
  assertEquals(placeOfDraft({ room: "common", commentOn: 999 }, model), { kind: "common" });
  assertEquals(placeOfDraft({ text: "hi", to: "Bob" }, model), { kind: "private", user: "Bob" });
  const comment = { text: "hi", room: "7", commentOn: 999 };
  assertEquals(placeOfDraft(comment, model), { kind: "room", room: "7" });
});

Deno.test("a comment that names no place goes to where its message is", () => {
  const model = aliceModel();
  assertEquals(placeOfDraft({ commentOn: 11 }, model), { kind: "common" });
  assertEquals(placeOfDraft({ commentOn: 12 }, model), { kind: "room", room: "7" });
  assertEquals(placeOfDraft({ commentOn: 13 }, model), { kind: "private", user: "bob" });
  assertEquals(placeOfDraft({ commentOn: 999 }, model), undefined);
});

Deno.test("places have one key however their names are written", () => {
  const user = (name: string) => placeKey({ kind: "private", user: name });
  assertEquals(user("Bob"), user("ＢＯＢ"));
  const keys = [
    placeKey({ kind: "common" }),
    user("common"),
    user("7"),
    placeKey({ kind: "room", room: "7" }),
  ];
  assertEquals(new Set(keys).size, keys.length);
});

Deno.test("names from elsewhere can't turn the words that they stand among", () => {
  const model = aliceModel();
  assertEquals(towards({ kind: "common" }, model), "to the common chat");
  assertEquals(towards({ kind: "private", user: "bob" }, model), "to \u2068bob\u2069");
  assertEquals(towards({ kind: "room", room: "7" }, model), "to the room \u2068garden\u2069");
  assertEquals(towards({ kind: "room", room: "8" }, model), "to the room \u20688\u2069");
});
