/**
 * Finding the operation that a request means.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { operations } from "../../../lib/api/operations.ts";
import { findRoute } from "../../../server/api/router.ts";

Deno.test("findRoute() finds every operation of the table, with its parameters decoded", () => {
  for (const [name, operation] of Object.entries(operations)) {
    const route = findRoute(operation.method, operation.route.replaceAll(/\{\w+\}/g, "4%32"));
    assert(route.kind === "operation", name);
    assertEquals<string>(route.name, name);
    assert(route.operation === operation);
    const parameters = [...operation.route.matchAll(/\{(\w+)\}/g)].map(([, key]) => [key, "42"]);
    assertEquals<unknown>(route.parameters, Object.fromEntries(parameters));
  }
});

Deno.test("findRoute() takes HEAD where there is GET, and only there", () => {
  for (const { method, route } of Object.values(operations)) {
    const path = route.replaceAll(/\{\w+\}/g, "1");
    const siblings = Object.values(operations).filter((other) => other.route === route);
    const found = findRoute("HEAD", path);
    if (siblings.some((other) => other.method === "GET")) {
      assert(found.kind === "operation", `HEAD ${path}`);
      assertEquals(found.operation.method, "GET");
    } else assertEquals(found.kind, "method_not_allowed", `HEAD ${path}, beside ${method}`);
  }
});

Deno.test("findRoute() tells which methods a path has when it lacks this one", () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ["GET", "/send", ["POST", "OPTIONS"]],
    ["PUT", "/messages", ["GET", "HEAD", "OPTIONS"]],
    ["POST", "/messages/1/comments", ["GET", "HEAD", "OPTIONS"]],
    ["GET", "/tokens/1", ["DELETE", "OPTIONS"]],
    ["OPTIONS", "/status", ["GET", "HEAD", "OPTIONS"]],
    ["get", "/status", ["GET", "HEAD", "OPTIONS"]],
  ];
  for (const [method, path, allowed] of cases) {
    assertEquals(findRoute(method, path), { kind: "method_not_allowed", allowed });
  }
});

Deno.test("findRoute() finds nothing at any other path", () => {
  const paths = [
    "",
    "//",
    "*",
    "/nothing",
    "/Status",
    "/status/",
    "//status",
    "/status%20",
    "/messages/",
    "/messages//comments",
    "/messages/1/",
    "/messages/1/nothing",
    "/messages/1/comments/2",
    "/messages/%",
    "/messages/%ff",
    "/messages/%E0%A4%A",
    "/tokens/1/2",
    "/constructor",
    "/__proto__",
  ];
  for (const path of paths) assertEquals(findRoute("GET", path), { kind: "not_found" }, path);
});

Deno.test("findRoute() leaves an encoded slash inside its parameter", () => {
  const route = findRoute("GET", "/messages/1%2Fcomments");
  assert(route.kind === "operation");
  assertEquals([route.name, route.parameters], ["getMessage", { id: "1/comments" }]);
});
