import { assertEquals } from "@std/assert";
import { Line, line } from "../../../../client/lines/safe_line.ts";
import { reflows, rowsAboveCursor, rowsOf } from "../../../../client/terminal/screen/reflow.ts";

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

Deno.test("reflows() knows the terminals that cut rows off", () => {
  assertEquals(reflows({ TERM: "xterm-256color" }), true);
  assertEquals(reflows({ XTERM_VERSION: "XTerm(379)" }), false);
  assertEquals(reflows({ STY: "1234.pts-0.host" }), false);
  assertEquals(reflows({ XTERM_VERSION: "XTerm(379)", TMUX: "/tmp/tmux-0/default,1,0" }), true);
});
