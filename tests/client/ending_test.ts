import { assertEquals } from "@std/assert";
import { ApiProblem, BadAnswer, NameTaken, Unreachable } from "../../client/connection/failures.ts";
import { OutboxFull } from "../../client/connection/outbox.ts";
import { Misunderstood } from "../../client/conversation/command_parser.ts";
import { exitCodeOf, remedyFor } from "../../client/ending.ts";
import { problem, type ProblemCode } from "../../lib/api/problems.ts";
import { UsageError } from "../../lib/options.ts";

function refused(code: ProblemCode): ApiProblem {
  return new ApiProblem(problem(code, "No."), { retryAfterMs: undefined });
}

const exits: readonly (readonly [failure: unknown, exitCode: number])[] = [
  [refused("malformed"), 2],
  [refused("bad_cursor"), 2],
  [refused("invalid"), 2],
  [refused("too_large"), 2],
  [refused("unauthorized"), 3],
  [refused("bad_password"), 3],
  [refused("name_taken"), 3],
  [new NameTaken("alice", "it is", { code: "name_taken" }), 3],
  [refused("not_found"), 4],
  [refused("forbidden"), 5],
  [refused("rate_limited"), 6],
  [refused("too_many_attempts"), 6],
  [refused("busy"), 10],
  [refused("shutting_down"), 10],
  [refused("internal"), 1],
  [new Unreachable("http://a.test", "why"), 10],
  [new BadAnswer("why"), 11],
  [new UsageError("why"), 2],
  [new Misunderstood(), 2],
  [new OutboxFull(), 1],
  [new Error("defect"), 1],
];

for (const [failure, exitCode] of exits) {
  const name = failure instanceof ApiProblem ? failure.code : (failure as Error).name;
  Deno.test(`exitCodeOf() gives ${exitCode} for ${name}`, () => {
    assertEquals(exitCodeOf(failure), exitCode);
  });
}

Deno.test("remedyFor() knows a remedy only on this machine", () => {
  const remedy = (origin: string) => remedyFor(new Unreachable(origin, ""));
  assertEquals(remedy("http://127.0.0.1:8000"), "chat serve");
  assertEquals(remedy("http://localhost:8100"), "chat serve --port 8100");
  assertEquals(remedy("https://chat.example.org"), undefined);
});
