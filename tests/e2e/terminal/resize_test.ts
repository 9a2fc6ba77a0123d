/**
 * The terminal becomes narrow and wide while messages come in and something is being typed.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Guest } from "../../support/guest.ts";
import type { TmuxTerminal } from "../../support/tmux.ts";
import { type Company, draft, inCompany, said, statusOf, tells, times } from "./company.ts";

/** Every width is come to from a narrower and from a wider one. */
const widths = [20, 120, 300, 47, 20, 300, 80];

/** Few enough for a newcomer's history to fill them. */
const rows = 16;

/** Half typed while all else happens. */
const half = "half of what I want to say";

/** What there is of the live area, in some rows. */
interface Area {
  readonly prompts: number;
  readonly drafts: number;
  readonly states: readonly string[];
}

function areaIn(rows: readonly string[]): Area {
  return {
    prompts: rows.filter((row) => row.startsWith("common>")).length,
    drafts: times([rows.join("").replace(/\s/g, "")], half.replaceAll(" ", "")),
    states: rows.filter((row) => row.startsWith("live")),
  };
}

/** Waits until the live area is laid out for a width, and finds it nowhere else. */
async function hasOneArea(terminal: TmuxTerminal, columns: number): Promise<void> {
  // What does not fit into the status row is left out of it.
  const state = columns < 30 ? "live · common" : "live · common · 1000/1000";
  const whole: Area = { prompts: 1, drafts: 1, states: [state] };
  const screen = await terminal.comes(
    `one live area for ${columns} columns`,
    (rows) => JSON.stringify(areaIn(rows)) === JSON.stringify(whole),
  );
  assertEquals(statusOf(screen), state, screen.join("\n"));
  const all = await terminal.scrollback();
  assertEquals(areaIn(all), whole, all.join("\n"));
}

/**
 * Someone whose screen is full, with a draft.
 *
 * Of a screen with room below, tmux moves the first rows out when it becomes narrower: nobody can
 * take back what is drawn there.
 */
async function seatWithDraft(company: Company): Promise<[TmuxTerminal, Guest]> {
  const guest = await company.guest("guest");
  for (let at = 0; at < rows; at++) await guest.say(`before${at}.`);
  const alice = await company.seat("alice", { rows });
  await alice.type(half);
  await alice.sees(draft("common", half));
  return [alice, guest];
}

inCompany("at every width there is one live area, with the draft and the status", async (
  company,
) => {
  const [alice, guest] = await seatWithDraft(company);
  for (const [at, columns] of widths.entries()) {
    await alice.resize(columns, rows);
    await hasOneArea(alice, columns);
    await guest.say(`say${at}.`);
    await alice.sees(`say${at}.`);
    await hasOneArea(alice, columns);
  }
  const lines = await alice.lines();
  for (const at of widths.keys()) {
    assertEquals(times(lines, `say${at}.`), 1, lines.join("\n"));
  }
  await alice.sees(draft("common", half));
  await alice.key("Enter");
  await alice.sees(said("alice", half, "✓"));
});

inCompany("messages that come in while the width changes are each there once, in order", async (
  company,
) => {
  const [alice, guest] = await seatWithDraft(company);
  const count = 60;
  const talks = async () => {
    for (let at = 0; at < count; at++) await guest.say(`talk${at}.`);
  };
  const resizes = async () => {
    // Tmux draws in the new width for up to a quarter of a second before it tells the program of it.
    for (const columns of [...widths, ...widths]) await alice.resize(columns, rows);
  };
  await Promise.all([talks(), resizes()]);
  await alice.resize(100, rows);
  await alice.hasSeen(`talk${count - 1}.`);
  await hasOneArea(alice, 100);
  const lines = await alice.lines();
  const talk = [...lines.join("\n").matchAll(/talk(\d+)\./g)].map(([, at]) => Number(at));
  assertEquals(talk, Array.from({ length: count }, (_, at) => at), lines.join("\n"));
  await alice.sees(draft("common", half));
});

inCompany("a terminal with few rows still shows what is typed and what comes in", async (
  company,
) => {
  const guest = await company.guest("guest");
  const alice = await company.seat("alice");
  await alice.type("/");
  for (const rows of [5, 3, 2, 24]) {
    await alice.resize(60, rows);
    await guest.say(`rows${rows}.`);
    await alice.hasSeen(`rows${rows}.`);
    await alice.sees(/common> \/$/m);
  }
  const lines = await alice.lines();
  for (const rows of [5, 3, 2, 24]) assertEquals(times(lines, `rows${rows}.`), 1, lines.join("\n"));
  assertEquals(lines.filter((line) => line.startsWith("common>")).length, 1, lines.join("\n"));
  await tells(alice, /^live/);
});
