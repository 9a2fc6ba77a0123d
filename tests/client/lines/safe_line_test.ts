import { assert, assertEquals } from "@std/assert";
import {
  continuation,
  Line,
  line,
  showsColour,
  type Style,
  styled,
  textColumnsMin,
} from "../../../client/lines/safe_line.ts";

Deno.test("line`` makes what stands in it safe, and leaves lines as they are", () => {
  const name = styled("bold", "bob\x1b[2J");
  const made = line`<${name}> ${"a\nb"} ${7}`;
  assertEquals(made.plain, "<bob␛[2J> a⏎b 7");
  assertEquals(made.coloured, "<\x1b[1mbob␛[2J\x1b[0m> a⏎b 7");
});

Deno.test("styled() goes on after a style inside it ends", () => {
  const made = line`a ${styled("bold", "b")} c`.styled("failure");
  assertEquals(made.coloured, "\x1b[31ma \x1b[0m\x1b[31;1mb\x1b[0m\x1b[31m c\x1b[0m");
});

Deno.test("Line.styled() gives an empty line no colours", () => {
  assertEquals(styled("bold", "").coloured, "");
});

Deno.test("Line.wrapped() puts further rows behind a mark, each part in its style", () => {
  const made = line`one ${styled("bold", "two three")} four`;
  assertEquals(made.wrapped(undefined), [made]);
  assertEquals(made.wrapped(18), [made]);
  assertEquals(made.wrapped(17).map(({ coloured }) => coloured), [
    "one \x1b[1mtwo three\x1b[0m",
    "\x1b[2m      │ \x1b[0mfour",
  ]);
  assertEquals(made.wrapped(8).map(({ coloured }) => coloured), [
    "one \x1b[1mtwo\x1b[0m",
    "\x1b[2m│ \x1b[0m\x1b[1mthree\x1b[0m",
    "\x1b[2m│ \x1b[0mfour",
  ]);
});

Deno.test("Line.wrapped() lets no text begin a row, on a screen that has room for a mark", () => {
  const name = "x".repeat(60) + " 10:01 carol I am broke";
  for (const columns of [4, 15, 16, 20, 80]) {
    for (const { plain } of line`bob invites you to ${name}`.wrapped(columns).slice(1)) {
      assert(plain.startsWith(continuation(columns).plain), plain);
    }
  }
});

Deno.test("continuation() leaves room for the text beside it", () => {
  assertEquals(continuation().plain, "      │ ");
  assertEquals(continuation(8 + textColumnsMin).plain, "      │ ");
  assertEquals(continuation(7 + textColumnsMin).plain, "│ ");
  assertEquals(continuation(4).plain, "│ ");
  assertEquals(continuation(3).plain, "");
});

Deno.test("Line.cut() ends a line that is too wide with a sign, in the style of what is cut", () => {
  const made = line`ab${styled("bold", "cd")}`;
  assertEquals(made.cut(4), made);
  assertEquals(made.cut(3).coloured, "ab\x1b[1m…\x1b[0m");
  assertEquals(line`漢字`.cut(3).plain, "漢…");
  assertEquals(made.cut(1).plain, "…");
  assertEquals(made.cut(0).plain, "");
});

Deno.test("no style has a colour that can't be read on light or on dark", () => {
  const styles: Record<Style, true> = {
    dim: true,
    bold: true,
    private: true,
    mention: true,
    own: true,
    failure: true,
    head: true,
  };
  for (const style of Object.keys(styles)) {
    const { coloured } = styled(style as Style, "x");
    // deno-lint-ignore no-control-regex -- the colours that we write ourselves.
    const codes = /^\x1b\[([\d;]+)mx\x1b\[0m$/.exec(coloured)?.[1]?.split(";") ?? [];
    assert(codes.length > 0, coloured);
    for (const code of codes) assert(["1", "2", "4", "7", "31", "35"].includes(code), code);
  }
});

Deno.test("Line.isLine() is not deceived by what looks like one", () => {
  const forged = { plain: "x\x1b[2J", coloured: "x\x1b[2J", text: () => "\x1b[2J" };
  assert(!Line.isLine(forged));
  assert(!Line.isLine(Object.create(Line.prototype)));
  assertEquals(Line.isLine(line`x`), true);
});

Deno.test("showsColour() obeys the terminal, NO_COLOR, TERM and the user", () => {
  const shows = (
    environment: Record<string, string>,
    wish: "auto" | "always" | "never" = "auto",
    isTerminal = true,
  ) => showsColour({ isTerminal, wish, environment });
  assertEquals(shows({}), true);
  assertEquals(shows({ NO_COLOR: "" }), true);
  assertEquals(shows({ NO_COLOR: "1" }), false);
  assertEquals(shows({ TERM: "dumb" }), false);
  assertEquals(shows({}, "auto", false), false);
  assertEquals(shows({ NO_COLOR: "1" }, "always", false), true);
  assertEquals(shows({}, "never"), false);
});
