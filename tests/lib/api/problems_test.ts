/**
 * The errors of the API.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { problem, type ProblemCode, problemKinds } from "../../../lib/api/problems.ts";
import { problemSchema } from "../../../lib/api/schemas/problem.ts";

const codes = Object.keys(problemKinds) as ProblemCode[];

Deno.test("every problem has a status of an error and a title that is a sentence of its own", () => {
  for (const code of codes) {
    const { status, title } = problemKinds[code];
    assert(Number.isInteger(status) && status >= 400 && status <= 599, code);
    assertMatch(title, /^[A-Z].*[^.\s]$/, code);
    assertMatch(code, /^[a-z]+(_[a-z]+)*$/);
  }
  assertEquals(new Set(codes.map((code) => problemKinds[code].title)).size, codes.length);
});

// From the table of the API's contract, as far as the operations are there.
const promised: Readonly<Record<number, readonly ProblemCode[]>> = {
  400: ["malformed", "bad_cursor"],
  401: ["unauthorized", "bad_password", "name_taken"],
  403: ["forbidden"],
  404: ["not_found"],
  405: ["method_not_allowed"],
  406: ["not_acceptable"],
  408: ["timeout"],
  411: ["length_required"],
  412: ["precondition_failed"],
  413: ["too_large"],
  414: ["uri_too_long"],
  415: ["unsupported_media_type"],
  417: ["expectation_failed"],
  421: ["misdirected"],
  422: ["invalid", "idempotency_mismatch"],
  429: ["rate_limited", "too_many_attempts", "too_many_streams"],
  431: ["headers_too_large"],
  500: ["internal"],
  501: ["not_implemented"],
  503: ["busy", "shutting_down"],
  505: ["version_not_supported"],
};

for (const [status, expected] of Object.entries(promised)) {
  Deno.test(`the codes of status ${status} are those that the contract promises`, () => {
    for (const code of expected) assertEquals(problemKinds[code].status, Number(status), code);
  });
}

Deno.test("problem() links to the page of its code and tells what happened this time", () => {
  assertEquals(problem("invalid", "Two fields.", { errors: [{ field: "a", message: "b" }] }), {
    type: "/docs#invalid",
    title: problemKinds.invalid.title,
    status: 422,
    detail: "Two fields.",
    code: "invalid",
    errors: [{ field: "a", message: "b" }],
  });
});

Deno.test("problem() makes what the schema of problems takes, whole, of every code", () => {
  for (const code of codes) {
    const made = problem(code, "What happened.", { limit: 3, request_id: "r" });
    assertEquals(problemSchema.parse(made), made);
  }
});
