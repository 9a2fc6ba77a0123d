/**
 * Tables for a terminal.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { momentOf, tableLines } from "../../../server/admin/table.ts";

Deno.test("tableLines() puts columns under each other, numbers to the right", () => {
  assertEquals(
    tableLines(["USER", "REPORTS", "ROLE"], [["alice", 3, "owner"], ["bo", 12, undefined]]),
    [
      "USER   REPORTS  ROLE",
      "alice        3  owner",
      "bo          12  -",
    ],
  );
});

Deno.test("tableLines() counts columns, not characters: wide, joined and right-to-left ones", () => {
  assertEquals(tableLines(["NAME", "X"], [["юля", "a"], ["日本", "b"], ["é", "c"], ["שרה", "d"]]), [
    "NAME  X",
    "юля   a",
    "日本  b",
    "é     c",
    "שרה   d",
  ]);
});

Deno.test("tableLines() lets no cell command the terminal or begin a row", () => {
  assertEquals(tableLines(["TEXT", "X"], [["\x1b[2Jboo\nroot", "a"]]), [
    "TEXT          X",
    "␛[2Jboo⏎root  a",
  ]);
});

Deno.test("tableLines() takes a column of nothing for no numbers", () => {
  assertEquals(tableLines(["ROLE", "N"], [[undefined, undefined], [undefined, 7]]), [
    "ROLE  N",
    "-     -",
    "-     7",
  ]);
});

Deno.test("tableLines() of no rows is the heading", () => {
  assertEquals(tableLines(["A", "B"], []), ["A  B"]);
});

Deno.test("momentOf() tells a time to the second, in UTC", () => {
  assertEquals(momentOf(Date.UTC(2026, 10, 21, 18, 30, 5, 999)), "2026-11-21T18:30:05Z");
  assertEquals(momentOf(undefined), undefined);
});
