/**
 * Erasing by the operator: left to a server where there is one, done here where there is none.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { UserId } from "../../../lib/domain/ids.ts";
import { defaultPolicy } from "../../../lib/domain/policy.ts";
import { foldName } from "../../../lib/text/names.ts";
import { erased, erasedLookEveryMs, erasedWaitMaxMs } from "../../../server/admin/erasing.ts";
import { eraseDeleted } from "../../../server/chat/erasing.ts";
import { Engine } from "../../../server/chat/engine.ts";
import { Chat } from "../../support/chat.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

/** eve was deleted, who has said something; and whether a server runs. */
async function scene() {
  const clock = new VirtualClock();
  const chat = new Chat();
  const policy = { ...defaultPolicy, limit: 0 };
  const [eve] = await chat.people("eve");
  const file = await chat.addFile(eve, "a.txt", "abc");
  await chat.say(eve, "spam", { files: [file.id] });
  await chat.do({ type: "user.delete", user: foldName("eve") });
  const { store } = chat;
  const engine = new Engine({ store, clock, policy, publish: () => {} });
  const served = { is: true };
  const open = { store, engine, clock, isServed: () => served.is };
  return { open, eve: eve.id, file: file.id, served, erase: () => eraseDeleted(open) };
}

type Scene = Awaited<ReturnType<typeof scene>>;

async function isErased({ open }: Scene, user: UserId): Promise<boolean> {
  return (await open.store.user(user))?.erased === true;
}

/** Lets time pass, look by look, and everything happen that follows from it. */
async function pass({ open: { clock } }: Scene, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += erasedLookEveryMs) {
    clock.advance(erasedLookEveryMs);
    await new Promise<void>((resolve) => clock.afterThisTurn(resolve));
  }
}

Deno.test("where no server is the operator's process erases, files included", async () => {
  const it = await scene();
  it.served.is = false;
  assertEquals(await erased(it.open, it.eve), true);
  assertEquals(await isErased(it, it.eve), true);
  assertEquals(await it.open.store.fileBytes(it.file, 0, 3), undefined);
});

Deno.test("a server's erasing is waited for, and done by nobody else", async () => {
  const it = await scene();
  const done = erased(it.open, it.eve);
  await pass(it, erasedWaitMaxMs / 2);
  assertEquals(await isErased(it, it.eve), false);
  await it.erase();
  await pass(it, erasedLookEveryMs);
  assertEquals(await done, true);
  assertEquals(it.open.clock.waiting, 0);
});

Deno.test("a server that ends before it has erased leaves that to the operator's process", async () => {
  const it = await scene();
  const done = erased(it.open, it.eve);
  await pass(it, 2 * erasedLookEveryMs);
  it.served.is = false;
  await pass(it, erasedLookEveryMs);
  assertEquals(await done, true);
  assertEquals(await isErased(it, it.eve), true);
});

for (const waitMs of [erasedWaitMaxMs - erasedLookEveryMs, erasedWaitMaxMs]) {
  Deno.test(`after ${waitMs} ms a server's erasing is ${waitMs < erasedWaitMaxMs ? "waited for" : "left to it"}`, async () => {
    const it = await scene();
    let told: boolean | undefined;
    const done = erased(it.open, it.eve).then((answer) => told = answer);
    await pass(it, waitMs);
    assertEquals(told, waitMs < erasedWaitMaxMs ? undefined : false);
    await it.erase();
    await pass(it, erasedLookEveryMs);
    await done;
    assert(told === waitMs < erasedWaitMaxMs);
  });
}
