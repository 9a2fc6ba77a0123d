import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DaySeparator, messageLines, unreadLine } from "../../../client/lines/message_lines.ts";
import { columnsAtMost } from "../../../lib/text/text_width.ts";
import type { Message } from "../../../lib/api/schemas.ts";
import { messageOf } from "../stub_server.ts";

const view = { user: "alice", timeZone: "UTC" };

function plain(changes: Partial<Message>, columns?: number): string[] {
  const wide = columns === undefined ? view : { ...view, columns };
  return messageLines(messageOf(7, changes), wide).map((line) => line.plain);
}

Deno.test("messageLines() writes time, author, text and id", () => {
  assertEquals(plain({ text: "hello" }), ["10:00 bob hello #7"]);
});

Deno.test("messageLines() marks private ones, comments and mentions before the author", () => {
  assertEquals(plain({ text: "psst", room_kind: "private", to: "alice" }), [
    "10:00 >> bob → alice psst #7",
  ]);
  assertEquals(plain({ text: "nice", comment_on: 4 }), ["10:00 ↳ 4 bob nice #7"]);
  assertEquals(plain({ text: "hi @alice" }), ["10:00 ! bob hi @alice #7"]);
});

Deno.test("messageLines() marks what was acknowledged", () => {
  const [line] = messageLines(messageOf(7, { author: "alice" }), view, { acknowledged: true });
  assertEquals(line?.plain, "10:00 ✓ alice message 7 #7");
});

Deno.test("messageLines() puts further lines behind a bar, so that none passes for a message", () => {
  assertEquals(plain({ text: "hello\r\n10:01 carol I am broke\n" }), [
    "10:00 bob hello",
    "      │ 10:01 carol I am broke",
    "      │ #7",
  ]);
});

Deno.test("messageLines() breaks long texts itself, so that the terminal does not", () => {
  assertEquals(plain({ text: "one two three four five six" }, 24), [
    "10:00 bob one two three",
    "      │ four five six #7",
  ]);
});

Deno.test("messageLines() begins the text on its own line where there is no room beside", () => {
  const lines = plain({ author: "a".repeat(30), text: "hello there" }, 24);
  assertEquals(lines, [
    `10:00 ${"a".repeat(18)}`,
    `      │ ${"a".repeat(12)} `,
    "      │ hello there #7",
  ]);
});

Deno.test("messageLines() keeps the name of a room from going on in a row of its own", () => {
  const elsewhere = "x".repeat(22) + " 10:01 carol I am broke";
  const lines = messageLines(messageOf(7), { ...view, columns: 30 }, { elsewhere })
    .map((line) => line.plain);
  assertEquals(lines, [
    "10:00 [xxxxxxxxxxxxxxxxxxxxxx",
    "      │ 10:01 carol I am",
    "      │ broke] bob ",
    "      │ message 7 #7",
  ]);
});

Deno.test("messageLines() shows a time that is none as such", () => {
  assertEquals(plain({ at: "\x1b]0;x" })[0]?.slice(0, 5), "--:--");
});

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      "\x1b",
      "\x1b[2J",
      "\x9b",
      "\r",
      "\n",
      "\t",
      "\0",
      "\u202e",
      "\u2028",
      "\u200b",
    ),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    fc.constantFrom("👩‍👩‍👧", "א", "Ж", "字", " ", "a"),
  ),
  maxLength: 80,
});

// deno-lint-ignore no-control-regex -- the colours that we write ourselves.
const ownColours = /\x1b\[[0-9;]{1,12}m/g;
// deno-lint-ignore no-control-regex -- none of these may reach a terminal.
const commanding = /[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

Deno.test("messageLines() lets nothing through that could command a terminal", () => {
  fc.assert(
    fc.property(
      hostile,
      hostile,
      hostile,
      fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
      (text, author, to, columns) => {
        const message = messageOf(7, { text, author, to, at: text, room_kind: "private" });
        const wide = columns === undefined ? view : { ...view, columns };
        for (const line of messageLines(message, wide)) {
          assert(!commanding.test(line.plain), JSON.stringify(line.plain));
          assert(!commanding.test(line.coloured.replaceAll(ownColours, "")));
          assertEquals(line.coloured.replaceAll(ownColours, ""), line.plain);
        }
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("messageLines() keeps to the width, and every further row behind a mark", () => {
  fc.assert(fc.property(
    hostile,
    hostile,
    hostile,
    fc.constantFrom<Message["room_kind"]>("common", "private", "room"),
    fc.integer({ min: 4, max: 100 }),
    (text, author, elsewhere, room_kind, columns) => {
      const message = messageOf(7, { text, author, to: author, room_kind });
      const [first, ...further] = messageLines(message, { ...view, columns }, { elsewhere })
        .map((line) => line.plain);
      assert(columnsAtMost(first ?? "") <= columns);
      for (const line of further) {
        assert(line.startsWith(columns < 16 ? "│ " : "      │ "), JSON.stringify(line));
        assert(columnsAtMost(line) <= columns, JSON.stringify(line));
      }
    },
  ));
});

Deno.test("DaySeparator gives a line where a day begins", () => {
  const days = new DaySeparator(view);
  const at = (text: string) => days.before(messageOf(1, { at: text }))?.plain;
  assertEquals(at("2026-11-20T10:00:00.000Z"), "── Friday 20 November 2026 ──");
  assertEquals(at("2026-11-20T23:59:59.999Z"), undefined);
  assertEquals(at("2026-11-21T00:00:00.000Z"), "── Saturday 21 November 2026 ──");
  assertEquals(at("never"), undefined);
});

Deno.test("unreadLine() tells how many", () => {
  assertEquals(unreadLine(3).plain, "── 3 unread ──");
});
