import { assertEquals } from "@std/assert";
import { commands } from "../../../../client/conversation/commands.ts";
import type { Choices } from "../../../../client/terminal/completion/completion.ts";
import { CompletionCycle } from "../../../../client/terminal/completion/completion_cycle.ts";

const files = ["notes.txt", "notes/"];
const choices: Choices = {
  commands,
  users: ["bonnie", "bob", "carol"],
  rooms: ["garden"],
  paths: (typed) => ({
    paths: files.filter((path) => path.startsWith(typed)),
    complete: true,
  }),
};

/** What stands before the cursor after each press. */
function presses(before: string, steps: readonly ("next" | "previous")[]): string[] {
  const cycle = new CompletionCycle();
  let text = before;
  return steps.map((step) => text = cycle.press(text, choices, step));
}

Deno.test("CompletionCycle completes what is certain, and then goes through the candidates", () => {
  assertEquals(presses("/msg b", ["next", "next", "next", "next"]), [
    "/msg bo",
    "/msg bob ",
    "/msg bonnie ",
    "/msg bob ",
  ]);
  // Where nothing is certain, the first press chooses already.
  assertEquals(presses("/msg ", ["next", "next"]), ["/msg bob ", "/msg bonnie "]);
  assertEquals(presses("bo", ["next", "next"]), ["bob: ", "bonnie: "]);
  assertEquals(presses("/file n", ["next", "next", "next"]), [
    "/file notes",
    "/file notes.txt ",
    "/file notes/",
  ]);
});

Deno.test("CompletionCycle goes back on Shift-Tab, from the first to the last", () => {
  assertEquals(presses("/msg bo", ["previous", "previous", "previous", "next"]), [
    "/msg bonnie ",
    "/msg bob ",
    "/msg bonnie ",
    "/msg bob ",
  ]);
});

Deno.test("CompletionCycle has nothing to go through for one candidate, or none", () => {
  const cycle = new CompletionCycle();
  assertEquals(cycle.press("/msg c", choices, "next"), "/msg carol ");
  assertEquals(cycle.stateAt("/msg carol "), undefined);
  assertEquals(cycle.press("/msg x", choices, "next"), "/msg x");
  assertEquals(cycle.press("hello x", choices, "next"), "hello x");
  assertEquals(cycle.stateAt("hello x"), undefined);
});

Deno.test("CompletionCycle is over as soon as something else is typed", () => {
  const cycle = new CompletionCycle();
  const text = cycle.press("/msg bo", choices, "next");
  assertEquals(cycle.stateAt(text)?.chosen, 0);
  assertEquals(cycle.stateAt(`${text}x`), undefined);
  assertEquals(cycle.press(`${text}x`, choices, "next"), `${text}x`);
  const again = cycle.press("/msg bo", choices, "next");
  cycle.end();
  assertEquals(cycle.stateAt(again), undefined);
});

Deno.test("CompletionCycle tells what has been found before one is chosen", () => {
  const cycle = new CompletionCycle();
  const state = cycle.stateAt(cycle.press("b", choices, "next"));
  assertEquals(state?.chosen, undefined);
  assertEquals(state?.candidates.all.map(({ shown }) => shown), ["bob", "bonnie"]);
});
