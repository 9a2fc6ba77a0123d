/**
 * The limit on messages to the common chat: 20 an hour for each user, whatever the device.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { hourMs } from "../../../lib/domain/bounds.ts";
import { type Answered, type Api, type Ask, withApi } from "./driver.ts";
import { type Garden, prepareGarden } from "./garden.ts";

function say(
  api: Api,
  token: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Answered> {
  return api.ask({ ask: "POST /send", token, json: { text: "one of many", ...more } });
}

async function sayMany(api: Api, token: string, count: number): Promise<void> {
  for (let at = 0; at < count; at++) assertEquals((await say(api, token)).status, 201);
}

/** What is left, as `/status` tells it. */
async function left(api: Api, token: string): Promise<unknown> {
  return (await api.get({ ask: "GET /status", token })).json.limit;
}

Deno.test("20 messages an hour go to the common chat, and the 21st is told when to come back", async () => {
  await withApi(async (api) => {
    const { alice, bob } = await prepareGarden(api);
    assertEquals(await left(api, alice), { limit: 20, remaining: 20 });
    const first = await say(api, alice);
    assertEquals(first.headers.get("ratelimit-policy"), '"common";q=20;w=3600');
    assertEquals(first.headers.get("ratelimit"), '"common";r=19;t=3600');
    await sayMany(api, alice, 18);
    api.clock.advance(20 * 60_000);
    const last = await say(api, alice);
    assertEquals([last.status, last.headers.get("ratelimit")], [201, '"common";r=0;t=2400']);
    const resets_at = "2026-11-20T11:00:00.000Z";
    assertEquals(await left(api, alice), { limit: 20, remaining: 0, resets_at });

    const live = await api.listen(bob);
    const over = await say(api, alice, { text: "one too many" });
    assertEquals([over.status, over.problem?.code], [429, "rate_limited"]);
    assertEquals(over.problem?.resets_at, resets_at);
    assertEquals(over.headers.get("retry-after"), "2400");
    assertEquals(over.headers.get("ratelimit"), '"common";r=0;t=2400');
    assert(!over.text.includes("one too many"));
    assert(!live.text.includes("one too many"));
    await sayMany(api, bob, 20);
  });
});

Deno.test("the period begins with the first message, and then the count is at zero again", async () => {
  await withApi(async (api) => {
    const { alice } = await prepareGarden(api);
    api.clock.advance(10 * 60_000);
    await sayMany(api, alice, 20);
    api.clock.advance(hourMs - 1);
    const over = await say(api, alice);
    assertEquals([over.status, over.headers.get("retry-after")], [429, "1"], "never 0");
    api.clock.advance(1);
    assertEquals(await left(api, alice), { limit: 20, remaining: 20 });
    await sayMany(api, alice, 20);
    assertEquals((await say(api, alice)).status, 429);
  });
});

Deno.test("a clock that is set back hands out nothing", async () => {
  await withApi(async (api) => {
    const { alice } = await prepareGarden(api);
    await sayMany(api, alice, 20);
    api.clock.setWall(api.clock.now() - 30 * 24 * hourMs);
    assertEquals((await say(api, alice)).status, 429);
  });
});

Deno.test("all devices of a user share the count, and so do messages and comments", async () => {
  await withApi(async (api) => {
    const password = "correct horse";
    const laptop = await api.connect("dave", { password });
    const phone = await api.connect("dave", { password });
    const id = await api.send(laptop, "the first");
    await sayMany(api, phone, 9);
    const comment = (token: string): Promise<Answered> =>
      api.ask({ ask: "POST /comment", token, json: { message: id, text: "about it" } });
    for (let count = 0; count < 5; count++) {
      assertEquals((await comment(laptop)).status, 201);
      assertEquals((await comment(phone)).status, 201);
    }
    for (const token of [laptop, phone]) {
      assertEquals((await say(api, token)).status, 429);
      assertEquals((await comment(token)).status, 429);
      assertEquals((await say(api, token, { comment_on: id })).status, 429);
    }
  });
});

Deno.test("private chats and rooms do not count, nor what is refused, nor what is repeated", async () => {
  await withApi(async (api) => {
    const garden = await prepareGarden(api);
    const { alice, room } = garden;
    const free = async (token: string, { room }: Garden) => {
      for (const place of [{ to: "bob" }, { room }]) {
        const { status, headers, json } = await say(api, token, place);
        assertEquals([status, headers.get("ratelimit")], [201, undefined]);
        const about = await say(api, token, { comment_on: json.id });
        assertEquals([about.status, about.headers.get("ratelimit")], [201, undefined]);
      }
    };
    await free(alice, garden);
    assertEquals((await say(api, alice, { to: "nobody" })).status, 404);
    assertEquals((await say(api, alice, { text: "" })).status, 422);
    const again: Ask = {
      ask: "POST /send",
      token: alice,
      json: { text: "said once" },
      headers: { "Idempotency-Key": "outbox-1" },
    };
    for (let count = 0; count < 3; count++) {
      const { headers } = await api.get(again);
      assertEquals(headers.get("ratelimit"), '"common";r=19;t=3600');
    }
    await sayMany(api, alice, 19);
    assertEquals((await say(api, alice)).status, 429);
    assertEquals((await api.ask(again)).status, 201, "what was done is told again");
    await free(alice, garden);
    assertEquals((await say(api, alice, { room, in: 60 })).status, 202);
    assertEquals((await say(api, alice, { in: 60 })).status, 202, "it counts when it is sent");
  });
});

Deno.test("many at once are counted one by one", async () => {
  await withApi(async (api) => {
    const { alice } = await prepareGarden(api);
    const answers = await Promise.all(Array.from({ length: 30 }, () => say(api, alice)));
    const statuses = answers.map(({ status }) => status);
    assertEquals(statuses.filter((status) => status === 201).length, 20);
    assertEquals(statuses.filter((status) => status === 429).length, 10);
  });
});

Deno.test("the limit is the operator's choice, and 0 is none", async () => {
  await withApi(async (api) => {
    const { alice } = await prepareGarden(api);
    await sayMany(api, alice, 2);
    const { status, headers } = await say(api, alice);
    assertEquals([status, headers.get("ratelimit-policy")], [429, '"common";q=2;w=10']);
    api.clock.advance(10_000);
    await sayMany(api, alice, 2);
  }, { policy: { limit: 2, limitPeriodMs: 10_000 } });
  await withApi(async (api) => {
    const { alice } = await prepareGarden(api);
    await sayMany(api, alice, 50);
    const { headers } = await say(api, alice);
    assertEquals(headers.get("ratelimit"), undefined);
    assertEquals(await left(api, alice), undefined);
  }, { policy: { limit: 0 } });
});
