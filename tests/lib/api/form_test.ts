/**
 * Form fields, query strings, and what is said about them.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import * as z from "zod/mini";
import { decodeForm, faultsMax, fieldFaults, formFieldsMax } from "../../../lib/api/form.ts";
import { commentRequest, messagesQuery, sendRequest } from "../../../lib/api/schemas.ts";

const schema = z.strictObject({
  text: z.string(),
  id: z.optional(z.int().check(z.minimum(1))),
  wait: z.optional(z.number().check(z.maximum(60))),
  limit: z._default(z.int(), 50),
  unread: z.optional(z.boolean()),
  files: z.optional(z.array(z.int().check(z.minimum(1))).check(z.maxLength(3))),
  tags: z._default(z.array(z.string()), []),
  marks: z.optional(z._default(z.array(z.boolean()), [])),
});

for (
  const [form, fields] of [
    ["", {}],
    ["text=hello", { text: "hello" }],
    ["text=a+b%20c%26%3D%2B", { text: "a b c&=+" }],
    ["text=%D0%BF%F0%9F%98%80", { text: "п😀" }],
    ["text=", { text: "" }],
    ["text", { text: "" }],
    ["text=42", { text: "42" }],
    ["text=true", { text: "true" }],
    ["id=42", { id: 42 }],
    ["id=-7", { id: -7 }],
    ["id=007", { id: 7 }],
    ["wait=2.5", { wait: 2.5 }],
    ["limit=7", { limit: 7 }],
    ["unread=true", { unread: true }],
    ["unread=1", { unread: true }],
    ["unread=false", { unread: false }],
    ["unread=0", { unread: false }],
    // Text that is no number or boolean stays, for the schema to refuse.
    ["id=", { id: "" }],
    ["id=1e3", { id: "1e3" }],
    ["id=0x10", { id: "0x10" }],
    ["id=+1", { id: " 1" }],
    ["id=Infinity", { id: "Infinity" }],
    ["id=99999999999999999", { id: "99999999999999999" }],
    ["wait=1.", { wait: "1." }],
    ["unread=yes", { unread: "yes" }],
    ["unread=TRUE", { unread: "TRUE" }],
    ["unread=", { unread: "" }],
    // What comes more than once keeps all of it.
    ["text=a&text=b", { text: ["a", "b"] }],
    ["id=1&id=2", { id: [1, 2] }],
    ["text=&text=", { text: ["", ""] }],
    ["id=1&id=2&id=3", { id: [[1, 2], 3] }],
    // A list has one element from each time that its field comes, read as its elements are.
    ["files=1", { files: [1] }],
    ["files=1&files=2", { files: [1, 2] }],
    ["files=3&text=a&files=1&files=2&files=2", { files: [3, 1, 2, 2], text: "a" }],
    ["files=", { files: [""] }],
    ["files=x&files=1e3&files=4", { files: ["x", "1e3", 4] }],
    ["files=1,2", { files: ["1,2"] }],
    ["files[]=1", { "files[]": "1" }],
    ["tags=1", { tags: ["1"] }],
    ["tags=true&tags=2", { tags: ["true", "2"] }],
    ["marks=1&marks=false&marks=no", { marks: [true, false, "no"] }],
    ["nobody=1", { nobody: "1" }],
    ["nobody=1&nobody=2", { nobody: ["1", "2"] }],
    ["constructor=1&toString=2", { constructor: "1", toString: "2" }],
  ] as const
) {
  Deno.test(`decodeForm() reads ${JSON.stringify(form)}`, () => {
    assertEquals<unknown>(decodeForm(schema, form), fields);
  });
}

Deno.test("decodeForm() takes a field named __proto__ as any other", () => {
  const fields = decodeForm(schema, "__proto__=x&text=a");
  assertEquals(Object.keys(fields), ["__proto__", "text"]);
  assertEquals(Object.getPrototypeOf(fields), Object.prototype);
  const result = schema.safeParse(fields, { reportInput: true });
  assertEquals(result.success ? [] : fieldFaults(result.error).map(({ field }) => field), [
    "__proto__",
  ]);
});

Deno.test("decodeForm() gives back every text that was encoded", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const form = new URLSearchParams({ text }).toString();
      assertEquals(decodeForm(schema, form), { text });
    }),
  );
});

const unknownField = "is not a field of this request";

for (
  const [request, value, faults] of [
    [sendRequest, {}, [["text", "is missing"]]],
    [sendRequest, { text: undefined }, [["text", "is missing"]]],
    [sendRequest, { text: null }, [["text", "must be text"]]],
    [sendRequest, { text: 5 }, [["text", "must be text"]]],
    [sendRequest, { text: ["a", "b"] }, [["text", "must be text"]]],
    [sendRequest, { text: "a", comment_on: "x" }, [["comment_on", "must be a number"]]],
    [sendRequest, { text: "a", comment_on: 1.5 }, [["comment_on", "must be a whole number"]]],
    [sendRequest, { text: "a", comment_on: 0 }, [["comment_on", "must be at least 1"]]],
    [sendRequest, { text: "a", to: "" }, [["to", "must not be empty"]]],
    [
      sendRequest,
      { text: "a", to: "x".repeat(257) },
      [["to", "must be at most 256 characters long"]],
    ],
    [sendRequest, { text: "a", room: "kitchen" }, [["room", "must be `common` or a room's id"]]],
    [
      sendRequest,
      { text: "a", to: "bob", room: "common" },
      [["room", "must be left out where `to` is given"]],
    ],
    [sendRequest, { text: "a", x: 1, y: 2 }, [["x", unknownField], ["y", unknownField]]],
    [commentRequest, {}, [["message", "is missing"], ["text", "is missing"]]],
    [messagesQuery, { limit: 201 }, [["limit", "must be at most 200"]]],
    [messagesQuery, { limit: 0 }, [["limit", "must be at least 1"]]],
    [messagesQuery, { unread: "yes" }, [["unread", "must be true or false"]]],
    [
      messagesQuery,
      { before: 5, after: 3 },
      [["after", "must be left out where `before` is given"]],
    ],
    [sendRequest, [], [["", "must be an object"]]],
    [sendRequest, null, [["", "must be an object"]]],
    [sendRequest, "text", [["", "must be an object"]]],
  ] as const
) {
  Deno.test(`fieldFaults() says of ${JSON.stringify(value).slice(0, 60)}: ${faults}`, () => {
    const result = request.safeParse(value, { reportInput: true });
    assertEquals(
      result.success ? [] : fieldFaults(result.error),
      faults.map(([field, message]) => ({ field, message })),
    );
  });
}

Deno.test("fieldFaults() names a field that lies deeper by its path", () => {
  const result = z.object({ list: z.array(z.object({ id: z.int() })) }).safeParse({
    list: [{ id: 1 }, {}],
  });
  assertEquals(result.success ? [] : fieldFaults(result.error), [
    { field: "list.1.id", message: "is missing" },
  ]);
});

Deno.test("decodeForm() reads no more fields than any request has", () => {
  const form = (count: number) => Array.from({ length: count }, (_, at) => `f${at}=x`).join("&");
  for (const count of [formFieldsMax - 1, formFieldsMax]) {
    assertEquals(Object.keys(decodeForm(schema, form(count))).length, count);
  }
  assertEquals(Object.keys(decodeForm(schema, form(formFieldsMax + 1))).length, formFieldsMax);
});

Deno.test("decodeForm() reads no more elements of a list than a form has fields", () => {
  const form = (count: number) => Array.from({ length: count }, (_, at) => `files=${at}`).join("&");
  const files = Array.from({ length: formFieldsMax }, (_, at) => at);
  for (const count of [formFieldsMax, formFieldsMax + 1, 10 * formFieldsMax]) {
    assertEquals<unknown>(decodeForm(schema, form(count)), { files });
  }
});

Deno.test("decodeForm() leaves it to the schema how long a list may be, and what is in it", () => {
  const list = z.strictObject({
    files: z.array(z.int().check(z.minimum(1))).check(z.maxLength(3)),
  });
  const faults = (form: string) => {
    const result = list.safeParse(decodeForm(list, form), { reportInput: true });
    return result.success ? [] : fieldFaults(result.error).map(({ field }) => field);
  };
  assertEquals(faults("files=1&files=2&files=3"), []);
  assertEquals(faults("files=1&files=2&files=3&files=4"), ["files"]);
  assertEquals(faults("files=1&files=x"), ["files.1"]);
});

Deno.test("fieldFaults() tells a bounded number of faults, of whatever kind", () => {
  const unknown = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`f${at}`, 1]));
  const list = z.object({ list: z.array(z.string()) });
  for (
    const result of [
      z.strictObject({}).safeParse(unknown, { reportInput: true }),
      list.safeParse({ list: Array.from({ length: 500 }, () => 1) }, { reportInput: true }),
    ]
  ) {
    assertEquals(result.success ? 0 : fieldFaults(result.error).length, faultsMax);
  }
  const long = z.strictObject({}).safeParse({ ["x".repeat(9000)]: 1 }, { reportInput: true });
  assertEquals(long.success ? 0 : fieldFaults(long.error)[0]?.field.length, 64);
});
