/**
 * What is typed: keys, history, several lines, pastes, completion, suggestions.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { programWords } from "../../support/chat_process.ts";
import type { TmuxTerminal } from "../../support/tmux.ts";
import { draft, inCompany, prompt, said, times } from "./company.ts";

/** Empties what is typed. */
async function clear(terminal: TmuxTerminal): Promise<void> {
  await terminal.key("C-c");
  await terminal.sees(prompt("common"));
}

inCompany("the keys of readline edit what is typed", async (company) => {
  const alice = await company.seat("alice");
  const shows = (text: string) => alice.sees(draft("common", text));
  await alice.type("see you at fife");
  await alice.key("Left", "BSpace", "v");
  await alice.key("C-a");
  await alice.type("I ");
  await shows("I see you at five");
  assertEquals((await alice.cursor()).column, "common> I ".length);
  await alice.key("M-f", "C-w");
  await alice.type("meet");
  await shows("I meet you at five");
  await alice.key("C-e", "M-b", "C-k");
  await alice.type("noon");
  await shows("I meet you at noon");
  await alice.key("C-u");
  await alice.sees(prompt("common"));
  await alice.key("C-y");
  await shows("I meet you at noon");
  await alice.key("Home", "Delete", "Delete", "End");
  await alice.type("!");
  await shows("meet you at noon!");
  await alice.key("Enter");
  await alice.sees(said("alice", "meet you at noon!", "✓"));
  await alice.sees(prompt("common"));
});

inCompany("what looks like one character is one: for the cursor and for Backspace", async (
  company,
) => {
  const alice = await company.seat("alice");
  await alice.type("a👩‍👩‍👧é漢z");
  await alice.sees(draft("common", "a👩‍👩‍👧é漢z"));
  await alice.key("Left", "BSpace");
  await alice.sees(draft("common", "a👩‍👩‍👧éz"));
  await alice.key("BSpace");
  await alice.sees(draft("common", "a👩‍👩‍👧z"));
  await alice.key("BSpace");
  await alice.sees(draft("common", "az"));
  assertEquals((await alice.cursor()).column, "common> a".length);
});

inCompany("Up and Down go through what was sent, and back to what was being typed", async (
  company,
) => {
  const alice = await company.seat("alice");
  for (const text of ["first", "second"]) {
    await alice.enter(text);
    await alice.sees(said("alice", text, "✓"));
  }
  await alice.type("half");
  for (const [key, shown] of [["Up", "second"], ["Up", "first"], ["Up", "first"]] as const) {
    await alice.key(key);
    await alice.sees(draft("common", shown));
  }
  await alice.key("Down", "Down");
  await alice.sees(draft("common", "half"));
  await alice.key("C-u", "Up", "Up");
  await alice.type(" again");
  await alice.key("Enter");
  await alice.sees(said("alice", "first again", "✓"));
});

inCompany("Alt-Enter and a backslash begin another line; Enter sends all", async (company) => {
  const guest = await company.guest("guest");
  const alice = await company.seat("alice");
  await alice.type("one");
  await alice.key("M-Enter");
  await alice.type("two\\");
  await alice.key("Enter");
  await alice.type("three");
  const screen = await alice.comes(
    "three rows of input",
    (rows) =>
      /common> one$/.test(rows.join("\n").split(/\n.*two/)[0] ?? "") && times(rows, "three") === 1,
  );
  const first = screen.findIndex((row) => row === "common> one");
  assert(/^\W*two$/.test(screen[first + 1] ?? ""), screen.join("\n"));
  assert(/^\W*three$/.test(screen[first + 2] ?? ""), screen.join("\n"));
  assertEquals((await alice.cursor()).row, first + 2);
  assertEquals(await guest.texts(), []);
  await alice.key("Enter");
  await alice.sees(/alice one\n\W*two\n\W*three #\d+$/m);
  assertEquals(await guest.texts(), ["one\ntwo\nthree"]);
  await alice.sees(prompt("common"));
});

inCompany("a paste of several lines is inserted, and sent by Enter alone, as one", async (
  company,
) => {
  const guest = await company.guest("guest");
  const alice = await company.seat("alice");
  await alice.type("say: ");
  await alice.paste("/exit\nsecond\nthird");
  await alice.sees(/common> say: \/exit\n\W*second\n\W*third$/m);
  // Had a line of it been sent, this would come after it.
  await guest.say("meanwhile");
  await alice.sees(said("guest", "meanwhile"));
  assertEquals(await guest.texts(), ["meanwhile"]);
  await alice.key("Enter");
  await alice.sees(/alice say: \/exit\n\W*second\n\W*third #\d+$/m);
  assertEquals(await guest.texts(), ["meanwhile", "say: /exit\nsecond\nthird"]);
  // A line break at the end of a paste sends nothing either.
  await alice.paste("and\nmore\n");
  await alice.sees(/common> and\n\W*more/);
  await clear(alice);
  assertEquals((await guest.texts()).length, 2);
});

inCompany("what a paste holds beside text commands nothing", async (company) => {
  const alice = await company.seat("alice");
  await alice.paste("red\x1b[31m, home\x1b[H, bell\x07, leave\x03\x04, done");
  await alice.sees(/^common> red.*, home.*, bell.*, leave.*, done$/m);
  await alice.sees("You are alice.");
  await clear(alice);
});

inCompany("Tab completes commands, users, rooms and paths", async (company) => {
  Deno.writeTextFileSync(company.workspace.path("my notes.txt"), "1");
  const bob = await company.guest("bobolina");
  await bob.say("here");
  const alice = await company.seat("alice");
  await alice.sees(said("bobolina", "here"));
  await alice.enter("/create back garden");
  await alice.sees(prompt("back garden"));
  await alice.enter("/room");
  await alice.sees(prompt("common"));
  const completes = async (typed: string, completed: string) => {
    await alice.type(typed);
    await alice.key("Tab");
    // What comes next shows where the cursor is, and whether there is a space.
    await alice.type("|");
    await alice.sees(draft("common", `${completed}|`));
    await clear(alice);
  };
  await completes("/priv", "/private ");
  await completes("/private bob", "/private bobolina ");
  await completes("/invite bob", "/invite bobolina ");
  await completes("hello @bob", "hello @bobolina ");
  await completes("bob", "bobolina: ");
  await completes("/room ba", "/room back garden");
  await completes("/file my", "/file my\\ notes.txt ");
  await completes("/help comm", "/help comment");
});

inCompany("Tab shows what there is to choose from", async (company) => {
  const alice = await company.seat("alice");
  await alice.type("/com");
  await alice.key("Tab");
  await alice.sees("/comment");
  await alice.sees("/complaint");
});

inCompany("suggestions tell how a command goes on, and go with it", async (company) => {
  const alice = await company.seat("alice");
  await alice.type("/pri");
  await alice.sees(/\/private USER TEXT +Send privately/);
  await alice.sees(draft("common", "/pri"));
  await alice.key("BSpace", "BSpace", "BSpace", "BSpace");
  await alice.sees(prompt("common"));
  await alice.comes("no suggestion", (screen) => times(screen, "/private") === 0);
  await alice.type("/comment ");
  await alice.sees(/\/comment .*ID TEXT/);
  await alice.type("12 so it is");
  await alice.key("Enter");
  await alice.sees(/^✗ not sent: /m);
  await alice.comes("no suggestion", (screen) => times(screen, "ID TEXT") === 0);
  // They stood where they were needed, and are no part of what is kept.
  assertEquals(times(await alice.scrollback(), "USER TEXT"), 0);
});

inCompany("Ctrl-C empties what is typed, then leaves; Ctrl-D leaves", async (company) => {
  const alice = await company.seat("alice");
  await alice.type("never mind");
  await alice.sees(draft("common", "never mind"));
  await clear(alice);
  await alice.key("C-c");
  assertEquals(await alice.exited(), 0);
  const again = await company.seat("alice");
  await again.key("C-d");
  assertEquals(await again.exited(), 0);
});

inCompany("what is typed at once after the start is not lost", async (company) => {
  const alice = await company.open("alice");
  await alice.enter("early");
  await alice.sees(said("alice", "early", "✓"));
});

inCompany("all answers of /password may be typed at once, and none is sent or kept", async (
  company,
) => {
  const guest = await company.guest("guest");
  const alice = await company.seat("alice");
  await alice.type("/password\r\rhunter22\rhunter22\rhunter22\r");
  await alice.sees("The password is set; your other clients are signed out");
  // Only at the last question this time.
  await alice.enter("/password");
  await alice.sees(/^Old password \(none: just Enter\): ?$/m);
  await alice.type("hunter22\rhunter23\rhunter23\rhunter23\r");
  await alice.comes("two answers", (screen) => times(screen, "The password is set") === 2);
  await alice.enter("hello");
  await alice.sees(said("alice", "hello", "✓"));
  assertEquals(await guest.texts(), ["hello"]);
  assertEquals(times(await alice.scrollback(), "hunter"), 0);
  await alice.key("Up", "Up");
  await alice.sees(draft("common", "/password"));
  await alice.key("Up", "Up");
  await alice.sees(draft("common", "/password"));
});

inCompany("the password is asked for on the terminal, wherever standard error goes", async (
  company,
) => {
  const alice = await company.seat("alice");
  await alice.type("/password\r\rhunter22\rhunter22\r");
  await alice.sees("The password is set");
  const words = [...programWords(), "client", "alice", "-s", company.url];
  const errors = company.workspace.path("errors");
  const other = await company.run(["sh", "-c", 'exec "$@" 2>"$0"', errors, ...words]);
  await other.sees(/^Password of alice: ?$/m);
  await other.enter("hunter22");
  await other.sees(prompt("common"));
  assertEquals(Deno.readTextFileSync(errors), "");
});

for (const signal of ["SIGSTOP", "SIGTSTP"] as const) {
  inCompany(`the terminal is taken again after ${signal} from outside and fg`, async (company) => {
    const pidFile = company.workspace.path("pid");
    const words = [...programWords(), "client", "alice", "-s", company.url];
    const terminal = await company.run(["bash", "--norc", "--noediting", "-i"], {
      device: "alice",
      environment: { PS1: "shell$ " },
    });
    await terminal.enter(`sh -c 'echo $$ >"$0"; exec "$@"' ${[pidFile, ...words].join(" ")}`);
    await terminal.sees(prompt("common"));
    Deno.kill(Number(Deno.readTextFileSync(pidFile)), signal);
    await terminal.sees("Stopped");
    await terminal.enter("fg");
    await terminal.sees(/Stopped[^]*^common> ?$/m);
    await terminal.type("typ");
    await terminal.key("C-a");
    await terminal.type("I ");
    await terminal.sees(draft("common", "I typ"));
    await terminal.key("Enter");
    await terminal.sees(said("alice", "I typ", "✓"));
    await terminal.paste("two\nrows");
    await terminal.sees(/^common> two\n\W*rows$/m);
  });
}
