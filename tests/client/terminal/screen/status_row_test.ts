import { assertEquals } from "@std/assert";
import { line, styled } from "../../../../client/lines/safe_line.ts";
import { statusRow } from "../../../../client/terminal/screen/status_row.ts";

const parts = [line`live`, styled("private", ">> bob"), line`3 unread`];

for (
  const [columns, shown] of [
    [300, "live · >> bob · 3 unread"],
    [24, "live · >> bob · 3 unread"],
    [23, "live · >> bob"],
    [13, "live · >> bob"],
    [12, "live"],
    [4, "live"],
    [3, "li…"],
    [1, "…"],
  ] as const
) {
  Deno.test(`statusRow() leaves out from the end what ${columns} columns do not hold`, () => {
    assertEquals(statusRow(parts, columns).plain, shown);
  });
}

Deno.test("statusRow() leaves out all behind a part that does not fit, and empty ones", () => {
  assertEquals(statusRow([line`a`, line``, line`${"b".repeat(20)}`, line`c`], 10).plain, "a");
  assertEquals(statusRow([line``, line`a`, line`漢字`], 8).plain, "a · 漢字");
  assertEquals(statusRow([], 10).plain, "");
});
