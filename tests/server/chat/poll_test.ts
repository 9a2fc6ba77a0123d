/**
 * Polls: a question that is answered with the first news, or with none.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { defaultPolicy } from "../../../lib/domain/policy.ts";
import { Hub } from "../../../server/chat/hub.ts";
import { PollSubscriber } from "../../../server/chat/subscriber.ts";
import { Chat, type Person, type Place, saying } from "../../support/chat.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

interface Setup {
  readonly hub: Hub;
  readonly alice: Person;
  /** A poll of bob's. */
  poll(options: { readonly waits: boolean }): PollSubscriber;
  /** alice says something, which is published. */
  say(place?: Place): Promise<void>;
}

async function setUp(): Promise<Setup> {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob", "carol");
  const hub = new Hub({
    store: chat.store,
    clock: new VirtualClock(),
    policy: defaultPolicy,
    head: await chat.store.head(),
  });
  return {
    hub,
    alice,
    poll: (options) => new PollSubscriber({ user: bob.id, token: bob.token }, options),
    async say(place) {
      const { events, before: after, head } = await chat.batch([saying(alice, "hello", place)]);
      hub.publish({ events, after, head });
    },
  };
}

Deno.test("a poll brings back at once what was missed", async () => {
  const { hub, poll, say } = await setUp();
  const start = hub.head;
  await say();
  await say({ to: "bob" });
  const bobs = poll({ waits: true });
  await hub.join(bobs, { kind: "after", position: start });
  const news = await bobs.news;
  assertEquals(news.events.map(({ type }) => type), ["message", "room.created", "message"]);
  assertEquals(news.position, hub.head);
  hub.leave(bobs);
});

Deno.test("a poll waits for news and ends with the first, whatever comes after", async () => {
  const { hub, poll, say } = await setUp();
  const bobs = poll({ waits: true });
  await hub.join(bobs, { kind: "now" });
  await say({ to: "carol" });
  assertEquals(bobs.closed, false, "news of others are no news");
  await say();
  const first = hub.head;
  await say();
  const news = await bobs.news;
  assertEquals(news.events.map(({ position }) => position), [first]);
  assertEquals(news.position, first);
  assert(hub.head > first);
});

Deno.test("a poll that does not wait is answered when it has caught up", async () => {
  const { hub, poll } = await setUp();
  const bobs = poll({ waits: false });
  await hub.join(bobs, { kind: "now" });
  assertEquals(await bobs.news, { events: [], position: hub.head });
});

Deno.test("a poll whose time is up brings back nothing, and where to go on", async () => {
  const { hub, poll, say } = await setUp();
  const bobs = poll({ waits: true });
  await hub.join(bobs, { kind: "now" });
  const { head } = hub;
  assertEquals(bobs.closed, false);
  bobs.expire();
  assertEquals(await bobs.news, { events: [], position: head });
  await say();
  assertEquals(await bobs.news, { events: [], position: head }, "what comes later is not news");
});

Deno.test("a poll with a cursor that leads nowhere is reset at once", async () => {
  const { hub, poll } = await setUp();
  const bobs = poll({ waits: true });
  await hub.join(bobs, { kind: "reset", reason: "beyond_head" });
  assertEquals(await bobs.news, { events: [], reset: "beyond_head", position: hub.head });
});

Deno.test("a poll has no use for heartbeats, nor for who is here", async () => {
  const { hub, poll } = await setUp();
  const bobs = poll({ waits: true });
  await hub.join(bobs, { kind: "now" });
  bobs.aside();
  assertEquals(bobs.closed, false);
  await bobs.bye();
  assertEquals((await bobs.news).events, []);
});
