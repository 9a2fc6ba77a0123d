import { assert, assertEquals, assertThrows } from "@std/assert";
import * as z from "zod/mini";
import { FormFault } from "../../../../client/connection/forms.ts";
import { outlinedForms } from "../../../../client/web/page/forms.ts";
import { type ChatOperationName, chatRoutes } from "../../../../lib/api/chat_routes.ts";
import { type Operation, operations } from "../../../../lib/api/operations.ts";
import { event, streamNotice } from "../../../../lib/api/schemas.ts";

/** Names in a table, typed. */
const names = Object.keys(chatRoutes) as ChatOperationName[];

/** The fields that a form of an answer must have. */
function requiredFields(schema: z.ZodMiniType): string[] {
  if (schema instanceof z.ZodMiniUnion) {
    const [first = [], ...others] = schema.def.options.map((option) =>
      requiredFields(option as z.ZodMiniType)
    );
    return first.filter((field) => others.every((fields) => fields.includes(field)));
  }
  assert(schema instanceof z.ZodMiniObject);
  return Object.entries(schema.def.shape)
    .filter(([, field]) => !(field instanceof z.ZodMiniOptional))
    .map(([field]) => field);
}

/** All texts of a folder and of those in it. */
function textsIn(folder: URL): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? textsIn(new URL(`${name}/`, folder))
      : [Deno.readTextFileSync(new URL(name, folder))]
  );
}

Deno.test("outlinedForms knows each answer by a field that it must have", () => {
  for (const name of names) {
    const { answer }: Operation = operations[name];
    const anything = new Proxy({}, { get: () => 1 });
    if (answer === undefined) {
      assertEquals<unknown>(outlinedForms.answer(name, anything), undefined, name);
      continue;
    }
    const fields = requiredFields(answer as z.ZodMiniType);
    assertEquals<unknown>(outlinedForms.answer(name, anything), anything, name);
    const { path } = assertThrows(() => outlinedForms.answer(name, {}), FormFault);
    assert(fields.includes(path), `${name}: ${path}`);
    for (const other of [undefined, null, 7, "<html>", []]) {
      assertThrows(() => outlinedForms.answer(name, other), FormFault);
    }
  }
});

Deno.test("outlinedForms knows how all is called that the page calls", () => {
  for (const name of names) {
    const { method, route } = operations[name];
    assertEquals(outlinedForms.call(name), { method, route });
  }
  const called = ["client/web/page", "client/connection", "client/conversation/model"]
    .flatMap((folder) => textsIn(new URL(`../../../../${folder}/`, import.meta.url)))
    .flatMap((text) => [...text.matchAll(/\b(?:call|callOf)\(\s*"(\w+)"/g)])
    .map(([, name = ""]) => name);
  assert(called.length > 30, "the calls are found");
  assertEquals(called.filter((name) => !Object.hasOwn(chatRoutes, name)), []);
});

Deno.test("outlinedForms knows the events of the API, and no other", () => {
  const types = event.def.options.flatMap((option) => {
    const { type } = option.def.shape;
    return type instanceof z.ZodMiniEnum ? Object.values(type.def.entries) : type.def.values;
  });
  assertEquals(types.length > 20, true);
  for (const type of types) assertEquals<unknown>(outlinedForms.event({ type }), { type });
  for (const type of ["message.pinned", "toString", "", 7]) {
    assertEquals(outlinedForms.event({ type }), undefined);
  }
  assertEquals(outlinedForms.event(null), undefined);
  assertEquals(outlinedForms.event("message"), undefined);
});

Deno.test("outlinedForms takes what a stream tells of itself", () => {
  const notice = streamNotice.parse({ type: "reset", reason: "forgotten", cursor: "k-1" });
  assertEquals(outlinedForms.notice(notice), notice);
  assertEquals(outlinedForms.notice(undefined), undefined);
});

Deno.test("outlinedForms takes a problem for one that has a code, words and a status", () => {
  const problem = { type: "/docs#busy", title: "Busy", status: 503, detail: "Later", code: "busy" };
  assertEquals(outlinedForms.problem(problem), problem);
  for (const field of ["status", "detail", "code"]) {
    assertEquals(outlinedForms.problem({ ...problem, [field]: undefined }), undefined, field);
  }
  assertEquals(outlinedForms.problem("busy"), undefined);
});
