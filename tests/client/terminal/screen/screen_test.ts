import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Line, line, styled } from "../../../../client/lines/safe_line.ts";
import { graphemes } from "../../../../lib/text/text_width.ts";
import { layOut, type LiveView } from "../../../../client/terminal/screen/live_area.ts";
import { unsteadyMax } from "../../../../client/terminal/screen/drawn_area.ts";
import {
  calmMs,
  frameMs,
  gatheredLinesMax,
  type Terminal,
  TerminalScreen,
} from "../../../../client/terminal/screen/screen.ts";
import { VirtualClock } from "../../../support/virtual_clock.ts";
import { VirtualTerminal, type VirtualTerminalOptions } from "../../../support/virtual_terminal.ts";

function viewOf(before: string, view: Partial<LiveView> & { readonly after?: string } = {}) {
  const { after = "", ...parts } = view;
  return {
    prompt: line`common> `,
    draft: { before: graphemes(before), after: graphemes(after) },
    suggestions: [],
    progress: undefined,
    status: [line`live`],
    ...parts,
  };
}

function opened(
  options: Partial<VirtualTerminalOptions> = {},
  { colour = false }: { readonly colour?: boolean } = {},
) {
  const terminal = new VirtualTerminal({ columns: 40, rows: 10, ...options });
  const clock = new VirtualClock();
  const { reflows = true } = options;
  const screen = new TerminalScreen(terminal, { colour, reflows, clock });
  screen.open();
  /** Lets what waits be written, and a quiet time pass. */
  const rest = () => clock.advance(2 * frameMs);
  /** Lets the terminal answer, until it has nothing more to say. */
  const answer = () => {
    for (let report; (report = terminal.reports.shift()) !== undefined;) screen.hear(report);
  };
  return { terminal, clock, screen, rest, answer };
}

Deno.test("TerminalScreen prints above the live area, in which the cursor stands", () => {
  const { terminal, screen, rest } = opened();
  screen.draw(() => viewOf("hel", { after: "lo", suggestions: [line`maybe`] }));
  rest();
  screen.print([line`one`, line`two`]);
  assertEquals(terminal.lines(), ["one", "two", "maybe", "common> hello", "live"]);
  assertEquals(terminal.cursor, { row: 3, column: 11 });
});

Deno.test("TerminalScreen breaks a line that is too wide, each further row behind a mark", () => {
  const { terminal, screen, rest } = opened({ columns: 20 });
  screen.draw(() => viewOf("x"));
  rest();
  for (const length of [19, 20, 21, 33]) screen.print([Line.of("a".repeat(length))]);
  rest();
  const mark = "      │ ";
  assertEquals(terminal.lines().slice(0, -2), [
    "a".repeat(19),
    "a".repeat(20),
    "a".repeat(20),
    `${mark}a`,
    "a".repeat(20),
    `${mark}${"a".repeat(12)}`,
    `${mark}a`,
  ]);
  assertEquals(terminal.beforeCursor(), "common> x");
});

Deno.test("TerminalScreen keeps the input in its place when suggestions come and go", () => {
  const { terminal, screen, rest } = opened();
  screen.print(Array.from({ length: 20 }, (_, at) => line`line ${at}`));
  rest();
  const suggestions = [line`/help`, line`/history`];
  screen.draw(() => viewOf("/h", { suggestions }));
  rest();
  const { row } = terminal.cursor;
  screen.draw(() => viewOf(""));
  rest();
  assertEquals(terminal.cursor.row, row);
  assertEquals(terminal.screen().slice(-5), ["line 19", "", "", "common>", "live"]);
  // What is printed takes the empty rows first.
  screen.print([line`line 20`]);
  rest();
  assertEquals(terminal.cursor.row, row);
  assertEquals(terminal.screen().slice(-5), ["line 19", "line 20", "", "common>", "live"]);
  screen.print([line`line 21`, line`line 22`]);
  assertEquals(terminal.screen().slice(-4), ["line 21", "line 22", "common>", "live"]);
});

Deno.test("TerminalScreen draws only the rows that differ, and none if none does", () => {
  const { terminal, screen, rest } = opened({}, { colour: true });
  const view = viewOf("", { progress: line`a file`, suggestions: [styled("dim", "maybe")] });
  screen.draw(() => view);
  rest();
  const { writes } = terminal;
  screen.draw(() => ({ ...view }));
  rest();
  assertEquals(terminal.writes, writes);
  terminal.written = "";
  screen.draw(() => viewOf("hi", view));
  rest();
  screen.draw(() => viewOf("h", { ...view, draft: { before: ["h"], after: [] } }));
  assert(terminal.written.includes("common> h"));
  assert(!terminal.written.includes("a file") && !terminal.written.includes("maybe"));
  assert(!terminal.written.includes("live"));
});

Deno.test("TerminalScreen moves the cursor alone when no more has changed", () => {
  const { terminal, screen, rest } = opened();
  for (const [before, after] of [["one\ntwo", ""], ["one\nt", "wo"], ["on", "e\ntwo"]] as const) {
    terminal.written = "";
    screen.draw(() => viewOf(before, { after }));
    rest();
    assertEquals(terminal.lines(), ["common> one", "│ two", "live"]);
    assertEquals(terminal.written.includes("live"), after === "");
  }
  assertEquals([terminal.cursor.row, terminal.beforeCursor()], [0, "common> on"]);
});

Deno.test("TerminalScreen shows at once what comes after a quiet time", () => {
  const { terminal, screen, rest } = opened();
  screen.draw(() => viewOf(""));
  assertEquals(terminal.lines(), ["common>", "live"]);
  rest();
  screen.print([line`one`]);
  assertEquals(terminal.lines()[0], "one");
});

Deno.test("TerminalScreen does not let one who types wait", () => {
  const { terminal, screen } = opened();
  screen.draw(() => viewOf(""));
  screen.print([line`one`]);
  screen.draw(() => viewOf("h"));
  assertEquals(terminal.lines(), ["common>", "live"]);
  screen.draw(() => viewOf("h"), { isTyped: true });
  assertEquals(terminal.lines(), ["one", "common> h", "live"]);
  const { writes } = terminal;
  screen.draw(() => viewOf("h"), { isTyped: true });
  assertEquals(terminal.writes, writes);
});

Deno.test("TerminalScreen gathers what follows into one write, however much it is", () => {
  const { terminal, screen, clock } = opened();
  screen.draw(() => viewOf(""));
  const { writes } = terminal;
  const seconds = 3;
  for (let message = 0; message < 1000 * seconds; message++) {
    screen.print([line`message ${message}`]);
    screen.draw(() => viewOf("", { status: [line`${message} unread`] }));
    clock.advance(1);
  }
  clock.advance(frameMs);
  const perSecond = (terminal.writes - writes) / seconds;
  assert(perSecond <= 1000 / frameMs + 1, `${perSecond} writes a second`);
  assertEquals(terminal.lines().length, 3002);
  assertEquals(terminal.lines().at(-1), "2999 unread");
  clock.advance(frameMs);
  assertEquals(clock.waiting, 0);
});

for (
  const [lines, writes] of [
    [gatheredLinesMax - 1, 0],
    [gatheredLinesMax, 1],
    [gatheredLinesMax + 1, 1],
  ] as const
) {
  Deno.test(`TerminalScreen writes ${writes} times when ${lines} lines have come`, () => {
    const { terminal, screen } = opened();
    screen.draw(() => viewOf(""));
    const before = terminal.writes;
    for (let at = 0; at < lines; at++) screen.print([line`line ${at}`]);
    assertEquals(terminal.writes - before, writes);
    screen.close();
    assertEquals(terminal.lines().length, lines);
  });
}

Deno.test("TerminalScreen gives the terminal back as it was, once, and then only prints", () => {
  const { terminal, screen, clock } = opened({}, { colour: true });
  assert(terminal.raw && terminal.bracketsPaste);
  screen.draw(() => viewOf("half"));
  screen.print([line`gathered`]);
  screen.close();
  screen.close();
  assert(!terminal.raw && !terminal.bracketsPaste && terminal.isPlain);
  assertEquals(terminal.lines(), ["gathered"]);
  assertEquals(terminal.cursor, { row: 1, column: 0 });
  assertEquals(clock.waiting, 0);
  const { length } = terminal.written;
  screen.draw(() => viewOf("x"));
  screen.redraw();
  screen.resume();
  screen.print([styled("bold", "bye")]);
  assertEquals(terminal.written.slice(length), "\x1b[1mbye\x1b[0m\r\n");
});

Deno.test("TerminalScreen leaves the terminal plain after each write", () => {
  const { terminal, screen, rest } = opened();
  screen.print([line`one`]);
  assert(terminal.isPlain);
  rest();
  screen.draw(() => viewOf("x"));
  assert(terminal.isPlain);
});

Deno.test("TerminalScreen does not mind that the terminal has gone when it is given back", () => {
  const gone = () => {
    throw new Error("Input/output error (os error 5)");
  };
  let isGone = false;
  const terminal: Terminal = {
    write: () => isGone ? gone() : undefined,
    setRaw: () => isGone ? gone() : undefined,
    columns: () => 80,
    rows: () => 24,
  };
  const clock = new VirtualClock();
  const screen = new TerminalScreen(terminal, { colour: false, reflows: true, clock });
  screen.open();
  screen.draw(() => viewOf("x"));
  isGone = true;
  screen.close();
  screen.close();
  assertEquals(clock.waiting, 0);
});

Deno.test("TerminalScreen lends the terminal to the shell and takes it again", () => {
  const { terminal, screen, rest } = opened();
  screen.print([line`one`]);
  screen.draw(() => viewOf("half"));
  rest();
  screen.suspend();
  assert(!terminal.raw && !terminal.bracketsPaste && terminal.isPlain);
  assertEquals(terminal.cursor, { row: 1, column: 0 });
  terminal.write("$ fg\r\n");
  screen.print([line`two`]);
  screen.draw(() => viewOf("half", { status: [line`live again`] }));
  screen.resume();
  assert(terminal.raw && terminal.bracketsPaste);
  assertEquals(terminal.lines(), ["one", "$ fg", "two", "common> half", "live again"]);
  assertEquals(terminal.beforeCursor(), "common> half");
  screen.suspend();
  screen.close();
  screen.resume();
  assert(!terminal.raw);
});

Deno.test("TerminalScreen takes the terminal again after a stop from outside", () => {
  const { terminal, screen, rest } = opened();
  screen.print([line`one`]);
  screen.draw(() => viewOf("half"));
  rest();
  // What the shell does with a terminal that it finds as the stopped program has left it.
  terminal.setRaw({ raw: false });
  terminal.write("\r\n\n\x1b[?2004l[1]+  Stopped\r\n$ fg\r\nchat\r\n");
  screen.resume();
  assert(terminal.raw && terminal.bracketsPaste);
  assertEquals(terminal.lines().slice(-4), ["$ fg", "chat", "common> half", "live"]);
  assertEquals(terminal.beforeCursor(), "common> half");
  // And where no shell has written anything, no second copy stands there.
  rest();
  screen.resume();
  assertEquals(terminal.lines().slice(-4), ["$ fg", "chat", "common> half", "live"]);
});

Deno.test("TerminalScreen has the view made for its writes alone, however much comes in", () => {
  const { screen, clock, rest } = opened();
  let made = 0;
  const view = () => {
    made++;
    return viewOf("half");
  };
  screen.draw(view);
  rest();
  made = 0;
  for (let message = 0; message < 1000; message++) {
    screen.print([line`message ${message}`]);
    screen.draw(view);
  }
  clock.advance(frameMs);
  // One at once, others as many lines come, and one for the rest.
  assert(made <= 2 + 1000 / gatheredLinesMax, `${made} views`);
});

Deno.test("TerminalScreen draws all anew on demand", () => {
  const { terminal, screen, rest } = opened();
  screen.draw(() => viewOf("half"));
  rest();
  terminal.write("\rscribble");
  screen.redraw();
  rest();
  assertEquals(terminal.lines(), ["common> half", "live"]);
});

for (
  const [what, columns, rows] of [
    ["narrower", 20, 10],
    ["much narrower", 7, 10],
    ["wider", 300, 10],
    ["higher", 40, 60],
    ["lower", 40, 4],
  ] as const
) {
  Deno.test(`TerminalScreen leaves no copy of the live area when its terminal gets ${what}`, () => {
    const { terminal, screen, rest } = opened();
    const printed = Array.from({ length: 12 }, (_, at) => `line ${at}`);
    screen.print(printed.map((each) => Line.of(each)));
    screen.draw(() => viewOf("what I am writing", { status: [line`live and a little more`] }));
    rest();
    terminal.resize(columns, rows);
    screen.redraw();
    rest();
    const lines = terminal.lines();
    assertEquals(lines.slice(0, 12), printed);
    const { rows: drawn } = layOut(
      viewOf("what I am writing", { status: [line`live and a little more`] }),
      { columns, rows },
    );
    assertEquals(lines.slice(12), drawn.map(({ plain }) => plain.trimEnd()));
  });
}

Deno.test("TerminalScreen notices a new size by itself at the next write", () => {
  const { terminal, screen, rest } = opened();
  const view = viewOf("what I am writing");
  screen.print([line`one`]);
  screen.draw(() => view);
  rest();
  terminal.resize(20, 10);
  screen.draw(() => view);
  assertEquals(terminal.lines(), ["one", "common> what I am w", "  riting", "live"]);
  rest();
  terminal.resize(40, 10);
  screen.print([line`two`]);
  assertEquals(terminal.lines(), ["one", "two", "common> what I am writing", "live"]);
});

Deno.test("TerminalScreen eats no line when the live area is pushed out of the screen", () => {
  const { terminal, screen, rest } = opened();
  screen.print([line`one`, line`two`]);
  screen.draw(() => viewOf("what I am writing"));
  rest();
  terminal.resize(1, 1);
  screen.redraw();
  rest();
  assertEquals(terminal.lines().slice(0, 2), ["one", "two"]);
  assertEquals(terminal.screen(), ["g"]);
});

Deno.test("TerminalScreen eats no line of a terminal that cuts rows instead of wrapping", () => {
  const { terminal, screen, rest } = opened({ reflows: false });
  screen.print([line`one`, line`two`]);
  screen.draw(() => viewOf("what I am writing, which is long"));
  rest();
  terminal.resize(20, 10);
  screen.redraw();
  rest();
  assertEquals(terminal.lines().slice(0, 2), ["one", "two"]);
  assertEquals(terminal.lines().filter((each) => each.includes("what")).length, 1);
});

// Properties: whatever is printed, typed and resized, a person sees the same.

const awkward = fc.constantFrom(
  ...["漢字", "👩‍👩‍👧", "👍🏽", "🇩🇪", "❤️", "e\u0301", "שלום", "क्षि", "\u0301", "\t", "\n", "\x1b[2J"],
  ...["\u202e", "\u200d", "\u2028", "\x9b", "a b", "…"],
);
const text = fc.array(fc.oneof({ weight: 2, arbitrary: fc.string() }, awkward), { maxLength: 30 })
  .map((parts) => parts.join(""));
const sizes = {
  columns: fc.integer({ min: 1, max: 100 }),
  rows: fc.integer({ min: 1, max: 30 }),
};

type Step =
  | { readonly kind: "print"; readonly texts: readonly string[] }
  | { readonly kind: "draw"; readonly view: LiveView }
  | { readonly kind: "resize"; readonly columns: number; readonly rows: number }
  | { readonly kind: "rest" | "suspend" };

const some = fc.array(text.map((each) => Line.of(each)), { maxLength: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("print"), texts: fc.array(text, { maxLength: 4 }) }),
  fc.record({
    kind: fc.constant("draw"),
    view: fc.record({
      prompt: fc.constantFrom(line`common> `, line`>> a long name of a friend> `, line`漢> `),
      draft: fc.record({ before: text.map(graphemes), after: text.map(graphemes) }),
      suggestions: some,
      progress: fc.option(text.map((each) => Line.of(each)), { nil: undefined }),
      status: some,
    }),
  }),
  fc.record({ kind: fc.constant("resize"), ...sizes }),
  fc.constant({ kind: "rest" }),
  fc.constant({ kind: "suspend" }),
);

/** Marks that no other text holds. */
const printedMark = (at: number) => `⟦${at}⟧`;
const printedMarks = /⟦\d+⟧/g;

/** Without the combining marks at its start, which have nothing to be combined with. */
const based = (text: string) => text.replace(/^\p{M}+/u, "");

for (
  const [how, joins, answers] of [
    ["joins characters", true, false],
    ["joins none", false, false],
    ["joins characters and answers", true, true],
    ["joins none and answers", false, true],
  ] as const
) {
  Deno.test(`TerminalScreen shows each line once and the live area below, on a terminal that ${how}`, () => {
    fc.assert(
      fc.property(fc.record(sizes), fc.array(step, { maxLength: 20 }), (first, steps) => {
        const { terminal, clock, screen, rest, answer } = opened({ ...first, joins });
        const printed: string[] = [];
        let drawn: LiveView | undefined;
        for (const step of steps) {
          switch (step.kind) {
            case "print":
              screen.print(step.texts.map((each) => {
                const mark = printedMark(printed.length);
                printed.push(mark);
                return line`${mark}${each}`;
              }));
              break;
            case "draw":
              drawn = step.view;
              screen.draw(() => step.view);
              break;
            case "resize":
              terminal.resize(step.columns, step.rows);
              screen.redraw();
              break;
            case "suspend":
              screen.suspend();
              screen.resume();
              break;
            case "rest":
              rest();
          }
          if (answers) answer();
        }
        for (let left = unsteadyMax; left > 0; left--) {
          if (answers) answer();
          clock.advance(calmMs);
        }
        const lines = terminal.lines();
        // A narrow terminal has broken some of them.
        const whole = lines.join("").replaceAll(/(?: {6})?│ /g, "");
        assertEquals(whole.match(printedMarks) ?? [], printed);
        if (drawn === undefined) return;
        const { rows, cursorRow, beforeCursor } = layOut(drawn, {
          columns: terminal.columns(),
          rows: terminal.rows(),
        });
        const shown = terminal.screen();
        const top = terminal.cursor.row - cursorRow;
        assert(shown.slice(top + rows.length).every((each) => each === ""));
        assertEquals(
          shown.slice(top, top + rows.length).map((each) => each.trimEnd()),
          rows.map(({ plain }) => based(plain).trimEnd()),
        );
        // A cursor behind the only column there is has no place of its own.
        if (terminal.columns() === 1) return;
        assertEquals(terminal.beforeCursor(), based(beforeCursor.plain));
      }),
      { numRuns: 500 },
    );
  });
}

Deno.test("TerminalScreen leaves no copy behind when a full screen is resized and still holds the area", () => {
  const columns = fc.integer({ min: 20, max: 300 });
  const rows = fc.integer({ min: 30, max: 50 });
  const words = fc.string({ unit: fc.constantFrom("a", "漢", "é", " "), maxLength: 40 });
  const steps = fc.array(fc.tuple(columns, rows, words, words, fc.nat(3)), { maxLength: 10 });
  fc.assert(fc.property(steps, (steps) => {
    const { terminal, screen, rest } = opened({ columns: 80, rows: 40 });
    let lines = 0;
    const print = (count: number) =>
      screen.print(Array.from({ length: count }, () => Line.of(printedMark(lines++))));
    print(60);
    for (const [columns, rows, before, after, count] of steps) {
      terminal.resize(columns, rows);
      screen.redraw();
      print(count);
      screen.draw(() => viewOf(before, { after, status: [line`«status»`, Line.of(before)] }));
      rest();
      const seen = terminal.lines().join("\n");
      assertEquals(seen.match(/«status»|common>/g), ["common>", "«status»"]);
      assertEquals(seen.match(printedMarks)?.length, lines);
    }
  }));
});
