/**
 * The API as an OpenAPI document.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { registerSchema, validate } from "@hyperjump/json-schema/openapi-3-1";
import { decodeForm } from "../../../lib/api/form.ts";
import { openApiDocument, type OpenApiOperation } from "../../../lib/docs/openapi.ts";
import { type Operation, type OperationName, operations } from "../../../lib/api/operations.ts";
import { parametersOf } from "../../../lib/docs/parameters.ts";
import { type ProblemCode, problemKinds } from "../../../lib/api/problems.ts";
import { nothing } from "../../../lib/api/schemas.ts";
import { shapeNames, shapes } from "../../../lib/docs/shapes.ts";

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

const all = Object.entries(operations) as readonly (readonly [OperationName, Operation])[];
const codes = Object.keys(problemKinds) as readonly ProblemCode[];

const document = openApiDocument({ version: "1.2.3" });

// The schema of OpenAPI 3.1 that also checks the JSON Schemas within; the package brings it along.
const check = await validate("https://spec.openapis.org/oas/3.1/schema-base");

/** The document as a reader gets it, for a test to spoil. */
function written(): Record<string, Json> {
  return JSON.parse(JSON.stringify(document));
}

/** Where `pointer` leads in the document. */
function at(pointer: string, root: unknown = JSON.parse(JSON.stringify(document))): unknown {
  let value = root;
  for (const part of pointer.split("/").slice(1)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

function described(operation: Operation): OpenApiOperation {
  const found = document.paths[operation.route]?.[operation.method.toLowerCase()];
  assert(found !== undefined, `${operation.method} ${operation.route} is there`);
  return found;
}

/** The JSON of a response, where the document refers to one as well. */
function response(operation: Operation, status: string): Record<string, unknown> {
  const found = described(operation).responses[status];
  assert(found !== undefined, `${operation.route} has ${status}`);
  return ("$ref" in found ? at(found.$ref.slice(1)) : found) as Record<string, unknown>;
}

/** The schema of one media type of a response. */
function schemaIn(response: Record<string, unknown>, mediaType: string): unknown {
  const content = response["content"] as Record<string, { schema?: unknown }> | undefined;
  return content?.[mediaType]?.schema;
}

Deno.test("the document is one of OpenAPI 3.1, its schemas included", () => {
  assertEquals(check(written(), "BASIC"), { valid: true });
});

for (
  const [what, spoil] of [
    ["without a title", (document) => delete (document["info"] as Record<string, Json>)["title"]],
    ["of another version", (document) => document["openapi"] = "2.0"],
    ["with a path that has no slash", (document) => document["paths"] = { send: {} }],
    [
      "with a response that says nothing",
      (document) => document["components"] = { responses: { not_found: {} } },
    ],
    [
      "with a type that JSON Schema does not know",
      (document) => document["components"] = { schemas: { Message: { type: "text" } } },
    ],
    [
      "with a parameter in no place",
      (document) => document["components"] = { parameters: { id: { name: "id", schema: {} } } },
    ],
    ["with a member of our own making", (document) => document["surprise"] = 1],
  ] as readonly (readonly [string, (document: Record<string, Json>) => unknown])[]
) {
  Deno.test(`a document ${what} is none, as the same check finds`, () => {
    const spoilt = written();
    spoil(spoilt);
    assert(!check(spoilt).valid);
  });
}

Deno.test("the document has the operations of the table, each once, and no others", () => {
  const found = Object.entries(document.paths).flatMap(([route, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [
      operationId,
      `${method.toUpperCase()} ${route}`,
    ])
  );
  assertEquals(
    found.toSorted(),
    all.map(([name, { method, route }]) => [name, `${method} ${route}`]).toSorted(),
  );
});

Deno.test("the document is of the version that it was made for", () => {
  assertEquals(document.info.version, "1.2.3");
});

Deno.test("whatever the document refers to is in it", () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#([^"]*)"/g)]
    .map(([, pointer = ""]) => pointer);
  assert(references.length > 100);
  assertEquals(references.filter((pointer) => at(pointer) === undefined), []);
  assert(!JSON.stringify(document).includes("__shared"));
});

Deno.test("everything that is kept for others to refer to is referred to", () => {
  const text = JSON.stringify(document);
  for (const [kind, entries] of Object.entries(document.components)) {
    if (kind === "securitySchemes") continue;
    const idle = Object.keys(entries)
      .filter((name) => !text.includes(`"#/components/${kind}/${name}"`));
    assertEquals(idle, [], kind);
  }
});

for (const [name, operation] of all) {
  Deno.test(`${name} is described as the table has it`, () => {
    const { tags, summary, security } = described(operation);
    assertEquals(tags, [operation.topic]);
    assertEquals(summary, operation.summary);
    assertEquals(
      security,
      {
        token: [{ token: [] }],
        maybe: [{}, { token: [] }],
        open: [],
      }[operation.access],
    );
  });

  Deno.test(`${name} has every status of success, with all that it may be answered in`, () => {
    const { responses } = described(operation);
    const successes = Object.keys(responses).filter((status) => /^[23]/.test(status));
    assertEquals(successes, operation.statuses.map(String));
    for (const status of successes) {
      const content = response(operation, status)["content"] ?? {};
      const json = operation.answer === undefined ? [] : ["application/json"];
      const bodiless = status === "204" || status === "304";
      assertEquals(Object.keys(content), bodiless ? [] : [...json, ...operation.gives]);
    }
  });

  Deno.test(`${name} has each problem that the table names, with its status`, () => {
    const codes: readonly ProblemCode[] = [
      ...operation.problems,
      ...(operation.access === "open" ? [] : ["unauthorized"] as const),
      "malformed",
      "internal",
      "busy",
    ];
    for (const code of codes) {
      const refusal = response(operation, String(problemKinds[code].status));
      const schema = schemaIn(refusal, "application/problem+json");
      assert((at("/properties/code/enum", schema) as string[]).includes(code), code);
    }
    assert("default" in described(operation).responses);
  });

  Deno.test(`${name} has its parameters and its body where they belong`, () => {
    const { parameters = [], requestBody } = described(operation);
    const names = parameters.map((parameter) =>
      "$ref" in parameter ? parameter.$ref : `${parameter.in} ${parameter.name}`
    );
    assertEquals(new Set(names).size, names.length);
    for (const field of Object.keys(operation.path.shape)) assert(names.includes(`path ${field}`));
    for (const field of Object.keys(operation.query.shape)) {
      assert(names.includes(`query ${field}`));
    }
    assertEquals(
      names.includes("#/components/parameters/IdempotencyKey"),
      operation.method !== "GET" && name !== "disconnect",
    );
    assertEquals(
      Object.keys(requestBody?.content ?? {}),
      operation.takes === "bytes"
        ? ["application/octet-stream"]
        : operation.body === nothing
        ? []
        : ["application/json", "application/x-www-form-urlencoded"],
    );
  });
}

Deno.test("a body is required where nothing at all is not enough", () => {
  assertEquals(described(operations.send).requestBody?.required, true);
  assertEquals(described(operations.connect).requestBody?.required, false);
  assertEquals(described(operations.createLink).requestBody?.required, false);
});

Deno.test("what is sent at once is a message, and what is sent later a scheduled one", () => {
  const shapeAt = (status: string) =>
    schemaIn(response(operations.send, status), "application/json");
  assertEquals(shapeAt("201"), { $ref: "#/components/schemas/Message" });
  assertEquals(shapeAt("202"), { $ref: "#/components/schemas/Scheduled" });
});

Deno.test("the stream is described with every type of its events and notices", () => {
  const stream = schemaIn(response(operations.events, "200"), "text/event-stream");
  const description = String(at("/description", stream));
  const types = ["Event", "StreamNotice"].flatMap((shape) =>
    (at(`/components/schemas/${shape}/oneOf`) as { properties: { type: Json } }[])
      .flatMap(({ properties: { type } }) => at("/enum", type) ?? at("/const", type))
  );
  assert(types.length > 20);
  for (const type of types) assert(description.includes(`\`${type}\`: `), String(type));
});

Deno.test("a problem can have every code of the table", () => {
  assertEquals(at("/components/schemas/Problem/properties/code/enum"), [...codes]);
});

Deno.test("shapes refer to each other by name, and leave room for fields to come", () => {
  assertEquals(at("/components/schemas/MessagePage/properties/items/items"), {
    $ref: "#/components/schemas/Message",
  });
  for (const name of shapeNames) {
    const shape = JSON.stringify(document.components.schemas[name]);
    assert(!shape.includes("additionalProperties"), name);
    assert(shape.length > 2 && shapes[name] !== undefined, name);
  }
});

Deno.test("ids are told to have 64 bits, and times to be times without a pattern", () => {
  assertEquals(at("/components/schemas/Message/properties/comments"), {
    type: "integer",
    format: "int64",
  });
  const due = at("/components/schemas/SendRequest/properties/at") as Record<string, unknown>;
  assertEquals([due["format"], due["pattern"]], ["date-time", undefined]);
});

Deno.test("fields have the descriptions and the bounds of their schemas", () => {
  const [limit] = parametersOf("listMessages", operations.listMessages)
    .filter(({ name }) => name === "limit");
  assertEquals(limit, {
    name: "limit",
    place: "query",
    required: false,
    schema: { type: "integer", minimum: 1, maximum: 200, default: 50, format: "int64" },
  });
  assertMatch(String(at("/components/schemas/SendRequest/properties/text/description")), /4,000/);
});

/** What placeholders could stand for. */
function filled(text: string): string {
  return /^\$(CODE|CURSOR|T)$/.test(text) ? "k3f9-41" : text.replaceAll(/\$[A-Z_]+/g, "41");
}

for (const [name, operation] of all) {
  const { body, example } = operation;
  if (body === nothing) continue;
  Deno.test(`the schema of ${name} takes its example, and no unknown field`, async () => {
    const capital = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
    const schema = at(`/components/schemas/${capital}Request`) as Record<string, Json>;
    const id = `https://chat.example/${name}`;
    registerSchema(
      { $schema: "https://json-schema.org/draft/2020-12/schema", ...schema },
      id,
    );
    const takes = await validate(id);
    const fields = Object.entries(example.body ?? {}).map(([name, text]) => [name, filled(text)]);
    const form = new URLSearchParams(Object.fromEntries(fields)).toString();
    const value = decodeForm(body, form) as Record<string, Json>;
    assert(body.safeParse(value).success);
    assertEquals(takes(value, "BASIC"), { valid: true });
    assert(!takes({ ...value, surprise: 1 }).valid);
  });
}
