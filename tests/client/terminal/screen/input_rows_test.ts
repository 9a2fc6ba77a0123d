import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { line, styled } from "../../../../client/lines/safe_line.ts";
import { columnsAtMost, graphemes } from "../../../../lib/text/text_width.ts";
import { inputRows } from "../../../../client/terminal/screen/input_rows.ts";

const prompt = line`common> `;

function rowsOf(before: string, after: string, columns: number, rows: number, of = prompt) {
  const draft = { before: graphemes(before), after: graphemes(after) };
  const laidOut = inputRows(of, draft, { columns, rows });
  return {
    rows: laidOut.rows.map(({ plain }) => plain),
    cursor: [laidOut.cursorRow, laidOut.beforeCursor.plain] as const,
  };
}

Deno.test("inputRows() shows the prompt, the draft and where the cursor is", () => {
  assertEquals(rowsOf("hel", "lo", 40, 8), {
    rows: ["common> hello"],
    cursor: [0, "common> hel"],
  });
});

Deno.test("inputRows() tells a line that was begun from one that was full", () => {
  assertEquals(rowsOf("one\n\n", "two, which is too long", 20, 8), {
    rows: ["common> one", "│ ", "│ two, which is too ", "  long"],
    cursor: [2, "│ "],
  });
});

for (
  const [letters, rows, cursorRow] of [
    [11, ["common> aaaaaaaaaaa"], 0],
    [12, ["common> aaaaaaaaaaaa"], 0],
    [13, ["common> aaaaaaaaaaaa", "  a"], 1],
    [30, ["common> aaaaaaaaaaaa", `  ${"a".repeat(18)}`], 1],
    [31, ["common> aaaaaaaaaaaa", `  ${"a".repeat(18)}`, "  a"], 2],
  ] as const
) {
  Deno.test(`inputRows() wraps ${letters} letters into ${rows.length} rows of 20 columns`, () => {
    const laidOut = rowsOf("a".repeat(letters), "", 20, 8);
    assertEquals(laidOut, { rows: [...rows], cursor: [cursorRow, rows[cursorRow] ?? ""] });
  });
}

Deno.test("inputRows() has the cursor before the character that has gone to the next row", () => {
  assertEquals(rowsOf("a".repeat(12), "b", 20, 8).cursor, [1, "  "]);
  assertEquals(rowsOf("a".repeat(12), "\nb", 20, 8).cursor, [0, `common> ${"a".repeat(12)}`]);
});

Deno.test("inputRows() parts no character, and measures each as wide as any terminal draws it", () => {
  assertEquals(rowsOf("漢字漢字漢字漢", "", 20, 8).rows, ["common> 漢字漢字漢字", "  漢"]);
  assertEquals(rowsOf("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", "", 20, 8).rows, ["common> 👩‍👩‍👧👩‍👩‍👧", "  👩‍👩‍👧"]);
  assertEquals(rowsOf(`${"e\u0301".repeat(12)}`, "", 20, 8).rows.length, 1);
});

Deno.test("inputRows() shows what could command a terminal as marks", () => {
  assertEquals(rowsOf("a\x1b[2Jb\tc\u202ed\x9be", "", 60, 8).rows, [
    "common> a␛[2Jb c‹U+202E›d‹U+009B›e",
  ]);
  assertEquals(rowsOf("a\r\nb\rc", "", 40, 8).rows, ["common> a", "│ b␍c"]);
});

Deno.test("inputRows() gives a mark that has no letter one of its own", () => {
  assertEquals(rowsOf("", "\u0301a", 40, 8).rows, ["common> ◌\u0301a"]);
});

const many = Array.from({ length: 10 }, (_, at) => `line ${at}`).join("\n");
const fromLine = (at: number) => many.indexOf(`line ${at}`);

for (
  const [what, cursorLine, rowsMax, rows, cursorRow] of [
    ["the start", 0, 4, ["common> line 0", "│ line 1", "│ line 2", "↓ 7 more"], 0],
    ["the last row above the mark", 2, 4, [
      "common> line 0",
      "│ line 1",
      "│ line 2",
      "↓ 7 more",
    ], 2],
    ["the middle", 3, 4, ["common> ↑ 2 more", "│ line 2", "│ line 3", "↓ 6 more"], 2],
    ["the first row below the mark", 7, 4, [
      "common> ↑ 7 more",
      "│ line 7",
      "│ line 8",
      "│ line 9",
    ], 1],
    ["the end", 9, 4, ["common> ↑ 7 more", "│ line 7", "│ line 8", "│ line 9"], 3],
    ["the middle of three rows", 5, 3, ["common> ↑ 5 more", "│ line 5", "↓ 4 more"], 1],
    ["the start of two rows", 0, 2, ["common> line 0", "↓ 9 more"], 0],
    ["the middle of two rows", 5, 2, ["common> ↑ 5 more", "│ line 5"], 1],
    ["the middle of one row", 5, 1, ["│ line 5"], 0],
  ] as const
) {
  Deno.test(`inputRows() scrolls so that the cursor is seen at ${what}`, () => {
    const at = fromLine(cursorLine);
    const laidOut = rowsOf(many.slice(0, at), many.slice(at), 40, rowsMax);
    assertEquals(laidOut.rows, [...rows]);
    assertEquals(laidOut.cursor[0], cursorRow);
  });
}

Deno.test("inputRows() hides no row while all fit", () => {
  assertEquals(rowsOf(many, "", 40, 9).rows.length, 9);
  assert(rowsOf(many, "", 40, 9).rows.includes("common> ↑ 2 more"));
  assertEquals(rowsOf(many, "", 40, 10).rows[0], "common> line 0");
});

for (
  const [columns, shown] of [
    [18, "common> hi"],
    [17, "comm…> hi"],
    [16, "com…> hi"],
    [15, "> hi"],
    [4, "> hi"],
    [3, "hi"],
  ] as const
) {
  Deno.test(`inputRows() makes the prompt as short as ${columns} columns need`, () => {
    assertEquals(rowsOf("hi", "", columns, 8).rows[0], shown);
  });
}

Deno.test("inputRows() keeps the style of a prompt that it shortens", () => {
  const { rows } = inputRows(
    styled("private", ">> someone with a long name> "),
    { before: [], after: [] },
    { columns: 24, rows: 1 },
  );
  assertEquals(rows[0]?.plain, ">> someone …> ");
  assert(rows[0]?.coloured.startsWith(styled("private", ">> someone ").coloured));
});

Deno.test("inputRows() fits any draft into any columns and rows, the cursor within them", () => {
  const unit = fc.constantFrom(..."ab \n\t\x1b\u0301\u202e漢👍", "👩‍👩‍👧", "\r\n", "e\u0301");
  const text = fc.string({ unit, maxLength: 60 });
  const count = (max: number) => fc.integer({ min: 1, max });
  fc.assert(fc.property(text, text, count(60), count(9), (before, after, columns, rowsMax) => {
    const laidOut = rowsOf(before, after, columns, rowsMax);
    assert(laidOut.rows.length >= 1 && laidOut.rows.length <= rowsMax);
    // deno-lint-ignore no-control-regex -- none of these may be drawn.
    for (const row of laidOut.rows) assert(!/[\x00-\x1f\x7f-\x9f]/.test(row));
    for (const row of laidOut.rows) assert(columnsAtMost(row) <= columns, row);
    const [cursorRow, beforeCursor] = laidOut.cursor;
    assert(laidOut.rows[cursorRow]?.startsWith(beforeCursor), beforeCursor);
  }));
});

Deno.test("inputRows() shows each character of a draft that fits, in order", () => {
  const text = fc.string({ unit: fc.constantFrom(..."abc漢👍\n"), maxLength: 40 });
  fc.assert(fc.property(text, text, fc.integer({ min: 20, max: 60 }), (before, after, columns) => {
    const { rows, cursor } = rowsOf(before, after, columns, 200);
    const [cursorRow, beforeCursor] = cursor;
    const unmarked = (rows: readonly string[]) =>
      rows.map((row) => row.replace(/^(common> |│ | {2})/, "")).join("");
    assertEquals(unmarked(rows), (before + after).replaceAll("\n", ""));
    assertEquals(
      unmarked([...rows.slice(0, cursorRow), beforeCursor]),
      before.replaceAll("\n", ""),
    );
  }));
});
