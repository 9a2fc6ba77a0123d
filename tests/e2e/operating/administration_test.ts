/**
 * The commands of docs/operating.md about administration, typed as they stand there.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Guest } from "../../support/guest.ts";
import { testWith } from "../../support/tools.ts";
import { recipe } from "./handbook.ts";
import { Machine } from "./machine.ts";

testWith(["curl"], "every command of the section on administration does what it says", async () => {
  await using machine = await Machine.installed();
  await machine.type("echo CHAT_LIMIT=0 >> /etc/chat/chat.env");
  await machine.start();
  const alice = await Guest.arrive(machine.url, "alice");
  const bob = await Guest.arrive(machine.url, "bob");
  const said: number[] = [];
  while ((said.at(-1) ?? 0) < 41) said.push(await alice.say(`text ${said.length}`));
  assert(said.includes(41));
  const [everyday = "", clients = "", final = ""] = recipe("operating.md", "Administration", 3);

  await bob.ask("POST /report", { user: "alice", reason: "shouts" });
  const { out } = await machine.type(everyday);
  assert(out.includes("shouts") && out.includes("sells watches"), out);
  assertEquals((await alice.ask("GET /status")).user.role, "moderator");
  await bob.say("let in again");

  await alice.ask("POST /report", { user: "bob" });
  await machine.type(clients);
  assertEquals((await bob.try("GET /status")).status, 401);

  await machine.type(final);
  assertEquals((await alice.try("GET /messages/41")).status, 404);
  const { items } = await alice.ask("GET /users");
  assertEquals(items.map(({ name }: { name: string }) => name), ["alice"]);
});
