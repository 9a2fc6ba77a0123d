import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { commands } from "../../../../client/conversation/commands.ts";
import { columnsAtMost } from "../../../../lib/text/text_width.ts";
import type { Choices, CommandChoice } from "../../../../client/terminal/completion/completion.ts";
import { CompletionCycle } from "../../../../client/terminal/completion/completion_cycle.ts";
import { suggestionRowsMax } from "../../../../client/terminal/screen/live_area.ts";
import { commandsShownMax, suggest } from "../../../../client/terminal/completion/suggestions.ts";

const talk: readonly CommandChoice[] = [
  {
    name: "private",
    aliases: ["msg"],
    takes: [{ name: "USER", kind: "user" }, { name: "TEXT", kind: "text" }],
    help: "Send privately",
  },
  {
    name: "room",
    aliases: [],
    takes: [{ name: "ROOM", kind: "room", optional: true }],
    help: "Talk in ROOM",
  },
  { name: "rooms", aliases: [], takes: [], help: "Show your rooms" },
  {
    name: "comment",
    aliases: ["reply"],
    takes: [{ name: "ID", kind: "number" }, { name: "TEXT", kind: "text" }],
    help: "Comment on a message",
  },
  {
    name: "link",
    aliases: [],
    takes: [
      { name: "DURATION", kind: "life", optional: true },
      { name: "USES", kind: "number", optional: true },
    ],
    help: "Make a link",
  },
];

const choices: Choices = {
  commands: talk,
  users: ["bob", "bonnie", "Оля"],
  rooms: ["back garden", "garden"],
  paths: () => ({ paths: [], complete: true }),
  messages: [
    { id: 4180, author: "alice", text: "one\ntwo \x1b[31m", mine: true },
    { id: 4187, author: "bob", text: "x".repeat(100), mine: false },
  ],
};

function rows(before: string, columns = 60, from: Choices = choices): string[] {
  return suggest(before, from, { columns }).map(({ plain }) => plain);
}

const suggestions: readonly (readonly [typed: string, rows: readonly string[]])[] = [
  ["", []],
  ["hello", []],
  ["bo", []],
  ["//x", []],
  ["hello /ro", []],
  ["/pri", [" /private USER TEXT  Send privately"]],
  ["/ms", [" /msg USER TEXT  Send privately"]],
  ["/ro", [" /room [ROOM]  Talk in ROOM", " /rooms        Show your rooms"]],
  ["/private ", [" /private ›USER TEXT  Send privately", " bob  bonnie  Оля"]],
  ["/MSG bo", [" /msg ›USER TEXT  Send privately", " bob  bonnie"]],
  ["/private bob hi", [" /private USER ›TEXT  Send privately"]],
  ["/private bob hi @bon", [" /private USER ›TEXT  Send privately", " @bonnie"]],
  ["/rooms", [" /rooms  Show your rooms"]],
  ["/rooms x", [" /rooms  Show your rooms"]],
  ["/room g", [" /room ›[ROOM]  Talk in ROOM", " garden"]],
  ["/link 2h", [" /link ›[DURATION] [USES]  Make a link"]],
  ["/link 5", [" /link [DURATION] ›[USES]  Make a link"]],
  ["/link 2h ", [" /link [DURATION] ›[USES]  Make a link"]],
  ["/comment 41", [
    " /comment ›ID TEXT  Comment on a message",
    ` #4187 bob: ${"x".repeat(47)}…`,
    " #4180 alice: one⏎two ␛[31m",
  ]],
  ["/comment 4180 x", [" /comment ID ›TEXT  Comment on a message"]],
  ["/romo", [" /romo is no command; perhaps /room"]],
  ["/xyzzy plugh", [" /xyzzy is no command; /help shows all"]],
  ["hi @bo", [" @bob  @bonnie"]],
  ["/", [
    " /private USER TEXT        Send privately",
    " /room [ROOM]              Talk in ROOM",
    " /rooms                    Show your rooms",
    " /comment ID TEXT          Comment on a message",
    " /link [DURATION] [USES]   Make a link",
  ]],
];

for (const [typed, wanted] of suggestions) {
  Deno.test(`suggest() tells what ${JSON.stringify(typed)} is for or could become`, () => {
    // Padding depends on the longest; what matters is what is told.
    const bare = (all: readonly string[]) => all.map((row) => row.replace(/(\S) {2,}/g, "$1  "));
    assertEquals(bare(rows(typed)), bare(wanted));
  });
}

Deno.test("suggest() sets off the argument at the cursor, with and without colours", () => {
  const [row] = suggest("/private ", choices, { columns: 60 });
  assert(row?.coloured.includes("\x1b[1m ›USER\x1b[0m"), row?.coloured);
  assert(row?.plain.includes("›USER"));
});

Deno.test("suggest() puts what a command does on a row of its own if it does not fit", () => {
  const whole = " /comment ›ID TEXT  Comment on a message";
  assertEquals(rows("/comment 1", whole.length), [whole]);
  assertEquals(rows("/comment 1", whole.length - 1), [
    " /comment ›ID TEXT",
    "  Comment on a message",
  ]);
});

Deno.test("suggest() shows so many commands, and how many there are beside", () => {
  for (const [more, row] of [[0, undefined], [1, " … and 1 more; /help shows all"]] as const) {
    const many = Array.from({ length: commandsShownMax + more }, (_, at) => ({
      name: `a${at}`,
      aliases: [],
      takes: [],
      help: "Help",
    }));
    const shown = rows("/a", 60, { ...choices, commands: many });
    assertEquals(
      shown.slice(0, commandsShownMax),
      many.slice(0, 6).map(({ name }) => ` /${name}  Help`),
    );
    assertEquals(shown[commandsShownMax], row);
  }
});

Deno.test("suggest() shows as many candidates as fit, and how many there are beside", () => {
  assertEquals(rows("@", 20), [" @bob  @bonnie  @Оля"]);
  assertEquals(rows("@", 19), [" @bob … and 2 more"]);
  assertEquals(rows("@", 18), [" @bob … and 2 more"]);
  assertEquals(rows("@", 17), [" @bob … and 2 mo…"]);
});

Deno.test("suggest() sets off what Tab has chosen, and shows it among those that fit", () => {
  const cycle = new CompletionCycle();
  let before = "@";
  const seen = [1, 2, 3].map(() => {
    before = cycle.press(before, choices, "next");
    return suggest(before, choices, { columns: 19, cycle: cycle.stateAt(before) })
      .map(({ plain }) => plain);
  });
  assertEquals(seen, [["›@bob … and 2 more"], ["›@bonnie … and 2 m…"], [
    "›@Оля … and 2 more",
  ]]);
});

Deno.test("suggest() shows the commands around the one that Tab has chosen", () => {
  const cycle = new CompletionCycle();
  const full = { ...choices, commands };
  let before = "/";
  for (let at = 0; at < commandsShownMax + 2; at++) before = cycle.press(before, full, "next");
  const shown = suggest(before, full, { columns: 80, cycle: cycle.stateAt(before) })
    .map(({ plain }) => plain);
  assertEquals(shown.length, commandsShownMax + 1);
  assert(shown[commandsShownMax - 1]?.startsWith(`›${before.trim()}`), shown.join("\n"));
});

Deno.test("suggest() keeps to the argument while Tab goes through what it could be", () => {
  const cycle = new CompletionCycle();
  const before = cycle.press("/msg bo", choices, "next");
  assertEquals(before, "/msg bob ");
  const view = { columns: 60, cycle: cycle.stateAt(before) };
  assertEquals(suggest(before, choices, view).map(({ plain }) => plain), [
    " /msg ›USER TEXT  Send privately",
    "›bob  bonnie",
  ]);
});

const texts = fc.string({ unit: "binary", maxLength: 12 });
const starts = fc.constantFrom(
  ...["", "/", "/p", "/private ", "/room ", "/comment ", "/file ", "/save ", "/accept ", "@"],
);

Deno.test("suggest() gives few rows that fit and are safe, whatever is typed and chosen from", () => {
  fc.assert(
    fc.property(
      fc.tuple(starts, texts).map(([start, text]) => start + text),
      fc.array(texts, { maxLength: 8 }),
      fc.integer({ min: 1, max: 100 }),
      fc.nat(3),
      (typed, words, columns, tabs) => {
        const wild: Choices = {
          commands,
          users: words,
          rooms: words,
          paths: () => ({ paths: words, complete: words.length % 2 === 0 }),
          files: words.map((name, id) => ({ id, name })),
          invitations: words,
          askers: words,
          messages: words.map((text, id) => ({ id, author: text, text, mine: id % 2 === 0 })),
        };
        const cycle = new CompletionCycle();
        let before = typed;
        for (let tab = 0; tab < tabs; tab++) before = cycle.press(before, wild, "next");
        const shown = suggest(before, wild, { columns, cycle: cycle.stateAt(before) });
        assert(shown.length <= suggestionRowsMax, `${shown.length} rows`);
        for (const { plain } of shown) {
          assert(columnsAtMost(plain) <= columns, plain);
          assert(!/[\p{Cc}\p{Cs}]/u.test(plain), plain);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
