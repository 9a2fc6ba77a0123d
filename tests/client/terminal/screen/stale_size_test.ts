import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Line, line } from "../../../../client/lines/safe_line.ts";
import { graphemes } from "../../../../lib/text/text_width.ts";
import { answerMaxMs } from "../../../../client/terminal/screen/cursor_question.ts";
import { unsteadyMax } from "../../../../client/terminal/screen/drawn_area.ts";
import {
  askedLinesMax,
  calmMs,
  frameMs,
  TerminalScreen,
} from "../../../../client/terminal/screen/screen.ts";
import { VirtualClock } from "../../../support/virtual_clock.ts";
import { VirtualTerminal } from "../../../support/virtual_terminal.ts";

// A terminal changes what it shows some time before it tells the program of its size.

const screenRows = 24;

/** A client on a terminal of which `columns` is the first width, with a screen that is full. */
class Seat {
  readonly terminal: VirtualTerminal;
  readonly clock = new VirtualClock();
  readonly screen: TerminalScreen;
  printed = 0;
  readonly #suggestions: readonly Line[];
  #size: { columns: number; rows: number };

  constructor(
    columns: number,
    suggestions = [line`<one suggestion`, line`<another suggestion`],
  ) {
    this.#suggestions = suggestions;
    this.#size = { columns, rows: screenRows };
    this.terminal = new VirtualTerminal(this.#size);
    const options = { colour: false, reflows: true, clock: this.clock };
    this.screen = new TerminalScreen(this.terminal, options);
    this.screen.open();
    for (let at = 0; at < screenRows; at++) this.print();
    this.type("half of what I want to say");
    this.settle();
  }

  print(): void {
    this.screen.print([line`talk${this.printed++}.`]);
  }

  type(before: string): void {
    const view = () => ({
      prompt: line`common> `,
      draft: { before: graphemes(before), after: graphemes(" and no more") },
      suggestions: this.#suggestions,
      progress: undefined,
      status: [line`«live, and a little more about how things stand»`],
    });
    this.screen.draw(view, { isTyped: true });
  }

  /** Changes the width of what is seen, which the program will be told later. */
  change(columns: number): void {
    this.#size = { ...this.#size, columns };
    this.terminal.change(columns, screenRows);
  }

  tell(size = this.#size): void {
    this.terminal.tell(size);
    this.screen.redraw();
  }

  /** Lets one report come to the program, if there is one. */
  answer(): boolean {
    const report = this.terminal.reports.shift();
    if (report !== undefined) this.screen.hear(report);
    return report !== undefined;
  }

  rest(): void {
    this.clock.advance(frameMs);
  }

  /** Lets everything come to the program, and all be drawn. */
  settle(): void {
    this.tell();
    for (let left = unsteadyMax; left > 0; left--) {
      while (this.answer());
      this.clock.advance(calmMs);
    }
  }

  /** The numbers of the messages that are there, from the first on. */
  get talk(): number[] {
    const lines = this.terminal.lines().join("\n");
    return [...lines.matchAll(/talk(\d+)\./g)].map(([, at]) => Number(at));
  }

  hasAllTalk(): void {
    const all = Array.from({ length: this.printed }, (_, at) => at);
    assertEquals(this.talk, all, this.terminal.lines().join("\n"));
  }

  hasOneArea(): void {
    const lines = this.terminal.lines();
    const signs = lines.join("\n").match(/common>|«live|<one|<another/g);
    assertEquals(signs, ["<one", "<another", "common>", "«live"], lines.join("\n"));
    assert(lines.findIndex((each) => each.includes("<one")) === this.#lastTalk(lines) + 1);
  }

  #lastTalk(lines: readonly string[]): number {
    return lines.findLastIndex((each) => each.startsWith("talk") || each === "");
  }
}

type Step =
  | { readonly kind: "print" | "tell" | "rest" | "calm" }
  | { readonly kind: "type"; readonly text: string }
  | { readonly kind: "change" | "tell late"; readonly columns: number };

// Wide enough for the signs that are looked for.
const columns = fc.integer({ min: 20, max: 120 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: "print" } as const) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("change"), columns }) },
  fc.record({ kind: fc.constant("tell late"), columns }),
  fc.record({
    kind: fc.constant("type"),
    text: fc.string({ unit: fc.constantFrom("a", "漢", " "), maxLength: 60 }),
  }),
  fc.constant({ kind: "tell" } as const),
  fc.constantFrom({ kind: "rest" } as const, { kind: "calm" } as const),
);

function take(seat: Seat, step: Step): void {
  switch (step.kind) {
    case "print":
      return seat.print();
    case "change":
      return seat.change(step.columns);
    case "tell":
      return seat.tell();
    case "tell late":
      return seat.tell({ columns: step.columns, rows: screenRows });
    case "type":
      return seat.type(step.text);
    case "rest":
      return seat.rest();
    case "calm":
      return seat.clock.advance(calmMs);
  }
}

Deno.test("TerminalScreen covers no message and leaves no copy, whenever a size is told", () => {
  fc.assert(
    fc.property(columns, fc.array(step, { maxLength: 40 }), (first, steps) => {
      const seat = new Seat(first);
      for (const each of steps) {
        take(seat, each);
        // The way of an answer is short beside the time between two changes of a size.
        while (seat.answer());
      }
      seat.settle();
      seat.hasAllTalk();
      seat.hasOneArea();
      assertEquals(seat.clock.waiting, 0);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("TerminalScreen covers no message when the size changes while an answer is on its way", () => {
  const waiting = fc.oneof(
    { weight: 4, arbitrary: step },
    { weight: 3, arbitrary: fc.constant({ kind: "answer" } as const) },
  );
  fc.assert(
    fc.property(columns, fc.array(waiting, { maxLength: 60 }), (first, steps) => {
      const seat = new Seat(first);
      for (const each of steps) {
        if (each.kind === "answer") seat.answer();
        else take(seat, each);
      }
      seat.settle();
      seat.hasAllTalk();
    }),
    { numRuns: 1000 },
  );
});

const plain = (seat: Seat) => assert(seat.terminal.isPlain);

Deno.test("TerminalScreen shows what is typed without waiting for an answer", () => {
  const seat = new Seat(80);
  const { writes } = seat.terminal;
  seat.type("abc");
  assertEquals(seat.terminal.writes, writes + 1);
  assertEquals(seat.terminal.beforeCursor(), "common> abc");
  // The next is shown with the answer, however soon that comes.
  seat.type("abcd");
  assertEquals(seat.terminal.beforeCursor(), "common> abc");
  seat.answer();
  assertEquals(seat.terminal.beforeCursor(), "common> abcd");
});

Deno.test("TerminalScreen draws what is typed again where the width was another one", () => {
  const seat = new Seat(80);
  seat.change(30);
  seat.type("half of what I wanted to say, and more");
  while (seat.answer());
  seat.clock.advance(calmMs);
  while (seat.answer());
  seat.hasOneArea();
  seat.settle();
  seat.hasOneArea();
  seat.hasAllTalk();
});

Deno.test("TerminalScreen comes back down when the width has grown before a step that counts on it", () => {
  const seat = new Seat(80, []);
  seat.change(20);
  seat.print();
  seat.answer();
  seat.clock.advance(calmMs);
  for (const columns of [120, 30, 50]) {
    seat.change(columns);
    seat.answer();
  }
  while (seat.answer());
  seat.hasAllTalk();
  seat.settle();
  seat.hasAllTalk();
  assertEquals(seat.terminal.lines().filter((each) => each.startsWith("common>")).length, 1);
});

Deno.test("TerminalScreen leaves a copy rather than cover a message when all else is in doubt", () => {
  const seat = new Seat(80);
  seat.change(20);
  seat.type("half of what I wanted to say, and more");
  seat.change(41);
  while (seat.answer());
  seat.settle();
  seat.hasAllTalk();
  assert(seat.terminal.lines().filter((each) => each.startsWith("«live")).length >= 1);
});

Deno.test("TerminalScreen waits with a step that counts on a width until that is calm", () => {
  // With nothing above the row that is wrapped.
  const seat = new Seat(80, []);
  seat.change(30);
  seat.print();
  seat.rest();
  while (seat.answer());
  const { writes } = seat.terminal;
  plain(seat);
  seat.clock.advance(calmMs - 1);
  assertEquals(seat.terminal.writes, writes);
  seat.clock.advance(1);
  assertEquals(seat.terminal.writes, writes + 1);
  while (seat.answer());
  seat.hasAllTalk();
  plain(seat);
});

Deno.test("TerminalScreen waits for a width that never rests so often and no longer", () => {
  // With nothing above the row that is wrapped.
  const seat = new Seat(80, []);
  seat.change(33);
  seat.print();
  let steps = 0;
  while (seat.talk.length < seat.printed) {
    assert(++steps < 2 * unsteadyMax);
    seat.change(33 - steps);
    seat.answer();
    seat.clock.advance(calmMs);
  }
  assert(steps > unsteadyMax && steps <= unsteadyMax + 3, `${steps} steps`);
  seat.settle();
  seat.hasAllTalk();
});

Deno.test("TerminalScreen goes by what it was told when an answer does not come", () => {
  const seat = new Seat(80);
  seat.print();
  seat.clock.advance(answerMaxMs - 1);
  assertEquals(seat.talk.length, seat.printed - 1);
  seat.clock.advance(1);
  seat.hasAllTalk();
  seat.hasOneArea();
  plain(seat);
  // It asks no more, so that nobody waits twice.
  seat.rest();
  seat.print();
  seat.hasAllTalk();
  assertEquals(seat.terminal.reports.length, 1);
  // Until an answer shows that it would get one.
  seat.answer();
  seat.rest();
  seat.print();
  assertEquals([seat.talk.length, seat.terminal.reports.length], [seat.printed - 1, 1]);
  seat.answer();
  seat.hasAllTalk();
  seat.hasOneArea();
});

for (const [lines, waits] of [[askedLinesMax - 1, true], [askedLinesMax, false]] as const) {
  Deno.test(`TerminalScreen ${waits ? "waits" : "does not wait"} for an answer with ${lines} lines`, () => {
    const seat = new Seat(80);
    for (let at = 0; at < lines; at++) seat.print();
    assertEquals(seat.talk.length, waits ? screenRows : screenRows + lines);
    while (seat.answer());
    seat.hasAllTalk();
    seat.hasOneArea();
  });
}

for (const how of ["close", "suspend"] as const) {
  Deno.test(`TerminalScreen.${how}() in the middle of a question shows what has waited`, () => {
    const seat = new Seat(80);
    seat.print();
    assertEquals(seat.talk.length, seat.printed - 1);
    seat.screen[how]();
    seat.hasAllTalk();
    plain(seat);
    assertEquals(seat.clock.waiting, 0);
    assertEquals(seat.terminal.lines().at(-1), `talk${seat.printed - 1}.`);
    // What comes late does nothing.
    seat.answer();
    assertEquals(seat.terminal.lines().at(-1), `talk${seat.printed - 1}.`);
  });
}

Deno.test("TerminalScreen.settled() resolves when the terminal owes nothing", async () => {
  const seat = new Seat(80);
  await seat.screen.settled();
  seat.print();
  let isSettled = false;
  const settled = seat.screen.settled().then(() => isSettled = true);
  await new Promise((resolve) => setImmediate(resolve));
  assertEquals(isSettled, false);
  while (seat.answer());
  await settled;
  seat.hasAllTalk();
});

Deno.test("TerminalScreen asks no terminal that cuts rows off", () => {
  const terminal = new VirtualTerminal({ columns: 80, rows: screenRows, reflows: false });
  const clock = new VirtualClock();
  const screen = new TerminalScreen(terminal, { colour: false, reflows: false, clock });
  screen.open();
  screen.print([Line.of("one")]);
  assertEquals([terminal.reports.length, terminal.lines()], [0, ["one"]]);
});
