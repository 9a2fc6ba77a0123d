/**
 * Files as a store keeps them: who may have them, their bytes, and when they go.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { hourMs } from "../../../lib/domain/bounds.ts";
import type { FileId } from "../../../lib/domain/ids.ts";
import { adding, type Chat, type Person } from "../../support/chat.ts";
import { loaded, nobody, type Test } from "./setting.ts";

/** Who of some may have a file. */
async function holders(chat: Chat, file: FileId, ...people: readonly Person[]) {
  const found = await Promise.all(people.map(({ id }) => chat.store.file(file, id, chat.life)));
  return people.filter((_, at) => found[at] !== undefined).map(({ name }) => name);
}

export function fileContract(test: Test): void {
  test("file() tells all of a loose file, to its owner alone", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const file = await chat.addFile(alice, "ünï '; --.txt", "bytes");
    assertEquals<unknown>(await chat.store.file(file.id, alice.id, chat.life), file);
    assertEquals(await holders(chat, file.id, alice, bob), ["alice"]);
    assertEquals(await chat.store.file(file.id, nobody, chat.life), undefined);
    assertEquals(await chat.store.file(999 as FileId, alice.id, chat.life), undefined);
    assertEquals(await chat.store.file(Number(alice.id) as FileId, alice.id, chat.life), undefined);
  });

  test("file() in a private chat is for its two, and in the common chat for everyone", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const secret = await chat.addFile(alice, "secret");
    const open = await chat.addFile(alice, "open");
    const { id } = await chat.say(alice, "psst", { to: "bob", files: [secret.id] });
    await chat.say(alice, "look", { files: [open.id] });
    assertEquals(await holders(chat, secret.id, alice, bob, carl), ["alice", "bob"]);
    assertEquals(await holders(chat, open.id, alice, bob, carl), ["alice", "bob", "carl"]);
    assertEquals<unknown>(await chat.store.file(secret.id, bob.id, chat.life), {
      ...secret,
      message: id,
    });
  });

  test("file() in a scheduled message is for its author, until it is sent or cancelled", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const sent = await chat.addFile(alice, "sent");
    const dropped = await chat.addFile(alice, "dropped");
    const failed = await chat.addFile(alice, "failed");
    const room = await chat.makeRoom(alice, "den");
    await chat.schedule(alice, "1", 1000, { to: "bob", files: [sent.id] });
    const { id } = await chat.schedule(alice, "2", 1000, { to: "bob", files: [dropped.id] });
    const late = await chat.schedule(alice, "3", 1000, { room, files: [failed.id] });
    await chat.do({ type: "room.delete", actor: alice.id, room });
    for (const file of [sent, dropped, failed]) {
      assertEquals(await holders(chat, file.id, alice, bob), ["alice"]);
    }
    await chat.do({ type: "scheduled.cancel", actor: alice.id, scheduled: id });
    chat.nowMs += 1000;
    await chat.sendDue();
    assertEquals(await holders(chat, sent.id, alice, bob), ["alice", "bob"]);
    assertEquals(await holders(chat, dropped.id, alice, bob), []);
    // What could not be sent can be sent at another time.
    assertEquals(await holders(chat, failed.id, alice, bob), ["alice"]);
    assertEquals((await chat.store.scheduled(late.id))?.files.length, 1);
    // That it was sent is known for a day only; the message lives on.
    assertEquals(await chat.store.forgetScheduled(chat.nowMs + 1, 9), 2);
    assertEquals(await holders(chat, sent.id, alice, bob), ["alice", "bob"]);
    assertEquals(await holders(chat, failed.id, alice, bob), []);
  });

  test("a message tells its files by when they were uploaded", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const [b, a] = [await chat.addFile(alice, "b"), await chat.addFile(alice, "a")];
    const message = await chat.say(alice, "look", { files: [a.id, b.id] });
    assertEquals(message.files.map(({ name }) => name), ["b", "a"]);
    assertEquals<unknown>(await chat.store.message(message.id, bob.id, chat.life), message);
  });

  test("fileBytes() gives any range of what was uploaded", async (chat) => {
    const alice = await chat.register("alice");
    // More than fits in one piece, whatever the pieces are.
    const bytes = Uint8Array.from({ length: 300_001 }, (_, n) => (n * 7 + (n >> 8)) % 256);
    const { file } = await chat.do(adding(alice, { bytes }));
    for (
      const [from, to] of [
        ...[[0, 300_001], [0, 1], [300_000, 300_001], [65_535, 65_537], [1, 262_145]] as const,
        ...[[131_072, 131_072], [0, 0], [300_001, 300_001], [262_143, 999_999]] as const,
      ]
    ) {
      const found = await chat.store.fileBytes(file.id, from, to);
      assertEquals(found?.length, Math.min(to, bytes.length) - from, `${from}–${to}`);
      assertEquals(found?.every((byte, n) => byte === bytes[from + n]), true, `${from}–${to}`);
    }
    assertEquals(await chat.store.fileBytes(999 as FileId, 0, 1), undefined);
  });

  test("fileBytes() of a file without any are none, and not those of another", async (chat) => {
    const alice = await chat.register("alice");
    const { file: empty } = await chat.do(adding(alice, { bytes: new Uint8Array() }));
    await chat.addFile(alice, "b", "other");
    assertEquals(await chat.store.fileBytes(empty.id, 0, 0), new Uint8Array());
    assertEquals(await chat.store.fileBytes(empty.id, 0, 10), new Uint8Array());
  });

  test("the bytes of a file go with it, and those of no other", async (chat) => {
    const alice = await chat.register("alice");
    const [gone, kept] = [await chat.addFile(alice, "a"), await chat.addFile(alice, "b")];
    await loaded(chat, { files: new Set([gone.id]) }, (state) => {
      for (const file of state.files) state.files.remove(file);
    });
    assertEquals(await chat.store.file(gone.id, alice.id, chat.life), undefined);
    assertEquals(await chat.store.fileBytes(gone.id, 0, 9), undefined);
    assertEquals((await chat.store.fileBytes(kept.id, 0, 9))?.length, 3);
  });

  test("removeFiles() removes loose files that were uploaded then or before, in slices", async (chat) => {
    const alice = await chat.register("alice");
    const startMs = chat.nowMs;
    const ids: FileId[] = [];
    for (const name of ["1", "2", "3", "4"]) {
      ids.push((await chat.addFile(alice, name)).id);
      chat.nowMs += 1;
    }
    const kept = async () => {
      const bytes = await Promise.all(ids.map((id) => chat.store.fileBytes(id, 0, 1)));
      const files = await Promise.all(ids.map((id) => chat.store.file(id, alice.id, chat.life)));
      assertEquals(bytes.map((one) => one !== undefined), files.map((one) => one !== undefined));
      return files.filter((file) => file !== undefined).map(({ name }) => name).join("");
    };
    assertEquals([await chat.store.removeFiles(startMs - 1, 9), await kept()], [0, "1234"]);
    assertEquals([await chat.store.removeFiles(startMs + 2, 2), (await kept()).length], [2, 2]);
    assertEquals([await chat.store.removeFiles(startMs + 2, 2), await kept()], [1, "4"]);
    assertEquals([await chat.store.removeFiles(startMs + 2, 2), await kept()], [0, "4"]);
  });

  test("removeFiles() removes those whose message is gone, however it went, and no others", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const room = await chat.makeRoom(alice, "den", bob);
    const names = ["kept", "deleted", "expired", "closed", "waiting", "cancelled", "failed"];
    const files = new Map<string, FileId>();
    for (const name of names) files.set(name, (await chat.addFile(alice, name)).id);
    const put = (name: string) => ({ files: [files.get(name) ?? 0 as FileId] });
    await chat.say(alice, "", { to: "bob", ...put("expired") });
    const deleted = await chat.say(alice, "", put("deleted"));
    await chat.say(alice, "", { room, ...put("closed") });
    await chat.schedule(alice, "", 9 * hourMs, put("waiting"));
    const cancelled = await chat.schedule(alice, "", 9 * hourMs, put("cancelled"));
    const failed = await chat.schedule(alice, "", 1000, { room, ...put("failed") });
    const remove = () => chat.store.removeFiles(0, 9);
    assertEquals(await remove(), 0);
    await chat.do({ type: "message.delete", actor: alice.id, message: deleted.id });
    assertEquals([await remove(), await remove()], [1, 0]);
    await chat.do({ type: "scheduled.cancel", actor: alice.id, scheduled: cancelled.id });
    assertEquals([await remove(), await remove()], [1, 0]);
    await chat.do({ type: "room.delete", actor: alice.id, room });
    chat.nowMs += 1000;
    await chat.sendDue();
    assertEquals((await chat.store.scheduled(failed.id))?.end?.kind, "failed");
    assertEquals(await remove(), 0, "it could be sent at another time");
    assertEquals(await chat.store.forgetScheduled(chat.nowMs + 1, 9), 1);
    assertEquals([await remove(), await remove()], [1, 0]);
    await chat.markRead(bob, await chat.store.head(), { to: "alice" });
    chat.nowMs += hourMs;
    await chat.say(alice, "", { to: "bob", ...put("kept") });
    // The two that were in messages go with them.
    assertEquals((await chat.store.removeExpired({ limit: 9 }, chat.life)).removed, 2);
    assertEquals([await remove(), await remove()], [2, 0]);
    const left = await Promise.all(
      [...files.values()].map((id) => chat.store.file(id, alice.id, chat.life)),
    );
    assertEquals(left.flatMap((file) => file?.name ?? []), ["kept", "waiting"]);
  });

  test("removeFiles() keeps the files of a message whose scheduling is forgotten", async (chat) => {
    const alice = await chat.register("alice");
    const file = await chat.addFile(alice);
    await chat.schedule(alice, "look", 1000, { files: [file.id] });
    chat.nowMs += 1000;
    await chat.sendDue();
    assertEquals(await chat.store.forgetScheduled(chat.nowMs + 1, 9), 1);
    assertEquals(await chat.store.removeFiles(chat.nowMs + hourMs, 9), 0);
    assertEquals((await chat.store.fileBytes(file.id, 0, 9))?.length, 3);
  });
}
