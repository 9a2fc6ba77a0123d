import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Line, line } from "../../../../client/lines/safe_line.ts";
import { columnsAtMost, graphemes } from "../../../../lib/text/text_width.ts";
import {
  inputRowsMax,
  layOut,
  type LiveView,
  suggestionRowsMax,
} from "../../../../client/terminal/screen/live_area.ts";

const draft = { before: graphemes("one\ntwo\nthree\nfo"), after: graphemes("ur") };
const view: LiveView = {
  prompt: line`common> `,
  draft,
  suggestions: [line`/help`, line`/history`, line`/hello`],
  progress: line`notes.txt 60%`,
  status: [line`live`, line`common`, line`12/20 · resets 14:00`],
};

function shown(view: LiveView, columns: number, rows: number) {
  const frame = layOut(view, { columns, rows });
  return { ...frame, rows: frame.rows.map(({ plain }) => plain) };
}

for (const columns of [80, 300]) {
  Deno.test(`layOut() shows all that it is given in ${columns} columns`, () => {
    const { rows, cursorRow, beforeCursor } = shown(view, columns, 24);
    assertEquals(rows, [
      "notes.txt 60%",
      ...["/help", "/history", "/hello"],
      ...["common> one", "│ two", "│ three", "│ four"],
      "live · common · 12/20 · resets 14:00",
    ]);
    assertEquals([cursorRow, beforeCursor.plain], [7, "│ fo"]);
  });
}

for (
  const [rows, shownRows] of [
    [9, [
      "notes.txt 60%",
      ...["/help", "… 2 more"],
      ...["common> one", "│ two", "│ three", "│ four"],
      "live · common",
    ]],
    [7, ["notes.txt 60%", "… 3 more", "common> ↑ 2 more", "│ three", "│ four", "live · common"]],
    [5, ["notes.txt 60%", "common> ↑ 3 more", "│ four", "live · common"]],
    [4, ["notes.txt 60%", "│ four", "live · common"]],
    [3, ["│ four", "live · common"]],
    [2, ["│ four"]],
    [1, ["│ four"]],
  ] as const
) {
  Deno.test(`layOut() lets what is unimportant give way in 20 columns and ${rows} rows`, () => {
    const frame = shown(view, 20, rows);
    assertEquals(frame.rows, [...shownRows]);
    assertEquals([frame.rows[frame.cursorRow], frame.beforeCursor.plain], ["│ four", "│ fo"]);
  });
}

Deno.test("layOut() shows no row for what there is not", () => {
  const bare = { ...view, suggestions: [], progress: undefined, status: [] };
  assertEquals(shown({ ...bare, draft: { before: [], after: [] } }, 80, 24).rows, ["common> "]);
});

for (
  const [lines, terminalRows, rows] of [
    [inputRowsMax - 1, 100, inputRowsMax - 1],
    [inputRowsMax, 100, inputRowsMax],
    [inputRowsMax + 1, 100, inputRowsMax],
    [100, 12, 6],
    [100, 13, 6],
  ] as const
) {
  Deno.test(`layOut() shows ${rows} rows of ${lines} typed lines in ${terminalRows}`, () => {
    const draft = { before: Array<string>(lines - 1).fill("\n"), after: [] };
    const typed = { ...view, draft, suggestions: [], progress: undefined, status: [] };
    assertEquals(layOut(typed, { columns: 80, rows: terminalRows }).rows.length, rows);
  });
}

for (
  const [suggestions, rows, last] of [
    [suggestionRowsMax - 1, suggestionRowsMax - 1, "6"],
    [suggestionRowsMax, suggestionRowsMax, "7"],
    [suggestionRowsMax + 1, suggestionRowsMax, "… 2 more"],
  ] as const
) {
  Deno.test(`layOut() shows ${suggestions} suggestions in ${rows} rows`, () => {
    const lines = Array.from({ length: suggestions }, (_, at) => line`${at}`);
    const bare = { ...view, draft: { before: [], after: [] }, progress: undefined, status: [] };
    const frame = shown({ ...bare, suggestions: lines }, 80, 100);
    assertEquals(frame.rows.length, rows + 1);
    assertEquals(frame.rows.at(-2), last);
  });
}

Deno.test("layOut() cuts what is too wide and leaves the last column free", () => {
  const wide = Line.of("漢".repeat(100));
  const { rows } = shown({ ...view, suggestions: [wide], progress: wide, status: [wide] }, 20, 24);
  for (const row of [rows[0], rows[1], rows.at(-1)]) assertEquals(row, `${"漢".repeat(9)}…`);
});

Deno.test("layOut() fits into any terminal, with a row to spare, and has a place for the cursor", () => {
  const text = fc.string({ unit: "binary", maxLength: 50 });
  const lines = fc.array(text.map((each) => Line.of(each)), { maxLength: 12 });
  const anyView: fc.Arbitrary<LiveView> = fc.record({
    prompt: text.map((each) => Line.of(each)),
    draft: fc.record({ before: text.map(graphemes), after: text.map(graphemes) }),
    suggestions: lines,
    progress: fc.option(text.map((each) => Line.of(each)), { nil: undefined }),
    status: lines,
  });
  const columns = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 20, max: 300 }));
  fc.assert(
    fc.property(anyView, columns, fc.integer({ min: 1, max: 40 }), (view, columns, rows) => {
      const frame = layOut(view, { columns, rows });
      assert(frame.rows.length <= Math.max(1, rows - 1));
      for (const { plain } of frame.rows) {
        assert(columnsAtMost(plain) <= Math.max(1, columns - 1), plain);
        // deno-lint-ignore no-control-regex -- none of these may be drawn.
        assert(!/[\x00-\x1f\x7f-\x9f]/.test(plain));
      }
      assert(frame.rows[frame.cursorRow]?.plain.startsWith(frame.beforeCursor.plain));
    }),
  );
});
