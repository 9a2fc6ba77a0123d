import { checkedForms } from "../../../client/connection/checked_forms.ts";
import { readFault } from "../../../client/connection/network_faults.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ApiClient, callTimeoutMs } from "../../../client/connection/api_client.ts";
import { backoffMaxMs, backoffMinMs } from "../../../client/connection/backoff.ts";
import { ApiProblem } from "../../../client/connection/failures.ts";
import {
  attemptsMax,
  noShelf,
  OutboxFull,
  outboxMessagesMax,
  type Sending,
  type Shelf,
  ShelfFault,
} from "../../../client/connection/outbox.ts";
import { readGatherMs } from "../../../client/connection/read_marks.ts";
import { Session, type SessionNews } from "../../../client/connection/session.ts";
import { streamDoubtMs } from "../../../client/connection/stream_doubt.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { arrivalOf, json, messageOf, refusal, settle, StubServer } from "../stub_server.ts";

class Scene {
  readonly server = new StubServer();
  readonly clock = new VirtualClock();
  readonly news: SessionNews[] = [];
  readonly session: Session;

  constructor(
    { shelf = noShelf, refused = () => {} }: {
      readonly shelf?: Shelf;
      /** Called when a mark is refused. */
      readonly refused?: () => void;
    } = {},
  ) {
    const api = new ApiClient({
      forms: checkedForms,
      readFault,
      origin: "http://chat.test",
      token: "t",
      transport: this.server.transport,
      clock: this.clock,
    });
    this.session = new Session({
      api,
      clock: this.clock,
      random: new SeededRandom(1),
      shelf,
      tell: (news) => {
        this.news.push(news);
        if (news.type === "mark_refused") refused();
      },
    });
    this.server.on("POST /read", () => json({ room: "common", read_id: 1, unread: 0 }));
    this.server.on("POST /send", ({ body, headers }) => {
      const { text } = body as { text: string };
      const key = headers.get("idempotency-key") ?? "";
      return json(messageOf(100 + this.sent.length, { text, author: "alice", key }), 201);
    });
  }

  get states(): string[] {
    return this.news.flatMap((news) => news.type === "state" ? [news.state.kind] : []);
  }

  get sent(): unknown[] {
    return this.server.bodies("/send");
  }

  outcomes(): string[] {
    return this.news.flatMap((news) =>
      news.type === "sent" || news.type === "failed"
        ? [`${news.type} ${news.sending.draft.text}`]
        : []
    );
  }

  ids(): number[] {
    return this.news.flatMap((news) =>
      news.type === "event" && news.event.type === "message" ? [news.event.id] : []
    );
  }

  /** Lets the wait for the next attempt pass. */
  async waitOut(): Promise<void> {
    await settle();
    this.clock.advance(backoffMaxMs);
    await settle();
  }
}

Deno.test("Session follows from the cursor of the connect", async () => {
  const scene = new Scene();
  scene.session.start(arrivalOf({ cursor: "k-5" }));
  const stream = await scene.server.stream();
  assertEquals(stream.request.query.get("after"), "k-5");
  stream.event("k-6", { type: "message", ...messageOf(6) });
  stream.caughtUp("k-6");
  await settle();
  assertEquals(scene.ids(), [6]);
  assertEquals(scene.session.state, { kind: "live", by: "stream" });
  await scene.session.close();
  assert(stream.cancelled);
  assertEquals(scene.clock.waiting, 0);
});

Deno.test("Session resumes after the last cursor, be it of an event or of a heartbeat", async () => {
  const scene = new Scene();
  scene.session.start(arrivalOf({ cursor: "k-5" }));
  const first = await scene.server.stream();
  first.event("k-6", { type: "message", ...messageOf(6) });
  await settle();
  first.break();
  await scene.waitOut();
  const second = await scene.server.stream();
  assertEquals(second.request.query.get("after"), "k-6");
  second.caughtUp("k-6");
  second.write("id: k-9\n\n");
  await settle();
  second.end();
  await scene.waitOut();
  assertEquals((await scene.server.stream()).request.query.get("after"), "k-9");
  await scene.session.close();
});

Deno.test("Session keeps trying while the server is away, and tells how long it waits", async () => {
  const scene = new Scene();
  scene.server.down = true;
  scene.session.start(arrivalOf());
  await settle();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 7; attempt++) {
    const { state } = scene.session;
    assert(state.kind === "waiting");
    waits.push(state.retryMs);
    scene.clock.advance(state.retryMs - 1);
    await settle();
    assert(scene.session.state === state);
    scene.clock.advance(1);
    await settle();
  }
  assertEquals(waits.slice(0, 4).map((wait) => Math.floor(Math.log2(wait / 1000))), [0, 1, 2, 3]);
  assert(waits.every((wait) => wait >= 1000 && wait <= 30_000));
  scene.server.down = false;
  await scene.waitOut();
  (await scene.server.stream()).caughtUp("k-1");
  await settle();
  assertEquals(scene.session.state.kind, "live");
  await scene.session.close();
});

Deno.test("Session waits as long as the server asks", async () => {
  const scene = new Scene();
  scene.server.on(
    "GET /events",
    () => refusal("busy", "Later.", { headers: { "retry-after": "50" } }),
  );
  scene.session.start(arrivalOf());
  await settle();
  const { state } = scene.session;
  assertEquals(state.kind === "waiting" && state.retryMs, 50_000);
  await scene.session.close();
});

Deno.test("Session comes back after a bye", async () => {
  const scene = new Scene();
  scene.session.start(arrivalOf({ cursor: "k-5" }));
  (await scene.server.stream()).write("event: bye\ndata: {}\n\n");
  await scene.waitOut();
  assertEquals((await scene.server.stream()).request.query.get("after"), "k-5");
  await scene.session.close();
});

Deno.test("Session connects again after a reset, and goes on from the new answer", async () => {
  const scene = new Scene();
  const answer = arrivalOf({ unread: [messageOf(2)], cursor: "z-2" });
  scene.server.on("POST /connect", () => json(answer));
  scene.session.start(arrivalOf({ cursor: "k-5" }));
  (await scene.server.stream()).write(
    'event: reset\ndata: {"reason":"other_epoch","cursor":"z-1"}\n\n',
  );
  await scene.waitOut();
  assertEquals((await scene.server.stream()).request.query.get("after"), "z-2");
  assertEquals(scene.news.filter(({ type }) => type === "connected"), [
    { type: "connected", answer: arrivalOf({ cursor: "k-5" }) },
    { type: "connected", answer, resetBy: "other_epoch" },
  ]);
  await scene.session.close();
});

Deno.test("Session goes on when what it asked for did not come whole", async () => {
  const scene = new Scene();
  scene.server.on("GET /events", () => refusal("malformed", "It broke off in its head."));
  scene.session.start(arrivalOf());
  await settle();
  assertEquals(scene.states.at(-1), "waiting");
  await scene.session.close();
});

Deno.test("Session stops when its token is not taken any more, and keeps what waits", async () => {
  const scene = new Scene();
  const unauthorized = () => refusal("unauthorized", "This token is not valid.");
  scene.server.on("GET /events", unauthorized);
  scene.server.on("POST /send", () => {
    throw new TypeError("connection refused");
  });
  scene.session.start(arrivalOf());
  const sending = scene.session.send({ text: "kept" });
  const failure = await scene.session.stopped();
  assert(failure instanceof ApiProblem && failure.status === 401);
  assertEquals(scene.outcomes(), []);
  assertEquals(scene.states.at(-1), "stopped");
  assertEquals((await scene.session.close()).map(({ key }) => key), [sending.key]);
  assertEquals(scene.clock.waiting, 0);
});

Deno.test("Session tells of events it does not know and goes on", async () => {
  const scene = new Scene();
  scene.session.start(arrivalOf());
  const stream = await scene.server.stream();
  stream.event("k-8", { type: "message.pinned" });
  stream.event("k-9", { type: "message", ...messageOf(9) });
  await settle();
  assertEquals(scene.ids(), [9]);
  assert(scene.news.some((news) => news.type === "unknown"));
  stream.end();
  await scene.waitOut();
  assertEquals((await scene.server.stream()).request.query.get("after"), "k-9");
  await scene.session.close();
});

Deno.test("Session tells all that is unread before anything live", async () => {
  const scene = new Scene();
  const pages = [[messageOf(3), messageOf(4)], [messageOf(5)]];
  scene.server.on("GET /messages", ({ query }) => {
    assertEquals(query.get("unread"), "true");
    return json({ items: pages.shift() ?? [], has_more: query.get("after") === "2" });
  });
  scene.session.start(arrivalOf({ unread: [messageOf(2)], unread_more: true }));
  await scene.server.stream();
  const backlog = scene.news.flatMap((news) => news.type === "backlog" ? news.messages : []);
  assertEquals(backlog.map(({ id }) => id), [3, 4, 5]);
  await settle();
  await scene.session.close();
});

Deno.test("Session sends in order, one at a time, each under one key", async () => {
  const scene = new Scene();
  scene.session.start(arrivalOf());
  for (const text of ["one", "two", "three"]) scene.session.send({ text });
  await settle(40);
  assertEquals(scene.outcomes(), ["sent one", "sent two", "sent three"]);
  assertEquals(scene.sent, [{ text: "one" }, { text: "two" }, { text: "three" }]);
  const keys = scene.server.requests.filter(({ path }) => path === "/send")
    .map(({ headers }) => headers.get("idempotency-key"));
  assertEquals(new Set(keys).size, 3);
  await scene.session.close();
});

Deno.test("Session keeps what is sent while offline, and sends it under the same key", async () => {
  const scene = new Scene();
  const keys: (string | null)[] = [];
  let broken = true;
  scene.server.on("POST /send", ({ headers }) => {
    keys.push(headers.get("idempotency-key"));
    if (broken) throw new TypeError("connection reset");
    return json(messageOf(9), 201);
  });
  scene.session.start(arrivalOf());
  scene.session.send({ text: "patience" });
  for (const waitMs of [2000, 4000]) {
    await settle();
    scene.clock.advance(waitMs);
    await settle();
  }
  assertEquals(scene.outcomes(), []);
  broken = false;
  // The stream is back: what waits is sent without waiting any longer.
  (await scene.server.stream()).caughtUp("k-1");
  await settle(20);
  assertEquals(scene.outcomes(), ["sent patience"]);
  assert(keys.length >= 3);
  assertEquals(new Set(keys).size, 1);
  await scene.session.close();
});

Deno.test("Session tells a refusal, and goes on with the next", async () => {
  const scene = new Scene();
  scene.server.on("POST /send", ({ body }) => {
    const { text } = body as { text: string };
    return text === "bad" ? refusal("invalid", "No.") : json(messageOf(9), 201);
  });
  scene.session.start(arrivalOf());
  scene.session.send({ text: "bad" });
  scene.session.send({ text: "good" });
  await settle(20);
  assertEquals(scene.outcomes(), ["failed bad", "sent good"]);
  await scene.session.close();
});

Deno.test("Session refuses to keep more than its bound, and gives back what is left", async () => {
  const scene = new Scene();
  scene.server.down = true;
  scene.session.start(arrivalOf());
  for (let count = 0; count < outboxMessagesMax; count++) scene.session.send({ text: "x" });
  assertThrows(() => scene.session.send({ text: "x" }), OutboxFull);
  assertEquals((await scene.session.close()).length, outboxMessagesMax);
});

/** A shelf on which something is left, and what is still there. */
function shelfWith(
  left: readonly Sending[],
): { readonly shelf: Shelf; readonly keys: Set<string> } {
  const keys = new Set(left.map(({ key }) => key));
  const shelf: Shelf = {
    left,
    keep: ({ key }) => void keys.add(key),
    forget: ({ key }) => void keys.delete(key),
  };
  return { shelf, keys };
}

Deno.test("Session tells of what an earlier run has left, then of what became of it", async () => {
  const left = [
    { key: "a", draft: { text: "one" } },
    { key: "b", draft: { text: "two", room: "12" }, log: "elsewhere" },
    { key: "c", draft: { text: "three", room: "12" }, log: "k3f9" },
  ];
  const { shelf, keys } = shelfWith(left);
  const scene = new Scene({ shelf });
  await settle();
  assertEquals([scene.news, scene.sent], [[], []]);
  scene.session.start(arrivalOf({ cursor: "k3f9-7" }));
  assertEquals(scene.news.map(({ type }) => type), ["connected", "queued", "queued", "queued"]);
  assertEquals(scene.news.flatMap((news) => news.type === "queued" ? [news.sending] : []), left);
  await settle(40);
  assertEquals(scene.outcomes(), ["sent one", "failed two", "sent three"]);
  assertEquals(keys.size, 0);
  await scene.session.close();
});

Deno.test("Session fails what names ids when it is connected to another log", async () => {
  const { shelf } = shelfWith([]);
  const scene = new Scene({ shelf });
  scene.server.on("POST /connect", () => json(arrivalOf({ cursor: "z-2" })));
  scene.server.on("POST /send", () => {
    throw new TypeError("connection refused");
  });
  scene.session.start(arrivalOf({ cursor: "k-5" }));
  scene.session.send({ text: "for all" });
  scene.session.send({ text: "in a room", room: "12" });
  await settle();
  (await scene.server.stream()).write(
    'event: reset\ndata: {"reason":"other_epoch","cursor":"z-1"}\n\n',
  );
  await settle();
  scene.server.on("POST /send", () => json(messageOf(9), 201));
  await scene.waitOut();
  await settle(20);
  assertEquals(scene.outcomes(), ["sent for all", "failed in a room"]);
  await scene.session.close();
});

Deno.test("Session ends when a message shows that its token is not taken any more", async () => {
  const { shelf, keys } = shelfWith([]);
  const scene = new Scene({ shelf });
  scene.session.start(arrivalOf());
  const stream = await scene.server.stream();
  stream.caughtUp("k-1");
  await settle();
  scene.server.on("POST /send", () => refusal("unauthorized", "This token is not valid."));
  const { key } = scene.session.send({ text: "kept" });
  const failure = await scene.session.stopped();
  assert(failure instanceof ApiProblem && failure.status === 401);
  assertEquals((await scene.session.close()).map((left) => left.key), [key]);
  assertEquals([[...keys], scene.outcomes()], [[key], []]);
  assertEquals(scene.clock.waiting, 0);
});

Deno.test("Session tells of a defect in sending at once, not only whoever waits for the end", async () => {
  const forget = () => {
    throw new RangeError("defect");
  };
  const scene = new Scene({ shelf: { ...noShelf, forget } });
  scene.session.start(arrivalOf());
  const stopped = scene.session.stopped();
  (await scene.server.stream()).caughtUp("k-1");
  scene.session.send({ text: "x" });
  await assertRejects(() => stopped, RangeError);
  await assertRejects(() => scene.session.settled(), RangeError);
  await scene.session.close();
});

Deno.test("Session tells of a defect in marking, and marks again later", async () => {
  const scene = new Scene({
    refused() {
      throw new RangeError("defect");
    },
  });
  scene.server.on("POST /read", () => refusal("forbidden", "No."));
  scene.session.start(arrivalOf());
  const stopped = scene.session.stopped();
  (await scene.server.stream()).caughtUp("k-9");
  await settle();
  scene.session.shown({ room: "common", id: 5 });
  scene.clock.advance(readGatherMs);
  await assertRejects(() => stopped, RangeError);
  scene.server.on("POST /read", () => json({ room: "common", read_id: 6, unread: 0 }));
  scene.session.shown({ room: "common", id: 6 });
  scene.clock.advance(readGatherMs);
  await settle();
  assertEquals(scene.server.bodies("/read").at(-1), { room: "common", upto: 6 });
  await scene.session.close();
});

Deno.test("Session waits no longer than at first after it was to hurry", async () => {
  const scene = new Scene();
  scene.server.down = true;
  scene.session.start(arrivalOf());
  for (let attempt = 0; attempt < 6; attempt++) await scene.waitOut();
  scene.session.hurry();
  await settle();
  const { state } = scene.session;
  assert(state.kind === "waiting" && state.retryMs <= 2 * backoffMinMs, JSON.stringify(state));
  await scene.session.close();
});

for (const resetBy of ["other_epoch", "forgotten"]) {
  const fate = resetBy === "forgotten" ? "sends" : "drops";
  Deno.test(`Session ${fate} marks that wait when it is reset by ${resetBy}`, async () => {
    const scene = new Scene();
    scene.server.on("POST /connect", () => json(arrivalOf()));
    scene.session.start(arrivalOf());
    const stream = await scene.server.stream();
    stream.caughtUp("k-1");
    await settle();
    const marks: unknown[] = [];
    let isBusy = true;
    scene.server.on("POST /read", ({ body }) => {
      if (isBusy) throw new TypeError("connection reset");
      marks.push(body);
      return json({ room: "common", read_id: 9, unread: 0 });
    });
    scene.session.shown({ room: "common", id: 9 });
    await scene.waitOut();
    isBusy = false;
    stream.write(`event: reset\ndata: {"reason":"${resetBy}","cursor":"z-1"}\n\n`);
    await scene.waitOut();
    (await scene.server.stream()).caughtUp("z-2");
    await scene.waitOut();
    assertEquals(marks.length, resetBy === "forgotten" ? 1 : 0);
    await scene.session.close();
  });
}

for (const silent of [true, false]) {
  const fate = silent ? "gives up a stream that is" : "keeps a stream that is not";
  Deno.test(`Session ${fate} as silent as a call without an answer`, async () => {
    const scene = new Scene();
    scene.server.on("POST /send", () => new Promise(() => {}));
    scene.session.start(arrivalOf());
    const stream = await scene.server.stream();
    stream.caughtUp("k-1");
    await settle();
    scene.session.send({ text: "x" });
    await settle();
    scene.clock.advance(1);
    if (!silent) stream.write("id: k-2\n\n");
    await settle();
    scene.clock.advance(callTimeoutMs - 1);
    await settle();
    scene.clock.advance(streamDoubtMs - 1);
    await settle();
    assertEquals(scene.session.state.kind, "live");
    scene.clock.advance(1);
    await settle();
    assertEquals(scene.session.state.kind, silent ? "waiting" : "live");
    await scene.session.close();
    await settle();
    assertEquals(scene.clock.waiting, 0);
  });
}

Deno.test("Session leaves on the shelf what is not answered, and forgets what has failed", async () => {
  for (const end of ["close", "refused"] as const) {
    const { shelf, keys } = shelfWith([{ key: "a", draft: { text: "one" } }]);
    const scene = new Scene({ shelf });
    scene.server.on("POST /send", () => {
      throw new TypeError("connection refused");
    });
    if (end === "refused") scene.server.on("GET /events", () => refusal("bad_cursor", "No."));
    scene.session.start(arrivalOf());
    await settle();
    const left = await scene.session.close();
    assertEquals(left.map(({ key }) => key), end === "close" ? ["a"] : []);
    assertEquals([...keys], end === "close" ? ["a"] : []);
    assertEquals(scene.outcomes(), end === "close" ? [] : ["failed one"]);
  }
});

Deno.test("Session does not take what the shelf does not", async () => {
  const keep = () => {
    throw new ShelfFault("Cannot keep message: the disk is full");
  };
  const scene = new Scene({ shelf: { ...noShelf, keep } });
  scene.session.start(arrivalOf());
  assertThrows(() => scene.session.send({ text: "x" }), ShelfFault);
  await settle(20);
  assertEquals([scene.sent, scene.outcomes()], [[], []]);
  await scene.session.close();
});

Deno.test("Session marks what was shown as read, once for many, and settles after it", async () => {
  const scene = new Scene();
  scene.session.start(arrivalOf());
  (await scene.server.stream()).caughtUp("k-9");
  await settle();
  for (const id of [5, 7, 6]) scene.session.shown({ room: "common", id });
  scene.session.shown({ room: "12", id: 8 });
  await settle();
  assertEquals(scene.server.bodies("/read"), []);
  await scene.session.settled();
  assertEquals(scene.server.bodies("/read"), [
    { room: "common", upto: 7 },
    { room: "12", upto: 8 },
  ]);
  await scene.session.close();
});

Deno.test("Session lets a mark go that is of no use, and tells of one that is refused", async () => {
  const scene = new Scene();
  scene.session.start(arrivalOf());
  (await scene.server.stream()).caughtUp("k-9");
  await settle();
  const refusals: string[] = [];
  // A room that one is not in any more, and a message that a restore has taken back.
  for (const code of ["not_found", "invalid", "forbidden"] as const) {
    scene.server.on("POST /read", () => refusal(code, "No."));
    scene.session.shown({ room: "common", id: 5 });
    await scene.session.settled();
    // It was let go: only so can it be shown once more.
    assertEquals(scene.server.bodies("/read").length, refusals.push(code));
  }
  const told = scene.news.flatMap((news) => news.type === "mark_refused" ? [news.failure] : []);
  assertEquals(told.map((failure) => failure instanceof ApiProblem && failure.code), ["forbidden"]);
  await scene.session.close();
});

Deno.test("Session marks as read later what it could not mark while offline", async () => {
  const scene = new Scene();
  scene.server.on("POST /read", () => {
    throw new TypeError("connection reset");
  });
  scene.session.start(arrivalOf());
  scene.session.shown({ room: "common", id: 5 });
  scene.clock.advance(readGatherMs);
  await settle();
  scene.server.on("POST /read", () => json({ room: "common", read_id: 5, unread: 0 }));
  (await scene.server.stream()).caughtUp("k-9");
  await settle();
  assertEquals(scene.server.bodies("/read").length, 2);
  await scene.session.close();
});

Deno.test("Session ends at once when its own token is revoked, and not for another one", async () => {
  for (const goodbye of ["", "event: bye\ndata: {}\n\n"]) {
    const scene = new Scene();
    scene.server.on("GET /tokens", () => json({ items: [] }));
    scene.session.start(arrivalOf());
    const stream = await scene.server.stream();
    stream.caughtUp("k-1");
    stream.event("k-2", { type: "token.revoked", token: 7 });
    await settle();
    assertEquals(scene.session.state, { kind: "live", by: "stream" });
    const unauthorized = () => refusal("unauthorized", "This token is not valid.");
    scene.server.on("GET /tokens", unauthorized);
    scene.server.on("GET /events", unauthorized);
    stream.event("k-3", { type: "token.revoked", token: 8 });
    if (goodbye !== "") stream.write(goodbye);
    const failure = await scene.session.stopped();
    assert(failure instanceof ApiProblem && failure.status === 401);
    assertEquals(scene.clock.waiting, 0);
    await scene.session.close();
  }
});

Deno.test("Session connects again where the log was forgotten, and says so", async () => {
  const scene = new Scene();
  scene.server.on("POST /connect", () => json(arrivalOf({ cursor: "k-90" })));
  scene.session.start(arrivalOf({ cursor: "k-5" }));
  (await scene.server.stream()).write(
    'event: reset\ndata: {"reason":"forgotten","cursor":"k-80"}\n\n',
  );
  await scene.waitOut();
  assertEquals((await scene.server.stream()).request.query.get("after"), "k-90");
  assert(scene.news.some((news) => news.type === "connected" && news.resetBy === "forgotten"));
  await scene.session.close();
});

Deno.test("Session takes a message that was put off for a bad answer", async () => {
  const scene = new Scene();
  const at = "2026-11-20T10:00:00.000Z";
  scene.server.on(
    "POST /send",
    () => json({ id: 3, room: "common", text: "x", files: [], at, created: at }, 202),
  );
  scene.session.start(arrivalOf());
  (await scene.server.stream()).caughtUp("k-0");
  await settle();
  scene.session.send({ text: "x" });
  await settle(20);
  for (let count = 1; count < attemptsMax; count++) {
    assertEquals(scene.outcomes(), []);
    // Not longer than a stream may be silent.
    scene.clock.advance(backoffMinMs * 2 ** count);
    await settle(20);
  }
  assertEquals(scene.outcomes(), ["failed x"]);
  await scene.session.close();
});

Deno.test("Session tells of what another run has left, and sends it", async () => {
  const sending = { key: "k", draft: { text: "left" } };
  const others = [sending];
  const scene = new Scene({ shelf: { ...noShelf, more: () => others.splice(0) } });
  scene.session.start(arrivalOf());
  (await scene.server.stream()).caughtUp("k-0");
  await settle(20);
  assert(scene.news.some((news) => news.type === "queued" && news.sending === sending));
  assertEquals(scene.sent, [{ text: "left" }]);
  await scene.session.close();
  assertEquals(scene.clock.waiting, 0);
});

Deno.test("Session sends files, and to rooms", async () => {
  const scene = new Scene();
  scene.session.start(arrivalOf());
  scene.session.send({ room: "12", files: [4, 5] });
  await settle(20);
  assertEquals(scene.sent, [{ room: "12", files: [4, 5] }]);
  await scene.session.close();
});

Deno.test("Session goes on from a known position, and tells of nothing that was before", async () => {
  const scene = new Scene();
  scene.session.resume({ cursor: "k-5" });
  assertEquals(scene.session.position, { cursor: "k-5" });
  const stream = await scene.server.stream();
  assertEquals(stream.request.query.get("after"), "k-5");
  stream.event("k-6", { type: "message", ...messageOf(6) });
  stream.caughtUp("k-6");
  await settle();
  assertEquals(scene.news.map(({ type }) => type), ["event", "state"]);
  assertEquals(scene.server.requests.map(({ path }) => path), ["/events"]);
  stream.write("id: k-9\n\n");
  await settle();
  assertEquals(scene.session.position, { cursor: "k-9" });
  await scene.session.close();
});

Deno.test("Session goes on in the midst of what was unread", async () => {
  const scene = new Scene();
  scene.server.on("GET /messages", ({ query }) => {
    assertEquals([query.get("unread"), query.get("after")], ["true", "3"]);
    return json({ items: [messageOf(4)], has_more: false });
  });
  scene.session.resume({ cursor: "k-5", backlogAfter: 3 });
  assertEquals(scene.session.position, { cursor: "k-5", backlogAfter: 3 });
  await scene.server.stream();
  assertEquals(scene.news, [{ type: "backlog", messages: [messageOf(4)] }]);
  assertEquals(scene.session.position, { cursor: "k-5" });
  await settle();
  await scene.session.close();
});

Deno.test("Session connects again when a known position is none any more", async () => {
  const scene = new Scene();
  scene.server.on("POST /connect", () => json(arrivalOf({ cursor: "z-2" })));
  scene.session.resume({ cursor: "k-5" });
  (await scene.server.stream()).write(
    'event: reset\ndata: {"reason":"other_epoch","cursor":"z-1"}\n\n',
  );
  await scene.waitOut();
  assertEquals(scene.news.filter(({ type }) => type === "connected"), [
    { type: "connected", answer: arrivalOf({ cursor: "z-2" }), resetBy: "other_epoch" },
  ]);
  await scene.session.close();
});

Deno.test("Session has come no further by a reset until it has connected", async () => {
  const scene = new Scene();
  let isDown = true;
  scene.server.on("POST /connect", () => {
    if (isDown) throw new TypeError("connection refused");
    return json(arrivalOf({ cursor: "k-9" }));
  });
  scene.session.resume({ cursor: "k-5" });
  (await scene.server.stream()).write(
    'event: reset\ndata: {"reason":"forgotten","cursor":"k-8"}\n\n',
  );
  await scene.waitOut();
  // Who goes on after k-8 would never be told what came between.
  assertEquals(scene.session.position, { cursor: "k-5" });
  isDown = false;
  await scene.waitOut();
  assertEquals(scene.session.position, { cursor: "k-9" });
  await scene.session.close();
});

Deno.test("Session connects by itself where no position is known, however long it takes", async () => {
  const left = [{ key: "a", draft: { text: "one", room: "12" }, log: "k" }];
  const { shelf } = shelfWith(left);
  const scene = new Scene({ shelf });
  scene.server.on("POST /connect", () => json(arrivalOf({ cursor: "z-2" })));
  scene.server.down = true;
  scene.session.resume(undefined);
  assertEquals(scene.session.position, undefined);
  await settle();
  assertEquals(scene.news.map(({ type }) => type), ["queued", "state"]);
  scene.session.send({ text: "two" });
  await scene.waitOut();
  // Which log it is decides what may be sent.
  assertEquals(scene.server.requests.length, 0);
  scene.server.down = false;
  await scene.waitOut();
  (await scene.server.stream()).caughtUp("z-2");
  await settle(20);
  assertEquals(scene.news.filter(({ type }) => type === "connected"), [
    { type: "connected", answer: arrivalOf({ cursor: "z-2" }) },
  ]);
  assertEquals(scene.outcomes(), ["failed one", "sent two"]);
  await scene.session.close();
});

Deno.test("Session takes a draft from a shelf once, in its order, and tells of it", async () => {
  const { shelf } = shelfWith([{ key: "a", draft: { text: "one" } }]);
  const scene = new Scene({ shelf });
  scene.session.start(arrivalOf());
  for (const key of ["a", "b", "b"]) scene.session.take({ key, draft: { text: key } });
  await settle(40);
  assertEquals(scene.news.flatMap((news) => news.type === "queued" ? [news.sending.key] : []), [
    "a",
    "b",
  ]);
  assertEquals(scene.outcomes(), ["sent one", "sent b"]);
  await scene.session.close();
});

Deno.test("Session tries again at once when it is to hurry", async () => {
  const scene = new Scene();
  scene.server.down = true;
  scene.session.start(arrivalOf());
  await settle();
  assertEquals(scene.session.state.kind, "waiting");
  scene.server.down = false;
  scene.session.hurry();
  (await scene.server.stream()).caughtUp("k-1");
  await settle();
  assertEquals(scene.session.state.kind, "live");
  await scene.session.close();
});

for (const silent of [true, false]) {
  const fate = silent ? "gives up a stream that was" : "keeps a stream that was not";
  Deno.test(`Session ${fate} silent for long when it is to hurry`, async () => {
    const scene = new Scene();
    scene.session.start(arrivalOf());
    (await scene.server.stream()).caughtUp("k-1");
    await settle();
    scene.clock.advance(callTimeoutMs - (silent ? 0 : 1));
    scene.session.hurry();
    scene.clock.advance(streamDoubtMs);
    await settle();
    assertEquals(scene.session.state.kind, silent ? "waiting" : "live");
    await scene.session.close();
    await settle();
    assertEquals(scene.clock.waiting, 0);
  });
}
