/**
 * What holds whatever people do, in whatever order, as time goes by and now and then back.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { hourMs } from "../../../lib/domain/bounds.ts";
import type { Command } from "../../../lib/domain/command.ts";
import type { Event } from "../../../lib/domain/event.ts";
import { commonRoom, type RoomId, type UserId } from "../../../lib/domain/ids.ts";
import type { Message } from "../../../lib/domain/message.ts";
import type { Decision } from "../../../lib/domain/rule.ts";
import { MemoryStore } from "../../../server/store/memory/store.ts";
import { everyNeed } from "../../contract/questions.ts";
import { tidy } from "../../contract/side_by_side.ts";
import { Cast } from "../../support/cast.ts";
import { type Batch, Chat, inAnyOrder, needsOf, noEffect } from "../../support/chat.ts";
import {
  type Step,
  type StepBatch,
  stepBatches,
  tightPolicy,
} from "../../support/random_commands.ts";

/** A story as it is told so far. */
interface Story {
  readonly chat: Chat;
  readonly cast: Cast;
}

/** One transaction of a story, after which the cast has followed. */
interface Turn extends Story {
  readonly commands: readonly Command[];
  readonly batch: Batch;
}

/** Tells random stories and looks at each of their turns; `begin` gives the eye for one story. */
async function always(
  begin: (story: Story) => (turn: Turn) => void | Promise<void>,
  { numRuns = 100, steps = (all: readonly Step[]) => all } = {},
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(stepBatches, async (batches: readonly StepBatch[]) => {
      const chat = new Chat();
      chat.policy = tightPolicy;
      const cast = new Cast();
      const look = begin({ chat, cast });
      for (const { pauseMs, steps: taken } of batches) {
        chat.nowMs += pauseMs;
        const commands = cast.commandsOf(steps(taken), chat.nowMs);
        const batch = await chat.batch(commands);
        cast.follow(batch);
        await look({ chat, cast, commands, batch });
        // Upkeep makes no difference to any of it.
        if (pauseMs > hourMs) await tidy(chat.store, chat, 3);
      }
    }),
    { numRuns },
  );
}

function messagesOf({ events }: { readonly events: readonly Event[] }): readonly Message[] {
  return events.flatMap((event) => event.type === "message" ? [event.message] : []);
}

function refusalOf(decision: Decision<unknown> | undefined) {
  return decision?.ok === false ? decision.refusal : undefined;
}

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

Deno.test("what someone has unread is what the log tells them of it", async () => {
  let unread = 0;
  await always(() => async ({ chat: { store, life }, cast }) => {
    for (const user of cast.users) {
      const { items } = await store.unread(user, { limit: 10_000 }, life);
      const { events } = await store.log(user, 0, 100_000, life);
      const readIds = new Map<RoomId, number>();
      for (const { id, readId } of await store.rooms(user, life)) readIds.set(id, readId);
      const told = messagesOf({ events }).filter(({ author, id, room }) =>
        author.id !== user && id > (readIds.get(room) ?? Infinity)
      );
      assertEquals(items, told);
      unread += items.length;
    }
  });
  assert(unread > 200, `${unread} unread`);
});

Deno.test("what was deleted or has expired can't be read in any way", async () => {
  let gone = 0;
  await always(() => {
    const said = new Map<number, Message>();
    const deleted = new Set<number>();
    return async ({ batch, chat: { store, life }, cast }) => {
      for (const message of messagesOf(batch)) said.set(message.id, message);
      for (const event of batch.events) {
        if (event.type === "message.deleted") deleted.add(event.message);
      }
      for (const user of cast.users) {
        const { events } = await store.log(user, 0, 100_000, life);
        const arrival = await store.arrive(user, { recent: 1000, unread: 1000 }, life);
        const unread = await store.unread(user, { limit: 1000 }, life);
        const readable = new Set([
          ...messagesOf({ events }),
          ...arrival.recent,
          ...arrival.unread,
          ...unread.items,
        ].map(({ id }) => Number(id)));
        for (const room of cast.rooms) {
          const { items } = await store.messages(room, user, { limit: 1000 }, life);
          for (const { id } of items) readable.add(id);
        }
        for (const message of said.values()) {
          const { id, room, author, atMs, expiresMs } = message;
          const readId = (await store.member(room, user))?.readId ?? Infinity;
          const isOver = atMs + tightPolicy.unreadTtlMs <= life.nowMs ||
            (expiresMs <= life.nowMs && (readId >= id || author.id === user));
          if (!deleted.has(id) && !isOver) continue;
          gone += 1;
          assertEquals(await store.message(id, user, life), undefined);
          assert(!readable.has(id), `${id} can still be read`);
          if (message.commentOn !== undefined) {
            const page = { after: id - 1, limit: 1 };
            const { items } = await store.comments(message.commentOn, user, page, life);
            assert(items[0]?.id !== id);
          }
          for (const file of message.files) {
            assertEquals(await store.file(file.id, user, life), undefined);
          }
        }
      }
    };
  }, { numRuns: 60 });
  assert(gone > 1000, `${gone} times something was gone`);
});

Deno.test("nobody sees anything of a room that they are not in", async () => {
  let hidden = 0;
  await always(() => {
    const members = new Map<number, Set<UserId>>();
    const events: Event[] = [];
    const attached = new Map<number, RoomId>();
    return async ({ batch, chat: { store, life }, cast }) => {
      events.push(...batch.events);
      for (const event of batch.events) follow(event, members);
      for (const { room, files } of messagesOf(batch)) {
        for (const { id } of files) attached.set(id, room);
      }
      for (const user of cast.users) {
        const mine = cast.rooms.filter((room) => members.get(room)?.has(user));
        assertEquals(
          new Set((await store.rooms(user, life)).map(({ id }) => id)),
          new Set(mine),
        );
        for (const room of cast.rooms) {
          if (mine.includes(room)) continue;
          hidden += 1;
          const none = { items: [], hasMore: false };
          assertEquals(await store.messages(room, user, { limit: 9 }, life), none);
          assertEquals(await store.unread(user, { room, limit: 9 }, life), none);
          assertEquals(await store.countUnread(user, room, life), 0);
        }
        for (const message of messagesOf({ events })) {
          if (mine.includes(message.room)) continue;
          assertEquals(await store.message(message.id, user, life), undefined);
          assertEquals((await store.comments(message.id, user, all, life)).items, []);
        }
        for (const [file, room] of attached) {
          if (mine.includes(room)) continue;
          assertEquals(await store.file(file as never, user, life), undefined);
        }
        const { events: told, rooms } = await store.log(user, 0, 100_000, life);
        assertEquals(new Set(rooms), new Set(mine));
        for (const { audience } of told) {
          assert(audience === user || mine.includes(audience as RoomId));
        }
      }
    };
  }, { numRuns: 60 });
  assert(hidden > 1000, `${hidden} rooms were hidden`);
});

const all = { after: 0, limit: 1000 };

/** Who is in which room, by what is told of it. */
function follow(event: Event, members: Map<number, Set<UserId>>): void {
  switch (event.type) {
    case "room.created":
      members.set(event.room, new Set(event.members.map(({ id }) => id)));
      return;
    case "member.joined":
      members.set(event.room, (members.get(event.room) ?? new Set()).add(event.user.id));
      return;
    case "member.left":
      members.get(event.room)?.delete(event.user.id);
      return;
    case "room.deleted":
      members.get(event.room)?.delete(event.audience as UserId);
  }
}

Deno.test("no more people enter by a link than it has uses", async () => {
  let entered = 0;
  let spent = 0;
  await always(() => {
    const uses = new Map<number, number>();
    return ({ batch, commands, cast }) => {
      const approved = commands.filter((command, at) =>
        command.type === "request.answer" && command.approve && batch.decisions[at]?.ok &&
        batch.effects[at]?.positions !== 0
      );
      entered += approved.length;
      for (const change of batch.changes) {
        if (change.kind !== "put" || change.table !== "link") continue;
        const { id, uses: now, usesMax = Infinity } = change.row;
        assert(now <= usesMax, `${now} entered by a link for ${usesMax}`);
        assert(now === (uses.get(id) ?? -1) + 1, "each one counts once");
        uses.set(id, now);
        if (now === usesMax) spent += 1;
      }
      for (const { link } of cast.all.requests) {
        const known = cast.all.links.get(link);
        const left = known === undefined || known.uses < (known.usesMax ?? Infinity);
        assert(left, "nobody waits by a link that is used up");
      }
    };
  }, { numRuns: 200 });
  assert(entered > 30 && spent > 2, `${entered} entered, ${spent} links were used up`);
});

Deno.test("by no code can it be told why it is of no use", async () => {
  let dead = 0;
  await always(() => ({ batch, commands, cast, chat: { nowMs } }) => {
    for (const [at, command] of commands.entries()) {
      if (command.type !== "join") continue;
      const link = cast.all.links.find(command.hash);
      const isAlive = link !== undefined && nowMs < link.expiresMs &&
        link.uses < (link.usesMax ?? Infinity);
      if (isAlive || batch.decisions[at]?.ok) continue;
      const refusal = refusalOf(batch.decisions[at]);
      // What it was of use for earlier in this batch, or under a key that was used, is another matter.
      if (refusal?.code !== "not_found") continue;
      dead += 1;
      assertEquals(refusal, { code: "not_found", what: "link" });
    }
  });
  assert(dead > 10, `${dead} codes were of no use`);
});

Deno.test("an open room has an owner who is in it, and a closed one nobody and no way in", async () => {
  let handed = 0;
  let closed = 0;
  await always(() => ({ batch, cast: { all } }) => {
    handed += batch.events.filter(({ type }) => type === "room.updated").length;
    for (const room of all.rooms) {
      if (room.kind !== "room") continue;
      const members = all.members.where((member) => member.room === room.id);
      if (!room.closed) {
        assert(members.some(({ user }) => user === room.owner.id), `${room.name} is owned`);
        continue;
      }
      closed += 1;
      const ofRoom = (row: { readonly room: RoomId }) => row.room === room.id;
      assertEquals(members, []);
      assertEquals(all.links.where(ofRoom), []);
      assertEquals(all.invitations.where(ofRoom), []);
      assertEquals(all.requests.where(ofRoom), []);
    }
    for (const { room, user } of all.invitations) assert(!all.isMember(room, user));
    for (const { room, user } of all.requests) assert(!all.isMember(room, user.id));
  });
  assert(handed > 20 && closed > 20, `${handed} handed over, ${closed} closed`);
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
    fc.asyncProperty(stepBatches, async (batches) => {
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
    return [field, Array.isArray(needs) ? [...needs, ...more] : new Set([...needs, ...more])];
  });
  return Object.fromEntries(entries) as ReturnType<typeof needsOf>;
}
