/**
 * The terminal becomes narrow and wide while messages come in and something is being typed.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { TmuxTerminal } from "../../support/tmux.ts";
import { draft, inCompany, said, statusOf, tells, times } from "./company.ts";

/** Every width is come to from a narrower and from a wider one. */
const widths = [20, 120, 300, 47, 20, 300, 80];

/** Half typed while all else happens. */
const half = "half of what I want to say";

/** What there is of the live area, in all that was ever shown. */
function areasIn(lines: readonly string[]): { readonly drafts: number; readonly states: number } {
  return {
    drafts: times([lines.join("").replace(/[\s│]/g, "")], half.replaceAll(" ", "")),
    states: lines.filter((line) => line.startsWith("live")).length,
  };
}

/** Waits until the live area is whole, and finds it nowhere else. */
async function hasOneArea(terminal: TmuxTerminal): Promise<void> {
  const whole = { drafts: 1, states: 1 };
  const screen = await terminal.comes(
    "one draft above one status row",
    (rows) => JSON.stringify(areasIn(rows)) === JSON.stringify(whole),
  );
  assert(statusOf(screen).startsWith("live"), screen.join("\n"));
  const all = await terminal.scrollback();
  assertEquals(areasIn(all), whole, all.join("\n"));
}

inCompany("at every width there is one live area, with the draft and the status", async (
  company,
) => {
  const guest = await company.guest("guest");
  const alice = await company.seat("alice");
  await alice.type(half);
  await alice.sees(draft("common", half));
  for (const [at, columns] of widths.entries()) {
    await alice.resize(columns, 24);
    await guest.say(`message${at}`);
    await alice.sees(new RegExp(`message${at}\\b`));
    await hasOneArea(alice);
  }
  const lines = await alice.lines();
  for (const at of widths.keys()) {
    assertEquals(times(lines, `message${at}`), 1, lines.join("\n"));
  }
  await alice.sees(draft("common", half));
  await alice.key("Enter");
  await alice.sees(said("alice", half, "✓"));
});

inCompany("messages that come in while the width changes are each there once, in order", async (
  company,
) => {
  const guest = await company.guest("guest");
  const alice = await company.seat("alice", { rows: 12 });
  await alice.type(half);
  await alice.sees(draft("common", half));
  const count = 60;
  const talking = (async () => {
    for (let at = 0; at < count; at++) await guest.say(`talk${at}.`);
  })();
  for (const columns of [...widths, ...widths]) await alice.resize(columns, 12);
  await talking;
  await alice.hasSeen(`talk${count - 1}.`);
  await alice.resize(100, 12);
  await hasOneArea(alice);
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
