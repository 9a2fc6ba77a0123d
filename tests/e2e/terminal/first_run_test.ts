/**
 * The first and the last moments: what one is told and asked, and how the terminal is left.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { programWords } from "../../support/chat_process.ts";
import type { TmuxTerminal } from "../../support/tmux.ts";
import { type Company, inCompany, prompt, said, times } from "./company.ts";

/**
 * Runs a client as a shell does, and tells how it left and whether the terminal is as it was.
 *
 * The shell waits for a line at the end, so that what is pasted shows whether brackets are still on.
 */
const shell = `
before=$(stty -g)
sh -c 'echo $$ >"$0"; exec "$@"' "$@"
code=$?
if [ "$before" = "$(stty -g)" ]; then echo "restored, left $code"; else echo "spoilt, left $code"; stty sane; fi
read line
`;

/** A client under a shell. */
interface Shelled {
  readonly terminal: TmuxTerminal;
  /** The id of the client's process. */
  readonly pid: number;
}

async function shelled(company: Company, words = programWords()): Promise<Shelled> {
  const pidFile = company.workspace.path("pid");
  const client = [...words, "client", "alice", "-s", company.url];
  const terminal = await company.run(["sh", "-c", shell, "sh", pidFile, ...client], {
    device: "alice",
  });
  await terminal.sees(prompt("common"));
  return { terminal, pid: Number(await Deno.readTextFile(pidFile)) };
}

/** Waits for the end of a client, and finds the terminal as it was. */
async function isLeft(terminal: TmuxTerminal, code: number): Promise<void> {
  const [, how] = await terminal.sees(/^(\w+), left \d+$/m);
  assertEquals(how, "restored");
  await terminal.sees(`left ${code}`);
  const screen = await terminal.screen();
  assertEquals(screen.filter((row) => row.startsWith("common>")), [], screen.join("\n"));
  assertEquals(screen.filter((row) => row.startsWith("live")), [], screen.join("\n"));
  await terminal.paste("as before");
  // Brackets would be seen around it.
  await terminal.sees(/^as before$/m);
  await terminal.key("Enter");
  assertEquals(await terminal.exited(), 0);
}

/** An invitation by someone who owns the chat, and is signed in on their usual device. */
async function inviteFrom(
  { workspace, url }: Company,
  user: string,
): Promise<{ readonly code: string; readonly url: string }> {
  const kept = await Deno.readTextFile(workspace.path(`home-${user}/chat/tokens.json`));
  const { token } = JSON.parse(kept).servers[url][user];
  const response = await fetch(`${url}/invites`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
  });
  return await response.json();
}

inCompany("no server: one sentence says how to start one, and the exit code is 10", async (
  company,
) => {
  await company.killServer();
  const alice = await company.open("alice", { columns: 200 });
  assertEquals(await alice.exited(), 10);
  const shown = (await alice.screen()).filter((row) => row !== "");
  const { port } = new URL(company.url);
  // As it is run here itself.
  const program = Deno.env.get("CHAT_BIN") === undefined ? "deno task chat" : "chat";
  assertEquals(shown, [
    `chat: Cannot reach ${company.url}: nothing listens there; start a server with: ` +
    `${program} serve --port ${port}`,
  ]);
});

inCompany(
  "a taken name asks for the password, shows none of it, and lets in with the right one",
  async (
    company,
  ) => {
    await company.workspace.run(["send", "--user", "carol", "-s", company.url, "hi"], {
      environment: { CHAT_PASSWORD: "open-sesame" },
    });
    const carol = await company.open("carol", { device: "elsewhere" });
    await carol.sees(/^Password of carol: ?$/m);
    await carol.enter("shibboleth");
    await carol.sees(/Wrong password\. Password of carol: ?$/m);
    await carol.enter("open-sesame");
    await carol.sees(prompt("common"));
    await carol.sees("You are carol.");
    assertEquals(/shib|sesam/.test((await carol.scrollback()).join("\n")), false);
  },
);

inCompany("a password that is wrong three times ends it, with exit code 3", async (company) => {
  await company.workspace.run(["send", "--user", "carol", "-s", company.url, "hi"], {
    environment: { CHAT_PASSWORD: "open-sesame" },
  });
  const carol = await company.open("carol", { device: "elsewhere" });
  for (let attempt = 1; attempt <= 3; attempt++) {
    await carol.comes(
      `question ${attempt}`,
      (screen) => times(screen, "Password of carol:") === attempt,
    );
    await carol.enter("a guess");
  }
  assertEquals(await carol.exited(), 3);
  const screen = (await carol.screen()).join("\n");
  assertMatch(screen, /password is wrong/);
  assertEquals(times([screen], "a guess"), 0, screen);
});

inCompany(
  "a free name that takes an invitation asks for it, shows none of it, and lets in with the right one",
  async (company) => {
    const [, ownerCode = ""] = /#invite=(\S+)/.exec(company.log) ?? [];
    const olga = await company.seat("olga", { words: ["--invite", ownerCode] });
    await olga.sees("You are olga.");
    const invite = await inviteFrom(company, "olga");
    const carol = await company.open("carol");
    await carol.sees(/^Invitation: ?$/m);
    await carol.enter("shibboleth");
    await carol.sees(/That invitation is not good\. Invitation: ?$/m);
    await carol.enter(invite.url);
    await carol.sees(prompt("common"));
    await carol.sees("You are carol.");
    const shown = (await carol.scrollback()).join("\n");
    assertEquals(shown.includes("shib") || shown.includes(invite.code), false, shown);
  },
  ["--registration", "invite"],
);

inCompany("Ctrl-C at the password leaves at once, with exit code 130", async (company) => {
  await company.workspace.run(["send", "--user", "carol", "-s", company.url, "hi"], {
    environment: { CHAT_PASSWORD: "open-sesame" },
  });
  const carol = await company.open("carol", { device: "elsewhere" });
  await carol.sees(/^Password of carol: ?$/m);
  await carol.type("open");
  await carol.key("C-c");
  assertEquals(await carol.exited(), 130);
  assertEquals((await carol.screen()).filter((row) => row !== ""), ["Password of carol:"]);
});

inCompany("a failure before the chat is one sentence, with its exit code", async (company) => {
  const folder = company.workspace.path("home-alice/chat");
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(`${folder}/tokens.json`, "{");
  const alice = await company.open("alice", { columns: 200 });
  assertEquals(await alice.exited(), 1);
  const shown = (await alice.screen()).filter((row) => row !== "");
  assertEquals(shown.length, 1, shown.join("\n"));
  assertMatch(shown.join("\n"), /^chat: Cannot read \S+tokens\.json: it is damaged; /);
});

inCompany("NO_COLOR takes the colours away, and they are there without it", async (company) => {
  const guest = await company.guest("guest");
  await guest.say("@alice look");
  const plain = await company.seat("alice", { device: "one", environment: { NO_COLOR: "1" } });
  await plain.sees(said("guest", "@alice look", "!"));
  // deno-lint-ignore no-control-regex -- escape sequences begin with a control character.
  const sequence = /\x1b\[/;
  assertEquals(sequence.test((await plain.styled()).join("\n")), false);
  const colourful = await company.seat("bob", { environment: { NO_COLOR: undefined } });
  await colourful.sees(said("guest", "@alice look"));
  assertEquals(sequence.test((await colourful.styled()).join("\n")), true);
  const wished = await company.seat("carol", { words: ["--color", "always"] });
  await wished.sees(said("guest", "@alice look"));
  assertEquals(sequence.test((await wished.styled()).join("\n")), true);
});

inCompany("a terminal that can do nothing is sent text alone", async (company) => {
  const guest = await company.guest("guest");
  await guest.say("@alice look");
  const transcript = company.workspace.path("transcript");
  const alice = await company.open("alice", {
    environment: { TERM: "dumb", NO_COLOR: undefined },
    transcript,
  });
  await alice.sees(said("guest", "@alice look", "!"));
  await alice.enter("I see");
  await alice.sees(/^\d\d:\d\d alice I see #\d+$/m);
  await alice.enter("/exit");
  assertEquals(await alice.exited(), 0);
  const bytes = await Deno.readTextFile(transcript);
  assertMatch(bytes, /I see #\d+/);
  // deno-lint-ignore no-control-regex -- control characters are what this looks for.
  assertEquals(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(bytes), false, JSON.stringify(bytes));
});

inCompany("/exit and Ctrl-C leave the terminal as it was", async (company) => {
  const first = await shelled(company);
  await first.terminal.enter("/exit");
  await isLeft(first.terminal, 0);
  const second = await shelled(company);
  await second.terminal.key("C-c");
  await isLeft(second.terminal, 0);
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  inCompany(`${signal} leaves the terminal as it was`, async (company) => {
    const { terminal, pid } = await shelled(company);
    await terminal.type("half-typed");
    await terminal.sees("half-typed");
    Deno.kill(pid, signal);
    await isLeft(terminal, code);
  });
}

inCompany("a client whose server was killed leaves the terminal as it was", async (company) => {
  const { terminal } = await shelled(company);
  await company.killServer();
  await terminal.sees(/reconnecting/);
  await terminal.enter("/exit");
  await isLeft(terminal, 0);
});

inCompany("a defect leaves the terminal as it was, and is told below", async (company) => {
  // An executable takes nothing in before it runs.
  const [program, ...words] = programWords();
  const at = words.indexOf("-A");
  if (at === -1) return;
  const defect = company.workspace.path("defect.ts");
  await Deno.writeTextFile(
    defect,
    `Deno.addSignalListener("SIGUSR1", () => { throw new Error("a defect"); });`,
  );
  const { terminal, pid } = await shelled(company, [
    program,
    ...words.slice(0, at + 1),
    "--preload",
    defect,
    ...words.slice(at + 1),
  ]);
  await terminal.type("half-typed");
  await terminal.sees("half-typed");
  Deno.kill(pid, "SIGUSR1");
  await terminal.sees("a defect");
  await isLeft(terminal, 1);
  const screen = await terminal.scrollback();
  assert(screen.some((row) => row.includes("a defect")), screen.join("\n"));
});
