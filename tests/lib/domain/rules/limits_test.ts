/**
 * The limit of the common chat, and the bans that go before it.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { hourMs } from "../../../../lib/domain/bounds.ts";
import { commonRoom } from "../../../../lib/domain/ids.ts";
import { Chat, type Person, saying } from "../../../support/chat.ts";
import { assertRefused, changed } from "../../../support/decisions.ts";

/** Alice, who has said so much in the common chat already. */
async function speaker(count: number): Promise<{ chat: Chat; alice: Person; bob: Person }> {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  for (let n = 0; n < count; n++) await chat.say(alice, `${n}`);
  return { chat, alice, bob };
}

/** What is told to who has used up the limit of the window that was opened then. */
function exhausted(openedMs: number) {
  return {
    code: "rate_limited",
    limit: {
      kind: "common",
      limit: 20,
      periodMs: hourMs,
      remaining: 0,
      resetsMs: openedMs + hourMs,
    },
  } as const;
}

Deno.test("the 20th message of an hour is taken and the 21st is not", async () => {
  const { chat, alice } = await speaker(19);
  const { limit } = await chat.do(saying(alice, "20"));
  assertEquals(limit?.remaining, 0);
  await assertRefused(chat, saying(alice, "21"), exhausted(chat.nowMs));
});

Deno.test("comments count, and so does the common chat by its id", async () => {
  const { chat, alice, bob } = await speaker(18);
  const { id } = await chat.say(bob, "?");
  await chat.say(alice, "19", { commentOn: id });
  await chat.say(alice, "20", { room: commonRoom });
  for (const place of [{}, { commentOn: id }, { room: commonRoom }]) {
    await assertRefused(chat, saying(alice, "21", place), exhausted(chat.nowMs));
  }
});

Deno.test("private chats and rooms have no limit, nor have comments in them", async () => {
  const { chat, alice, bob } = await speaker(20);
  const room = await chat.makeRoom(alice, "den");
  const { id } = await chat.say(bob, "psst", { to: "alice" });
  for (const place of [{ to: "bob" }, { room }, { commentOn: id }]) {
    const { decisions, changes } = await chat.batch([saying(alice, "hi", place)]);
    assertEquals(decisions.map(({ ok }) => ok), [true]);
    assertEquals(changes, [], "no window is touched");
    assertEquals((await chat.do(saying(alice, "hi", place))).limit, undefined);
  }
});

Deno.test("everyone has a limit of their own", async () => {
  const { chat, bob } = await speaker(20);
  assertEquals((await chat.do(saying(bob, "1"))).limit?.remaining, 19);
});

Deno.test("the count begins at zero when the hour that the first message opened is over", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const openedMs = chat.nowMs;
  for (let n = 0; n < 20; n++) {
    await chat.say(alice, `${n}`);
    chat.nowMs += 60_000;
  }
  chat.nowMs = openedMs + hourMs - 1;
  await assertRefused(chat, saying(alice, "21"), exhausted(openedMs));
  chat.nowMs += 1;
  const { limit } = await chat.do(saying(alice, "21"));
  assertEquals([limit?.remaining, limit?.resetsMs], [19, openedMs + 2 * hourMs]);
});

Deno.test("a clock that is set back gives no fresh allowance", async () => {
  const { chat, alice } = await speaker(20);
  const openedMs = chat.nowMs;
  chat.nowMs -= 10 * hourMs;
  await assertRefused(chat, saying(alice, "21"), exhausted(openedMs));
});

Deno.test("a refused message does not count", async () => {
  const { chat, alice } = await speaker(19);
  await assertRefused(chat, saying(alice, "?", { commentOn: 999 }), "not_found");
  assertEquals((await chat.do(saying(alice, "20"))).limit?.remaining, 0);
});

Deno.test("a limit counts within one batch", async () => {
  const { chat, alice } = await speaker(18);
  const { decisions } = await chat.batch([1, 2, 3].map((n) => saying(alice, `${n}`)));
  assertEquals(decisions.map(({ ok }) => ok), [true, true, false]);
});

Deno.test("there is no limit where the policy has none", async () => {
  const { chat, alice } = await speaker(20);
  chat.policy = { ...chat.policy, limit: 0 };
  const batch = await chat.batch([saying(alice, "21")]);
  assertEquals([batch.decisions[0]?.ok, changed(batch)], [true, []]);
  assertEquals((await chat.do(saying(alice, "22"))).limit, undefined);
});

Deno.test("another limit holds from the next message on", async () => {
  const { chat, alice } = await speaker(5);
  chat.policy = { ...chat.policy, limit: 5 };
  await assertRefused(chat, saying(alice, "6"), "rate_limited");
  chat.policy = { ...chat.policy, limit: 7 };
  assertEquals((await chat.do(saying(alice, "6"))).limit?.remaining, 1);
});

Deno.test("who is banned is told so, and not that the limit is used up", async () => {
  const { chat, alice, bob } = await speaker(20);
  await chat.report(alice, bob, ...await chat.people("carl", "dora"));
  const untilMs = chat.nowMs + 4 * hourMs;
  await assertRefused(chat, saying(alice, "21"), { code: "banned", untilMs });
});
