/**
 * What every answer of the API must be like, whatever was asked.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { type Operation, operations } from "../../../lib/api/operations.ts";
import { type Problem, problemKinds } from "../../../lib/api/problems.ts";
import { problemSchema } from "../../../lib/api/schemas/problem.ts";
import { problemsAnywhere, problemsOf } from "../../../lib/docs/outcomes.ts";
import { readableHeaders } from "../../../server/api/front/pages.ts";
import { essence } from "../../../server/api/media_type.ts";
import { findRoute } from "../../../server/api/router.ts";
import type { FieldLines } from "../../../server/http/mod.ts";
import type { Answered } from "./driver.ts";

// Names of files, stacks, statements, and the words that objects are printed with.
const inside =
  /\.ts\b|\bat \w+ \(|node:|file:|SELECT |INSERT |sqlite|\[object|undefined|NaN|Error\b/;

// Each may come once only.
const singular = ["content-type", "cache-control", "retry-after", "allow", "www-authenticate"];

/**
 * What an answer may say: what any page may read (CORS-safelisted), what pages that are allowed may
 * read, and what is for browsers and proxies alone.
 */
const known = [
  "Cache-Control",
  "Content-Length",
  "Content-Type",
  ...readableHeaders,
  "Access-Control-Allow-Headers",
  "Access-Control-Allow-Methods",
  "Access-Control-Allow-Origin",
  "Access-Control-Expose-Headers",
  "Access-Control-Max-Age",
  "Content-Security-Policy",
  "Cross-Origin-Opener-Policy",
  "Permissions-Policy",
  "Referrer-Policy",
  "Vary",
  "X-Accel-Buffering",
  "X-Content-Type-Options",
];

/** Checks the answer to a request of `method` for `path`. */
export function checkAnswer(method: string, path: string, answered: Answered): void {
  const { status, headers, json, problem, text } = answered;
  for (const name of singular) {
    assert(headers.getAll(name).length <= 1, `${name} comes twice at ${method} ${path}`);
  }
  for (const [name] of headers) {
    assert(
      known.includes(name),
      `${name} at ${method} ${path}: may a page of another origin read it?`,
    );
  }
  const location = headers.get("location");
  if (location !== undefined) {
    assertEquals(status, 201);
    assert(findRoute("GET", location).kind !== "not_found", `${location} leads nowhere`);
  }
  const route = findRoute(method, path);
  if (status === 503 && route.kind === "operation" && pages.includes(route.operation)) {
    // A person is told, who did not ask for a problem.
    assert(["text/plain", "text/html"].includes(essence(headers.get("content-type") ?? "")));
    assertEquals(headers.get("cache-control"), "no-store");
    assert(!inside.test(text), `${method} ${path} shows the inside: ${text}`);
    return;
  }
  if (status >= 400) {
    assert(problem !== undefined, `${method} ${path}: ${status} is a problem`);
    checkProblem(status, problem, headers);
    assert(!inside.test(text), `${method} ${path} shows the inside: ${text}`);
    const { code } = problem;
    const promised: readonly string[] = route.kind === "operation"
      ? [...problemsOf(route.operation), ...problemsAnywhere]
      : [code];
    assert(promised.includes(code), `${method} ${path} may not meet ${code}`);
    return;
  }
  if (route.kind !== "operation") {
    assertEquals([method, status], ["OPTIONS", 204]);
    return;
  }
  const { operation } = route;
  assert(operation.statuses.includes(status), `${method} ${path} may not answer ${status}`);
  if (status !== 204) assertEquals(headers.get("cache-control"), cacheControlOf(operation));
  if (json === undefined || operation.gives.includes("application/json")) return;
  const parsed = operation.answer?.safeParse(json);
  assertEquals(parsed?.data, json, `${method} ${path}: ${text} ${parsed?.error}`);
}

/** What people look at in a browser. */
const pages: readonly Operation[] = [operations.page, operations.joinPage];

/**
 * What is the same for everyone may be kept, and is asked for anew each time unless it is the same for
 * ever; nothing else may.
 */
function cacheControlOf(operation: Operation): string {
  if (operation === operations.asset) return "public, max-age=31536000, immutable";
  const all: readonly Operation[] = [operations.docs, operations.openapi, ...pages];
  return all.includes(operation) ? "no-cache" : "no-store";
}

function checkProblem(status: number, problem: Problem, headers: FieldLines): void {
  assertEquals(problemSchema.parse(problem), problem);
  const kind = Object.entries(problemKinds).find(([code]) => code === problem.code);
  assert(kind !== undefined, `${problem.code} is no known code`);
  assertEquals(problem.status, status);
  assertEquals({ status, title: problem.title }, kind[1]);
  assertEquals(problem.type, `/docs#${problem.code}`);
  assertEquals(headers.get("cache-control"), "no-store");
  assertEquals(headers.has("www-authenticate"), status === 401);
  assertEquals(headers.has("retry-after"), status === 429 || status === 503);
  assertEquals(headers.has("allow"), status === 405);
  assertEquals(headers.has("content-range"), status === 416);
  assertEquals(headers.has("ratelimit"), problem.code === "rate_limited");
  assertEquals(problem.resets_at !== undefined, problem.code === "rate_limited");
  assertEquals(problem.banned_until !== undefined, problem.code === "banned");
  assertEquals(problem.errors !== undefined, problem.code === "invalid");
  assertEquals(problem.limit !== undefined, problem.code === "too_large");
  assertEquals(problem.request_id !== undefined, problem.code === "internal");
}
