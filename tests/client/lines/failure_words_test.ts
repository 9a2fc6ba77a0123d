import { assertEquals } from "@std/assert";
import { ApiProblem, BadAnswer } from "../../../client/connection/failures.ts";
import { codeWords, failureWords, serverWordsMax } from "../../../client/lines/failure_words.ts";
import { problem, type ProblemCode } from "../../../lib/api/problems.ts";

const reading = { nowMs: Date.UTC(2026, 10, 20, 10), timeZone: "UTC" };

function words(code: ProblemCode, detail: string, retryAfterMs?: number): string {
  return failureWords(new ApiProblem(problem(code, detail), { retryAfterMs }), reading);
}

Deno.test("failureWords() goes on with what the server says, up to a bound", () => {
  assertEquals(words("not_found", "There is no such user."), "there is no such user");
  const most = "x".repeat(serverWordsMax);
  assertEquals(words("not_found", most), most);
  assertEquals(words("not_found", `${most}x`), `${most}…`);
  assertEquals(words("too_many_attempts", `${most}x`, 1500), `${most}…; try again in 2 s`);
  assertEquals(failureWords(new BadAnswer(`${most}x`), reading), `${most}…`);
  // A character of two units is not parted.
  assertEquals(words("not_found", `${most.slice(1)}😀`), `${most.slice(1)}…`);
});

Deno.test("codeWords() knows the codes of this version, and bounds all others", () => {
  assertEquals(codeWords("banned"), "you are banned from sending");
  assertEquals(codeWords("of_a_newer_server"), "of_a_newer_server");
  assertEquals(codeWords("toString"), "toString");
  assertEquals(codeWords("x".repeat(serverWordsMax + 1)), `${"x".repeat(serverWordsMax)}…`);
});
