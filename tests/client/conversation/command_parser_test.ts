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
  ["/room", "room {}"],
  ["/room back garden ", 'room {"room":"back garden"}'],
  ["/invite bob back garden", 'invite {"user":"bob","room":"back garden"}'],
  ["/delay 10 tea is ready", 'delay {"delay":600000,"text":"tea is ready"}'],
  ["/delay 90s tea", 'delay {"delay":90000,"text":"tea"}'],
  ["/delay 2h tea", 'delay {"delay":7200000,"text":"tea"}'],
  [
    "/delay soon tea",
    "misused delay: MINUTES must be minutes, or a duration like 90s or 2h, not soon",
  ],
  ["/at 18:30 tea", 'at {"time":"18:30","text":"tea"}'],
  ["/at 2026-11-20T18:30:00Z tea", 'at {"time":"2026-11-20T18:30:00Z","text":"tea"}'],
  [
    "/at 25:00 tea",
    "misused at: TIME must be a time like 18:30 or 2026-11-20T18:30, not 25:00",
  ],
  ["/mod", "mod {}"],
  ["/mod bna bob", 'mod {"action":"bna bob"}'],
  ["/MOD  Bans", "mod bans {}"],
  ["/mod ban", "misused mod ban: USER is missing"],
  ["/mod ban @bob", 'mod ban {"user":"bob"}'],
  ["/mod ban bob 2h", 'mod ban {"user":"bob","span":7200000}'],
  ["/mod ban bob 2h of spam", 'mod ban {"user":"bob","span":7200000,"text":"of spam"}'],
  ["/mod ban bob sends spam", 'mod ban {"user":"bob","text":"sends spam"}'],
  [
    "/mod ban bob 10 spam",
    "misused mod ban: DURATION must be a duration like 30m, 2h or 7d, not 10",
  ],
  [
    "/mod ban bob 2hh spam",
    "misused mod ban: DURATION must be a duration like 30m, 2h or 7d, not 2hh",
  ],
  ["/mod bans now", "misused mod bans: there is no place for now"],
  ["/ban bob 2h", 'complaint {"user":"bob","text":"2h"}'],
  ["/link", "link {}"],
  ["/link 7d", 'link {"life":604800000}'],
  ["/link 7d 5", 'link {"life":604800000,"number":5}'],
  ["/link 5", 'link {"number":5}'],
  ["/link often", "misused link: DURATION must be a duration like 30m, 2h or 7d, not often"],
  ["/file notes.txt", 'file {"path":"notes.txt"}'],
  ["/file notes.txt as  promised", 'file {"path":"notes.txt","text":"as  promised"}'],
  ['/file "my notes.txt" here', 'file {"path":"my notes.txt","text":"here"}'],
  ["/file 'my notes.txt'", 'file {"path":"my notes.txt"}'],
  ["/file my\\ notes.txt here", 'file {"path":"my notes.txt","text":"here"}'],
  ["/file C:\\notes.txt", 'file {"path":"C:\\\\notes.txt"}'],
  ["/save 12", 'save {"number":12}'],
  ["/save 12 'a b'", 'save {"number":12,"path":"a b"}'],
  ["/save notes.txt", "misused save: FILE must be a number, not notes.txt"],
  ["/ban @mallory spams all day", 'complaint {"user":"mallory","text":"spams all day"}'],
  ["/nick Zoë", 'nickname {"word":"Zoë"}'],
  ["/rules", "help {}"],
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
