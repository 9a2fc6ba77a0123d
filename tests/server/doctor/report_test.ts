/**
 * The findings as text and as JSON.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Finding, roughTime } from "../../../server/doctor/finding.ts";
import {
  closingText,
  reportJson,
  type Section,
  sectionText,
  verdictOf,
} from "../../../server/doctor/report.ts";

function section(...verdicts: readonly Finding["verdict"][]): Section {
  const findings = verdicts.map((verdict) => ({ verdict, looked: "it", found: "so" }));
  return { check: "disk", findings };
}

Deno.test("sectionText() gives each finding a line, and its advice one below", () => {
  const findings: Finding[] = [
    { verdict: "ok", looked: ".", found: "1GB are free" },
    { verdict: "failed", looked: "a.db", found: "it is damaged", advice: "chat restore FILE" },
  ];
  assertEquals(
    sectionText({ check: "disk", findings }),
    "disk\n  ok      .: 1GB are free\n  FAILED  a.db: it is damaged\n" +
      "          -> chat restore FILE\n",
  );
});

Deno.test("what comes from elsewhere commands no terminal, as text and as JSON", () => {
  const evil = "\x1b[2Jok\r\n  ok \x9b\u202eé";
  const findings: Finding[] = [{ verdict: "failed", looked: evil, found: evil, advice: evil }];
  const text = sectionText({ check: "public address", findings });
  assertEquals(text.split("\n").length, 4);
  const json = reportJson([{ check: "public address", findings }]);
  for (const said of [text, json]) {
    // deno-lint-ignore no-control-regex -- control characters are what this looks for.
    assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(said), said);
  }
  assertMatch(json, /^[\x20-\x7eé]+\n$/);
  assertEquals(JSON.parse(json).findings[0].found, evil);
});

Deno.test("the last line counts, and the gravest finding decides", () => {
  for (
    const [sections, verdict, line] of [
      [[section("ok", "ok")], "ok", "All is well.\n"],
      [[section("ok"), section("warning")], "warning", "0 failed, 1 warning, 1 ok.\n"],
      [
        [section("failed", "ok"), section("warning", "warning")],
        "failed",
        "1 failed, 2 warnings, 1 ok.\n",
      ],
    ] as const
  ) {
    assertEquals([verdictOf(sections), closingText(sections)], [verdict, line]);
    assertEquals(JSON.parse(reportJson(sections)).verdict, verdict);
  }
});

Deno.test("roughTime() says what one reads at a glance", () => {
  assertEquals(
    [0, 999, 1000, 119_999, 120_000, 7_200_000, 172_799_999, 172_800_000, -5000].map(roughTime),
    ["0 ms", "999 ms", "1 s", "119 s", "2 min", "2 h", "47 h", "2 days", "5 s"],
  );
});
