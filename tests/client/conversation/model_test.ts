import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ApiProblem } from "../../../client/connection/failures.ts";
import {
  banEndMs,
  emptyModel,
  isKnown,
  knownUsers,
  mentions,
  type Model,
  type ModelEvent,
  modelMessagesMax,
  modelPeopleMax,
  moderates,
  namedRooms,
  roomMentionsMax,
  update,
} from "../../../client/conversation/model.ts";
import type { Event } from "../../../lib/api/schemas.ts";
import { type Problem, problem } from "../../../lib/api/problems.ts";
import { arrivalOf, messageOf, statusOf } from "../stub_server.ts";

function arrived(): Model {
  return update(emptyModel("alice"), { type: "connected", answer: arrivalOf() });
}

/** All that was missed has been told. */
const caughtUp = { type: "state", state: { kind: "live" } } as const;

/** How many messages wait to be read, in all rooms. */
function unreadCount({ rooms }: Model): number {
  return [...rooms.values()].reduce((sum, { unread }) => sum + unread, 0);
}

function said(id: number, changes: Parameters<typeof messageOf>[1] = {}): Event {
  return { type: "message", ...messageOf(id, changes) };
}

function run(model: Model, events: readonly ModelEvent[]): Model {
  return events.reduce(update, model);
}

Deno.test("update() takes rooms and their unread counts from the answer of a connect", () => {
  const answer = arrivalOf({
    rooms: [{ id: "7", kind: "private", name: "bob", unread: 2, last_id: 9, read_id: 4 }],
    recent: [messageOf(3)],
    unread: [messageOf(8, { room: "7", room_kind: "private", to: "alice" })],
  });
  const model = update(emptyModel("alice"), { type: "connected", answer });
  assertEquals(unreadCount(model), 2);
  assertEquals(model.messages.map(({ id }) => id), [3, 8]);
});

Deno.test("update() counts a message of someone else as unread, and an own one not", () => {
  const model = run(arrived(), [said(1), said(2, { author: "alice" })]);
  assertEquals(model.rooms.get("common")?.unread, 1);
  assertEquals(model.rooms.get("common")?.lastId, 2);
});

Deno.test("update() does not count what the server has counted", () => {
  const rooms = [
    { id: "common", kind: "common", name: "common", unread: 3, last_id: 9, read_id: 2 } as const,
  ];
  const model = update(emptyModel("alice"), { type: "connected", answer: arrivalOf({ rooms }) });
  assertEquals(unreadCount(update(model, said(9))), 3);
  assertEquals(unreadCount(update(model, said(10))), 4);
});

Deno.test("update() names a private chat by the other one", () => {
  const secret = { room: "7", room_kind: "private" } as const;
  const theirs = update(arrived(), said(1, { ...secret, to: "alice" }));
  assertEquals(theirs.rooms.get("7")?.name, "bob");
  const ours = update(arrived(), said(1, { ...secret, author: "alice", to: "carol" }));
  assertEquals(ours.rooms.get("7")?.name, "carol");
  const made = update(arrived(), {
    type: "room.created",
    room: "8",
    room_kind: "private",
    members: ["alice", "dave"],
  });
  assertEquals(made.rooms.get("8")?.name, "dave");
});

Deno.test("update() gives the very same model for a message that it knows", () => {
  const model = update(arrived(), said(1));
  assert(update(model, said(1)) === model);
});

Deno.test("update() takes what was read off the count, and never moves a mark back", () => {
  const model = run(arrived(), [said(1), said(2), said(3)]);
  const read = update(model, { type: "read", room: "common", read_id: 2 });
  assertEquals(unreadCount(read), 1);
  assert(update(read, { type: "read", room: "common", read_id: 1 }) === read);
  assertEquals(unreadCount(update(read, { type: "read", room: "common", read_id: 3 })), 0);
});

Deno.test("update() knows its own message by its key, whether told by the answer or the stream", () => {
  const sending = { key: "k1", draft: { text: "hi" } };
  const queued = update(arrived(), { type: "queued", sending });
  const message = messageOf(5, { author: "alice", key: "k1" });
  const answered = update(queued, { type: "sent", sending, message });
  const streamed = update(queued, { type: "message", ...message });
  assertEquals(answered.outgoing, []);
  assertEquals(streamed.outgoing, []);
  assert(update(answered, { type: "message", ...message }) === answered);
  assertEquals(update(streamed, { type: "sent", sending, message }).messages.length, 1);
});

Deno.test("update() takes no message of someone else for its own, whatever its key", () => {
  const sending = { key: "k1", draft: { text: "hi" } };
  const queued = update(arrived(), { type: "queued", sending });
  const echoed = update(queued, said(5, { author: "mallory", key: "k1" }));
  assertEquals(echoed.outgoing, [sending]);
  assertEquals(echoed.rooms.get("common")?.unread, 1);
});

Deno.test("update() forgets everything but what is being sent when the log is another one", () => {
  const sending = { key: "k1", draft: { text: "hi" } };
  const before = run(arrived(), [said(1), { type: "queued", sending }]);
  const after = update(before, { type: "connected", answer: arrivalOf(), resetBy: "other_epoch" });
  assertEquals(after.messages, []);
  assertEquals(after.outgoing, [sending]);
});

Deno.test("update() keeps a bounded number of messages and knows those it forgot", () => {
  let model = arrived();
  for (let id = 1; id <= modelMessagesMax + 5; id++) model = update(model, said(id));
  assertEquals(model.messages.length, modelMessagesMax);
  assert(isKnown(model, 5));
  assertEquals(unreadCount(update(model, said(5))), unreadCount(model));
});

Deno.test("update() gives the same model whatever is told twice, and in whatever order", () => {
  const event = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.constantFrom("alice", "bob"))
    .map(([id, author]) =>
      said(id, { author: id % 2 === 0 ? author : "bob", text: id % 3 === 0 ? "@alice" : "hi" })
    );
  const read = fc.integer({ min: 1, max: 30 })
    .map((id): Event => ({ type: "read", room: "common", read_id: id }));
  fc.assert(fc.property(
    fc.uniqueArray(event, { selector: (each) => each.type === "message" ? each.id : 0 }),
    fc.array(read, { maxLength: 3 }),
    fc.infiniteStream(fc.nat()),
    (messages, reads, chance) => {
      const events = [...messages, ...reads];
      const next = (below: number) => (chance.next().value ?? 0) % below;
      const shuffled = [...events, ...events]
        .map((each) => [next(1000), each] as const)
        .sort(([a], [b]) => a - b).map(([, each]) => each);
      const once = run(arrived(), events);
      const twice = run(arrived(), shuffled);
      assertEquals(twice.messages, once.messages);
      assertEquals(twice.rooms, once.rooms);
    },
  ));
});

Deno.test("mentions() finds the whole name after @, in any case, and nothing else", () => {
  const by = (text: string, author = "bob") => mentions("Оля", messageOf(1, { text, author }));
  assert(by("привет, @оля!"));
  assert(by("@ОЛЯ"));
  assert(!by("@оляна"));
  assert(!by("mail@оля"));
  assert(!by("оля"));
  assert(!by("@оля", "Оля"));
});

Deno.test("knownUsers() names everyone who was heard of but oneself", () => {
  const model = run(arrived(), [said(1), said(2, { author: "alice", to: "zoe" })]);
  assertEquals(knownUsers(model), ["bob", "zoe"]);
});

Deno.test("update() forgets a message that was deleted, and counts it no more", () => {
  const model = run(arrived(), [said(1), said(2)]);
  const after = update(model, { type: "message.deleted", room: "common", id: 2 });
  assertEquals(after.messages.map(({ id }) => id), [1]);
  assertEquals(unreadCount(after), 1);
  assert(update(after, { type: "message.deleted", room: "common", id: 2 }) === after);
  const own = update(model, said(3, { author: "alice" }));
  assertEquals(unreadCount(update(own, { type: "message.deleted", room: "common", id: 3 })), 2);
});

Deno.test("update() follows a room from its making to its end", () => {
  const made = update(arrived(), {
    type: "room.created",
    room: "12",
    room_kind: "room",
    name: "garden",
    owner: "alice",
    members: ["alice"],
  });
  assertEquals([made.rooms.get("12")?.name, made.rooms.get("12")?.owner], ["garden", "alice"]);
  const changed = update(made, { type: "room.updated", room: "12", name: "yard", owner: "bob" });
  assertEquals([changed.rooms.get("12")?.name, changed.rooms.get("12")?.owner], ["yard", "bob"]);
  const left = update(changed, { type: "member.left", room: "12", user: "alice" });
  assertEquals(left.rooms.has("12"), false);
  assertEquals(update(changed, { type: "room.deleted", room: "12" }).rooms.has("12"), false);
  assert(update(changed, { type: "member.left", room: "12", user: "bob" }) === changed);
  const joined = update(left, { type: "member.joined", room: "12", name: "yard", user: "alice" });
  assertEquals(joined.rooms.get("12")?.kind, "room");
  assertEquals(namedRooms(joined).map(({ name }) => name), ["yard"]);
});

Deno.test("update() takes a new name for what it is, and oneself for oneself", () => {
  const secret = { room: "7", room_kind: "private" } as const;
  const model = run(arrived(), [
    caughtUp,
    said(1, { ...secret, to: "alice" }),
    said(2, { ...secret, author: "alice", to: "bob" }),
  ]);
  const theirs = update(model, { type: "user.renamed", user: "robert", before: "bob" });
  assertEquals(theirs.rooms.get("7")?.name, "robert");
  assertEquals(theirs.messages.map(({ author, to }) => [author, to]), [
    ["robert", "alice"],
    ["alice", "robert"],
  ]);
  const ours = update(model, { type: "user.renamed", user: "alicia", before: "alice" });
  assertEquals(ours.user, "alicia");
  assertEquals(ours.messages[1]?.author, "alicia");
  const unread = unreadCount(ours);
  assertEquals(unreadCount(update(ours, said(3, { author: "alicia" }))), unread);
});

Deno.test("update() keeps who is here, and of a crowd those lately heard of", () => {
  const here = run(arrived(), [
    { type: "presence", user: "zoe", online: true },
    { type: "presence", user: "alice", online: true },
    { type: "member.joined", room: "common", user: "dave" },
  ]);
  assertEquals([...here.people], ["zoe", "dave"]);
  assertEquals(knownUsers(here), ["dave", "zoe"]);
  let crowd = here;
  for (let at = 0; at < modelPeopleMax; at++) {
    crowd = update(crowd, { type: "presence", user: `user${at}`, online: true });
  }
  assertEquals(crowd.people.size, modelPeopleMax);
  assertEquals(crowd.people.has("zoe"), false);
});

Deno.test("update() keeps what it knows when only the beginning of the log is forgotten", () => {
  const before = run(arrived(), [said(1)]);
  const after = update(before, { type: "connected", answer: arrivalOf(), resetBy: "forgotten" });
  assertEquals(after.messages.map(({ id }) => id), [1]);
});

function mentionsIn(model: Model, room = "common"): readonly number[] | undefined {
  return model.rooms.get(room)?.mentions;
}

Deno.test("update() keeps which unread messages mention the reader, until they are read", () => {
  const text = "hey @alice";
  const model = run(arrived(), [
    { type: "member.joined", room: "12", name: "garden", user: "alice" },
    said(1, { text }),
    said(2),
    said(3, { text }),
    said(4, { text, author: "alice" }),
    said(5, { text, room: "12", room_kind: "room" }),
  ]);
  assertEquals([mentionsIn(model), mentionsIn(model, "12")], [[1, 3], [5]]);
  const read = update(model, { type: "read", room: "common", read_id: 2 });
  assertEquals(mentionsIn(read), [3]);
  const deleted = update(read, { type: "message.deleted", room: "common", id: 3 });
  assertEquals(mentionsIn(deleted), []);
});

Deno.test("update() keeps mentions of what was unread at a connect, and once what is told again", () => {
  const text = "hey @alice";
  const rooms = [
    { id: "common", kind: "common", name: "common", unread: 3, last_id: 9, read_id: 2 } as const,
  ];
  const answer = arrivalOf({
    rooms,
    recent: [messageOf(1, { text })],
    unread: [messageOf(3, { text })],
  });
  const model = run(emptyModel("alice"), [
    { type: "connected", answer },
    { type: "backlog", messages: [messageOf(5, { text }), messageOf(6)] },
    said(5, { text }),
    said(9, { text }),
  ]);
  assertEquals(mentionsIn(model), [3, 5, 9]);
  const again = update(model, { type: "connected", answer, resetBy: "forgotten" });
  assertEquals(mentionsIn(again), [3, 5, 9]);
});

Deno.test("update() counts mentions up to a bound", () => {
  let model = arrived();
  for (let id = 1; id <= roomMentionsMax + 1; id++) {
    model = update(model, said(id, { text: "@alice" }));
    assertEquals(mentionsIn(model)?.length, Math.min(id, roomMentionsMax));
  }
});

Deno.test("update() takes limit and ban from a status, and counts on from there", () => {
  const user = { name: "alice", created: "", reports: 3, banned_until: "2026-11-20T14:00:00.000Z" };
  const limit = { limit: 20, remaining: 5, resets_at: "2026-11-20T10:30:00.000Z" };
  const later = "2026-11-20T10:00:01.000Z";
  const model = run(arrived(), [
    { type: "status", status: statusOf({ user, limit }) },
    said(1, { author: "alice", at: later }),
    said(2, { author: "alice", at: later, comment_on: 1 }),
    said(2, { author: "alice", at: later, comment_on: 1 }),
    said(3, { author: "bob", at: later }),
    said(4, { author: "alice", at: later, room: "12", room_kind: "room" }),
  ]);
  assertEquals(model.limit?.remaining, 3);
  const atMs = Date.parse(user.banned_until);
  assertEquals([banEndMs(model, atMs - 1), banEndMs(model, atMs)], [atMs, undefined]);
  const lifted = update(model, { type: "status", status: statusOf() });
  assertEquals(lifted.bannedUntilMs, undefined);
});

Deno.test("update() counts what was sent after a status that comes late", () => {
  const own = said(1, { author: "alice", at: "2026-11-20T10:00:01.000Z" });
  const status = { type: "status", status: statusOf() } as const;
  assertEquals(run(arrived(), [own, status]).limit, run(arrived(), [status, own]).limit);
});

function refusedBy(code: "rate_limited" | "banned", extras: Partial<Problem>): ApiProblem {
  return new ApiProblem({ ...problem(code, "No."), ...extras }, { retryAfterMs: undefined });
}

Deno.test("update() takes limit and ban from refusals", () => {
  const sending = { key: "k1", draft: { text: "hi" } };
  const before = run(arrived(), [
    { type: "status", status: statusOf() },
    { type: "queued", sending },
  ]);
  const until = "2026-11-20T11:00:00.000Z";
  const used = update(before, {
    type: "failed",
    sending,
    failure: refusedBy("rate_limited", { resets_at: until }),
  });
  assertEquals([used.limit?.remaining, used.limit?.resetsMs], [0, Date.parse(until)]);
  assertEquals(used.outgoing, []);
  const banned = refusedBy("banned", { banned_until: until });
  assertEquals(
    update(before, { type: "failed", sending, failure: banned }).bannedUntilMs,
    Date.parse(until),
  );
  assertEquals(
    update(before, { type: "refused", failure: banned }).bannedUntilMs,
    Date.parse(until),
  );
  // Of files, rooms and the like there is a limit of its own.
  const other = refusedBy("rate_limited", { resets_at: until });
  assertEquals(update(before, { type: "refused", failure: other }).limit, before.limit);
});

Deno.test("update() takes a ban from its event", () => {
  const model = update(arrived(), {
    type: "user.banned",
    banned_until: "2026-11-20T14:00:00.000Z",
  });
  assertEquals(model.bannedUntilMs, Date.parse("2026-11-20T14:00:00.000Z"));
});

Deno.test("update() takes the end of a ban from its event", () => {
  const banned = update(arrived(), {
    type: "user.banned",
    banned_until: "2026-11-20T14:00:00.000Z",
  });
  assertEquals(update(banned, { type: "user.unbanned" }).bannedUntilMs, undefined);
});

Deno.test("update() knows a role by the status and by its event", () => {
  const model = arrived();
  assertEquals([model.role, moderates(model)], [undefined, false]);
  const { user } = statusOf();
  const owner = update(model, {
    type: "status",
    status: statusOf({ user: { ...user, role: "owner" } }),
  });
  assertEquals([owner.role, moderates(owner)], ["owner", true]);
  const moderator = update(model, { type: "role.changed", role: "moderator" });
  assertEquals([moderator.role, moderates(moderator)], ["moderator", true]);
  const none = update(owner, { type: "role.changed", role: "none" });
  assertEquals([none.role, moderates(none)], ["none", false]);
  assertEquals(update(owner, { type: "status", status: statusOf() }).role, "none");
});

Deno.test("update() forgets a user who was deleted, and that they wait at a door", () => {
  const { people, doors } = run(arrived(), [
    { type: "presence", user: "bob", online: true },
    { type: "presence", user: "carol", online: true },
    { type: "join.requested", room: "12", user: "bob" },
    { type: "join.requested", room: "12", user: "carol" },
    { type: "user.deleted", user: "bob" },
  ]);
  assert(!people.has("bob") && people.has("carol"));
  assertEquals(doors.askers, [{ room: "12", user: "carol" }]);
});

Deno.test("update() queues a draft once", () => {
  const sending = { key: "k1", draft: { text: "hi" } };
  const once = update(arrived(), { type: "queued", sending });
  assert(update(once, { type: "queued", sending }) === once);
});

Deno.test("update() keeps counts above nothing and marks from going back, whatever comes", () => {
  const id = fc.integer({ min: 1, max: 30 });
  const room = fc.constantFrom("common", "7", "12");
  const event: fc.Arbitrary<ModelEvent> = fc.oneof(
    fc.tuple(id, room, fc.constantFrom("alice", "bob"), fc.constantFrom("hi", "hi @alice"))
      .map(([id, room, author, text]) => said(id, { room, author, text })),
    fc.tuple(id, room).map(([read_id, room]): Event => ({ type: "read", room, read_id })),
    fc.tuple(id, room).map(([id, room]): Event => ({ type: "message.deleted", room, id })),
    id.map((id): ModelEvent => ({
      type: "backlog",
      messages: [messageOf(id, { text: "@alice" })],
    })),
  );
  fc.assert(fc.property(fc.array(event, { maxLength: 60 }), (events) => {
    let model = arrived();
    for (const each of events) {
      const before = model;
      model = update(model, each);
      for (const room of model.rooms.values()) {
        const { readId = 0 } = before.rooms.get(room.id) ?? {};
        assert(room.unread >= 0 && room.readId >= readId);
        assert(room.mentions.every((mention) => mention > room.readId));
        assertEquals([...new Set(room.mentions)], room.mentions);
      }
    }
  }));
});

const common = {
  id: "common",
  kind: "common",
  name: "common",
  unread: 0,
  last_id: 0,
  read_id: 0,
} as const;
const garden = {
  id: "12",
  kind: "room",
  name: "garden",
  unread: 0,
  last_id: 0,
  read_id: 0,
} as const;
const sending = { key: "k1", draft: { text: "hi" } };

/** A model of someone in the garden, after these. */
function welcome(...events: readonly ModelEvent[]): Model {
  const answer = arrivalOf({ rooms: [common, garden] });
  return run(emptyModel("alice"), [{ type: "connected", answer }, caughtUp, ...events]);
}

Deno.test("update() makes no room of an answer that comes after the room was left", () => {
  const before = welcome({ type: "queued", sending }, { type: "room.deleted", room: "12" });
  const message = messageOf(5, { author: "alice", key: "k1", room: "12", room_kind: "room" });
  const after = update(before, { type: "sent", sending, message });
  assertEquals([after.rooms.has("12"), after.messages, after.outgoing], [false, [], []]);
  // A private chat begins with what is said in it.
  const first = messageOf(6, { author: "alice", to: "carol", room: "9", room_kind: "private" });
  assertEquals(
    update(before, { type: "sent", sending, message: first }).rooms.get("9")?.name,
    "carol",
  );
});

Deno.test("update() shows no message that was deleted before its answer came", () => {
  const message = messageOf(5, { author: "alice", key: "k1" });
  const deleted: Event = { type: "message.deleted", room: "common", id: 5 };
  const early = welcome({ type: "queued", sending }, deleted, { type: "sent", sending, message });
  assertEquals([early.messages, early.outgoing], [[], []]);
  const told = welcome({ type: "queued", sending }, { type: "message", ...message }, deleted);
  assertEquals(update(told, { type: "sent", sending, message }).messages, []);
});

Deno.test("update() takes off no message at a mark that had expired before it connected anew", () => {
  const before = welcome(said(1), said(2), said(3), said(4, { author: "alice" }));
  const reset = (unread: readonly ReturnType<typeof messageOf>[], count: number) =>
    update(before, {
      type: "connected",
      answer: arrivalOf({ rooms: [{ ...common, unread: count, last_id: 9 }], unread: [...unread] }),
      resetBy: "forgotten",
    });
  const readTo = (model: Model, id: number) =>
    update(model, { type: "read", room: "common", read_id: id }).rooms.get("common")?.unread;
  const told = reset([messageOf(3)], 3);
  assertEquals([readTo(told, 2), readTo(told, 3), readTo(told, 4)], [3, 2, 2]);
  // The rest of what is unread comes after the answer.
  const rest = update(told, { type: "backlog", messages: [messageOf(2)] });
  assertEquals([readTo(rest, 1), readTo(rest, 2), readTo(rest, 3)], [3, 2, 1]);
  const deleted = update(told, { type: "message.deleted", room: "common", id: 1 });
  assertEquals(deleted.rooms.get("common")?.unread, 3);
});

Deno.test("update() takes names of now from a connect, for what it knew by those of then", () => {
  const before = welcome(said(3, { author: "alice" }));
  const answer = arrivalOf({
    user: "ally",
    rooms: [{ ...common, unread: 1, last_id: 9 }],
    recent: [messageOf(3, { author: "ally" })],
  });
  const after = update(before, { type: "connected", answer, resetBy: "forgotten" });
  assertEquals(after.messages.map(({ author }) => author), ["ally"]);
  const read = update(after, { type: "read", room: "common", read_id: 4 });
  assertEquals(read.rooms.get("common")?.unread, 1);
});
