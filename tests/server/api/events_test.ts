/**
 * `/events`: its faces, its cursors, and the long poll.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { heartbeatMs, streamsPerUserMax } from "../../../server/chat/hub.ts";
import { presenceDelayMs } from "../../../server/chat/presence.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { Gate } from "../../support/scripted_store.ts";
import { type Answered, type Api, runScenarios, withApi } from "./driver.ts";

interface Cast {
  readonly alice: string;
  readonly bob: string;
  /** The last position. */
  readonly head: number;
}

async function prepare(api: Api): Promise<Cast> {
  const [alice, bob] = [await api.connect("alice"), await api.connect("bob")];
  await api.send(alice, "said before");
  return { alice, bob, head: api.hub.head };
}

function types({ json }: Answered): string[] {
  return json.events.map(({ type }: { type: string }) => type);
}

Deno.test("GET /events answers in the face that the client accepts best", async (test) => {
  const asked = (accept?: string, query = "") => ({ bob }: Cast) => ({
    ask: `GET /events${query}`,
    token: bob,
    ...(accept !== undefined && { headers: { Accept: accept } }),
  });
  const face = (type: string) => ({
    status: 200,
    headers: { "Content-Type": type, "Cache-Control": "no-store", "X-Accel-Buffering": "no" },
  });
  await runScenarios(test, prepare, [
    { does: "without Accept", ask: asked(), ...face("text/event-stream") },
    { does: "what curl sends", ask: asked("*/*"), ...face("text/event-stream") },
    { does: "event-stream", ask: asked("text/event-stream"), ...face("text/event-stream") },
    { does: "ndjson", ask: asked("application/x-ndjson"), ...face("application/x-ndjson") },
    { does: "text", ask: asked("text/plain"), ...face("text/plain; charset=utf-8") },
    {
      does: "none of its faces",
      ask: asked("image/png"),
      status: 406,
      code: "not_acceptable",
      shows: ["text/event-stream, application/x-ndjson and text/plain"],
    },
    {
      does: "a poll, whatever it accepts",
      ask: asked("image/png", "?wait=0"),
      status: 200,
      headers: { "Content-Type": "application/json" },
    },
  ]);
});

Deno.test("GET /events checks where to begin, and how long to wait", async (test) => {
  const asked = (query: string, headers: Record<string, string> = {}) => ({ bob }: Cast) => ({
    ask: `GET /events?${query}`,
    token: bob,
    headers,
  });
  const bad = { status: 400, code: "bad_cursor" } as const;
  const invalid = { status: 422, code: "invalid" } as const;
  await runScenarios(test, prepare, [
    { does: "no cursor", ask: asked("wait=0&after=nonsense"), ...bad, mustNotShow: ["nonsense"] },
    { does: "no position", ask: asked("wait=0&after=k3f9-"), ...bad },
    { does: "a negative position", ask: asked("wait=0&after=k3f9--1"), ...bad },
    { does: "a position with a zero before it", ask: asked("wait=0&after=k3f9-01"), ...bad },
    {
      does: "a position beyond counting",
      ask: asked(`wait=0&after=k3f9-${"9".repeat(16)}`),
      ...bad,
    },
    { does: "a bad Last-Event-ID", ask: asked("wait=0", { "Last-Event-ID": "x" }), ...bad },
    {
      does: "a bad Last-Event-ID beside a good cursor",
      ask: asked("wait=0&after=k3f9-1", { "Last-Event-ID": "x" }),
      ...bad,
    },
    { does: "a bad cursor of a stream", ask: asked("after=x"), ...bad },
    {
      does: "a cursor that is too long",
      ask: asked(`after=${"k".repeat(65)}`),
      ...bad,
    },
    {
      does: "too long a wait",
      ask: asked("wait=61"),
      ...invalid,
      errors: { wait: "must be at most 60" },
    },
    {
      does: "a negative wait",
      ask: asked("wait=-1"),
      ...invalid,
      errors: { wait: "must be at least 0" },
    },
    {
      does: "a wait that is no number",
      ask: asked("wait=soon"),
      ...invalid,
      errors: { wait: "must be a number" },
    },
    {
      does: "a parameter that there is not",
      ask: asked("wait=0&since=1"),
      ...invalid,
      errors: { since: "is not a field of this request" },
    },
    {
      does: "the cursor of another log",
      ask: asked("wait=25&after=zzzz-1"),
      status: 200,
      shows: ['"type":"reset","reason":"other_epoch","cursor":"k3f9-'],
      mustNotShow: ["said before"],
    },
    {
      does: "a cursor beyond the log",
      ask: ({ bob, head }) => ({ ask: `GET /events?wait=25&after=k3f9-${head + 1}`, token: bob }),
      status: 200,
      shows: ['"type":"reset","reason":"beyond_head"'],
    },
    {
      does: "the cursor at the end of the log",
      ask: ({ bob, head }) => ({ ask: `GET /events?wait=0&after=k3f9-${head}`, token: bob }),
      status: 200,
      shows: ['{"events":[],"cursor":"k3f9-'],
    },
    {
      does: "an empty cursor is now",
      ask: asked("wait=0&after="),
      status: 200,
      shows: ['"events":[]'],
    },
    {
      does: "Last-Event-ID wins over after",
      ask: ({ bob, head }) => ({
        ask: "GET /events?wait=0&after=zzzz-1",
        token: bob,
        headers: { "Last-Event-ID": `k3f9-${head - 1}` },
      }),
      status: 200,
      shows: ["said before"],
      mustNotShow: ["reset"],
    },
  ]);
});

Deno.test("GET /events as server-sent events: prologue, past, caught up, live, heartbeat, bye", async () => {
  await withApi(async (api) => {
    const { alice, bob, head } = await prepare(api);
    const stream = await api.listen(
      bob,
      { Accept: "text/event-stream" },
      `?after=k3f9-${head - 1}`,
    );
    const blocks = () =>
      stream.text.split("\n\n").map((block) => block.replaceAll(/\{.*\}/g, "{}").split("\n"));
    const past = [
      ["retry: 2000"],
      [`id: k3f9-${head}`, "event: message", "data: {}"],
      [`id: k3f9-${head}`],
      ["event: caught_up", "data: {}"],
    ];
    assertEquals(blocks(), [...past, [""]]);
    assert(stream.text.includes(`data: {"cursor":"k3f9-${head}"}\n`));
    const id = await api.send(alice, "said live");
    api.clock.advance(heartbeatMs);
    await api.hub.close();
    assertEquals(blocks(), [
      ...past,
      [`id: k3f9-${id}`, "event: message", "data: {}"],
      [`id: k3f9-${id}`],
      ["event: bye", "data: {}"],
      [""],
    ]);
    assertEquals(stream.closed, true);
  });
});

Deno.test("GET /events as JSON lines tells the same, with the key that a message was sent with", async () => {
  await withApi(async (api) => {
    const { alice, head } = await prepare(api);
    const stream = await api.listen(alice, { Accept: "application/x-ndjson" });
    const sent = await api.get({
      ask: "POST /send",
      token: alice,
      json: { text: "said live" },
      headers: { "Idempotency-Key": "outbox-1" },
    });
    const lines = stream.text.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(lines, [
      { type: "caught_up", cursor: `k3f9-${head}` },
      { cursor: `k3f9-${head + 1}`, type: "message", ...sent.json },
    ]);
    assertEquals(lines[1].key, "outbox-1");
  });
});

Deno.test("GET /events as text shows messages, each on a line, and nothing that commands", async () => {
  await withApi(async (api) => {
    const { alice, bob } = await prepare(api);
    const stream = await api.listen(bob, { Accept: "text/plain" });
    const id = await api.send(alice, "\x1b[31mred\r\nnext\u202e", { to: "bob" });
    const read = { ask: "POST /read", token: bob, json: { to: "alice", upto: id } };
    await api.get(read);
    api.clock.advance(heartbeatMs);
    assertEquals(
      stream.text,
      `2026-11-20T10:00:00.000Z #${id} alice >> bob: ␛[31mred␍⏎next‹U+202E›\n`,
    );
  });
});

Deno.test("GET /events never tells a third one what two say in private", async () => {
  await withApi(async (api) => {
    const { alice, bob, head } = await prepare(api);
    const carol = await api.connect("carol");
    const live = await api.listen(carol);
    await api.send(alice, "between us", { to: "bob" });
    await api.send(bob, "for everyone");
    const replayed = await api.listen(carol, {}, `?after=k3f9-${head}`);
    for (const { text } of [live, replayed]) {
      assert(text.includes("for everyone"));
      assert(!text.includes("between us") && !text.includes("room.created"), text);
    }
    const bobs = await api.listen(bob, {}, `?after=k3f9-${head}`);
    assert(bobs.text.includes("between us"));
  });
});

Deno.test("a long poll is answered by the first message", async () => {
  await withApi(async (api) => {
    const { alice, bob, head } = await prepare(api);
    const timers = api.clock.waiting;
    const polling = api.ask({ ask: `GET /events?wait=25&after=k3f9-${head}`, token: bob });
    await api.turn();
    const id = await api.send(alice, "said live");
    const { json } = await polling;
    assertEquals(json.cursor, `k3f9-${id}`);
    assertEquals(json.events.map(({ text }: { text: string }) => text), ["said live"]);
    assertEquals(api.hub.onlineCount, 0);
    await api.pass(presenceDelayMs);
    assertEquals(api.clock.waiting, timers, "its timer is gone");
  });
});

Deno.test("a long poll ends with nothing when its time is up, and not before", async () => {
  await withApi(async (api) => {
    const { bob, head } = await prepare(api);
    let answered: Answered | undefined;
    const polling = api.ask({ ask: "GET /events?wait=25", token: bob })
      .then((answer) => answered = answer);
    await api.turn();
    api.clock.advance(24_999);
    await api.turn();
    assertEquals(answered, undefined);
    assertEquals(api.hub.onlineCount, 1);
    api.clock.advance(1);
    const { json } = await polling;
    assertEquals(json, { events: [], cursor: `k3f9-${head}` });
    assertEquals(api.hub.onlineCount, 0);
  });
});

Deno.test("a long poll brings at once what was missed, and wait=0 does not wait", async () => {
  await withApi(async (api) => {
    const { alice, bob, head } = await prepare(api);
    await api.send(alice, "missed message", { to: "bob" });
    const missed = await api.ask({ ask: `GET /events?wait=25&after=k3f9-${head}`, token: bob });
    assertEquals(types(missed), ["room.created", "message"]);
    const more = await api.ask({
      ask: `GET /events?wait=0&after=${missed.json.cursor}`,
      token: bob,
    });
    assertEquals(more.json, { events: [], cursor: missed.json.cursor });
  });
});

Deno.test("a poll that does not wait for news still waits for the store", async () => {
  await withApi(async (api) => {
    const { bob, head } = await prepare(api);
    const gate = new Gate();
    api.store.before.log = gate.wait;
    const polling = api.ask({ ask: `GET /events?wait=0&after=k3f9-${head - 1}`, token: bob });
    await gate.reached;
    api.clock.advance(1000);
    gate.open();
    assertEquals(types(await polling), ["message"]);
  });
});

Deno.test("a long poll whose client goes away is forgotten", async () => {
  await withApi(async (api) => {
    const { bob } = await prepare(api);
    const timers = api.clock.waiting;
    const polling = api.ask({ ask: "GET /events?wait=60", token: bob });
    await api.turn();
    assertEquals(api.hub.onlineCount, 1);
    api.goAway();
    assertEquals((await polling).status, 200);
    await api.pass(presenceDelayMs);
    assertEquals([api.hub.onlineCount, api.clock.waiting], [0, timers]);
  });
});

Deno.test("a user has 16 streams and polls, the 17th is refused, and one that ends makes room", async () => {
  await withApi(async (api) => {
    const { alice, bob } = await prepare(api);
    const streams = [];
    for (let count = 1; count < streamsPerUserMax; count++) streams.push(await api.listen(bob));
    const polling = api.ask({ ask: "GET /events?wait=60", token: bob });
    await api.turn();
    assertEquals(streams.length + 1, 16);
    for (const query of ["", "?wait=0"]) {
      const { status, problem, headers } = await api.ask({
        ask: `GET /events${query}`,
        token: bob,
      });
      assertEquals([status, problem?.code], [429, "too_many_streams"]);
      assertEquals(headers.get("retry-after"), "5");
    }
    await api.listen(alice);
    streams[0]?.close();
    await api.listen(bob);
    api.goAway();
    await polling;
  });
});

Deno.test("a client that is gone before its stream begins leaves nobody behind", async () => {
  await withApi(async (api) => {
    const { bob } = await prepare(api);
    const answered = await api.get({ ask: "GET /events", token: bob });
    const stream = answered.listen({ closed: true });
    await api.turn();
    assertEquals(stream.writes, []);
    assertEquals(api.hub.onlineCount, 0);
  });
});

Deno.test("a stream ends with its token, and the other device is told", async () => {
  await withApi(async (api) => {
    const password = "correct horse";
    const laptop = await api.connect("alice", { password });
    const phone = await api.connect("alice", { password });
    const [laptops, phones] = [await api.listen(laptop), await api.listen(phone)];
    await api.get({ ask: "POST /disconnect", token: phone });
    assert(phones.closed && phones.text.endsWith("event: bye\ndata: {}\n\n"), phones.text);
    assert(laptops.text.includes("event: token.revoked"));
    assertEquals(laptops.closed, false);
  });
});

Deno.test("a stream that cannot read the log is ended, and why is logged", async () => {
  await withApi(async (api) => {
    const { bob } = await prepare(api);
    api.store.before.log = () => {
      throw new StoreFailure("disk on fire");
    };
    const stream = await api.listen(bob);
    assertEquals(stream.text, "retry: 2000\n\nevent: bye\ndata: {}\n\n");
    assertEquals(stream.closed, true);
    assert(api.lines.some((line) => line.includes("disk on fire")));
  });
});

Deno.test("a poll that cannot read the log is busy, not without news", async () => {
  await withApi(async (api) => {
    const alice = await api.connect("alice");
    api.store.before.log = () => {
      throw new StoreFailure("disk on fire");
    };
    const { status, problem } = await api.ask({ ask: "GET /events?wait=25", token: alice });
    assertEquals([status, problem?.code], [503, "busy"]);
    assertEquals(api.hub.onlineCount, 0);
    delete api.store.before.log;
  });
});

Deno.test("HEAD /events tells the head of a stream and takes no place", async () => {
  await withApi(async (api) => {
    const token = await api.connect("alice");
    for (let count = 0; count <= streamsPerUserMax; count++) {
      const { status, headers } = await api.ask({ ask: "HEAD /events", token });
      assertEquals([status, headers.get("content-type")], [200, "text/event-stream"]);
    }
  });
});

Deno.test("streams that are asked for at once count before they begin", async () => {
  await withApi(async (api) => {
    const token = await api.connect("alice");
    const asked = Array.from({ length: streamsPerUserMax + 1 }, () => "GET /events");
    const answers = await Promise.all(asked.map((ask) => api.ask({ ask, token })));
    assertEquals(answers.map(({ status }) => status).filter((status) => status === 429), [429]);
    // One whose client leaves before it has begun gives its place up.
    api.goAway();
    assertEquals((await api.ask({ ask: "GET /events", token })).status, 200);
  });
});
