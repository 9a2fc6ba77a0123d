/**
 * Which token is the one that its user registered with.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { isFirst } from "../../../lib/domain/token.ts";
import { Chat } from "../../support/chat.ts";

Deno.test("isFirst() holds for the token that came with a registration, and for no later one", async () => {
  const chat = new Chat();
  const [alice, bob] = await chat.people("alice", "bob");
  const grant = { hash: "another" };
  await chat.do({ type: "token.issue", actor: alice.id, grant });
  const tokens = await chat.store.tokensOf(alice.id);
  assertEquals(tokens.map((token) => isFirst(token, alice)), [true, false]);
  assertEquals(tokens.map((token) => isFirst(token, bob)), [false, false]);
});
