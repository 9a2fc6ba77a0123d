/**
 * The table of operations.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import * as z from "zod";
import { type Operation, operations } from "../../../lib/api/operations.ts";

const all: readonly (readonly [string, Operation])[] = Object.entries(operations);

Deno.test("no two operations have the same method and route", () => {
  // Two templates that differ only in the names of their parameters are one route.
  const routes = all.map(([, { method, route }]) =>
    `${method} ${route.replaceAll(/{\w+}/g, "{}")}`
  );
  assertEquals(routes.filter((route, at) => routes.indexOf(route) !== at), []);
});

for (const [name, operation] of all) {
  const { method, route, path, body, query, summary, statuses, answer, gives } = operation;

  Deno.test(`the route of ${name} names the parameters of its path, and no others`, () => {
    assertMatch(route, /^(\/([a-z.]+|{[a-z]+}))+$/);
    const parameters = [...route.matchAll(/{(\w+)}/g)].map(([, parameter]) => parameter);
    assertEquals(parameters, Object.keys(path.shape));
  });

  Deno.test(`${name} says what it does, and which statuses mean success`, () => {
    assertMatch(summary, /^[A-Z].*[^.\s]$/);
    assert(statuses.length > 0);
    assert(statuses.every((status) => status >= 200 && status < 300 || status === 304));
    const hasBody = answer !== undefined || gives.length > 0;
    assertEquals(!hasBody, statuses.includes(204), "204 has no body, all else has");
  });

  Deno.test(`${name} takes a body only where its method has one, and refuses unknown fields`, () => {
    if (method === "GET") assertEquals(Object.keys(body.shape), []);
    for (const schema of [path, query, body]) {
      const result = schema.safeParse({ surprise: 1 });
      const codes = result.success ? [] : result.error.issues.map(({ code }) => code);
      assert(codes.includes("unrecognized_keys"));
    }
  });

  Deno.test(`${name} has schemas that can be written down as JSON Schema`, () => {
    for (const schema of [path, query, body, ...(answer === undefined ? [] : [answer])]) {
      assertEquals(typeof z.toJSONSchema(schema, { io: "input" }), "object");
    }
  });
}

Deno.test("only what must be reachable without a token is", () => {
  const open = all.filter(([, { access }]) => access !== "token").map(([name]) => name);
  assertEquals(open, ["connect", "health", "openapi", "docs"]);
});
