import { assertEquals } from "@std/assert";
import { line, showsColour, styled } from "../../../client/lines/safe_line.ts";

Deno.test("line`` makes what stands in it safe, and leaves lines as they are", () => {
  const name = styled("bold", "bob\x1b[2J");
  const made = line`<${name}> ${"a\nb"} ${7}`;
  assertEquals(made.plain, "<bob␛[2J> a⏎b 7");
  assertEquals(made.coloured, "<\x1b[1mbob␛[2J\x1b[0m> a⏎b 7");
});

Deno.test("styled() goes on after a style inside it ends", () => {
  const made = line`a ${styled("bold", "b")} c`.styled("failure");
  assertEquals(made.coloured, "\x1b[31ma \x1b[1mb\x1b[0m\x1b[31m c\x1b[0m");
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
