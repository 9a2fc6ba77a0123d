/**
 * Two people talk through the real client and server, over a restart and a `kill -9`.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { Workspace } from "../support/chat_process.ts";

/** How a message looks in the plain client: time, author, text, id. */
function line(author: string, text: string): RegExp {
  return new RegExp(`^\\d\\d:\\d\\d ${author} ${text} #\\d+$`, "m");
}

Deno.test("two clients talk, publicly and privately, in both directions", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = workspace.start(["client", "--user", "alice", "--server", url]);
  const boris = workspace.start(["client", "Борис", "--server", url]);
  await alice.type("hello\n");
  await boris.out.find(line("alice", "hello"));
  await boris.type("привет 👋\n/private alice тсс\n");
  await alice.out.find(line("Борис", "привет 👋"));
  await alice.out.find(/>> Борис.* тсс/);
  const hello = /hello #(\d+)/.exec(boris.out.text)?.[1];
  await boris.type(`/comment ${hello} хорошо\n`);
  await alice.out.find(new RegExp(`↳ ${hello}.* хорошо`));
  await alice.type("/exit\n");
  await boris.endInput();
  assertEquals([(await alice.ended).code, (await boris.ended).code], [0, 0]);
});

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  Deno.test(`clients go on by themselves after the server's ${signal}`, async () => {
    await using workspace = new Workspace();
    const { url, process } = await workspace.serve();
    const alice = workspace.start(["client", "--user", "alice", "--server", url]);
    const bob = workspace.start(["client", "--user", "bob", "--server", url]);
    await alice.type("before\n");
    await bob.out.find(line("alice", "before"));
    await process.kill(signal);
    // Said while nobody is there: it waits, and is sent once.
    await alice.type("meanwhile\n");
    await workspace.serve({ port: Number(new URL(url).port) });
    await bob.out.find(line("alice", "meanwhile"));
    await bob.type("after\n");
    await alice.out.find(line("bob", "after"));
    await bob.out.find(line("bob", "after"));
    for (const text of ["before", "meanwhile", "after"]) {
      assertEquals(bob.out.text.split(` ${text} #`).length - 1, 1, `bob sees “${text}” once`);
    }
    await alice.endInput();
    await bob.endInput();
    assertEquals([(await alice.ended).code, (await bob.ended).code], [0, 0]);
  });
}

Deno.test("who comes back is shown what they have not read, once", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const to = ["--server", url];
  await workspace.run(["send", "--user", "bob", ...to, "first"]);
  await workspace.run(["send", "--user", "alice", ...to, "hello", "there"]);
  await workspace.run(["send", "--user", "alice", ...to, "--to", "bob"], { input: "psst" });
  const first = await workspace.run(["client", "--user", "bob", ...to], { input: "/exit\n" });
  assertEquals(first.code, 0, first.err);
  assertMatch(first.out, line("alice", "hello there"));
  assertMatch(first.out, />> alice.* psst/);
  assertMatch(first.out, /unread/);
  const second = await workspace.run(["client", "--user", "bob", ...to], { input: "/exit\n" });
  assertEquals(/unread/.test(second.out), false, second.out);
});

Deno.test("chat tail --json goes on over a kill -9 without a gap and without a repeat", async () => {
  await using workspace = new Workspace();
  const { url, process } = await workspace.serve();
  const to = ["--server", url];
  const body = new URLSearchParams({ user: "anyone" });
  const { cursor } = await (await fetch(`${url}/connect`, { method: "POST", body })).json();
  const tail = workspace.start(["tail", "--json", "--user", "watcher", "--since", cursor, ...to]);
  await workspace.run(["send", "--user", "alice", ...to, "one"]);
  await tail.out.find(/"text":"one"/);
  await process.kill("SIGKILL");
  await workspace.serve({ port: Number(new URL(url).port) });
  await workspace.run(["send", "--user", "alice", ...to, "two"]);
  await tail.out.find(/"text":"two"/);
  await workspace.run(["send", "--user", "alice", ...to, "three"]);
  await tail.out.find(/"text":"three"/);
  const texts = tail.out.text.trim().split("\n").map((line) => JSON.parse(line))
    .filter(({ type }) => type === "message").map(({ text }) => text);
  assertEquals(texts, ["one", "two", "three"]);
  await tail.kill("SIGINT");
});
