import { checkedForms } from "../../../../../client/connection/checked_forms.ts";
import { assertEquals } from "@std/assert";
import { ApiClient } from "../../../../../client/connection/api_client.ts";
import { History, targetShownMs } from "../../../../../client/web/page/history/history.ts";
import type { Target } from "../../../../../client/web/page/address.ts";
import type { Message } from "../../../../../lib/api/schemas.ts";
import { VirtualClock } from "../../../../support/virtual_clock.ts";
import { json, messageOf, refusal, settle, StubServer } from "../../../stub_server.ts";

const common = { place: { kind: "common" } } as const;
const garden = { place: { kind: "room", room: "12" } } as const;

class Scene {
  readonly server = new StubServer();
  readonly clock = new VirtualClock();
  readonly told: string[] = [];
  readonly history: History;
  /** Answers that wait for {@linkcode Scene.release}. */
  #held: (() => void)[] | undefined;
  messages: Message[] = [];

  constructor(target: Target = common) {
    const { server, clock, told } = this;
    server.on("GET /messages", async ({ query }) => {
      const answer = this.#page(query);
      if (this.#held !== undefined) {
        await new Promise<void>((resolve) => this.#held?.push(resolve));
      }
      return answer;
    });
    this.history = new History({
      api: new ApiClient({
        forms: checkedForms,
        origin: "http://chat.test",
        transport: server.transport,
        clock,
      }),
      clock,
      changed: () => {},
      missed: (id) => told.push(`missed ${id}`),
      refused: ({ kind }, { message }) => told.push(`refused ${kind}: ${message}`),
      broke: (defect) => told.push(`broke ${defect}`),
    }, target);
  }

  get ids(): number[] {
    return this.history.timeline.messages.map(({ id }) => id);
  }

  get asked(): string[] {
    return this.server.requests.map(({ query }) => `${query}`);
  }

  say(first: number, last: number, changes: Partial<Message> = {}): void {
    for (let id = first; id <= last; id++) this.messages.push(messageOf(id, changes));
  }

  /** Answers wait from now on. */
  hold(): void {
    this.#held = [];
  }

  async release(): Promise<void> {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const go of held) go();
    await settle();
  }

  #page(query: URLSearchParams): Response {
    const room = query.get("room") ?? "common";
    const before = Number(query.get("before") ?? Infinity);
    const after = Number(query.get("after") ?? 0);
    const found = this.messages.filter((message) =>
      message.room === room && message.id < before && message.id > after
    );
    const limit = Number(query.get("limit"));
    const items = query.has("after") ? found.slice(0, limit) : found.slice(-limit);
    return json({ items, has_more: items.length < found.length });
  }

  [Symbol.dispose](): void {
    this.history.close();
    assertEquals(this.clock.waiting, 0);
  }
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const opening = { readId: 0 } as const;

Deno.test("a place begins with its newest page, and older ones are asked for one by one", async () => {
  using scene = new Scene();
  const { history } = scene;
  scene.say(1, 120);
  history.open(common, opening);
  assertEquals(history.timeline.loading, "first");
  await settle();
  assertEquals(scene.ids, range(71, 120));
  history.older();
  // One at a time.
  history.older();
  await settle();
  assertEquals(scene.ids, range(21, 120));
  history.older();
  await settle();
  assertEquals(scene.ids, range(1, 120));
  assertEquals(history.timeline.hasOlder, false);
  history.older();
  assertEquals(scene.asked, ["limit=50", "before=71&limit=50", "before=21&limit=50"]);
});

Deno.test("a place is gone to around a message, which is marked for a while", async () => {
  using scene = new Scene();
  const { history } = scene;
  scene.say(1, 300);
  history.open({ ...common, message: 100 }, opening);
  await settle();
  assertEquals(scene.ids, range(51, 150));
  assertEquals(scene.asked, ["before=101&limit=50", "after=100&limit=50"]);
  assertEquals([history.timeline.hasOlder, history.timeline.hasNewer], [true, true]);
  scene.clock.advance(targetShownMs - 1);
  assertEquals(history.timeline.target, 100);
  scene.clock.advance(1);
  assertEquals(history.timeline.target, undefined);

  history.newer();
  await settle();
  assertEquals(scene.ids, range(51, 200));
  // What is at hand needs no asking.
  history.jump(60);
  assertEquals(history.timeline.target, 60);
  assertEquals(scene.asked.length, 3);
  history.newest();
  await settle();
  assertEquals(scene.ids, range(251, 300));
  assertEquals(history.timeline.hasNewer, false);
});

Deno.test("a message that is not there any more is told of", async () => {
  using scene = new Scene();
  scene.say(1, 5);
  scene.say(7, 9);
  scene.history.open({ ...common, message: 6 }, opening);
  await settle();
  assertEquals(scene.told, ["missed 6"]);
  assertEquals(scene.ids, [1, 2, 3, 4, 5, 7, 8, 9]);
  assertEquals(scene.history.timeline.target, undefined);
});

Deno.test("what is at hand of the end comes first, and what is before it follows", async () => {
  using scene = new Scene();
  scene.say(1, 30);
  scene.history.open(common, { readId: 3, newest: scene.messages.slice(-20) });
  assertEquals(scene.ids, range(11, 30));
  assertEquals(scene.history.timeline.readId, 3);
  await settle();
  assertEquals(scene.ids, range(1, 30));
  assertEquals(scene.asked, ["before=11&limit=50"]);
});

Deno.test("an answer for a place that was left is dropped", async () => {
  using scene = new Scene();
  scene.say(1, 3);
  scene.say(4, 5, { room: "12", room_kind: "room" });
  scene.hold();
  scene.history.open(common, opening);
  await settle();
  scene.history.open(garden, opening);
  await settle();
  await scene.release();
  assertEquals(scene.history.timeline.place, garden.place);
  assertEquals(scene.ids, [4, 5]);
});

Deno.test("what is told while the first page is on its way is not lost", async () => {
  using scene = new Scene();
  scene.say(1, 3);
  scene.hold();
  scene.history.open(common, opening);
  await settle();
  for (const id of [4, 5]) scene.history.hear(messageOf(id), { isNews: true });
  scene.history.drop(2, undefined);
  await scene.release();
  assertEquals(scene.ids, [1, 3, 4, 5]);
});

Deno.test("a page that can't be had is asked for once more when the server is back", async () => {
  using scene = new Scene();
  const { history, server } = scene;
  scene.say(1, 80);
  server.down = true;
  history.open(common, opening);
  await settle();
  assertEquals(history.timeline.failure?.name, "Unreachable");
  assertEquals(history.timeline.loading, undefined);
  server.down = false;
  history.retry();
  await settle();
  assertEquals(scene.ids, range(31, 80));
  assertEquals(history.timeline.failure, undefined);

  server.down = true;
  history.older();
  await settle();
  assertEquals(scene.ids, range(31, 80));
  server.down = false;
  history.retry();
  await settle();
  assertEquals(scene.ids, range(1, 80));
  // Nothing is asked for that nobody misses.
  const { length } = scene.asked;
  history.retry();
  assertEquals(scene.asked.length, length);
});

Deno.test("the user can ask once more as well", async () => {
  using scene = new Scene();
  scene.say(1, 3);
  for (const ask of ["newest", "older", "newer"] as const) {
    scene.server.down = true;
    scene.history.open(common, opening);
    await settle();
    scene.server.down = false;
    scene.history[ask]();
    await settle();
    assertEquals(scene.ids, [1, 2, 3], ask);
  }
});

Deno.test("a refusal of the first page is told", async () => {
  using scene = new Scene();
  scene.server.on("GET /messages", () => refusal("not_found", "There is no such room."));
  scene.history.open(garden, opening);
  await settle();
  assertEquals(scene.told, ["refused room: There is no such room."]);
});

Deno.test("a place with nothing in it has an empty timeline", async () => {
  using scene = new Scene({ place: { kind: "private", user: "bob" } });
  scene.history.reload(opening, { isOtherLog: false });
  await settle();
  assertEquals(scene.asked, ["to=bob&limit=50"]);
  const { messages, hasOlder, hasNewer, loading, failure } = scene.history.timeline;
  assertEquals([messages, hasOlder, hasNewer, loading, failure], [
    [],
    false,
    false,
    undefined,
    undefined,
  ]);
  scene.history.hear(messageOf(4), { isNews: true });
  assertEquals(scene.ids, [4]);
});

Deno.test("where a tab is to go is kept until it can go there", async () => {
  using scene = new Scene({ ...common, message: 7 });
  scene.say(1, 90);
  scene.history.expect({ ...common, message: 8 });
  await settle();
  assertEquals(scene.asked, []);
  scene.history.reload(opening, { isOtherLog: false });
  await settle();
  assertEquals(scene.history.timeline.target, 8);
});

Deno.test("what was missed is had by asking anew, where its reader is", async () => {
  using scene = new Scene();
  const { history } = scene;
  scene.say(1, 300);
  history.open(common, opening);
  await settle();
  scene.say(301, 302);
  history.reload({ readId: 300 }, { isOtherLog: false });
  await settle();
  assertEquals(scene.ids, range(253, 302));
  assertEquals(history.timeline.readId, 300);

  history.jump(100);
  await settle();
  history.reload(opening, { isOtherLog: false });
  await settle();
  // Around the middle of what was at hand.
  assertEquals(scene.ids.includes(100), true);
  assertEquals(history.timeline.hasNewer, true);
});

Deno.test("of another log nothing stays, deleted messages neither", async () => {
  using scene = new Scene();
  const { history } = scene;
  scene.say(1, 300);
  history.open({ ...common, message: 100 }, opening);
  await settle();
  history.drop(2, undefined);
  scene.messages = [];
  scene.say(1, 3);
  history.reload(opening, { isOtherLog: true });
  assertEquals(scene.ids, []);
  await settle();
  assertEquals(scene.ids, [1, 2, 3]);
});

Deno.test("when all that was at hand is gone, the end is asked for", async () => {
  using scene = new Scene();
  const { history } = scene;
  scene.say(1, 300);
  history.open({ ...common, message: 100 }, opening);
  await settle();
  const gone = scene.ids;
  for (const id of gone) history.drop(id, undefined);
  scene.messages = scene.messages.filter(({ id }) => !gone.includes(id));
  history.older();
  await settle();
  assertEquals(scene.ids, range(251, 300));
  assertEquals([history.timeline.hasOlder, history.timeline.hasNewer], [true, false]);
});
