/**
 * Options of the command line and the environment.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import {
  duration,
  environmentName,
  oneOf,
  onOff,
  optionsHelp,
  readOptions,
  size,
  someText,
  UsageError,
  wholeNumber,
} from "../../lib/options.ts";

const table = {
  port: {
    parse: wholeNumber({ min: 1, max: 65_535 }),
    placeholder: "PORT",
    fallback: "8000",
    help: "Port to listen on",
    letter: "p",
  },
  "message-ttl": {
    parse: duration({ minMs: 60_000, maxMs: 86_400_000 }),
    placeholder: "TIME",
    help: "How long a message lives",
  },
  mode: {
    parse: oneOf("fast", "slow"),
    placeholder: "MODE",
    fallback: "slow",
    help: "How to go",
  },
  name: { parse: someText("a name"), placeholder: "NAME", help: "Who" },
  "max-file": {
    parse: size({ min: 512, max: 5 * 1024 ** 2 }),
    placeholder: "SIZE",
    help: "How large a file may be",
  },
  json: { parse: onOff(), help: "Answer in JSON", letter: "j" },
  near: {
    parse: wholeNumber({ min: 1, max: 99 }),
    placeholder: "N",
    help: "What is near",
    letter: "n",
    several: true,
  },
  far: {
    parse: someText("a place"),
    placeholder: "PLACE",
    fallback: "moon",
    help: "What is far",
    several: true,
  },
} as const;

function read(args: readonly string[], environment: Record<string, string> = {}) {
  return readOptions(table, args, environment);
}

const defaults = {
  port: 8000,
  "message-ttl": undefined,
  mode: "slow",
  name: undefined,
  "max-file": undefined,
  json: undefined,
  near: [],
  far: ["moon"],
};

for (
  const [args, values, rest] of [
    [[], {}, []],
    [["--port", "9000"], { port: 9000 }, []],
    [["--port=9000"], { port: 9000 }, []],
    [["-p", "9000"], { port: 9000 }, []],
    [["-p9000"], { port: 9000 }, []],
    [["--port", "1", "--port", "2"], { port: 2 }, []],
    [["--port", "0017"], { port: 17 }, []],
    [["--message-ttl", "90m"], { "message-ttl": 5_400_000 }, []],
    [["--max-file", "512"], { "max-file": 512 }, []],
    [["--max-file", "64kb"], { "max-file": 65_536 }, []],
    [["--max-file=5MB"], { "max-file": 5_242_880 }, []],
    [["--mode", "fast"], { mode: "fast" }, []],
    [["--name=--json"], { name: "--json" }, []],
    [["--name", "007"], { name: "007" }, []],
    [["--name=a=b"], { name: "a=b" }, []],
    [["--json"], { json: true }, []],
    [["-j"], { json: true }, []],
    [["--json", "off"], { json: true }, ["off"]],
    [["--json=on"], { json: true }, []],
    [["--json=off"], { json: false }, []],
    [["--json=false"], { json: false }, []],
    [["--json=0"], { json: false }, []],
    [["--json=off", "--json"], { json: true }, []],
    [["--json", "--json=off"], { json: false }, []],
    [["--near", "1"], { near: [1] }, []],
    [["--near", "2", "x", "--near=1", "-n", "2"], { near: [2, 1, 2] }, ["x"]],
    [["--far", "a,b c", "--far", "d"], { far: ["a,b c", "d"] }, []],
    [["--near=1", "--", "--near=2"], { near: [1] }, ["--near=2"]],
    [["007", "a b", "-", "1e3"], {}, ["007", "a b", "-", "1e3"]],
    [["a", "--json", "b"], { json: true }, ["a", "b"]],
    [["--json", "--", "--json=off", "--nope", "--_"], { json: true }, [
      "--json=off",
      "--nope",
      "--_",
    ]],
  ] as const
) {
  Deno.test(`readOptions() understands ${JSON.stringify(args)}`, () => {
    const { values: found, rest: left } = read(args);
    assertEquals<unknown>({ found, left }, { found: { ...defaults, ...values }, left: rest });
  });
}

for (
  const [args, message] of [
    [["--nope"], "Unknown option --nope"],
    [["--nope=1"], "Unknown option --nope"],
    [["-x"], "Unknown option -x"],
    [["-5"], "Unknown option -5"],
    [["--no-json"], "Unknown option --no-json"],
    [["--port.x=1"], "Unknown option --port.x"],
    [["--constructor"], "Unknown option --constructor"],
    [["--__proto__=1"], "Unknown option --__proto__"],
    [["--_=x"], "Unknown option --_"],
    [["--_"], "Unknown option --_"],
    [["--port"], 'Cannot read --port: expected a whole number from 1 to 65535, got ""'],
    [["--port="], 'Cannot read --port: expected a whole number from 1 to 65535, got ""'],
    [["--port", "0"], 'Cannot read --port: expected a whole number from 1 to 65535, got "0"'],
    [
      ["--port", "65536"],
      'Cannot read --port: expected a whole number from 1 to 65535, got "65536"',
    ],
    [["--port", "8e3"], 'Cannot read --port: expected a whole number from 1 to 65535, got "8e3"'],
    [["--port", "80.5"], 'Cannot read --port: expected a whole number from 1 to 65535, got "80.5"'],
    [
      ["--message-ttl", "59s"],
      'Cannot read --message-ttl: expected a duration like 90s, 10m or 1h from 1m to 1d, got "59s"',
    ],
    [
      ["--message-ttl", "25h"],
      'Cannot read --message-ttl: expected a duration like 90s, 10m or 1h from 1m to 1d, got "25h"',
    ],
    [
      ["--message-ttl", "soon"],
      'Cannot read --message-ttl: expected a duration like 90s, 10m or 1h from 1m to 1d, got "soon"',
    ],
    [
      ["--max-file", "511"],
      'Cannot read --max-file: expected a size like 512, 64KB or 5MB from 512 to 5MB, got "511"',
    ],
    [
      ["--max-file", "5242881"],
      'Cannot read --max-file: expected a size like 512, 64KB or 5MB from 512 to 5MB, got "5242881"',
    ],
    [
      ["--max-file", "large"],
      'Cannot read --max-file: expected a size like 512, 64KB or 5MB from 512 to 5MB, got "large"',
    ],
    [["--mode", "FAST"], 'Cannot read --mode: expected one of fast, slow, got "FAST"'],
    [["--name", "--json"], 'Cannot read --name: expected a name, got ""'],
    [
      ["--near", "1", "--near", "100", "--near", "2"],
      'Cannot read --near: expected a whole number from 1 to 99, got "100"',
    ],
    [["--near"], 'Cannot read --near: expected a whole number from 1 to 99, got ""'],
    [["--near", "1,2"], 'Cannot read --near: expected a whole number from 1 to 99, got "1,2"'],
    [["--json=maybe"], 'Cannot read --json: expected on or off, got "maybe"'],
  ] as const
) {
  Deno.test(`readOptions() does not understand ${JSON.stringify(args)}, and says why`, () => {
    const error = assertThrows(() => read(args), UsageError);
    assertEquals(error.message, message);
  });
}

for (
  const [variables, args, values] of [
    [{ CHAT_PORT: "9000" }, [], { port: 9000 }],
    [{ CHAT_PORT: "9000" }, ["--port", "9001"], { port: 9001 }],
    [{ CHAT_PORT: "nonsense" }, ["--port", "9001"], { port: 9001 }],
    [{ CHAT_PORT: "" }, [], {}],
    [{ PORT: "9000", chat_port: "9001" }, [], {}],
    [{ CHAT_MESSAGE_TTL: "1h" }, [], { "message-ttl": 3_600_000 }],
    [{ CHAT_JSON: "on" }, [], { json: true }],
    [{ CHAT_JSON: "0" }, ["--json"], { json: true }],
    [{ CHAT_JSON: "on" }, ["--json=off"], { json: false }],
    [{ CHAT_JSON: "on" }, ["--json=false"], { json: false }],
    [{ CHAT_NEAR: "1" }, [], { near: [1] }],
    [{ CHAT_NEAR: " 1,2  3,\t4, " }, [], { near: [1, 2, 3, 4] }],
    [{ CHAT_NEAR: "1,2" }, ["--near", "3"], { near: [3] }],
    [{ CHAT_NEAR: "", CHAT_FAR: " , " }, [], {}],
    [{ CHAT_FAR: "sun mars" }, [], { far: ["sun", "mars"] }],
    [{ CHAT_UNKNOWN: "1" }, [], {}],
  ] as const
) {
  const what = `${JSON.stringify(variables)} and ${JSON.stringify(args)}`;
  Deno.test(`readOptions() lets a flag win over the environment: ${what}`, () => {
    assertEquals<unknown>(read(args, variables).values, { ...defaults, ...values });
  });
}

Deno.test("readOptions() tells where each value came from", () => {
  const { sources } = read(["-p", "1", "--json=off"], {
    CHAT_PORT: "2",
    CHAT_NAME: "bob",
    CHAT_JSON: "on",
    CHAT_MODE: "",
    CHAT_NEAR: "1 2",
  });
  assertEquals(sources, {
    port: "arguments",
    mode: "fallback",
    name: "environment",
    json: "arguments",
    near: "environment",
    far: "fallback",
  });
});

Deno.test("readOptions() names the variable that it can't read", () => {
  const error = assertThrows(() => read([], { CHAT_MODE: "up" }), UsageError);
  assertEquals(error.message, 'Cannot read CHAT_MODE: expected one of fast, slow, got "up"');
  const several = assertThrows(() => read([], { CHAT_NEAR: "1 x" }), UsageError);
  assertEquals(
    several.message,
    'Cannot read CHAT_NEAR: expected a whole number from 1 to 99, got "x"',
  );
});

Deno.test("environmentName() is the flag in capitals", () => {
  assertEquals(environmentName("message-ttl"), "CHAT_MESSAGE_TTL");
  assertEquals(environmentName("a-b-c"), "CHAT_A_B_C");
});

Deno.test("optionsHelp() has a line for each option, in columns", () => {
  assertEquals(
    optionsHelp(table),
    [
      "  -p, --port PORT     Port to listen on (default 8000)",
      "  --message-ttl TIME  How long a message lives",
      "  --mode MODE         How to go (default slow)",
      "  --name NAME         Who",
      "  --max-file SIZE     How large a file may be",
      "  -j, --json          Answer in JSON",
      "  -n, --near N        What is near; may be given several times",
      "  --far PLACE         What is far (default moon); may be given several times",
      "",
    ].join("\n"),
  );
});
