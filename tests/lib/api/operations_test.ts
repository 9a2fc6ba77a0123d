/**
 * The table of operations.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import * as z from "zod/mini";
import { fieldFaults } from "../../../lib/api/form.ts";
import { type Operation, operations } from "../../../lib/api/operations.ts";
import { anything } from "../../../lib/api/schemas.ts";

/** What some field or other does not take. */
const unfit: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  1.5,
  1e300,
  "",
  "a\0",
  "x".repeat(5000),
  [],
  [null],
  Array.from({ length: 100 }, () => 1),
  {},
];

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
    assertMatch(route, /^\/$|^(\/([a-z.]+|{[a-z]+}))+$/);
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
      if (schema === anything) continue;
      const result = schema.safeParse({ surprise: 1 });
      const codes = result.success ? [] : result.error.issues.map(({ code }) => code);
      assert(codes.includes("unrecognized_keys"));
    }
  });

  Deno.test(`${name} says in our own words what is wrong with a field`, () => {
    for (const schema of [path, query, body]) {
      for (const field of Object.keys(schema.shape)) {
        for (const value of unfit) {
          const result = schema.safeParse({ [field]: value }, { reportInput: true });
          for (const { message } of result.success ? [] : fieldFaults(result.error)) {
            // The words of zod, which has them of other languages, are not loaded.
            assertNotEquals(message, "Invalid input", `${field}: ${JSON.stringify(value)}`);
          }
        }
      }
    }
  });

  Deno.test(`${name} has schemas that can be written down as JSON Schema`, () => {
    for (const schema of [path, query, body, ...(answer === undefined ? [] : [answer])]) {
      assertEquals(typeof z.toJSONSchema(schema, { io: "input" }), "object");
    }
  });
}

Deno.test("what others hang onto an address is taken only where people follow links", () => {
  const found = all.filter(([, { query }]) => query === anything).map(([name]) => name);
  assertEquals(found, ["page", "joinPage"]);
  assertEquals(anything.parse({ surprise: 1 }), {});
});

Deno.test("only what must be reachable without a token is", () => {
  const open = all.filter(([, { access }]) => access !== "token").map(([name]) => name);
  assertEquals(open, [
    ...["connect", "health", "ready", "metrics", "openapi", "docs", "page", "joinPage", "asset"],
  ]);
});
