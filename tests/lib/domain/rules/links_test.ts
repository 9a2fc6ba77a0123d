/**
 * Making and revoking links into a room.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import {
  linkLifeMaxMs,
  linkLifeMinMs,
  linkLifeMs,
  roomLinksMax,
} from "../../../../lib/domain/bounds.ts";
import { commonRoom, type LinkId, type RoomId } from "../../../../lib/domain/ids.ts";
import type { CreateLink } from "../../../../lib/domain/rules/links.ts";
import { foldName } from "../../../../lib/text/names.ts";
import { Chat, noEffect, type Person } from "../../../support/chat.ts";
import { assertRefused, carryOut, changed, faulty, missing } from "../../../support/decisions.ts";

const ownersOnly = { code: "forbidden", why: "Only the owner of the room can do this" } as const;

async function scene() {
  const chat = new Chat();
  const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
  const room = await chat.makeRoom(alice, "den", bob);
  const linking = (who: Person, more: Partial<CreateLink> = {}): CreateLink => (
    { type: "link.create", actor: who.id, room, hash: chat.newHash(), ...more }
  );
  const revoking = (who: Person, link: number, id: number = room) => (
    { type: "link.revoke", actor: who.id, room: id as RoomId, link: link as LinkId } as const
  );
  return { chat, alice, bob, carl, room, linking, revoking };
}

Deno.test("createLink() makes a link for a week, which nobody is told of", async () => {
  const { chat, alice, room, linking } = await scene();
  const { decisions, changes, events, before, head } = await chat.batch([
    linking(alice, { hash: "code" }),
  ]);
  const link = {
    id: before + 1,
    room,
    hash: "code",
    createdMs: chat.nowMs,
    expiresMs: chat.nowMs + 7 * 24 * 3_600_000,
    uses: 0,
  };
  assertEquals(linkLifeMs, 7 * 24 * 3_600_000);
  assertEquals<unknown>(decisions, [{ ok: true, outcome: { link }, replayed: false }]);
  assertEquals<unknown>(changes, [{ kind: "put", table: "link", row: link }]);
  assertEquals([events, head], [[], before + 1]);
});

Deno.test("createLink() makes a link for as many as its owner says", async () => {
  const { chat, alice, linking } = await scene();
  const { link } = await chat.do(linking(alice, { usesMax: 3 }));
  assertEquals([link.usesMax, link.uses], [3, 0]);
});

for (
  const [lifeMs, taken] of [
    [linkLifeMinMs - 1, false],
    [linkLifeMinMs, true],
    [linkLifeMaxMs, true],
    [linkLifeMaxMs + 1, false],
  ] as const
) {
  Deno.test(`createLink() ${taken ? "takes" : "refuses"} a life of ${lifeMs} ms`, async () => {
    const { chat, alice, linking } = await scene();
    const command = linking(alice, { lifeMs });
    if (taken) assertEquals((await chat.do(command)).link.expiresMs, chat.nowMs + lifeMs);
    else await assertRefused(chat, command, faulty("expires_in", "must be from 1 s to 1 year"));
  });
}

Deno.test(`createLink() lets a room have ${roomLinksMax} links that can be used`, async () => {
  const { chat, alice, linking, revoking } = await scene();
  const first = await chat.do(linking(alice));
  for (let n = 2; n < roomLinksMax; n++) await carryOut(chat, linking(alice));
  await carryOut(chat, linking(alice, { lifeMs: 1000 }));
  const full = faulty("room", "has 20 links already");
  await assertRefused(chat, linking(alice), full);
  await carryOut(chat, revoking(alice, first.link.id), linking(alice));
  await assertRefused(chat, linking(alice), full);
  chat.nowMs += 1000;
  const batch = await carryOut(chat, linking(alice));
  assertEquals(changed(batch), ["removed link", "put link"], "the one that expired is gone");
});

Deno.test("createLink() gives the same link again for the same code, while it is of use", async () => {
  const { chat, alice, linking } = await scene();
  const command = linking(alice, { lifeMs: 1000 });
  const { link } = await chat.do(command);
  const batch = await carryOut(chat, command);
  assertEquals<unknown>(batch.decisions[0]?.ok && batch.decisions[0].outcome, { link });
  assertEquals(batch.effects, [noEffect]);
});

Deno.test("createLink() makes room for another link when one is used up", async () => {
  const { chat, alice, carl, room, linking } = await scene();
  await chat.do(linking(alice, { hash: "code", usesMax: 1 }));
  await chat.do({ type: "join", actor: carl.id, hash: "code" });
  const user = foldName("carl");
  await chat.do({ type: "request.answer", actor: alice.id, room, user, approve: true });
  const { link } = await chat.do(linking(alice));
  assertEquals((await chat.store.linksInto(room)).map(({ id }) => id), [link.id]);
});

Deno.test("createLink() and revokeLink() are for the owner alone", async () => {
  const { chat, alice, bob, carl, linking, revoking } = await scene();
  const { link } = await chat.do(linking(alice));
  const { room: pair } = await chat.say(alice, "psst", { to: "bob" });
  await assertRefused(chat, linking(bob), ownersOnly);
  await assertRefused(chat, revoking(bob, link.id), ownersOnly);
  await assertRefused(chat, linking(carl), missing("room"));
  await assertRefused(chat, revoking(carl, link.id), missing("room"));
  for (const room of [pair, commonRoom]) {
    await assertRefused(chat, linking(alice, { room }), "forbidden");
    await assertRefused(chat, revoking(alice, link.id, room), "forbidden");
  }
});

Deno.test("revokeLink() makes a link useless, and tells nobody", async () => {
  const { chat, alice, carl, linking, revoking } = await scene();
  const { link } = await chat.do(linking(alice, { hash: "code" }));
  const batch = await carryOut(chat, revoking(alice, link.id));
  assertEquals<unknown>(batch.changes, [{ kind: "removed", table: "link", row: link }]);
  assertEquals(batch.events, []);
  await assertRefused(chat, { type: "join", actor: carl.id, hash: "code" }, missing("link"));
});

Deno.test("revokeLink() finds no link of another room, nor one that was revoked", async () => {
  const { chat, alice, linking, revoking } = await scene();
  const { link } = await chat.do(linking(alice));
  const other = await chat.makeRoom(alice, "lair");
  await assertRefused(chat, revoking(alice, link.id, other), missing("link"));
  await assertRefused(chat, revoking(alice, 999), missing("link"));
  await carryOut(chat, revoking(alice, link.id));
  await assertRefused(chat, revoking(alice, link.id), missing("link"));
});
