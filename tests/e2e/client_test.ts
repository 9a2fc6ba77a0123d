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
  // Who comes after a message is told of it as history only.
  await tail.out.find(/"user":"watcher"/);
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

Deno.test("a room is made, entered by a link and by an invitation, talked in, and left", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const [alice, bob, carol] = ["alice", "bob", "carol"].map((name) =>
    workspace.start(["client", "--user", name, "--server", url])
  );
  if (alice === undefined || bob === undefined || carol === undefined) throw new Error("nobody");
  await bob.type("here\n");
  await alice.out.find(line("bob", "here"));
  await alice.type("/create garden\n");
  await alice.out.find(/garden is made/);
  await alice.type("/room garden\n/invite bob\n/link 2d 5\n");
  await bob.out.find(/alice invites you to garden: \/accept garden or/);
  await bob.type("/accept garden\n");
  await bob.out.find(/You (are in|were let into) garden/);
  const [, link = ""] = await alice.out.find(/^ {2}(http\S+)$/m);
  await carol.type(`/join ${link}\n`);
  await alice.out.find(/carol asks to enter garden/);
  await alice.type("/approve carol\n");
  await carol.out.find(/You were let into garden/);
  await carol.type("/room garden\nhello garden\n");
  await bob.out.find(/\[garden\] carol hello garden #\d+/);
  await alice.out.find(line("carol", "hello garden"));
  await alice.type("/leave\n");
  // Who has been there longest is the owner from then on.
  await bob.out.find(/You own garden now/);
  for (const client of [alice, bob, carol]) await client.endInput();
  for (const client of [alice, bob, carol]) assertEquals((await client.ended).code, 0);
});

Deno.test("a file goes from one to the other, whole, and never over one that is there", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const to = ["--server", url];
  const bytes = new Uint8Array(300_000).map((_, at) => at * at);
  await Deno.writeFile(workspace.path("my notes.bin"), bytes);
  const sent = await workspace.run(
    ["send", "--user", "alice", ...to, "--file", workspace.path("my notes.bin"), "--json", "look"],
  );
  assertEquals(sent.code, 0, sent.err);
  const [file] = JSON.parse(sent.out).files;
  assertEquals([file.name, file.size], ["my notes.bin", bytes.length]);
  const bob = ["--user", "bob", ...to];
  const saved = await workspace.run(
    ["client", ...bob],
    { input: `/save ${file.id} ${workspace.path("got.bin")}\n` },
  );
  assertEquals(saved.code, 0, saved.err);
  assertEquals(await Deno.readFile(workspace.path("got.bin")), bytes);
  const again = await workspace.run(["download", ...bob, `${file.id}`, workspace.path("got.bin")]);
  assertEquals([again.code, again.out], [1, ""]);
  const history = await workspace.run(["history", ...bob]);
  assertMatch(history.out, /alice look\n {6}│ \[file \d+: my notes\.bin, 293 KB\] #\d+\n/);
});

Deno.test("what is put off is sent when it is due, and what is cancelled is not", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = workspace.start(["client", "--user", "alice", "--server", url]);
  await alice.type("/delay 1h never\n");
  const [, id] = await alice.out.find(/^(\d+) will be sent at /m);
  await alice.type(`/cancel ${id}\n/delay 1s soon\n`);
  await alice.out.find(new RegExp(`^${id} is cancelled$`, "m"));
  await alice.out.find(line("alice", "soon"));
  await alice.endInput();
  assertEquals((await alice.ended).code, 0);
  assertEquals(/never #/.test(alice.out.text), false);
});
