import { assertEquals, assertThrows } from "@std/assert";
import { Line, line } from "../../../../client/lines/safe_line.ts";
import {
  cutOff,
  reflows,
  rowsAboveCursor,
  rowsOf,
  withCursorAt,
} from "../../../../client/terminal/screen/reflow.ts";

Deno.test("rowsOf() counts the rows of a text that a terminal wraps", () => {
  const counts: readonly [string, number, number][] = [
    ["", 10, 1],
    ["a".repeat(9), 10, 1],
    ["a".repeat(10), 10, 1],
    ["a".repeat(11), 10, 2],
    ["a".repeat(21), 10, 3],
    // A wide character that does not fit into the last column leaves it free.
    ["漢漢漢", 5, 2],
    ["漢漢漢漢漢", 5, 3],
    ["👩‍👩‍👧", 2, 1],
    // No row is left empty for one that fits into none.
    ["漢漢", 1, 2],
  ];
  for (const [text, columns, rows] of counts) {
    assertEquals([text, columns, rowsOf(text, columns)], [text, columns, rows]);
  }
});

for (
  const [what, before, after, above] of [
    ["before a full row", "", "", 0],
    ["within a row", "a".repeat(9), "bb", 0],
    ["at the end of a full row", "a".repeat(10), "", 0],
    ["after a full row that goes on", "a".repeat(10), "b", 1],
    ["before a wide character that has gone to the next row", "a".repeat(9), "漢", 1],
    ["at the end of the second row", "a".repeat(20), "", 1],
    ["in the third row", "a".repeat(20), "b", 2],
  ] as const
) {
  Deno.test(`rowsAboveCursor() knows where the cursor has gone: ${what}`, () => {
    const frame = {
      rows: [line`x`, Line.of("y".repeat(11)), Line.of(before + after), line`z`],
      cursorRow: 2,
      beforeCursor: Line.of(before),
    };
    assertEquals(rowsAboveCursor(frame, 10), 3 + above);
    assertEquals(rowsAboveCursor(frame, 80), 2);
  });
}

const frame = {
  rows: [line`x`, Line.of("y".repeat(11)), Line.of(`${"a".repeat(9)}漢z`)],
  cursorRow: 2,
  beforeCursor: Line.of(`${"a".repeat(9)}漢`),
};

for (
  const [row, cursorRow, before] of [
    [0, 0, ""],
    [1, 1, ""],
    [2, 1, "y".repeat(10)],
    [3, 2, ""],
    [4, 2, "a".repeat(9)],
  ] as const
) {
  Deno.test(`withCursorAt() finds the start of row ${row}, and rowsAboveCursor() agrees`, () => {
    const moved = withCursorAt(frame, row, 10);
    assertEquals([moved.cursorRow, moved.beforeCursor.plain], [cursorRow, before]);
    assertEquals(rowsAboveCursor(moved, 10), row);
  });
}

Deno.test("withCursorAt() knows no row below the last", () => {
  assertThrows(() => withCursorAt(frame, 5, 10), RangeError, "Cannot find row 5 of 5");
});

Deno.test("cutOff() leaves what a terminal has room for, and the cursor in it", () => {
  const cut = cutOff(frame, 10);
  assertEquals(cut.rows.map(({ plain }) => plain), ["x", "y".repeat(10), "a".repeat(9)]);
  assertEquals([cut.cursorRow, cut.beforeCursor.plain], [2, "a".repeat(9)]);
  assertEquals(cutOff(frame, 12), frame);
});

Deno.test("reflows() knows the terminals that cut rows off", () => {
  assertEquals(reflows({ TERM: "xterm-256color" }), true);
  assertEquals(reflows({ XTERM_VERSION: "XTerm(379)" }), false);
  assertEquals(reflows({ STY: "1234.pts-0.host" }), false);
  assertEquals(reflows({ XTERM_VERSION: "XTerm(379)", TMUX: "/tmp/tmux-0/default,1,0" }), true);
});
