/**
 * What the program logs is what docs/monitoring.md lists, at that level and with those fields.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { logLevels } from "../../lib/log.ts";
import { checkLogLine, logFieldTypes, logMessages } from "../support/log_table.ts";

const root = new URL("../../", import.meta.url);

/** A call that writes a line. */
interface LogCall {
  readonly place: string;
  readonly level: string;
  /** `undefined` if it does not stand there as it is. */
  readonly message: string | undefined;
  /** `undefined` if some of them are not named there. */
  readonly fields: readonly string[] | undefined;
}

const failureNames = ["failure", "stack"];

const collector: Deno.lint.Plugin = {
  name: "log",
  rules: {
    calls: {
      create: (context) => ({
        CallExpression(node) {
          const { callee } = node;
          if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
          const level = callee.property.name;
          if (!logLevels.some((known) => known === level) || !isLog(callee.object)) return;
          const [message, fields] = node.arguments;
          const told = { level, message: textOf(message), fields: namesOf(fields) };
          context.report({ node, message: JSON.stringify(told) });
        },
      }),
    },
  },
};

/** Whether it is called as logs are: `log`, `this.#log`, or what `logFor` gives. */
function isLog(node: Deno.lint.Node): boolean {
  if (node.type === "Identifier") return /log$/i.test(node.name);
  if (node.type === "MemberExpression") return isLog(node.property);
  if (node.type === "PrivateIdentifier") return /log$/i.test(node.name);
  return node.type === "CallExpression" && node.callee.type === "Identifier" &&
    node.callee.name === "logFor";
}

function textOf(node: Deno.lint.Node | undefined): string | undefined {
  return node?.type === "Literal" && typeof node.value === "string" ? node.value : undefined;
}

function namesOf(node: Deno.lint.Node | undefined): string[] | undefined {
  if (node === undefined) return [];
  if (isFailureFields(node)) return failureNames;
  if (node.type !== "ObjectExpression") return undefined;
  const names: string[] = [];
  for (const property of node.properties) {
    if (property.type === "SpreadElement") {
      if (!isFailureFields(property.argument)) return undefined;
      names.push(...failureNames);
    } else if (property.key.type === "Identifier") names.push(property.key.name);
    else return undefined;
  }
  return names;
}

function isFailureFields(node: Deno.lint.Node): boolean {
  return node.type === "CallExpression" && node.callee.type === "Identifier" &&
    node.callee.name === "failureFields";
}

function callsIn(file: string, text: string): LogCall[] {
  return Deno.lint.runPlugin(collector, file, text).map(({ message, range }) => ({
    place: `${file}:${text.slice(0, range[0]).split("\n").length}`,
    level: "",
    message: undefined,
    fields: undefined,
    ...JSON.parse(message),
  }));
}

function listed(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, root))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return listed(`${folder}${name}/`);
    return /\.tsx?$/.test(name) ? [`${folder}${name}`] : [];
  });
}

const calls: readonly LogCall[] = ["main.ts", ...["lib/", "server/", "client/"].flatMap(listed)]
  // The door itself passes on what it is told.
  .flatMap((file) => file === "lib/log.ts" ? [] : callsIn(file, read(file)));

function read(file: string): string {
  return Deno.readTextFileSync(new URL(file, root));
}

/** The request's own line, which is written past the others. */
const request = { level: "info", message: "request" };

function keyOf({ level, message }: { readonly level: string; readonly message: string }): string {
  return `${level}: ${message}`;
}

Deno.test("every message of the log stands in the code as it is, with its fields", () => {
  assert(calls.length > 15, "there are calls");
  const unknown = calls.filter(({ message, fields }) =>
    message === undefined || fields === undefined
  );
  assertEquals(unknown.map(({ place }) => place), []);
});

Deno.test("docs/monitoring.md lists every message with its level, and no other", () => {
  const logged = calls.map(({ level, message = "" }) => keyOf({ level, message }));
  assertEquals(
    logMessages.map(keyOf).toSorted(),
    [...new Set([...logged, keyOf(request)])].toSorted(),
  );
});

Deno.test("docs/monitoring.md lists the fields of every message, and their types", () => {
  for (const { level, message, fields, part } of logMessages) {
    if (message === request.message) continue;
    const told = calls.filter((call) => call.message === message && call.level === level);
    const names = new Set(told.flatMap((call) => call.fields ?? []));
    assertEquals(fields.toSorted(), [...names].toSorted(), `${part}: ${message}`);
  }
  const named = new Set(logMessages.flatMap(({ fields }) => fields));
  assertEquals([...logFieldTypes.keys()].toSorted(), [...named].toSorted());
});

Deno.test("docs/monitoring.md says of every warning and error what is to be done", () => {
  const grave = logMessages.filter(({ level }) => level === "warning" || level === "error");
  assertEquals(grave.filter(({ advice }) => advice === ""), []);
});

Deno.test("a call is found however the log is called, and what it leaves open too", () => {
  const text = [
    'log.error("a", { x: 1, ...failureFields(f) });',
    'this.#log.warning("b");',
    'logFor("x").info("c", failureFields(f));',
    "accessLog.debug(`d ${e}`, { ...g });",
    'console.error("no log"); math.log("no level"); // log.error("no code")',
  ].join("\n");
  assertEquals(callsIn("x.ts", text), [
    { place: "x.ts:1", level: "error", message: "a", fields: ["x", "failure", "stack"] },
    { place: "x.ts:2", level: "warning", message: "b", fields: [] },
    { place: "x.ts:3", level: "info", message: "c", fields: ["failure", "stack"] },
    { place: "x.ts:4", level: "debug", message: undefined, fields: undefined },
  ]);
});

Deno.test("checkLogLine() takes a line that is listed, and nothing else", () => {
  const line = {
    time: "2026-11-20T10:00:00.000Z",
    level: "error",
    part: "server",
    message: "Cannot start",
    why: "for a reason",
  };
  checkLogLine(JSON.stringify(line));
  for (
    const fault of [
      { level: "info" },
      { part: "http" },
      { message: "Cannot stop" },
      { why: 1 },
      { token: "x" },
      { time: "10:00" },
    ]
  ) assertThrows(() => checkLogLine(JSON.stringify({ ...line, ...fault })));
});
