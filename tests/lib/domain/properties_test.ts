/**
 * What holds whatever people do, in whatever order, as time goes by and now and then back.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { commonRoom, type UserId } from "../../../lib/domain/ids.ts";
import { MemoryStore } from "../../../server/store/memory/store.ts";
import { everyNeed } from "../../contract/questions.ts";
import { Cast } from "../../support/cast.ts";
import { Chat, inAnyOrder, needsOf, noEffect } from "../../support/chat.ts";
import { moderatedBatches, tightPolicy } from "../../support/random_commands.ts";
import { always, messagesOf, refusalOf } from "../../support/stories.ts";

Deno.test("nobody says more in the common chat in a period than the limit, or is kept from less", async () => {
  let full = 0;
  await always(() => {
    // The windows of one user, each from its first message on.
    const windows = new Map<UserId, { openedMs: number; used: number }>();
    return ({ batch, chat: { nowMs } }) => {
      for (const { author, room } of messagesOf(batch)) {
        if (room !== commonRoom) continue;
        const open = windows.get(author.id);
        if (open !== undefined && nowMs - open.openedMs < tightPolicy.limitPeriodMs) open.used += 1;
        else windows.set(author.id, { openedMs: nowMs, used: 1 });
        assert((windows.get(author.id)?.used ?? 0) <= tightPolicy.limit);
      }
      for (const decision of batch.decisions) {
        const refusal = refusalOf(decision);
        if (refusal?.code !== "rate_limited" || refusal.limit.kind !== "common") continue;
        full += 1;
        const opened = [...windows.values()].map(({ openedMs }) => openedMs);
        assertEquals(refusal.limit.remaining, 0);
        assert(opened.includes((refusal.limit.resetsMs ?? 0) - tightPolicy.limitPeriodMs));
        assert(nowMs < (refusal.limit.resetsMs ?? 0));
      }
    };
  });
  assert(full > 10, `${full} were kept from more`);
});

Deno.test("a ban ends when it was said to end, and while it lasts nothing of the banned is sent", async () => {
  let banned = 0;
  let refused = 0;
  await always(() => {
    const bans = new Map<UserId, number>();
    return async ({ batch, commands, chat: { nowMs, store } }) => {
      for (const event of batch.events) {
        const until = bans.get(event.type === "message" ? event.message.author.id : 0 as UserId);
        if (event.type === "message") assert(until === undefined || nowMs >= until);
        if (event.type !== "user.banned") continue;
        banned += 1;
        assertEquals(event.untilMs, nowMs + tightPolicy.banForMs);
        // No ban begins while another one lasts.
        assert((bans.get(event.audience as UserId) ?? 0) <= nowMs);
        bans.set(event.audience as UserId, event.untilMs);
      }
      for (const change of batch.changes) {
        if (change.kind !== "put" || change.table !== "file" || change.row.message !== undefined) {
          continue;
        }
        const until = bans.get(change.row.owner);
        const before = batch.events.some((event) =>
          event.type === "user.banned" && event.audience === change.row.owner
        );
        assert(before || until === undefined || nowMs >= until, "nor uploaded");
      }
      for (const [at, command] of commands.entries()) {
        const refusal = refusalOf(batch.decisions[at]);
        if (refusal?.code !== "banned" || !("actor" in command)) continue;
        refused += 1;
        assertEquals(refusal.untilMs, bans.get(command.actor));
        assert(nowMs < refusal.untilMs, "nor is anyone kept from sending when it is over");
      }
      for (const [user, untilMs] of bans) {
        assertEquals((await store.user(user))?.bannedUntilMs, untilMs);
      }
    };
  });
  assert(banned > 10 && refused > 10, `${banned} bans, ${refused} refusals`);
});

Deno.test("a scheduled message is sent once at most, not before its time, and never when cancelled", async () => {
  let sent = 0;
  let failed = 0;
  let cancelled = 0;
  await always(() => {
    const dueMs = new Map<number, number>();
    const ended = new Set<number>();
    const messages = new Set<number>();
    return ({ batch, chat: { nowMs } }) => {
      for (const event of batch.events) {
        if (event.type === "message") messages.add(event.message.id);
        if (event.type === "scheduled.created" || event.type === "scheduled.updated") {
          assert(!ended.has(event.scheduled), "nothing that has ended waits again");
          dueMs.set(event.scheduled, event.dueMs);
        }
        if (event.type === "scheduled.failed") failed += 1;
        if (event.type === "scheduled.cancelled") {
          cancelled += 1;
          assert(!ended.has(event.scheduled));
          ended.add(event.scheduled);
        }
        if (event.type !== "scheduled.sent") continue;
        sent += 1;
        assert(!ended.has(event.scheduled), "it was neither sent nor cancelled before");
        ended.add(event.scheduled);
        assert((dueMs.get(event.scheduled) ?? Infinity) <= nowMs);
        assert(messages.has(event.message), "and its message is there");
      }
    };
  }, { numRuns: 200 });
  assert(sent > 30 && failed > 0 && cancelled > 5, `${[sent, failed, cancelled]}`);
});

Deno.test("what is due is sent, or its author is told why not", async () => {
  let due = 0;
  await always(() => async ({ chat }) => {
    const waiting = await chat.store.due(chat.nowMs, 1000);
    const { events, before, head } = await chat.batch(
      waiting.map((scheduled) => ({ type: "scheduled.send", scheduled })),
    );
    due += waiting.length;
    const ends = events.flatMap((event) =>
      event.type === "scheduled.sent" || event.type === "scheduled.failed" ? [event] : []
    );
    assertEquals(ends.map(({ scheduled }) => scheduled), waiting.map(({ id }) => id));
    assertEquals(ends.map(({ audience }) => audience), waiting.map(({ author }) => author));
    assertEquals(await chat.store.due(chat.nowMs, 1000), []);
    assert(head > before || waiting.length === 0);
  }, { steps: (all) => all.filter(({ kind }) => kind !== "sendScheduled") });
  assert(due > 40, `${due} were due`);
});

Deno.test("a repeated command changes nothing, tells nothing and has the same outcome", async () => {
  let repeated = 0;
  await always(() => async ({ batch, commands, chat }) => {
    for (const [at, command] of commands.entries()) {
      const first = batch.decisions[at];
      if (!("retry" in command) || command.retry === undefined || !first?.ok) continue;
      const again = await chat.batch([command]);
      const [second] = again.decisions;
      assert(second?.ok === true && second.replayed, `${command.type} was carried out twice`);
      assertEquals([again.changes, again.events, again.effects], [[], [], [noEffect]]);
      if (!isPassing.has(command.type)) assertEquals(second.outcome, first.outcome);
      repeated += 1;
    }
  });
  assert(repeated > 200, `${repeated} were repeated`);
});

// Their outcome tells what is left by now, or what became of it meanwhile.
const isPassing: ReadonlySet<string> = new Set(["send", "schedule", "scheduled.change"]);

Deno.test("what is decided does not hang on what else was loaded", async () => {
  let decided = 0;
  await fc.assert(
    fc.asyncProperty(moderatedBatches, async (batches) => {
      const narrow = new Chat(new MemoryStore("epoch"));
      const wide = new Chat(new MemoryStore("epoch"));
      narrow.policy = wide.policy = tightPolicy;
      const cast = new Cast();
      for (const { pauseMs, steps } of batches) {
        narrow.nowMs = wide.nowMs += pauseMs;
        const commands = cast.commandsOf(steps, wide.nowMs);
        const expected = await narrow.batch(commands);
        const actual = await wide.store.transact(
          merged(everyNeed(cast), needsOf(commands)),
          (state) => wide.decideAll(commands, state),
        );
        assertEquals(inAnyOrder(actual), inAnyOrder(expected));
        cast.follow(expected);
        decided += commands.length;
      }
    }),
    { numRuns: 60 },
  );
  assert(decided > 1000, `${decided} decisions`);
});

function merged(one: ReturnType<typeof needsOf>, other: ReturnType<typeof needsOf>) {
  const entries = Object.entries(one).map(([field, needs]) => {
    const more = other[field as keyof typeof other];
    if (typeof needs === "boolean" || typeof more === "boolean") return [field, needs || more];
    return [field, Array.isArray(needs) ? [...needs, ...more] : new Set([...needs, ...more])];
  });
  return Object.fromEntries(entries) as ReturnType<typeof needsOf>;
}
