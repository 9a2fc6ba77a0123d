import { assertEquals } from "@std/assert";
import {
  emptyModel,
  type Model,
  type ModelEvent,
  update,
} from "../../../../client/conversation/model.ts";
import { givenUpNamesMax } from "../../../../client/conversation/model/names.ts";
import type { Event } from "../../../../lib/api/schemas.ts";
import { arrivalOf, messageOf } from "../../stub_server.ts";

const away: ModelEvent = { type: "state", state: { kind: "connecting" } };
const live: ModelEvent = { type: "state", state: { kind: "live" } };
const secret = { room: "7", room_kind: "private" } as const;
const rooms = [
  { id: "common", kind: "common", name: "common", unread: 0, last_id: 0, read_id: 0 },
  { id: "7", kind: "private", name: "bob", unread: 0, last_id: 0, read_id: 0 },
  { id: "12", kind: "room", name: "garden", owner: "bob", unread: 0, last_id: 0, read_id: 0 },
] as const;

function run(model: Model, events: readonly ModelEvent[]): Model {
  return events.reduce(update, model);
}

/** Alice, who has heard of all that was said so far. */
function caughtUp(...events: readonly ModelEvent[]): Model {
  const answer = arrivalOf({ rooms: [...rooms] });
  return run(emptyModel("alice"), [{ type: "connected", answer }, live, ...events]);
}

function said(id: number, changes: Parameters<typeof messageOf>[1] = {}): Event {
  return { type: "message", ...messageOf(id, changes) };
}

function renamed(before: string, user: string): Event {
  return { type: "user.renamed", before, user };
}

function authors({ messages }: Model): string[] {
  return messages.map(({ author }) => author);
}

const sending = { key: "k1", draft: { text: "hi" } };

Deno.test("update() counts no own message as unread that comes by a new name too early", () => {
  const replayed = run(caughtUp(), [
    away,
    said(3, { author: "alicia" }),
    said(4),
    said(5, { author: "alicia", ...secret, to: "bob" }),
  ]);
  const after = run(replayed, [renamed("alice", "alicia"), live]);
  assertEquals([after.user, authors(after)], ["alicia", ["alicia", "bob", "alicia"]]);
  assertEquals([after.rooms.get("common")?.unread, after.rooms.get("7")?.unread], [1, 0]);
  // What was read before that is not taken off again.
  const read = update(replayed, { type: "read", room: "common", read_id: 3 });
  assertEquals(update(read, renamed("alice", "alicia")).rooms.get("common")?.unread, 1);
});

Deno.test("update() takes the answer to its own sending for its own, by whatever name", () => {
  const message = messageOf(5, { author: "alicia", to: "carol", room: "9", room_kind: "private" });
  const answered = caughtUp({ type: "queued", sending }, { type: "sent", sending, message });
  assertEquals(answered.rooms.get("9")?.unread, 0);
  const after = update(answered, renamed("alice", "alicia"));
  assertEquals([authors(after), after.rooms.get("9")?.name], [["alicia"], "carol"]);
  assertEquals(after.rooms.get("9")?.unread, 0);
});

Deno.test("update() takes no answer off the count that it was given while it caught up", () => {
  const counted = [{ ...rooms[0], unread: 2, last_id: 9, read_id: 1 }];
  const after = run(emptyModel("alice"), [
    { type: "connected", answer: arrivalOf({ rooms: counted }) },
    { type: "sent", sending, message: messageOf(5, { author: "ally", key: "k1" }) },
    renamed("alice", "ally"),
    { type: "read", room: "common", read_id: 6 },
  ]);
  assertEquals([authors(after), after.rooms.get("common")?.unread], [["ally"], 2]);
});

Deno.test("update() counts again what it took for its own, by a name that was only passed through", () => {
  // Someone else has the name in between by now, and is called by it in the replay.
  const after = run(caughtUp(), [
    away,
    renamed("alice", "ally"),
    said(3, { author: "ally" }),
    renamed("ally", "alicia"),
    renamed("dave", "ally"),
    live,
  ]);
  assertEquals([after.user, authors(after)], ["alicia", ["ally"]]);
  assertEquals(after.rooms.get("common")?.unread, 1);
});

Deno.test("update() renames nobody whom a replay has called by the name of now", () => {
  // Bob has become carl, and carol, who was called so before him, has become zoe: 1 is bob's.
  const after = run(caughtUp(said(1), said(2, { author: "carl" })), [
    away,
    said(3, { author: "carl" }),
    said(4, { author: "zoe", ...secret, to: "carl" }),
    renamed("carl", "zoe"),
    renamed("bob", "carl"),
    live,
  ]);
  assertEquals(authors(after), ["carl", "zoe", "carl", "zoe"]);
  assertEquals(after.messages[3]?.to, "carl");
  assertEquals([after.rooms.get("7")?.name, after.rooms.get("12")?.owner], ["carl", "carl"]);
});

Deno.test("update() follows a chain of renamings that it has missed", () => {
  const after = run(caughtUp(said(1), said(2, { author: "carol" })), [
    away,
    said(3, { author: "cleo" }),
    renamed("bob", "ben"),
    said(4, { author: "bob" }),
    renamed("carol", "bob"),
    renamed("ben", "cleo"),
    live,
  ]);
  assertEquals(authors(after), ["cleo", "bob", "cleo", "bob"]);
  assertEquals(after.rooms.get("7")?.name, "cleo");
});

Deno.test("update() renames whom it was told of in a replay, and who was renamed in its midst", () => {
  const cut = run(caughtUp(), [away, said(3), said(4, { author: "alice" }), away]);
  assertEquals(cut.rooms.get("common")?.unread, 1);
  const after = run(cut, [
    renamed("bob", "ben"),
    renamed("ben", "robert"),
    renamed("alice", "ally"),
  ]);
  assertEquals(authors(run(after, [live])), ["robert", "ally"]);
  assertEquals(run(after, [live]).rooms.get("common")?.unread, 1);
  // Who has the name now, may have had it when the message was told.
  const taken: Event = { type: "member.joined", room: "common", user: "bob" };
  assertEquals(authors(run(after, [taken, live])), ["bob", "ally"]);
});

Deno.test("update() renames all whom it knows again once it has caught up", () => {
  const after = run(caughtUp(), [away, said(3), live, renamed("bob", "ben")]);
  assertEquals(authors(after), ["ben"]);
});

Deno.test("update() keeps a bounded number of names in mind that were given up", () => {
  for (
    const [others, author] of [[givenUpNamesMax - 1, "ben"], [givenUpNamesMax, "bob"]] as const
  ) {
    let model = run(caughtUp(), [away, said(3), renamed("bob", "ben")]);
    for (let at = 0; at < others; at++) model = update(model, renamed(`old${at}`, `new${at}`));
    assertEquals(model.catchUp?.givenUp.size, givenUpNamesMax);
    assertEquals(authors(update(model, live)), [author]);
  }
});
