/**
 * The server goes and comes back, the client is killed: nothing is lost, nothing is sent twice.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { programWords } from "../../support/chat_process.ts";
import { lastWordsMaxMs } from "../../../client/terminal/interaction.ts";
import { draft, inCompany, prompt, said, tells, times } from "./company.ts";
import { Wire } from "./wire.ts";

inCompany("while the server is gone one goes on writing, and all is sent once it is back", async (
  company,
) => {
  const guest = await company.guest("guest");
  const alice = await company.seat("alice", { columns: 100 });
  const bob = await company.seat("bob", { columns: 100 });
  await alice.enter("before");
  await bob.sees(said("alice", "before"));

  await company.killServer();
  await tells(alice, /^reconnecting in \d+ s · common/);
  await tells(bob, /^reconnecting in \d+ s · common/);
  await alice.enter("one");
  await alice.sees(/^… one$/m);
  await alice.enter("two");
  await alice.sees(/^… two$/m);
  await tells(alice, /2 unsent/);
  await bob.enter("three");
  await bob.sees(/^… three$/m);
  await alice.type("half-typed");
  await alice.sees(draft("common", "half-typed"));

  await company.serveAgain();
  await alice.hasSeen(said("bob", "three"));
  await bob.hasSeen(said("alice", "two"));
  for (const text of ["one", "two"]) await alice.hasSeen(said("alice", text, "✓"));
  await bob.hasSeen(said("bob", "three", "✓"));
  await tells(alice, /^live · common(?!.*unsent)/);
  await alice.sees(draft("common", "half-typed"));
  for (const terminal of [alice, bob]) {
    const lines = await terminal.lines();
    for (const text of [" before #", " one #", " two #", " three #"]) {
      assertEquals(times(lines, text), 1, `${text} of\n${lines.join("\n")}`);
    }
  }
  const texts = await guest.at(company.url).texts();
  assertEquals(texts.toSorted(), ["before", "one", "three", "two"]);
  assertEquals(texts.indexOf("one") < texts.indexOf("two"), true, `${texts}`);
});

inCompany("what was missed is shown once, below a line", async (company) => {
  await using wire = new Wire(company.url);
  const guest = await company.guest("guest");
  const alice = await company.seat("alice", { server: wire.url, columns: 100 });
  await guest.say("seen");
  await alice.sees(said("guest", "seen"));
  await wire.cut();
  await tells(alice, /^reconnecting/);
  for (const text of ["missed one", "missed two"]) await guest.say(text);
  wire.mend();
  await alice.hasSeen(said("guest", "missed two"));
  await tells(alice, /^live · common/);
  await guest.say("seen again");
  await alice.hasSeen(said("guest", "seen again"));
  const lines = await alice.lines();
  const told = lines.flatMap((line) =>
    /guest (.*) #\d+$/.exec(line)?.[1] ?? /^── \D+ ──$/.exec(line)?.[0] ?? []
  );
  const [first, dividing, ...others] = told.slice(told.indexOf("seen"));
  assertEquals(
    [first, others],
    ["seen", ["missed one", "missed two", "seen again"]],
    lines.join("\n"),
  );
  assertEquals(/^── .*(unread|away).* ──$/.test(`${dividing}`), true, lines.join("\n"));
});

inCompany("what waits when the client is killed is sent once when it is started again", async (
  company,
) => {
  const guest = await company.guest("guest");
  const alice = await company.seat("alice", { columns: 100 });
  await company.killServer();
  await tells(alice, /^reconnecting/);
  for (const text of ["first of all", "second of all"]) {
    await alice.enter(text);
    await alice.sees(`… ${text}`);
  }
  alice.signal("SIGKILL");
  assertEquals(await alice.exited(), 137);
  await company.serveAgain();
  const again = await company.seat("alice", { columns: 100 });
  await again.hasSeen(said("alice", "first of all", "✓"));
  await again.hasSeen(said("alice", "second of all", "✓"));
  const there = guest.at(company.url);
  assertEquals(await there.texts(), ["first of all", "second of all"]);
  await again.enter("/exit");
  assertEquals(await again.exited(), 0);
  // It is off the disk too.
  const third = await company.seat("alice", { columns: 100 });
  await third.enter("the last");
  await third.sees(said("alice", "the last", "✓"));
  assertEquals(await there.texts(), ["first of all", "second of all", "the last"]);
});

inCompany("what is refused after the return is told with its reason", async (company) => {
  const alice = await company.seat("alice", { columns: 100 });
  await company.killServer();
  await tells(alice, /^reconnecting/);
  await alice.enter("/private nobody hello");
  await alice.sees(/^… .*hello$/m);
  await company.serveAgain();
  await alice.hasSeen(/^✗ not sent: .+: hello$/m);
  await tells(alice, /^live · common(?!.*unsent)/);
});

inCompany("commands that need the server say that it is gone, the others work", async (company) => {
  const alice = await company.seat("alice", { columns: 100 });
  await company.killServer();
  await tells(alice, /^reconnecting/);
  await alice.enter("/help comment");
  await alice.sees("/comment ID TEXT");
  await alice.enter("/query bob");
  await alice.sees(prompt(">> bob"));
  await alice.enter("/exit");
  assertEquals(await alice.exited(), 0);
});

inCompany(
  "what is typed behind a command without an answer is kept, and sent at the next start",
  async (
    company,
  ) => {
    const alice = await company.seat("alice", { columns: 100 });
    await tells(alice, /^live/);
    company.signalServer("SIGSTOP");
    await alice.enter("/who");
    await tells(alice, /^live · … \/who · common/);
    await alice.enter("typed behind who");
    await tells(alice, /1 unsent/);
    await alice.key("C-c");
    assertEquals(await alice.exited(), 0);
    const last = (await alice.lines()).filter((row) => row !== "").slice(-3);
    assertEquals(last, [
      "1 message not sent; the next start of the client sends them:",
      "  … typed behind who",
      "not done: /who",
    ]);
    // So what was on its way has not come there.
    await company.killServer();
    await company.serveAgain();
    const again = await company.seat("alice", { columns: 100 });
    await again.hasSeen(said("alice", "typed behind who", "✓"));
  },
);

inCompany(
  "/exit leaves a server that gives no answer, and what waited is told",
  async (company) => {
    const alice = await company.seat("alice", { columns: 100 });
    await tells(alice, /^live/);
    company.signalServer("SIGSTOP");
    await alice.enter("/create garden");
    await alice.enter("for the garden");
    await tells(alice, /^live · … \/create \+1 · common(?!.*unsent)/);
    const fromMs = performance.now();
    await alice.enter("/exit");
    assertEquals(await alice.exited(), 0);
    assertEquals(performance.now() - fromMs < 10_000, true);
    const last = (await alice.lines()).filter((row) => row !== "").slice(-2);
    assertEquals(last, ["not done: /create garden", "not sent: for the garden"]);
    company.signalServer("SIGCONT");
  },
);

inCompany("Ctrl-C leaves while /password waits for its answer", async (company) => {
  const alice = await company.seat("alice", { columns: 100 });
  await alice.enter("/password");
  await alice.sees(/^Old password \(none: just Enter\): ?$/m);
  company.signalServer("SIGSTOP");
  await alice.type("\rhunter22\rhunter22\rdropped\r");
  await tells(alice, /^live · … \/password · common(?!.*unsent)/);
  await alice.key("C-c");
  assertEquals(await alice.exited(), 0);
  company.signalServer("SIGCONT");
  assertEquals(times(await alice.lines(), "dropped"), 0);
});

for (const how of ["C-c", "SIGINT", "SIGTERM"] as const) {
  inCompany(`${how} while the last words wait ends at once, and leaves no key to the shell`, async (
    company,
  ) => {
    const pidFile = company.workspace.path("pid");
    const words = [...programWords(), "client", "alice", "-s", company.url];
    const terminal = await company.run(["bash", "--norc", "--noediting", "-i"], {
      device: "alice",
      columns: 100,
      environment: { PS1: "shell$ " },
    });
    await terminal.enter(`sh -c 'echo $$ >"$0"; exec "$@"' ${[pidFile, ...words].join(" ")}`);
    await tells(terminal, /^live/);
    company.signalServer("SIGSTOP");
    await terminal.enter("last words");
    await tells(terminal, /1 unsent/);
    const fromMs = performance.now();
    await terminal.enter("/exit");
    await terminal.type("typed meanwhile");
    if (how === "C-c") await terminal.key("C-c");
    else Deno.kill(Number(Deno.readTextFileSync(pidFile)), how);
    await terminal.sees(/… last words\n+shell\$ ?$/m);
    assertEquals(performance.now() - fromMs < lastWordsMaxMs, true);
    // The shell has its terminal back: what is typed is seen, and lines end.
    await terminal.enter("stty -a | grep -o ' icanon'; echo done");
    await terminal.sees(/icanon\n+done/);
    assertEquals(times(await terminal.lines(), "typed meanwhile"), 0);
    company.signalServer("SIGCONT");
  });
}
