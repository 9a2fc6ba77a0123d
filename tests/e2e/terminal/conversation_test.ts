/**
 * People talk, each on a terminal of their own, side by side.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { draft, inCompany, prompt, said, times } from "./company.ts";

const dayMs = 86_400_000;

/** A day as it is shown between messages. */
function dayLine(ms: number): string {
  const day = new Intl.DateTimeFormat("en-GB", {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  }).format(ms).replace(",", "");
  return `── ${day} ──`;
}

inCompany(
  "two talk: in the common chat, privately, in comments, with mentions",
  async (company) => {
    const alice = await company.seat("alice");
    const boris = await company.seat("Борис");
    const carol = await company.seat("carol");

    await alice.enter("hello");
    const [, hello = ""] = await alice.sees(said("alice", "hello", "✓"));
    const [, same] = await boris.sees(said("alice", "hello"));
    assertEquals(same, hello, "one message has one id everywhere");

    await boris.enter("@alice привет 👋");
    await alice.sees(said("Борис", "@alice привет 👋", "!"));
    await carol.sees(said("Борис", "@alice привет 👋"));

    await alice.enter("/private Борис тсс");
    await alice.sees(said("alice → Борис", "тсс", "✓ >>"));
    await boris.sees(said("alice → Борис", "тсс", ">>"));

    await boris.enter(`/comment ${hello} hello yourself`);
    await boris.sees(said("Борис", "hello yourself", `✓ ↳ ${hello}`));
    await alice.sees(said("Борис", "hello yourself", `↳ ${hello}`));
    await carol.sees(said("Борис", "hello yourself", `↳ ${hello}`));

    assertEquals(times(await carol.scrollback(), "тсс"), 0, "a private message is for one alone");
    // Each is there once, and the row for what comes next is below it all.
    for (const terminal of [alice, boris, carol]) {
      const lines = await terminal.lines();
      assertEquals(times(lines, " hello #"), 1, lines.join("\n"));
      assertEquals(lines.filter((line) => prompt("common").test(line)).length, 1, lines.join("\n"));
    }
  },
);

inCompany("/query talks privately until one comes back", async (company) => {
  const alice = await company.seat("alice");
  const bob = await company.seat("bob");
  await alice.enter("/query bob");
  await alice.sees(prompt(">> bob"));
  await alice.enter("between us");
  await bob.sees(said("alice → bob", "between us", ">>"));
  await alice.sees(said("alice → bob", "between us", "✓ >>"));
  await alice.enter("/query");
  await alice.sees(prompt("common"));
  await alice.enter("for all");
  await bob.sees(said("alice", "for all"));
});

/** What is said, and what a terminal shows of it. */
const texts: readonly (readonly [what: string, said: string, shown: string])[] = [
  [
    "Cyrillic",
    "съешь же ещё этих мягких французских булок",
    "съешь же ещё этих мягких французских булок",
  ],
  ["wide characters", "漢字とかな交じり文 한국어", "漢字とかな交じり文 한국어"],
  ["an emoji", "well 🎉 done", "well 🎉 done"],
  ["emoji that are joined", "the 👩‍👩‍👧 family", "the 👩‍👩‍👧 family"],
  ["an emoji with a tone", "fine 👍🏽 so", "fine 👍🏽 so"],
  ["Hebrew", "שלום עולם", "שלום עולם"],
  ["Arabic", "مرحبا بالعالم", "مرحبا بالعالم"],
  ["a combining mark", "cafe\u0301 au lait", "cafe\u0301 au lait"],
  ["an escape sequence", "a\x1b[31mb\x1b[2J", "a␛[31mb␛[2J"],
  ["a change of direction", "a\u202eb", "a‹U+202E›b"],
];

inCompany("texts of all scripts arrive as they are, and none commands the terminal", async (
  company,
) => {
  const guest = await company.guest("guest");
  const alice = await company.seat("alice");
  for (const [what, text, shown] of texts) {
    await guest.say(text);
    await alice.sees(said("guest", shown)).catch((failure) => {
      throw new Error(`${what} is not shown as it is`, { cause: failure });
    });
  }
  // The rest of the screen has not been moved by any of it.
  await alice.type("still in its place 漢字");
  await alice.sees(draft("common", "still in its place 漢字"));
  const { column } = await alice.cursor();
  assertEquals(column, "common> still in its place ".length + 4);
});

inCompany("a text cannot look like a message of someone else", async (company) => {
  const guest = await company.guest("guest");
  const alice = await company.seat("alice");
  await guest.say("first\n12:00 bob I owe you #1\r12:00 bob again #2");
  await alice.sees("I owe you");
  for (const line of await alice.lines()) assertEquals(/^\d\d:\d\d bob/.test(line), false, line);
});

inCompany("a long text is wrapped under its author", async (company) => {
  const guest = await company.guest("guest");
  const alice = await company.seat("alice", { columns: 40 });
  const words = Array.from({ length: 30 }, (_, at) => `word${at}`).join(" ");
  await guest.say(words);
  await alice.sees("word29");
  const screen = await alice.screen();
  const first = screen.findIndex((row) => /^\d\d:\d\d guest word0/.test(row));
  const rows = screen.slice(first + 1, screen.findIndex((row) => row.includes("word29")) + 1);
  assert(rows.length > 2, screen.join("\n"));
  for (const row of rows) assertMatch(row, /^ {6}│ word/);
});

inCompany("each day begins with a line of its own", async (company) => {
  const alice = await company.seat("alice");
  await alice.enter("/exit");
  assertEquals(await alice.exited(), 0);
  const guest = await company.guest("guest");
  const yesterday = await guest.say("in the evening");
  await guest.say("in the morning");
  await company.killServer();
  {
    using db = new DatabaseSync(company.workspace.path("chat.db"));
    db.prepare("UPDATE messages SET at_ms = at_ms - ? WHERE id = ?").run(dayMs, yesterday);
  }
  await company.serveAgain();
  const back = await company.seat("alice");
  await back.sees(said("guest", "in the morning"));
  await guest.say("at noon");
  await back.sees(said("guest", "at noon"));
  const nowMs = Date.now();
  const told = (await back.lines()).flatMap((line) =>
    line.startsWith("── ") || line.includes("guest in the") || line.includes("at noon")
      ? [line.replace(/^\d\d:\d\d | #\d+$/g, "")]
      : []
  );
  assertEquals(told, [
    "── 2 unread ──",
    dayLine(nowMs - dayMs),
    "guest in the evening",
    dayLine(nowMs),
    "guest in the morning",
    "guest at noon",
  ]);
});

inCompany("who comes back sees what they have read, a line, and what they have not", async (
  company,
) => {
  const guest = await company.guest("guest");
  const before = await company.seat("alice");
  await guest.say("seen");
  await before.sees(said("guest", "seen"));
  await before.enter("/exit");
  assertEquals(await before.exited(), 0);
  await guest.say("missed");
  await guest.say("for you alone", { to: "alice" });
  const alice = await company.seat("alice");
  await alice.sees(said("guest → alice", "for you alone", ">>"));
  const lines = await alice.lines();
  const at = (pattern: RegExp) => lines.findIndex((line) => pattern.test(line));
  const order = [/ seen #/, /^── 2 unread ──$/, / missed #/, / for you alone #/].map(at);
  assertEquals(order, order.toSorted((a, b) => a - b), lines.join("\n"));
  assertEquals(order.includes(-1), false, lines.join("\n"));
  for (const text of [" seen #", " missed #", "for you alone #"]) {
    assertEquals(times(lines, text), 1, lines.join("\n"));
  }
});
