import { assert, assertEquals } from "@std/assert";
import { ApiProblem } from "../../../../../client/connection/failures.ts";
import {
  emptyState,
  isSamePosition,
  type LeaderNews,
  type SharedState,
  stateAfter,
} from "../../../../../client/web/page/tabs/shared_state.ts";
import { problem } from "../../../../../lib/api/problems.ts";
import { arrivalOf, messageOf, statusOf } from "../../../stub_server.ts";

function after(...news: readonly LeaderNews[]): SharedState {
  return news.reduce(stateAfter, emptyState("alice"));
}

const connected: LeaderNews = {
  type: "connected",
  answer: arrivalOf({ cursor: "k-9", unread: [messageOf(2)], unread_more: true }),
};

Deno.test("stateAfter() knows where the rest of what is unread begins, until it is live", () => {
  assertEquals(after(connected).position, { cursor: "k-9", backlogAfter: 2 });
  const backlog: LeaderNews = { type: "backlog", messages: [messageOf(3), messageOf(4)] };
  assertEquals(after(connected, backlog).position, { cursor: "k-9", backlogAfter: 4 });
  const end: LeaderNews = { type: "backlog", messages: [] };
  assertEquals(after(connected, backlog, end).position, { cursor: "k-9", backlogAfter: 4 });
  const waiting: LeaderNews = {
    type: "state",
    state: { kind: "waiting", retryMs: 1, why: undefined },
  };
  assertEquals(after(connected, backlog, waiting).position?.backlogAfter, 4);
  const live: LeaderNews = { type: "state", state: { kind: "live", by: "stream" } };
  assertEquals(after(connected, backlog, live).position, { cursor: "k-9" });
  const all: LeaderNews = { type: "connected", answer: arrivalOf({ cursor: "k-9" }) };
  assertEquals(after(all).position, { cursor: "k-9" });
});

Deno.test("stateAfter() follows the cursor of each event that has one", () => {
  const message: LeaderNews = {
    type: "event",
    event: { type: "message", ...messageOf(10) },
    cursor: "k-10",
  };
  const presence: LeaderNews = {
    type: "event",
    event: { type: "presence", user: "bob", online: true },
    cursor: undefined,
  };
  const state = after(connected, message, presence);
  assertEquals([state.position, state.model.messages.at(-1)?.id], [{ cursor: "k-10" }, 10]);
  assert(state.model.people.has("bob"));
});

Deno.test("stateAfter() learns from a status, and from what is refused", () => {
  const { server } = statusOf();
  const atMs = Date.parse(server.time) - 500;
  const status: LeaderNews = { type: "status", status: statusOf(), atMs };
  const state = after(connected, status);
  assertEquals([state.settings?.text_max, state.model.limit?.limit], [4000, 20]);
  assertEquals([after(connected).aheadMs, state.aheadMs], [undefined, 500]);
  const odd = { ...statusOf(), server: { ...server, time: "what is none" } };
  assertEquals(after(connected, status, { type: "status", status: odd, atMs }).aheadMs, 500);
  const banned = problem("banned", "No.", { banned_until: "2026-11-21T10:00:00.000Z" });
  const failure = new ApiProblem(banned, { retryAfterMs: undefined });
  const { model } = after(connected, { type: "mark_refused", failure });
  assertEquals(model.bannedUntilMs, Date.UTC(2026, 10, 21, 10));
});

Deno.test("stateAfter() changes nothing for an event that is not known", () => {
  assertEquals(after(connected, { type: "unknown", eventType: "x" }), after(connected));
});

Deno.test("isSamePosition() tells whether nothing has happened between", () => {
  assert(isSamePosition(undefined, undefined));
  assert(isSamePosition({ cursor: "k-1" }, { cursor: "k-1" }));
  assert(!isSamePosition({ cursor: "k-1" }, undefined));
  assert(!isSamePosition({ cursor: "k-1" }, { cursor: "k-2" }));
  assert(!isSamePosition({ cursor: "k-1", backlogAfter: 7 }, { cursor: "k-1" }));
});
