/**
 * What the operator does with the keys of an account.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { TokenId } from "../../../../lib/domain/ids.ts";
import { foldName } from "../../../../lib/text/names.ts";
import { Chat } from "../../../support/chat.ts";
import { assertRefused, carryOut, missing, told } from "../../../support/decisions.ts";

async function scene() {
  const chat = new Chat();
  const [eve, bob] = await chat.people("Eve", "bob");
  const grant = { hash: chat.newHash() };
  const { token } = await chat.do({ type: "token.issue", actor: eve.id, grant });
  return { chat, eve, bob, second: token };
}

Deno.test("resetPassword() sets a password, and puts all clients out", async () => {
  const { chat, eve, bob, second } = await scene();
  const batch = await carryOut(chat, {
    type: "password.reset",
    user: foldName("EVE"),
    passwordHash: "scrypt…",
  });
  assertEquals<unknown>(batch.decisions[0]?.ok && batch.decisions[0].outcome, { revoked: 2 });
  assertEquals(told(batch), [["token.revoked", eve.id], ["token.revoked", eve.id]]);
  assertEquals(
    batch.events.flatMap((event) => event.type === "token.revoked" ? [event.token] : []),
    [eve.token, second],
  );
  assertEquals((await chat.store.user(eve.id))?.passwordHash, "scrypt…");
  assertEquals(await chat.store.tokensOf(eve.id), []);
  assertEquals((await chat.store.tokensOf(bob.id)).length, 1);
  assertEquals(await chat.audit(), [{
    id: batch.head,
    atMs: chat.nowMs,
    act: "password.reset",
    user: { id: eve.id, name: "Eve" },
    count: 2,
  }]);
});

Deno.test("revokeClients() puts one client out, or all", async () => {
  const { chat, eve, second } = await scene();
  const user = foldName("eve");
  const first = await carryOut(chat, { type: "clients.revoke", user, token: second });
  assertEquals<unknown>(first.decisions[0]?.ok && first.decisions[0].outcome, { revoked: 1 });
  assertEquals((await chat.store.tokensOf(eve.id)).map(({ id }) => id), [eve.token]);
  const rest = await carryOut(chat, { type: "clients.revoke", user });
  assertEquals<unknown>(rest.decisions[0]?.ok && rest.decisions[0].outcome, { revoked: 1 });
  assertEquals(await chat.store.tokensOf(eve.id), []);
  assertEquals((await chat.audit()).map(({ act, count }) => [act, count]), [
    ["clients.revoke", 1],
    ["clients.revoke", 1],
  ]);
});

Deno.test("revokeClients() answers for another's client as for one that never was", async () => {
  const { chat, bob } = await scene();
  const user = foldName("eve");
  for (const token of [bob.token, 999 as TokenId]) {
    await assertRefused(chat, { type: "clients.revoke", user, token }, missing("token"));
  }
});

Deno.test("neither finds anybody by a name that nobody has", async () => {
  const { chat } = await scene();
  const user = foldName("nobody");
  await assertRefused(chat, { type: "clients.revoke", user }, missing("user"));
  await assertRefused(chat, { type: "password.reset", user, passwordHash: "h" }, missing("user"));
});
