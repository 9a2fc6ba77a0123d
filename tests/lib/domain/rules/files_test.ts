/**
 * Uploading files, and putting them into messages.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { hourMs, unsentFilesPerUserMax, uploadsPerHourMax } from "../../../../lib/domain/bounds.ts";
import type { FileId, UserId } from "../../../../lib/domain/ids.ts";
import { noNeeds } from "../../../../lib/domain/needs.ts";
import { adding, Chat, type Person, saying, scheduling } from "../../../support/chat.ts";
import { assertRefused, carryOut, faulty, missing } from "../../../support/decisions.ts";

async function upload(chat: Chat, owner: Person, count: number): Promise<FileId[]> {
  const ids: FileId[] = [];
  for (let n = 0; n < count; n++) ids.push((await chat.addFile(owner, `${n}.txt`)).id);
  return ids;
}

Deno.test("addFile() keeps a file apart from its bytes, and tells nobody", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const bytes = new Uint8Array([1, 2, 3, 0]);
  const { decisions, changes, events, before, head } = await chat.batch([
    adding(alice, { name: "a b.txt", bytes }),
  ]);
  const file = {
    id: before + 1,
    owner: alice.id,
    name: "a b.txt",
    type: "text/plain",
    size: 4,
    sha256: "sha of a b.txt",
    createdMs: chat.nowMs,
  };
  assertEquals<unknown>(decisions, [{ ok: true, outcome: { file }, replayed: false }]);
  const window = { user: alice.id, kind: "upload", openedMs: chat.nowMs, used: 1 };
  assertEquals<unknown>(changes, [
    { kind: "put", table: "window", row: window },
    { kind: "put", table: "file", row: file },
    { kind: "put", table: "content", row: { file: before + 1, bytes } },
  ]);
  assertEquals([events, head], [[], before + 1]);
});

Deno.test("addFile() takes a file without any bytes", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const { file } = await chat.do(adding(alice, { bytes: new Uint8Array() }));
  assertEquals(file.size, 0);
  assertEquals((await chat.store.fileBytes(file.id, 0, 10))?.length, 0);
});

Deno.test(`addFile() lets ${unsentFilesPerUserMax} files wait, and one more when one was sent`, async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const ids = await upload(chat, alice, unsentFilesPerUserMax - 1);
  await carryOut(chat, adding(alice));
  const full = faulty("", "50 uploaded files wait to be sent already");
  await assertRefused(chat, adding(alice), full);
  await carryOut(chat, adding(bob));
  await chat.say(alice, "look", { files: ids.slice(0, 1) });
  await carryOut(chat, adding(alice));
  await assertRefused(chat, adding(alice), full);
  // One that waits with its message takes its place until that is sent.
  const scheduled = await chat.schedule(alice, "look", 5000, { files: ids.slice(1, 2) });
  await assertRefused(chat, adding(alice), full);
  chat.nowMs = scheduled.dueMs;
  await chat.sendDue();
  await carryOut(chat, adding(alice));
});

Deno.test(`addFile() takes ${uploadsPerHourMax} files an hour, sent or not`, async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const openedMs = chat.nowMs;
  for (let n = 0; n < uploadsPerHourMax / 10; n++) {
    const { decisions } = await chat.batch(Array.from({ length: 10 }, () => adding(alice)));
    assertEquals(decisions.filter(({ ok }) => !ok), []);
    const all = await chat.store.transact(
      { ...noNeeds(), unsentFilesOf: new Set([alice.id]) },
      (state) => [...state.files].map(({ id }) => id),
    );
    await chat.say(alice, "look", { to: "bob", files: all });
  }
  chat.nowMs += hourMs - 1;
  await assertRefused(chat, adding(alice), {
    code: "rate_limited",
    limit: {
      kind: "upload",
      limit: uploadsPerHourMax,
      periodMs: hourMs,
      remaining: 0,
      resetsMs: openedMs + hourMs,
    },
  });
  await carryOut(chat, adding(bob));
  chat.nowMs += 1;
  await carryOut(chat, adding(alice));
});

Deno.test("addFile() counts nobody else's, who upload in the same batch", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  for (const one of [alice, bob]) await upload(chat, one, unsentFilesPerUserMax - 1);
  await carryOut(chat, adding(bob), adding(alice));
});

Deno.test("addFile() counts those of its batch", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  await upload(chat, alice, unsentFilesPerUserMax - 1);
  const { decisions } = await chat.batch([adding(alice), adding(alice)]);
  assertEquals(decisions.map(({ ok }) => ok), [true, false]);
});

Deno.test("addFile() refuses who is not there", async () => {
  await assertRefused(new Chat(), adding({ id: 999 as UserId }), missing("user"));
});

Deno.test("a message takes its files with it, in the order of their upload", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const [a = 0 as FileId, b = 0 as FileId] = await upload(chat, alice, 2);
  const batch = await carryOut(chat, saying(alice, "", { files: [b, a] }));
  const [event] = batch.events;
  assertEquals<unknown>(event?.type === "message" && event.message.files, [
    { id: a, name: "0.txt", type: "text/plain", size: 3 },
    { id: b, name: "1.txt", type: "text/plain", size: 3 },
  ]);
  const puts = batch.changes.flatMap((change) =>
    change.kind === "put" && change.table === "file" ? [[change.row.id, change.row.message]] : []
  );
  assertEquals<unknown>(puts, [[b, event?.position], [a, event?.position]]);
});

Deno.test("a message can't take what is not there, not its author's, or in another message", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const [a, b, c] = await upload(chat, alice, 3) as [FileId, FileId, FileId];
  const [foreign] = await upload(chat, bob, 1) as [FileId];
  await chat.say(alice, "1", { files: [a] });
  await chat.schedule(alice, "2", 5000, { files: [b] });
  for (
    const [files, fault] of [
      [[999 as FileId], "has no file 999"],
      // Whether there is such a file is none of her business.
      [[foreign], `has no file ${foreign}`],
      [[Number(alice.id) as FileId], `has no file ${alice.id}`],
      [[a], `has file ${a}, which is in another message`],
      [[b], `has file ${b}, which is in another message`],
      [[c, c], `names file ${c} twice`],
      [[c, a], `has file ${a}, which is in another message`],
    ] as const
  ) {
    await assertRefused(chat, saying(alice, "?", { files }), faulty("files", fault));
    await assertRefused(chat, scheduling(alice, "?", 5000, { files }), faulty("files", fault));
  }
  await chat.say(alice, "3", { files: [c] });
});

Deno.test("a file is in the first message of a batch that names it", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  const files = await upload(chat, alice, 1);
  const { decisions } = await chat.batch([
    saying(alice, "1", { files }),
    saying(alice, "2", { files }),
    scheduling(alice, "3", 5000, { files }),
  ]);
  assertEquals(decisions.map(({ ok }) => ok), [true, false, false]);
});
