import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { nearestCommand, parseLine } from "../../../client/conversation/command_parser.ts";
import { commands } from "../../../client/conversation/commands.ts";

function parsed(typed: string): string {
  const line = parseLine(commands, typed);
  switch (line.kind) {
    case "nothing":
      return "nothing";
    case "text":
      return `text ${line.text}`;
    case "command":
      return `${line.command.name} ${JSON.stringify(line.given)}`;
    case "unknown":
      return `unknown ${line.name} ${line.nearest}`;
    case "misused":
      return `misused ${line.command.name}: ${line.why}`;
  }
}

const lines: readonly (readonly [typed: string, means: string])[] = [
  ["", "nothing"],
  ["   ", "nothing"],
  ["hello  there ", "text hello  there "],
  ["one\ntwo\n", "text one\ntwo"],
  ["//shrug", "text /shrug"],
  ["a / b", "text a / b"],
  ["quit", "exit {}"],
  ["QUIT", "exit {}"],
  ["quit smoking", "text quit smoking"],
  ["/exit", "exit {}"],
  ["/quit", "exit {}"],
  [" /exit", "exit {}"],
  ["/private bob psst  you", 'private {"user":"bob","text":"psst  you"}'],
  ["/priv @bob psst", 'private {"user":"bob","text":"psst"}'],
  ["/MSG Оля привет", 'private {"user":"Оля","text":"привет"}'],
  ["/msg bob one\ntwo", 'private {"user":"bob","text":"one\\ntwo"}'],
  ["/private bob", "misused private: TEXT is missing"],
  ["/private", "misused private: USER is missing"],
  ["/comment #17 nice", 'comment {"number":17,"text":"nice"}'],
  ["/reply 17 nice", 'comment {"number":17,"text":"nice"}'],
  ["/comment x nice", "misused comment: ID must be a number, not x"],
  ["/comment 0 nice", "misused comment: ID must be a number, not 0"],
  ["/query", "query {}"],
  ["/query bob", 'query {"user":"bob"}'],
  ["/query bob carol", "misused query: there is no place for carol"],
  ["/history", "history {}"],
  ["/history 50", 'history {"number":50}'],
  ["/help /who", 'help {"command":"who"}'],
  ["/who now", "misused who: there is no place for now"],
  ["/stauts", "unknown stauts status"],
  ["/hist", "unknown hist history"],
  ["/xyzzy", "unknown xyzzy undefined"],
  ["/", "unknown  undefined"],
  ["/ hello", "unknown  undefined"],
];

for (const [typed, means] of lines) {
  Deno.test(`parseLine() takes ${JSON.stringify(typed)} for ${means}`, () => {
    assertEquals(parsed(typed), means);
  });
}

Deno.test("parseLine() never takes a line that begins with one slash for a text", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (rest) => {
    if (rest.startsWith("/")) return;
    assert(parseLine(commands, `/${rest}`).kind !== "text");
  }));
});

Deno.test("nearestCommand() names one for each that is mistyped by one letter", () => {
  for (const { name } of commands.filter(({ name }) => name.length > 3)) {
    for (let at = 1; at < name.length; at++) {
      const typed = name.slice(0, at) + "x" + name.slice(at + 1);
      assertEquals(nearestCommand(commands, typed), name);
    }
  }
});
