/**
 * The rows of the requirements on identity, through the real program.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Workspace } from "../../support/chat_process.ts";
import { Guest, type HeardEvent } from "../../support/guest.ts";

Deno.test("I1 a free name is registered, and entered from elsewhere by its password", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const open = await Guest.arrive(url, "open");
  const locked = await Guest.arrive(url, "locked", "correct horse");
  const elsewhere = await Guest.arrive(url, "locked", "correct horse");
  assert(locked.token !== elsewhere.token);
  assertEquals((await elsewhere.ask("GET /status")).user.name, "locked");
  assertEquals((await open.ask("POST /connect")).user, "open");
  // A lost answer is asked for again: the same request with the same key brings the same token.
  const register = async () => {
    const response = await fetch(`${url}/connect`, {
      method: "POST",
      headers: { "idempotency-key": "9fWq0xkq7J1wYw3n4aVb" },
      body: new URLSearchParams({ user: "forgetful" }),
    });
    return [response.status, (await response.json()).token];
  };
  const first = await register();
  assertEquals(first[0], 201);
  assertEquals(await register(), first);
});

Deno.test("I2 a taken name without its token or password is refused", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  await Guest.arrive(url, "open");
  await Guest.arrive(url, "locked", "correct horse");
  const connect = async (fields: Record<string, string>) => {
    const body = new URLSearchParams(fields);
    const response = await fetch(`${url}/connect`, { method: "POST", body });
    return [response.status, (await response.json()).code];
  };
  assertEquals(await connect({ user: "OPEN" }), [401, "name_taken"]);
  assertEquals(await connect({ user: "open", password: "x" }), [401, "name_taken"]);
  assertEquals(await connect({ user: "locked" }), [401, "name_taken"]);
  assertEquals(await connect({ user: "locked", password: "wrong" }), [401, "bad_password"]);
});

Deno.test("I3 tokens are listed and revoked, and kept only as hashes", async () => {
  await using workspace = new Workspace();
  const { url, process } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice", "correct horse");
  const phone = await Guest.arrive(url, "alice", "correct horse");
  const { items } = await alice.ask("GET /tokens");
  assertEquals(items.map(({ current }: HeardEvent) => current), [true, false]);
  await using stream = await phone.listen();
  await alice.ask(`DELETE /tokens/${items[1].id}`);
  await stream.next("token.revoked");
  await phone.refused("unauthorized", "GET /status");
  const tablet = await Guest.arrive(url, "alice", "correct horse");
  await alice.refused("bad_password", "PATCH /me", { password: "new", old_password: "wrong" });
  await alice.ask("PATCH /me", { password: "new horse", old_password: "correct horse" });
  await tablet.refused("unauthorized", "GET /status");
  await Guest.arrive(url, "alice", "new horse");
  await process.kill("SIGTERM");
  const files = await Array.fromAsync(Deno.readDir(workspace.folder));
  for (const { name } of files.filter(({ name }) => name.startsWith("chat.db"))) {
    const bytes = new TextDecoder("latin1").decode(await Deno.readFile(workspace.path(name)));
    for (const secret of [alice.token, phone.token, tablet.token, "correct horse", "new horse"]) {
      assert(!bytes.includes(secret), `${name} holds ${secret}`);
    }
  }
});
