import { assertEquals } from "@std/assert";
import { problem, type ProblemCode } from "../../lib/api/problems.ts";
import { UsageError } from "../../lib/options.ts";
import {
  ApiProblem,
  BadAnswer,
  exitCodeOf,
  failureReason,
  isPassing,
  NameTaken,
  Unreachable,
} from "../../client/failures.ts";

function refused(code: ProblemCode, detail = "No."): ApiProblem {
  return new ApiProblem(problem(code, detail), { retryAfterMs: undefined });
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
  [new Error("defect"), 1],
];

for (const [failure, exitCode] of exits) {
  const name = failure instanceof ApiProblem ? failure.code : (failure as Error).name;
  Deno.test(`exitCodeOf() gives ${exitCode} for ${name}`, () => {
    assertEquals(exitCodeOf(failure), exitCode);
  });
}

Deno.test("failureReason() goes on a sentence of ours", () => {
  assertEquals(
    failureReason(refused("not_found", "There is no such user.")),
    "there is no such user",
  );
  assertEquals(failureReason(refused("not_found", "TLS is off.")), "TLS is off");
});

Deno.test("failureReason() names the fields that are wrong", () => {
  const errors = [{ field: "text", message: "is missing" }, { field: "to", message: "is too" }];
  const failure = new ApiProblem({ ...problem("invalid", "No."), errors }, {
    retryAfterMs: undefined,
  });
  assertEquals(failureReason(failure), "text is missing, to is too");
});

Deno.test("isPassing() tells what is worth another try", () => {
  const passing = [refused("busy"), refused("shutting_down"), new Unreachable("http://a.test", "")];
  const final = [
    refused("rate_limited"),
    refused("internal"),
    refused("invalid"),
    new BadAnswer(""),
  ];
  assertEquals(passing.map(isPassing), [true, true, true]);
  assertEquals(final.map(isPassing), [false, false, false, false]);
});

Deno.test("Unreachable names a remedy only on this machine", () => {
  const remedy = (origin: string) => new Unreachable(origin, "").remedy;
  assertEquals(remedy("http://127.0.0.1:8000"), "chat serve");
  assertEquals(remedy("http://localhost:8100"), "chat serve --port 8100");
  assertEquals(remedy("https://chat.example.org"), undefined);
});
