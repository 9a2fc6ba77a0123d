import { assert, assertEquals } from "@std/assert";
import type { ConnectionState } from "../../../client/connection/session.ts";
import { emptyModel, type Model, update } from "../../../client/conversation/model.ts";
import type { Place } from "../../../client/conversation/model/place.ts";
import { chatAt } from "../../../client/conversation/places.ts";
import {
  chatNameColumnsMax,
  statusParts,
  unreadChatsShownMax,
} from "../../../client/lines/status_parts.ts";
import { columnsAtMost } from "../../../lib/text/text_width.ts";
import type { RoomSummary } from "../../../lib/api/schemas.ts";
import { arrivalOf, messageOf, statusOf } from "../stub_server.ts";

const nowMs = Date.parse("2026-11-20T10:00:00.000Z");
const live: ConnectionState = { kind: "live", by: "stream" };

function roomOf(id: string, changes: Partial<RoomSummary> = {}): RoomSummary {
  return { id, kind: "room", name: `room${id}`, unread: 0, last_id: 0, read_id: 0, ...changes };
}

function modelOf(rooms: readonly RoomSummary[], unread = [] as ReturnType<typeof messageOf>[]) {
  const common = roomOf("common", { kind: "common", name: "common" });
  return update(emptyModel("alice"), {
    type: "connected",
    answer: arrivalOf({ rooms: [common, ...rooms], unread }),
  });
}

function parts(
  model: Model,
  { place = { kind: "common" }, connection = live, secondsLeft, at = nowMs }: {
    readonly place?: Place;
    readonly connection?: ConnectionState;
    readonly secondsLeft?: number;
    readonly at?: number;
  } = {},
): string[] {
  const chat = chatAt(place, model);
  return statusParts({ model, connection, chat, nowMs: at, timeZone: "UTC", secondsLeft })
    .map(({ plain }) => plain);
}

Deno.test("statusParts() tells the connection first, then the current chat", () => {
  const model = modelOf([]);
  const waiting = { kind: "waiting", retryMs: 4000, why: undefined } as const;
  assertEquals(parts(model), ["live", "common"]);
  assertEquals(parts(model, { connection: { kind: "live", by: "poll" } })[0], "live (polling)");
  assertEquals(parts(model, { connection: { kind: "connecting" } })[0], "connecting");
  assertEquals(parts(model, { connection: waiting, secondsLeft: 3.2 })[0], "reconnecting in 4 s");
  assertEquals(parts(model, { connection: waiting, secondsLeft: -1 })[0], "reconnecting in 0 s");
  assertEquals(
    parts(model, { connection: { kind: "stopped", failure: undefined } })[0],
    "disconnected",
  );
});

Deno.test("statusParts() counts what is not sent", () => {
  const model = ["a", "b"].reduce(
    (before: Model, key) =>
      update(before, { type: "queued", sending: { key, draft: { text: "hi" } } }),
    modelOf([]),
  );
  assertEquals(parts(model), ["live", "2 unsent", "common"]);
});

Deno.test("statusParts() names the current chat as messages mark it", () => {
  const model = modelOf([roomOf("12", { name: "garden" })]);
  assertEquals(parts(model, { place: { kind: "room", room: "12" } })[1], "garden");
  assertEquals(parts(model, { place: { kind: "private", user: "bob" } })[1], ">>bob");
});

Deno.test("statusParts() tells what is unread elsewhere: mentions first, then private chats", () => {
  const calling = (id: number) => messageOf(id, { room: "12", text: "@alice!" });
  const model = modelOf([
    roomOf("1", { unread: 9, last_id: 90 }),
    roomOf("7", { kind: "private", name: "bob", unread: 1, last_id: 30 }),
    roomOf("12", { name: "garden", unread: 5, last_id: 20 }),
    roomOf("15", { unread: 0 }),
  ], [calling(18), calling(20)]);
  assertEquals(parts(model), ["live", "common", "!2 garden 5", ">>bob 1", "room1 9"]);
  assertEquals(parts(model, { place: { kind: "room", room: "12" } }).slice(2), [
    ">>bob 1",
    "room1 9",
  ]);
  assertEquals(parts(model, { place: { kind: "private", user: "BOB" } }).slice(2), [
    "!2 garden 5",
    "room1 9",
  ]);
});

Deno.test("statusParts() tells how many more chats have something unread", () => {
  const some = (count: number) =>
    modelOf(Array.from({ length: count }, (_, at) => roomOf(String(at), { unread: 1 })));
  assertEquals(parts(some(unreadChatsShownMax)).length, 2 + unreadChatsShownMax);
  assertEquals(parts(some(unreadChatsShownMax + 2)).at(-1), "+2 more");
});

Deno.test("statusParts() tells that more may be unread than was counted", () => {
  const unread = (count: number) => parts(modelOf([roomOf("1", { unread: count })])).at(-1);
  assertEquals([unread(999), unread(1000), unread(1001)], [
    "room1 999",
    "room1 1000+",
    "room1 1000+",
  ]);
});

Deno.test("statusParts() lets no name pass for a mark, or fill the row", () => {
  const name = (text: string) => parts(modelOf([roomOf("1", { name: text, unread: 1 })])).at(-1);
  assertEquals(name(">>bob"), "[>>bob] 1");
  assertEquals(name("!9 bob"), "[!9 bob] 1");
  assertEquals(name("\x1b[2J"), "[␛(2J] 1");
  assertEquals(name("садик"), "садик 1");
  for (const long of ["x".repeat(99), "家".repeat(99), `${"x".repeat(chatNameColumnsMax)}`]) {
    assert(columnsAtMost(name(long) ?? "") <= chatNameColumnsMax + 2);
  }
});

Deno.test("statusParts() tells the limit that is left, and that it is full again", () => {
  const model = update(modelOf([]), {
    type: "status",
    status: statusOf({
      limit: { limit: 20, remaining: 12, resets_at: "2026-11-20T14:00:00.000Z" },
    }),
  });
  assertEquals(parts(model).at(-1), "12/20 · resets 14:00");
  assertEquals(parts(model, { at: Date.parse("2026-11-20T14:00:00.000Z") }).at(-1), "20/20");
});

Deno.test("statusParts() tells a ban until it ends, before the limit", () => {
  const banned = {
    name: "alice",
    created: "",
    reports: 0,
    banned_until: "2026-11-20T18:30:00.000Z",
  };
  const model = update(modelOf([]), { type: "status", status: statusOf({ user: banned }) });
  assertEquals(parts(model).slice(2), ["banned until 18:30", "20/20"]);
  assertEquals(parts(model, { at: Date.parse("2026-11-20T18:30:00.000Z") }).slice(2), ["20/20"]);
});
