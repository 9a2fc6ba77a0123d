import { assertEquals } from "@std/assert";
import {
  ApiProblem,
  BadAnswer,
  failureReason,
  isPassing,
  Unreachable,
} from "../../../client/connection/failures.ts";
import { problem, type ProblemCode } from "../../../lib/api/problems.ts";

function refused(code: ProblemCode, detail = "No."): ApiProblem {
  return new ApiProblem(problem(code, detail), { retryAfterMs: undefined });
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
