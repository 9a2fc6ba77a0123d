/**
 * Every command and every alias, typed on a terminal, does what the help says.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { commands } from "../../../client/conversation/commands.ts";
import { usageOf } from "../../../client/conversation/command_parser.ts";
import { type Sight, TmuxTerminal } from "../../support/tmux.ts";
import { testWith } from "../../support/tools.ts";
import { type Company, inCompany, prompt, said, type Seat, times } from "./company.ts";

/** The names under which commands were typed so far. */
const typed = new Set<string>();

/** Someone who gives commands. */
class Commander {
  readonly terminal: TmuxTerminal;

  constructor(terminal: TmuxTerminal) {
    this.terminal = terminal;
  }

  static async seat(company: Company, name: string, seat: Seat = {}): Promise<Commander> {
    return new Commander(await company.seat(name, { columns: 120, ...seat }));
  }

  /** Types a line; if it is a command, it counts as one that was tried. */
  async enter(line: string): Promise<void> {
    const name = /^\/(mod \w+|\w+)/.exec(line)?.[1];
    if (name !== undefined) typed.add(name);
    await this.terminal.enter(line);
  }

  /** Types a line and waits for what comes of it. */
  async gets(line: string, sight: Sight): Promise<RegExpExecArray> {
    await this.enter(line);
    return await this.terminal.sees(sight);
  }

  async sees(sight: Sight): Promise<RegExpExecArray> {
    return await this.terminal.sees(sight);
  }

  /** How often a text was shown. */
  async shown(text: string): Promise<number> {
    return times(await this.terminal.lines(), text);
  }

  /** Waits until a text was shown so often. */
  async showsTimes(count: number, text: string): Promise<void> {
    await this.terminal.comes(
      `${text}, ${count} times`,
      (screen) => times(screen, text) === count,
    );
  }
}

inCompany("/private, /priv and /msg send privately", async (company) => {
  const alice = await Commander.seat(company, "alice");
  const bob = await company.seat("bob");
  for (const [name, text] of [["private", "one"], ["priv", "two"], ["msg", "three"]]) {
    await alice.gets(`/${name} bob ${text}`, said("alice → bob", `${text}`, "✓ >>"));
    await bob.sees(said("alice → bob", `${text}`, ">>"));
  }
  await alice.gets("/msg nobody hello", /✗ not sent: .*hello$/m);
  await alice.gets("/msg bob", "TEXT is missing; use /private USER TEXT");
});

inCompany("/query and /room choose where plain text goes", async (company) => {
  const alice = await Commander.seat(company, "alice");
  const bob = await company.guest("bob");
  await alice.gets("/query bob", prompt(">> bob"));
  await alice.gets("to bob", said("alice → bob", "to bob", "✓ >>"));
  await alice.gets("/query", prompt("common"));
  await alice.gets("/create back garden", prompt("back garden"));
  await alice.gets("/room", prompt("common"));
  await alice.gets("/room back garden", prompt("back garden"));
  await alice.gets("to the garden", said("alice", "to the garden", "✓"));
  await alice.gets("/room", prompt("common"));
  await alice.gets("to all", said("alice", "to all", "✓"));
  assertEquals(await bob.texts(), ["to all"]);
  assertEquals(await bob.texts("to=alice"), ["to bob"]);
  await alice.gets("/query nobody", /^Cannot do \/query: /m);
  await alice.gets("/room nowhere", "there is no room nowhere here");
  // The row for what comes next tells that one is still where one was.
  await alice.sees(prompt("common"));
});

inCompany("/comment and /reply comment, /delete takes back", async (company) => {
  const alice = await Commander.seat(company, "alice");
  const bob = await company.guest("bob");
  const id = await bob.say("what do you think?");
  await alice.sees(said("bob", "what do you think?"));
  await alice.gets(`/comment ${id} a lot`, said("alice", "a lot", `✓ ↳ ${id}`));
  const [, reply] = await alice.gets(
    `/reply #${id} and often`,
    said("alice", "and often", `✓ ↳ ${id}`),
  );
  const { items } = await bob.ask(`GET /messages/${id}/comments`);
  assertEquals(items.map(({ text }: { text: string }) => text), ["a lot", "and often"]);
  await alice.gets(`/delete ${reply}`, `#${reply} was deleted`);
  assertEquals(await bob.texts(), ["what do you think?", "a lot"]);
  await alice.gets(`/delete ${id}`, /^Cannot do \/delete: /m);
  await alice.gets("/delete it", "ID must be a number, not it; use /delete ID");
});

inCompany("/history, /unread and /read show what was said, and what is not read", async (
  company,
) => {
  const bob = await company.guest("bob");
  const alice = await Commander.seat(company, "alice");
  for (const text of ["first words", "second words", "third words"]) await bob.say(text);
  await alice.sees("third words");
  await alice.enter("/history 2");
  await alice.showsTimes(2, "third words");
  assertEquals(await alice.shown("second words"), 2);
  assertEquals(await alice.shown("first words"), 1);
  await alice.enter("/history");
  await alice.showsTimes(3, "third words");
  assertEquals(await alice.shown("first words"), 2);
  // What comes in elsewhere is shown, and yet not read.
  await bob.say("only for you", { to: "alice" });
  await alice.sees("only for you");
  await alice.enter("/unread");
  await alice.showsTimes(2, "only for you");
  await alice.gets("/read", "Everything is read");
  await alice.gets("/unread", "Nothing is unread");
});

inCompany("/delay, /at, /scheduled, /change, /postpone and /cancel send later, or never", async (
  company,
) => {
  const alice = await Commander.seat(company, "alice");
  const bob = await company.guest("bob");
  const [, soon] = await alice.gets("/delay 10 for later", /^(\d+) will be sent at \d\d:\d\d; /m);
  const [, late] = await alice.gets(
    "/at 18:30 for the evening",
    /^(\d+) will be sent at .*18:30; /m,
  );
  await alice.gets("/scheduled", new RegExp(`^ *${soon}  .* to common: for later$`, "m"));
  await alice.sees(new RegExp(`^ *${late}  .*18:30 to common: for the evening$`, "m"));
  await alice.gets(`/change ${soon} for much later`, `${soon} is changed`);
  await alice.gets(`/postpone ${soon} 30h`, new RegExp(`${soon} is changed.* at \\w+ \\d+ \\w+ `));
  await alice.gets("/scheduled", new RegExp(`^ *${soon}  \\w+ .* to common: for much later$`, "m"));
  await alice.gets(`/cancel ${soon}`, `${soon} is cancelled`);
  await alice.gets(`/cancel ${late}`, `${late} is cancelled`);
  await alice.gets("/scheduled", "Nothing is scheduled");
  await alice.gets("/delay 1s at last", /^(\d+) will be sent at /m);
  await alice.sees(/which was scheduled, is sent as #\d+$/m);
  await alice.sees(/^\d\d:\d\d (✓ )?alice at last #\d+$/m);
  assertEquals(await bob.texts(), ["at last"]);
  await alice.gets("/delay soon hello", "MINUTES must be minutes, or a duration like 90s or 2h");
  await alice.gets("/at noon hello", "TIME must be a time like 18:30");
});

inCompany("/file sends a file, /save saves it", async (company) => {
  await Deno.writeTextFile(company.workspace.path("notes.txt"), "one\ntwo\n");
  const alice = await Commander.seat(company, "alice");
  const [, file] = await alice.gets(
    "/file notes.txt as promised",
    /alice as promised\n +│ \[file (\d+): notes\.txt, 8 bytes\] #\d+$/m,
  );
  await alice.gets(`/save ${file} copy.txt`, "Saved as copy.txt (8 bytes)");
  assertEquals(await Deno.readTextFile(company.workspace.path("copy.txt")), "one\ntwo\n");
  await alice.gets("/file nothing.txt", /^Cannot read nothing\.txt: /m);
});

inCompany("/who and /users show who is here, and who is not", async (company) => {
  await company.guest("bob");
  const alice = await Commander.seat(company, "alice");
  await alice.gets("/who", /^● here \(1\): alice\n○ away \(1\): bob$/m);
  await company.seat("carol");
  await alice.gets("/users", /^● here \(2\): alice, carol\n○ away \(1\): bob$/m);
});

inCompany(
  "/complaint, /report and /ban report, and enough reports ban",
  async (company) => {
    const alice = await Commander.seat(company, "alice");
    const bob = await Commander.seat(company, "bob");
    const carol = await Commander.seat(company, "carol");
    await alice.gets("/complaint bob is rude", "You have reported bob; 1 report is open");
    await carol.gets("/report bob", "You have reported bob; 2 reports are open");
    await carol.sees(/^bob is banned from sending until .*\d\d:\d\d$/m);
    await bob.sees(/^You are banned from sending until .*\d\d:\d\d; you can still read$/m);
    await bob.gets("but why", /^✗ not sent: you are banned from sending until .*: but why$/m);
    await bob.gets("/status", /^You are banned from sending until .*\d\d:\d\d$/m);
    await alice.gets("/ban carol as well", "You have reported carol; 1 report is open");
    await alice.gets("/report alice", /^Cannot do \/complaint: /m);
  },
  ["--ban-after", "2"],
);

inCompany("/nickname and /nick change one's name, for all and for good", async (company) => {
  const alice = await Commander.seat(company, "alice");
  const bob = await company.seat("bob");
  await alice.gets("/nickname Алиса", "You are called Алиса now");
  await bob.sees("alice is called Алиса now");
  await alice.gets("/nick bob", /^Cannot do \/nickname: /m);
  await alice.gets("/nick alina", "You are called alina now");
  await alice.gets("hello", said("alina", "hello", "✓"));
  await bob.sees(said("alina", "hello"));
  await alice.enter("/exit");
  assertEquals(await alice.terminal.exited(), 0);
  const again = await company.seat("alina", { device: "alice" });
  await again.sees("You are alina.");
});

inCompany(
  "/status tells who one is, what is left, and what waits",
  async (company) => {
    const alice = await Commander.seat(company, "alice");
    await alice.gets("hello", said("alice", "hello", "✓"));
    await alice.gets("/status", /^You are alice, here since \d\d:\d\d$/m);
    await alice.sees(/^4 of 5 messages to the common chat left; it begins anew at .*\d\d:\d\d$/m);
    await alice.sees(/^Server \S+, up for .*; 1 of 1 users online$/m);
    await alice.sees(/^ {2}common: nothing unread$/m);
  },
  ["--limit", "5"],
);

inCompany("/create, /rename, /handover, /dissolve, /leave and /rooms are about one's rooms", async (
  company,
) => {
  const alice = await Commander.seat(company, "alice");
  const bob = await Commander.seat(company, "bob");
  await alice.gets("/rooms", "You are in no room; /create NAME makes one");
  await alice.gets("/create garden", /^The room garden is made; /m);
  // Who makes a room is in it at once.
  await alice.sees(prompt("garden"));
  const [, garden] = await alice.gets("/rooms", /^ *(\d+) {2}garden, yours$/m);
  await alice.gets("/invite bob", "bob is invited into garden");
  await bob.sees("alice invites you to garden: /accept garden or /decline garden");
  await bob.gets(
    "/rooms",
    new RegExp(`^ *${garden}  garden: alice invites you; /accept garden or /decline`, "m"),
  );
  await bob.gets("/accept garden", /You (are in|were let into) garden/);
  await alice.sees("bob is in garden now");
  await alice.gets("/rename orchard", "garden is called orchard now");
  await alice.sees(prompt("orchard"));
  await bob.sees("garden is called orchard now");
  await alice.gets("/handover bob", "bob owns orchard now");
  await bob.sees("You own orchard now");
  await alice.gets("/leave", "You are not in orchard any more");
  await alice.sees(prompt("common"));
  await bob.sees("alice is not in orchard any more");
  await bob.gets("/dissolve orchard", "orchard is gone, with all that was said in it");
  await bob.gets("/rooms", "You are in no room");
});

inCompany("/invite, /accept, /decline and /remove are about members", async (company) => {
  const alice = await Commander.seat(company, "alice");
  const bob = await Commander.seat(company, "bob");
  await alice.gets("/create garden", "garden is made");
  await alice.gets("/invite bob garden", "bob is invited into garden");
  await bob.gets("/decline garden", "You have declined to enter garden");
  await bob.gets("/accept garden", "nobody has invited you");
  await alice.gets("/invite bob garden", /(bob is invited into garden[^]*){2}/);
  await bob.sees(/(alice invites you to garden[^]*){2}/);
  await bob.gets("/accept garden", /You (are in|were let into) garden/);
  await alice.sees("bob is in garden now");
  await alice.gets("/remove bob garden", "bob is not in garden any more");
  await bob.sees("You are not in garden any more");
});

inCompany("/link, /links, /unlink, /join, /requests, /approve and /deny are about the door", async (
  company,
) => {
  const alice = await Commander.seat(company, "alice");
  const bob = await Commander.seat(company, "bob");
  await alice.gets("/link", "go there with /room ROOM first");
  await alice.gets("/create garden", prompt("garden"));
  await alice.gets("/links", "There is no link into this room; /link makes one");
  const [, link, code = ""] = await alice.gets(
    "/link 2h 3",
    /^Link (\d+) into garden, until .*, for 3 uses; [^]*^ {2}\/join (\S+)$/m,
  );
  await alice.gets(
    "/links",
    new RegExp(`^ *${link}  until .*, used 0 of 3 times; /unlink ${link}$`, "m"),
  );
  await bob.gets(`/join ${code}`, "You have asked to enter garden; its owner decides");
  await alice.sees("bob asks to enter garden: /approve bob or /deny bob");
  await alice.gets("/requests", /^ {2}bob, since \d\d:\d\d: \/approve bob or \/deny bob$/m);
  await alice.gets("/deny bob", "bob is not let into garden");
  await bob.sees("You were not let into garden");
  await alice.gets("/requests", "Nobody asks to enter garden");
  await bob.gets(`/join ${code}`, /(You have asked to enter garden[^]*){2}/);
  await alice.sees(/(bob asks to enter garden[^]*){2}/);
  await alice.gets("/approve bob", "bob is in garden now");
  await bob.sees("You were let into garden");
  await alice.gets(`/unlink ${link}`, `Link ${link} is of no use any more`);
  await alice.gets("/links", /(There is no link into this room[^]*){2}/);
  const carol = await company.guest("carol");
  await carol.refused("not_found", "POST /join", { code });
});

inCompany("/password, /devices and /revoke are about one's clients", async (company) => {
  const alice = await Commander.seat(company, "alice");
  await alice.gets("/password", /^Old password \(none: just Enter\): ?$/m);
  await alice.gets("", /^New password: ?$/m);
  await alice.gets("open-sesame", /^The new one again: ?$/m);
  await alice.gets("open-sesame", "The password is set; your other clients are signed out");
  const phone = await company.seat("alice", {
    device: "phone",
    environment: { CHAT_PASSWORD: "open-sesame" },
  });
  const [, id] = await alice.gets("/devices", /\(this one\)\n *(\d+) {2}chat on .*, last seen /);
  await alice.gets(`/revoke ${id}`, `Client ${id} is signed out`);
  assertEquals(await phone.exited(), 3);
  await phone.sees("this client is signed out; start it anew to sign in");
  assertEquals(await alice.shown("sesame"), 0);
});

inCompany("/mod moderates, for those who may", async (company) => {
  const alice = await Commander.seat(company, "alice");
  const mallory = await company.guest("mallory");
  const bob = await company.guest("bob");
  await alice.gets("/mod bans", "only moderators can do this");
  const { code } = await company.workspace.run(["admin", "role", "alice", "owner"]);
  assertEquals(code, 0);
  await alice.gets("/mod", "say what is to be done; see /help mod");
  await bob.ask("POST /report", { user: "mallory", reason: "sells watches" });
  await alice.gets("/mod reports", /mallory.*sells watches/);
  await alice.gets("/mod dismiss mallory", "1 report on mallory dismissed");
  await alice.gets(
    "/mod ban mallory 2h watches",
    /^mallory is banned from sending until .*\d\d:\d\d/m,
  );
  await mallory.refused("banned", "POST /send", { text: "cheap!" });
  await alice.gets("/mod bans", /^ {2}mallory, until .*: \/mod unban mallory$/m);
  await alice.gets("/mod unban mallory", "mallory can send again");
  await alice.gets("/mod role bob moderator", "bob is a moderator now");
  await alice.gets("/mod roles", /^ {2}alice, owner\n {2}bob, moderator$/m);
  const [, id] = await alice.gets(
    "/mod invite 2d 5",
    /^Invitation (\d+), until .*, for 5 newcomers/m,
  );
  await alice.gets("/mod invites", `used 0 of 5 times; /mod uninvite ${id}`);
  await alice.gets(`/mod uninvite ${id}`, `Invitation ${id} is of no use any more`);
  await alice.gets("/mod expel mallory", /AGAIN is missing/);
  await alice.gets("/mod expel mallory mallory", /mallory .*(deleted|gone)/);
  await mallory.refused("unauthorized", "GET /status");
  await alice.gets("/mod audit 50", /watches[^]*bob[^]*mallory/);
});

inCompany("/help shows all commands and the rules, or one command", async (company) => {
  const alice = await Commander.seat(company, "alice", { rows: 60 });
  await alice.gets("/help", "The rules here:");
  await alice.sees("20 messages to the common chat in 1h");
  const shown = await alice.terminal.lines();
  for (const command of commands) {
    const usage = `  ${usageOf(command)}  `;
    // What a moderator can do is of no use to others.
    const isShown = command.forModerators !== true;
    assertEquals(shown.some((line) => line.startsWith(usage)), isShown, usage);
  }
  await alice.gets(
    "/help reply",
    /^\/comment ID TEXT {2}Comment on a message.* \(also \/reply\)$/m,
  );
  await alice.gets("/help nothing", "There is no command /nothing; ");
  await alice.enter("/rules");
  await alice.terminal.hasSeen(/(The rules here:[^]*){2}/);
  await alice.gets("/hlep", "There is no command /hlep; did you mean /help? (not sent)");
}, []);

inCompany("/exit, /quit and a bare quit leave", async (company) => {
  for (const word of ["/exit", "/quit", "quit"]) {
    const alice = await Commander.seat(company, "alice");
    await alice.enter(word);
    assertEquals(await alice.terminal.exited(), 0, word);
    const screen = (await alice.terminal.screen()).join("\n");
    assertEquals(prompt("common").test(screen), false, `nothing of it stays:\n${screen}`);
    assertMatch(screen, /You are alice\./);
  }
});

testWith(["tmux"], "every command and every alias was typed above", () => {
  const names = commands.flatMap(({ name, aliases }) => [name, ...aliases]);
  assertEquals(names.filter((name) => !typed.has(name)), []);
  return Promise.resolve();
});
