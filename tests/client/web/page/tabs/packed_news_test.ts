import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  ApiProblem,
  BadAnswer,
  type CallFailure,
  ChangeUnsure,
  Unreachable,
} from "../../../../../client/connection/failures.ts";
import {
  packNews,
  packState,
  unpackNews,
  unpackState,
} from "../../../../../client/web/page/tabs/packed_news.ts";
import {
  emptyState,
  type LeaderNews,
  type SharedState,
} from "../../../../../client/web/page/tabs/shared_state.ts";
import { arrivalOf, messageOf, statusOf } from "../../../stub_server.ts";

const some = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined });
const arrived = fc.constantFrom("never" as const, "perhaps" as const);

const apiProblem = fc.record({
  status: fc.nat(),
  code: fc.string(),
  detail: fc.string(),
  errors: fc.array(fc.record({ field: fc.string(), message: fc.string() })),
  resets_at: some(fc.string()),
  banned_until: some(fc.string()),
  retryAfterMs: some(fc.nat()),
}).map(({ retryAfterMs, ...problem }) =>
  new ApiProblem({ type: "", title: "", ...problem }, { retryAfterMs })
);

const failure: fc.Arbitrary<CallFailure> = fc.oneof(
  apiProblem,
  fc.tuple(fc.string(), fc.string(), arrived)
    .map(([origin, why, arrived]) => new Unreachable(origin, why, { arrived })),
  fc.tuple(fc.string(), fc.string(), arrived)
    .map(([origin, why, arrived]) => new ChangeUnsure(origin, why, { arrived })),
  fc.tuple(fc.string(), arrived).map(([message, arrived]) => new BadAnswer(message, { arrived })),
);

const connection: fc.Arbitrary<SharedState["connection"]> = fc.oneof(
  fc.constant({ kind: "connecting" as const }),
  fc.record({ kind: fc.constant("live" as const), by: fc.constantFrom("stream", "poll") }),
  fc.record({ kind: fc.constant("waiting" as const), retryMs: fc.nat(), why: some(failure) }),
  fc.record({ kind: fc.constant("stopped" as const), failure: some(failure) }),
);

const sending = { key: "k", draft: { text: "x" }, triedMs: 7 };

const news: fc.Arbitrary<LeaderNews> = fc.oneof(
  connection.map((state): LeaderNews => ({ type: "state", state })),
  failure.map((failure): LeaderNews => ({ type: "mark_refused", failure })),
  fc.tuple(failure, arrived).map(([failure, arrived]): LeaderNews => ({
    type: "failed",
    sending,
    failure,
    arrived,
  })),
  fc.constantFrom<LeaderNews[]>(
    { type: "connected", answer: arrivalOf(), resetBy: "forgotten" },
    { type: "backlog", messages: [messageOf(1)] },
    { type: "event", event: { type: "message", ...messageOf(2) }, cursor: "k-2" },
    { type: "unknown", eventType: "message.pinned" },
    { type: "queued", sending },
    { type: "sent", sending, message: messageOf(3) },
    { type: "status", status: statusOf(), atMs: 7 },
    { type: "invitations", invitations: [{ room: "7", name: "garden" }] },
    { type: "askers", rooms: ["7"], askers: [{ room: "7", user: "dave" }] },
  ),
);

/** What a failure tells, its class included; where it was made does not matter. */
function plain(value: unknown): unknown {
  if (value instanceof Error) {
    const { stack: _stack, ...fields } = value;
    return { class: value.constructor.name, text: value.message, ...fields };
  }
  if (typeof value !== "object" || value === null || value instanceof Map || value instanceof Set) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

Deno.test("unpackNews() gives back what packNews() has packed, after a copy", () => {
  fc.assert(fc.property(news, (news) => {
    assertEquals(plain(unpackNews(structuredClone(packNews(news)))), plain(news));
  }));
});

Deno.test("unpackState() gives back what packState() has packed, after a copy", () => {
  fc.assert(fc.property(connection, (connection) => {
    const state = { ...emptyState("alice"), connection, position: { cursor: "k-7" } };
    assertEquals(plain(unpackState(structuredClone(packState(state)))), plain(state));
  }));
});
