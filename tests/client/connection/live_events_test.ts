import { checkedForms } from "../../../client/connection/checked_forms.ts";
import { readFault } from "../../../client/connection/network_faults.ts";
import { assert, assertEquals } from "@std/assert";
import { ApiClient, callTimeoutMs } from "../../../client/connection/api_client.ts";
import { backoffMaxMs } from "../../../client/connection/backoff.ts";
import {
  pollGapMs,
  pollWaitSeconds,
  streamRetryMs,
  streamStartMaxMs,
} from "../../../client/connection/live_events.ts";
import { Session, type SessionNews } from "../../../client/connection/session.ts";
import type { Event, StreamNotice } from "../../../lib/api/schemas.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { arrivalOf, json, messageOf, settle, StubServer } from "../stub_server.ts";

/** A poll that waits for news. */
interface OpenPoll {
  readonly after: string;
  readonly answer: (response: Response) => void;
}

/** A session whose streams something on the way holds back, as long as the test wishes. */
class Scene {
  readonly server = new StubServer();
  readonly clock = new VirtualClock();
  readonly news: SessionNews[] = [];
  readonly session: Session;
  /** How each request for events was made: `stream k-5`, `poll k-5 25`. */
  readonly asked: string[] = [];
  readonly #polls: OpenPoll[] = [];
  /** What a poll that does not wait is answered with. */
  first: () => Response = () => answerOf([], "k-5");
  isHeldBack = true;

  constructor() {
    const open = this.server;
    const streams = new StubServer();
    this.stream = () => streams.stream();
    open.on("GET /events", async (request) => {
      const after = request.query.get("after") ?? "";
      const wait = request.query.get("wait");
      this.asked.push(wait === null ? `stream ${after}` : `poll ${after} ${wait}`);
      if (wait === "0") return this.first();
      if (wait !== null) {
        return await new Promise<Response>((answer) => this.#polls.push({ after, answer }));
      }
      if (!this.isHeldBack) return await streams.transport(request.url, {});
      return new Response(new ReadableStream(), {
        headers: { "content-type": "text/event-stream" },
      });
    });
    const api = new ApiClient({
      forms: checkedForms,
      readFault,
      origin: "http://chat.test",
      transport: this.server.transport,
      clock: this.clock,
    });
    this.session = new Session({
      api,
      clock: this.clock,
      random: new SeededRandom(1),
      tell: (news) => this.news.push(news),
    });
  }

  readonly stream: StubServer["stream"];

  get ids(): number[] {
    return this.news.flatMap((news) =>
      news.type === "event" && news.event.type === "message" ? [news.event.id] : []
    );
  }

  get ways(): string[] {
    return this.news.flatMap((news) =>
      news.type === "state" ? [news.state.kind === "live" ? news.state.by : news.state.kind] : []
    );
  }

  async pass(ms: number): Promise<void> {
    await settle();
    this.clock.advance(ms);
    await settle();
  }

  /** Answers the poll that waits. */
  async answer(events: readonly unknown[], cursor: string): Promise<void> {
    const poll = this.#polls.shift();
    assert(poll !== undefined);
    poll.answer(answerOf(events, cursor));
    await settle();
  }

  /** Lets time pass in which there are no news. */
  async idle(ms: number): Promise<void> {
    const pollMs = pollWaitSeconds * 1000;
    for (let leftMs = ms; leftMs >= pollMs; leftMs -= pollMs) {
      await this.pass(pollMs);
      await this.answer([], "k-5");
    }
    await this.pass(ms % pollMs);
  }

  /** Begins at `k-5`, and lets the time pass after which a stream is given up. */
  async startPolling(): Promise<void> {
    this.session.start(arrivalOf({ cursor: "k-5" }));
    await this.pass(streamStartMaxMs);
  }

  async close(): Promise<void> {
    await this.session.close();
    assertEquals(this.clock.waiting, 0);
  }
}

function answerOf(events: readonly unknown[], cursor: string): Response {
  return json({ events, cursor });
}

function messageEvent(id: number): Event {
  return { type: "message", ...messageOf(id), cursor: `k-${id}` };
}

Deno.test("liveEvents() asks again and again where no stream comes through, just in time", async () => {
  const scene = new Scene();
  scene.session.start(arrivalOf({ cursor: "k-5" }));
  await scene.pass(streamStartMaxMs - 1);
  assertEquals([scene.asked, scene.session.state.kind], [["stream k-5"], "connecting"]);
  await scene.pass(1);
  assertEquals(scene.session.state, { kind: "live", by: "poll" });
  await scene.answer([messageEvent(6), messageEvent(7)], "k-7");
  await scene.answer([messageEvent(8)], "k-8");
  assertEquals(scene.ids, [6, 7, 8]);
  assertEquals(scene.asked, [
    "stream k-5",
    "poll k-5 0",
    `poll k-5 ${pollWaitSeconds}`,
    `poll k-7 ${pollWaitSeconds}`,
    `poll k-8 ${pollWaitSeconds}`,
  ]);
  assertEquals(scene.ways, ["poll"]);
  await scene.close();
});

Deno.test("liveEvents() takes what the first poll brings", async () => {
  const scene = new Scene();
  scene.first = () => answerOf([messageEvent(6)], "k-6");
  await scene.startPolling();
  assertEquals([scene.ids, scene.session.position], [[6], { cursor: "k-6" }]);
  await scene.close();
});

Deno.test("liveEvents() stays with a stream whose first item comes in time", async () => {
  const scene = new Scene();
  scene.isHeldBack = false;
  scene.session.start(arrivalOf({ cursor: "k-5" }));
  const stream = await scene.stream();
  await scene.pass(streamStartMaxMs - 1);
  stream.event("k-6", messageEvent(6));
  await scene.pass(streamStartMaxMs);
  stream.caughtUp("k-6");
  await settle();
  assertEquals(scene.session.state, { kind: "live", by: "stream" });
  assertEquals(scene.asked, ["stream k-5"]);
  await scene.close();
});

Deno.test("liveEvents() tries the stream again by and by, and goes on by it without gap or repeat", async () => {
  const scene = new Scene();
  await scene.startPolling();
  await scene.idle(streamRetryMs - 1);
  scene.asked.length = 0;
  await scene.answer([messageEvent(6)], "k-6");
  await scene.pass(1);
  scene.isHeldBack = false;
  await scene.answer([messageEvent(7)], "k-7");
  const stream = await scene.stream();
  // It is as live as before, until it is known to be so by the stream.
  assertEquals(scene.session.state, { kind: "live", by: "poll" });
  stream.event("k-8", messageEvent(8));
  stream.caughtUp("k-8");
  await settle();
  assertEquals(scene.session.state, { kind: "live", by: "stream" });
  assertEquals(scene.asked, [`poll k-6 ${pollWaitSeconds}`, "stream k-7"]);
  assertEquals([scene.ids, scene.ways], [[6, 7, 8], ["poll", "stream"]]);
  await scene.close();
});

Deno.test("liveEvents() goes on with polls where the stream is still held back", async () => {
  const scene = new Scene();
  await scene.startPolling();
  scene.asked.length = 0;
  await scene.idle(streamRetryMs);
  await scene.pass(streamStartMaxMs);
  await scene.answer([messageEvent(6)], "k-6");
  assertEquals(scene.asked.slice(streamRetryMs / (pollWaitSeconds * 1000) - 1), [
    "stream k-5",
    "poll k-5 0",
    `poll k-5 ${pollWaitSeconds}`,
    `poll k-6 ${pollWaitSeconds}`,
  ]);
  assertEquals([scene.ids, scene.ways], [[6], ["poll"]]);
  await scene.close();
});

Deno.test("liveEvents() leaves a server alone for a while that answers at once, with no news", async () => {
  const scene = new Scene();
  await scene.startPolling();
  await scene.answer([], "k-5");
  await scene.pass(pollGapMs - 1);
  assertEquals(scene.asked.length, 3);
  await scene.pass(1);
  assertEquals(scene.asked.length, 4);
  // News may come as quickly as they like, and a poll that took its time is followed by the next.
  await scene.answer([messageEvent(6)], "k-6");
  await scene.pass(pollWaitSeconds * 1000);
  await scene.answer([], "k-6");
  assertEquals(scene.asked.length, 6);
  await scene.close();
});

Deno.test("liveEvents() waits for a poll as long as it may take, and no longer", async () => {
  const scene = new Scene();
  await scene.startPolling();
  await scene.pass(pollWaitSeconds * 1000 + callTimeoutMs - 1);
  assertEquals(scene.session.state.kind, "live");
  await scene.pass(1);
  assertEquals(scene.session.state.kind, "waiting");
  // After each reconnection, the stream comes first.
  await scene.pass(backoffMaxMs);
  assertEquals(scene.asked.at(-1), "stream k-5");
  await scene.close();
});

Deno.test("liveEvents() connects again when a poll tells of a reset", async () => {
  const scene = new Scene();
  scene.server.on("POST /connect", () => json(arrivalOf({ cursor: "z-2" })));
  await scene.startPolling();
  const reset: StreamNotice = { type: "reset", reason: "other_epoch", cursor: "z-1" };
  await scene.answer([reset], "z-1");
  await scene.pass(backoffMaxMs);
  assertEquals(scene.asked.at(-1), "stream z-2");
  assert(scene.news.some((news) => news.type === "connected" && news.resetBy === "other_epoch"));
  await scene.close();
});

Deno.test("liveEvents() is not live where nothing answers polls either", async () => {
  const scene = new Scene();
  scene.first = () => {
    throw new TypeError("connection reset");
  };
  await scene.startPolling();
  assertEquals(scene.ways, ["waiting"]);
  await scene.close();
});

Deno.test("liveEvents() takes a silent poll for no sign of a dead connection", async () => {
  const scene = new Scene();
  scene.server.on("POST /send", () => {
    throw new TypeError("connection reset");
  });
  await scene.startPolling();
  await scene.pass(pollWaitSeconds * 1000 - 1);
  scene.session.send({ text: "x" });
  await scene.pass(callTimeoutMs - 1);
  assertEquals(scene.session.state.kind, "live");
  await scene.close();
});
