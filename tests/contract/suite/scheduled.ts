/**
 * Scheduled messages as a store keeps them, and the order in which they are due.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { dayMs, hourMs } from "../../../lib/domain/bounds.ts";
import type { ScheduledId } from "../../../lib/domain/ids.ts";
import { nobody, type Test } from "./setting.ts";

export function scheduledContract(test: Test): void {
  test("scheduled() tells a message as it was scheduled, with its files and the name of now", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const files = [(await chat.addFile(alice, "b")).id, (await chat.addFile(alice, "a")).id];
    const { id: commentOn } = await chat.say(bob, "?", { to: "alice" });
    const retry = { key: "k", fingerprint: "f" };
    const place = { to: "bob", commentOn, files };
    const scheduled = await chat.schedule(alice, "'; --\n👩‍🚀", 5000, place, retry);
    assertEquals<unknown>(await chat.store.scheduled(scheduled.id), scheduled);
    assertEquals(scheduled.files.map(({ name }) => name), ["b", "a"]);
    await chat.do({ type: "profile.change", actor: bob.id, name: "Robert" });
    assertEquals<unknown>(await chat.store.scheduled(scheduled.id), {
      ...scheduled,
      place: { to: { id: bob.id, name: "Robert" } },
    });
    assertEquals(await chat.store.scheduled(999 as ScheduledId), undefined);
    assertEquals(await chat.store.scheduled(Number(alice.id) as ScheduledId), undefined);
  });

  test("scheduled() tells what became of a message", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const room = await chat.makeRoom(alice, "den");
    const sent = await chat.schedule(alice, "sent", 1000, { to: "bob" });
    const failed = await chat.schedule(alice, "failed", 1000, { room });
    await chat.do({ type: "room.delete", actor: alice.id, room });
    chat.nowMs += 1000;
    await chat.sendDue();
    const { items } = await chat.store.unread(bob.id, { limit: 9 }, chat.life);
    const end = { atMs: chat.nowMs };
    assertEquals<unknown>(await chat.store.scheduled(sent.id), {
      ...sent,
      text: "",
      end: { ...end, kind: "sent", message: items[0]?.id },
    });
    assertEquals<unknown>(await chat.store.scheduled(failed.id), {
      ...failed,
      end: { ...end, kind: "failed", code: "not_found" },
    });
  });

  test("scheduledBy() are someone's own that were not sent, by when they are due", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const room = await chat.makeRoom(alice, "den");
    await chat.schedule(alice, "2", 5000);
    await chat.schedule(alice, "3", 5000);
    await chat.schedule(alice, "4", 9000);
    await chat.schedule(alice, "1", 2000, { room });
    await chat.schedule(alice, "sent", 1000);
    await chat.schedule(bob, "another's", 1000);
    const cancelled = await chat.schedule(alice, "cancelled", 3000);
    await chat.do({ type: "scheduled.cancel", actor: alice.id, scheduled: cancelled.id });
    await chat.do({ type: "room.delete", actor: alice.id, room });
    const texts = async () => (await chat.store.scheduledBy(alice.id)).map(({ text }) => text);
    const count = () => chat.store.countScheduled(alice.id);
    assertEquals([await texts(), await count()], [["sent", "1", "2", "3", "4"], 5]);
    chat.nowMs += 2000;
    await chat.sendDue();
    // One was sent, and one has failed and waits no more.
    assertEquals([await texts(), await count()], [["1", "2", "3", "4"], 3]);
    assertEquals([await chat.store.scheduledBy(nobody), await chat.store.countScheduled(nobody)], [
      [],
      0,
    ]);
  });

  test("due() are those whose time has come, by when, then by id, as many as asked for", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    for (
      const [author, text, inMs] of [
        [alice, "3", 5000],
        [bob, "1", 2000],
        [alice, "2", 2000],
        [bob, "4", 6000],
      ] as const
    ) await chat.schedule(author, text, inMs);
    const [first] = await chat.store.scheduledBy(bob.id);
    const change = { type: "scheduled.change", actor: bob.id, text: "1" } as const;
    await chat.do({ ...change, scheduled: first?.id ?? 0 as ScheduledId });
    const startMs = chat.nowMs;
    const due = async (afterMs: number, limit = 9) => {
      const found = await chat.store.due(startMs + afterMs, limit);
      return found.map(({ text }) => text).join("");
    };
    assertEquals(await due(1999), "");
    assertEquals(await due(2000), "12");
    assertEquals(await due(5999), "123");
    assertEquals(await due(6000), "1234");
    assertEquals(await due(6000, 3), "123");
    assertEquals(await due(6000, 1), "1");
    assertEquals(await chat.store.nextDueMs(0), startMs + 2000);
    assertEquals(await chat.store.nextDueMs(startMs + 1999), startMs + 2000);
    assertEquals(await chat.store.nextDueMs(startMs + 2000), startMs + 5000);
    assertEquals(await chat.store.nextDueMs(startMs + 6000), undefined);
    chat.nowMs += 5000;
    await chat.sendDue();
    assertEquals([await due(6000), await chat.store.nextDueMs(0)], ["4", startMs + 6000]);
    chat.nowMs += 1000;
    await chat.sendDue();
    assertEquals([await due(dayMs), await chat.store.nextDueMs(0)], ["", undefined]);
  });

  test("due() are found by the time that they were put off to", async (chat) => {
    const alice = await chat.register("alice");
    const { id } = await chat.schedule(alice, "1", 5000);
    await chat.schedule(alice, "2", 7000);
    const when = { field: "in", inMs: 9000 } as const;
    await chat.do({ type: "scheduled.change", actor: alice.id, scheduled: id, when });
    const due = await chat.store.due(Infinity, 9);
    assertEquals(due.map(({ text }) => text), ["2", "1"]);
    assertEquals(await chat.store.nextDueMs(0), chat.nowMs + 7000);
    await chat.do({ type: "scheduled.cancel", actor: alice.id, scheduled: id });
    assertEquals((await chat.store.due(Infinity, 9)).length, 1);
  });

  test("due() come with what is needed to send them, one that failed and waits again too", async (chat) => {
    const alice = await chat.register("alice");
    const file = await chat.addFile(alice);
    const room = await chat.makeRoom(alice, "den");
    const { id: commentOn } = await chat.say(alice, "?", { room });
    const scheduled = await chat.schedule(alice, "!", 2 * hourMs, { commentOn, files: [file.id] });
    assertEquals<unknown>(await chat.store.due(Infinity, 9), [scheduled]);
    chat.nowMs += 2 * hourMs;
    // What it is about has expired for its author.
    await chat.sendDue();
    assertEquals(await chat.store.due(Infinity, 9), []);
    const when = { field: "in", inMs: 1000 } as const;
    await chat.do({ type: "scheduled.change", actor: alice.id, scheduled: scheduled.id, when });
    assertEquals<unknown>(await chat.store.due(Infinity, 9), [
      { ...scheduled, dueMs: chat.nowMs + 1000 },
    ]);
  });

  test("forgetScheduled() forgets what has ended before, in slices, and nothing that waits", async (chat) => {
    const alice = await chat.register("alice");
    const room = await chat.makeRoom(alice, "den");
    await chat.schedule(alice, "failed", 1000, { room });
    await chat.do({ type: "room.delete", actor: alice.id, room });
    const startMs = chat.nowMs;
    const ids: ScheduledId[] = [];
    for (const inMs of [1000, 1000, 2000, 9000]) {
      ids.push((await chat.schedule(alice, "hi", inMs)).id);
    }
    for (const afterMs of [1000, 2000]) {
      chat.nowMs = startMs + afterMs;
      await chat.sendDue();
    }
    const kept = async () => {
      const all = await Promise.all(ids.map((id) => chat.store.scheduled(id)));
      return all.filter((one) => one !== undefined).length;
    };
    assertEquals(await chat.store.forgetScheduled(startMs + 1000, 9), 0);
    assertEquals(await chat.store.forgetScheduled(startMs + 1001, 2), 2);
    assertEquals(await chat.store.forgetScheduled(startMs + 1001, 2), 1);
    assertEquals(await chat.store.forgetScheduled(startMs + 1001, 2), 0);
    assertEquals([await kept(), await chat.store.scheduledBy(alice.id).then((a) => a.length)], [
      2,
      1,
    ]);
    assertEquals(await chat.store.forgetScheduled(Number.MAX_SAFE_INTEGER, 9), 1);
    assertEquals(await kept(), 1);
  });
}
