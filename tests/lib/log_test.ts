/**
 * Lines of the log.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  failureFields,
  logFor,
  type LogFormat,
  type LogLevel,
  logLevels,
  logRequest,
  startLog,
  stopLog,
} from "../../lib/log.ts";
import { VirtualClock } from "../support/virtual_clock.ts";

/** The lines that are written while `work` runs. */
function logged(format: LogFormat, level: LogLevel, work: () => void): string[] {
  const lines: string[] = [];
  startLog({ clock: new VirtualClock(), level, format, write: (line) => lines.push(line) });
  try {
    work();
  } finally {
    stopLog();
  }
  return lines;
}

const sayAll = () => {
  const log = logFor("part");
  for (const level of logLevels) log[level](`at ${level}`);
};

for (const [at, level] of logLevels.entries()) {
  for (const format of ["json", "pretty"] as const) {
    Deno.test(`the log writes what is as serious as ${level} or more, as ${format}`, () => {
      const lines = logged(format, level, sayAll);
      const expected = logLevels.slice(at);
      assertEquals(lines.length, expected.length);
      for (const [n, serious] of expected.entries()) {
        assertStringIncludes(lines[n] ?? "", `at ${serious}`);
      }
    });
  }
}

Deno.test("the log drops every line before it is started and after it is stopped", () => {
  sayAll();
  const lines: string[] = [];
  startLog({
    clock: new VirtualClock(),
    level: "debug",
    format: "json",
    write: (line) => lines.push(line),
  });
  stopLog();
  sayAll();
  assertEquals(lines, []);
});

Deno.test("a log of JSON has one object a line with the sentence, the part and the fields", () => {
  const [line = ""] = logged("json", "info", () => {
    logFor("http").warning("Something is odd", {
      text: "a",
      count: 7,
      on: false,
      absent: undefined,
    });
  });
  assertMatch(line, /^{[^\n]*}\n$/);
  const object = JSON.parse(line);
  assertEquals(object.message, "Something is odd");
  assertEquals([object.text, object.count, object.on], ["a", 7, false]);
  assert(!("absent" in object));
  assertStringIncludes(line, "http");
  assertMatch(line, /"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/);
});

Deno.test("a pretty line has the time of day, the sentence and the fields", () => {
  const [line = ""] = logged("pretty", "info", () => {
    logFor("http").info("A request", { method: "GET", status: 200, absent: undefined });
  });
  assertMatch(
    // deno-lint-ignore no-control-regex -- colours are taken out to read the rest.
    line.replaceAll(/\x1b\[\d+m/g, ""),
    /^\d\d:\d\d:\d\d\.\d{3} info {2}A request method=GET status=200\n$/,
  );
});

const hostile = "a\nforged line\r\x1b[2J\x1b]0;title\x07\x00\x7f";

for (const format of ["json", "pretty"] as const) {
  Deno.test(`a value can't forge a line or command a terminal, as ${format}`, () => {
    const lines = logged(format, "info", () => logFor("http").info("Odd", { value: hostile }));
    assertEquals(lines.length, 1);
    const [line = ""] = lines;
    // deno-lint-ignore no-control-regex -- colours are the program's own.
    const own = format === "pretty" ? line.replaceAll(/\x1b\[\d+m/g, "") : line;
    // deno-lint-ignore no-control-regex -- control characters are what must not be there.
    assert(!/[\x00-\x1f]/.test(own.slice(0, -1)), JSON.stringify(own));
    assertEquals(own.at(-1), "\n");
    assertStringIncludes(own, "forged line");
    if (format === "json") assertEquals(JSON.parse(line).value, hostile);
  });
}

Deno.test("a pretty line shows what reorders or hides text, and C1 controls", () => {
  const [line = ""] = logged("pretty", "info", () => {
    logFor("http").info("Odd", { value: "a\u202eb\x9bc" });
  });
  assertStringIncludes(line, "a‹U+202E›b‹U+009B›c");
});

Deno.test("failureFields() tells what an error says and where it came from", () => {
  const error = new TypeError("wrong");
  assertEquals(failureFields(error), { failure: "TypeError: wrong", stack: error.stack });
  assertEquals(failureFields("just text"), { failure: "just text" });
  assertEquals(failureFields(undefined), { failure: "undefined" });
});

Deno.test("a pretty line has its stack below it, on lines of its own", () => {
  const [line = ""] = logged("pretty", "error", () => {
    logFor("engine").error("It failed", failureFields(new Error("odd\x1b[2J")));
  });
  assertMatch(line, /\n {4}at /);
  assert(!line.includes("\x1b[2J"));
});

Deno.test("a sentence with braces is logged as it stands", () => {
  const sentence = "Cannot open /tmp/{a}/{{x}}: {";
  const [line = ""] = logged("json", "info", () => logFor("part").error(sentence, { a: 1 }));
  assertEquals(JSON.parse(line).message, sentence);
});

Deno.test("no field of a line takes the place of its time, level, part or sentence", () => {
  const [line = ""] = logged(
    "json",
    "info",
    () => logFor("part").info("true", { message: "false", level: "x", part: "y", time: "z" }),
  );
  const { message, level, part, time } = JSON.parse(line);
  assertEquals({ message, level, part }, { message: "true", level: "info", part: "part" });
  assertMatch(time, /^\d{4}-/);
});

Deno.test("a line of JSON holds nothing that a terminal obeys or hides, and loses nothing", () => {
  const hostile = "\x1b[31m \x9b31m \x7f \u202e \u2028 \u200b \u{e0041} \u00ad";
  const [line = ""] = logged("json", "info", () => logFor("part").info("x", { hostile }));
  // deno-lint-ignore no-control-regex -- control characters are what this looks for.
  assertEquals(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028\u200b\u00ad\u{e0041}]/u.test(line), false);
  assertEquals(JSON.parse(line).hostile, hostile);
});

const request = { method: "GET", route: "/users", status: 200, ms: 1.5, request: "a-1" } as const;

Deno.test("logRequest() writes one line of JSON, with the user only if they are known", () => {
  const [known = "", unknown = ""] = logged("json", "info", () => {
    logRequest({ ...request, user: 7 });
    logRequest({ ...request, user: undefined });
  });
  const time = new Date(new VirtualClock().now()).toISOString();
  const head = { time, level: "info", part: "http", message: "request" };
  assertEquals(JSON.parse(known), { ...head, ...request, user: 7 });
  assertEquals(JSON.parse(unknown), { ...head, ...request });
});

Deno.test("logRequest() tells which trace a request is a part of, if it is of any", () => {
  const trace_id = "0af7651916cd43dd8448eb211c80319c";
  for (const format of ["json", "pretty"] as const) {
    const [traced = "", untraced = ""] = logged(format, "info", () => {
      logRequest({ ...request, user: 7, trace_id });
      logRequest({ ...request, user: 7, trace_id: undefined });
    });
    assertStringIncludes(traced, trace_id);
    assert(!untraced.includes("trace_id"), untraced);
    if (format === "json") assertEquals(JSON.parse(traced).trace_id, trace_id);
  }
});

Deno.test("logRequest() is as readable as other lines in the pretty format", () => {
  const [line = ""] = logged("pretty", "info", () => logRequest({ ...request, user: 7 }));
  for (const part of ["request", "GET", "/users", "200", "1.5", "a-1"]) {
    assertStringIncludes(line, part);
  }
});

Deno.test("logRequest() writes nothing when requests are below the log's level", () => {
  assertEquals(logged("json", "warning", () => logRequest({ ...request, user: 7 })), []);
});
