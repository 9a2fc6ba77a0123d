import { assertEquals } from "@std/assert";
import { commands } from "../../../../client/conversation/commands.ts";
import {
  candidatesOf,
  type Choices,
  messagesOfferedMax,
} from "../../../../client/terminal/completion/completion.ts";

const users = ["Bob", "Оля", "bonnie"];

const rooms = ["garden", "back garden"];
const files = ["notes.txt", "my photo.jpg", "notes/"];
const paths = (typed: string) => ({
  paths: files.filter((path) => path.startsWith(typed)).sort(),
  complete: true,
});

const lines: readonly (readonly [typed: string, becomes: string, candidates: string[]])[] = [
  ["/hi", "/history ", ["/history"]],
  ["/mod", "/mod ", ["/mod"]],
  ["/mod ro", "/mod role", ["role", "roles"]],
  ["/mod dis", "/mod dismiss ", ["dismiss"]],
  ["/mod ban", "/mod ban", ["ban", "bans"]],
  ["/mod ban bon", "/mod ban bonnie ", ["bonnie"]],
  ["/mod ban Bob 2", "/mod ban Bob 2", []],
  ["/help mo", "/help mod", ["mod"]],
  ["/rea", "/read ", ["/read"]],
  ["/re", "/re", ["/read", "/remove", "/rename", "/requests", "/revoke"]],
  ["/pri", "/private ", ["/private"]],
  ["/private о", "/private Оля ", ["Оля"]],
  ["/msg bo", "/msg bo", ["Bob", "bonnie"]],
  ["/msg bon", "/msg bonnie ", ["bonnie"]],
  ["/msg bob he", "/msg bob he", []],
  ["/help wh", "/help who", ["who"]],
  ["/help mod dis", "/help mod dismiss", ["mod dismiss"]],
  ["hi @bon", "hi @bonnie ", ["@bonnie"]],
  ["bon", "bonnie: ", ["bonnie"]],
  ["hello bon", "hello bon", []],
  ["", "", []],
  ["/nope x", "/nope x", []],
  ["/room g", "/room garden", ["garden"]],
  ["/room back g", "/room back garden", ["back garden"]],
  ["/invite bon", "/invite bonnie ", ["bonnie"]],
  ["/invite Bob ga", "/invite Bob garden", ["garden"]],
  ["/file m", "/file my\\ photo.jpg ", ["my photo.jpg"]],
  ['/file "my p', "/file my\\ photo.jpg ", ["my photo.jpg"]],
  ["/file no", "/file notes", ["notes.txt", "notes/"]],
  ["/file notes/", "/file notes/", ["notes/"]],
  ["/save 12 no", "/save 12 notes", ["notes.txt", "notes/"]],
  ["/save no", "/save no", []],
  ["/save ", "/save ", ["13: a.jpg", "12: notes.txt"]],
  ["/save 12", "/save 12 ", ["12: notes.txt"]],
  ["/accept ", "/accept ", ["21", "attic"]],
  ["/decline a", "/decline attic", ["attic"]],
  ["/approve ", "/approve ", ["bonnie", "zoe", "Bob", "Оля"]],
  ["/deny bo", "/deny bo", ["bonnie", "Bob"]],
  ["/revoke 3", "/revoke 3", []],
  ["  /hi", "  /history ", ["/history"]],
  ["/HI", "/history ", ["/history"]],
  ["/ms", "/msg ", ["/msg"]],
  ["/zzz", "/zzz", []],
  ["//hi", "//hi", []],
  ["x\n/hi", "x\n/hi", []],
  ["x\nhi @bon", "x\nhi @bonnie ", ["@bonnie"]],
  ["/msg @bon", "/msg @bonnie ", ["@bonnie"]],
  ["/help /wh", "/help /who", ["/who"]],
  ["/comment 41", "/comment 41", ["#4190 bob: four", "#4187 bob: two\nlines"]],
  ["/comment 4187", "/comment 4187 ", ["#4187 bob: two\nlines"]],
  ["/comment #419", "/comment 4190 ", ["#4190 bob: four"]],
  ["/comment ", "/comment ", [
    "#4190 bob: four",
    "#4187 bob: two\nlines",
    "#3999 alice: one",
  ]],
  ["/comment 5", "/comment 5", []],
  ["/delete ", "/delete ", ["#3999 alice: one"]],
  ["/delete 3", "/delete 3999 ", ["#3999 alice: one"]],
  ["/cancel 3", "/cancel 3", []],
  ["/invite Bob g", "/invite Bob garden", ["garden"]],
  ["/link 5 g", "/link 5 g", []],
  ["/file notes.txt hi @bon", "/file notes.txt hi @bonnie ", ["@bonnie"]],
];

const messages = [
  { id: 3999, author: "alice", text: "one", mine: true },
  { id: 4187, author: "bob", text: "two\nlines", mine: false },
  { id: 4190, author: "bob", text: "four", mine: false },
];
const choices: Choices = {
  commands,
  users,
  rooms,
  paths,
  messages,
  askers: ["zoe", "bonnie"],
  invitations: ["attic", "21"],
  files: [{ id: 12, name: "notes.txt" }, { id: 13, name: "a.jpg" }],
};

/** What Tab makes of what is typed, and what it offers. */
function complete(typed: string, from: Choices = choices) {
  const found = candidatesOf(typed, from);
  return {
    text: found?.common ?? typed,
    candidates: found?.all.map(({ shown }) => shown) ?? [],
  };
}

for (const [typed, becomes, candidates] of lines) {
  Deno.test(`complete() makes ${JSON.stringify(becomes)} of ${JSON.stringify(typed)}`, () => {
    assertEquals(complete(typed), { text: becomes, candidates });
  });
}

Deno.test("candidatesOf() offers the latest messages, the newest first", () => {
  for (const [given, offered] of [[-1, -1], [0, 0], [1, 0]] as const) {
    const many = Array.from({ length: messagesOfferedMax + given }, (_, at) => ({
      id: at + 1,
      author: "bob",
      text: "",
      mine: false,
    }));
    const all = candidatesOf("/comment ", { ...choices, messages: many })?.all ?? [];
    assertEquals(all.length, messagesOfferedMax + offered);
    assertEquals(all[0]?.text, `/comment ${many.length} `);
  }
  assertEquals(candidatesOf("/comment ", { commands, users, rooms, paths }), undefined);
});

Deno.test("candidatesOf() offers a moderator what others have written, to delete it", () => {
  const all = candidatesOf("/delete ", { ...choices, moderates: true })?.all ?? [];
  assertEquals(all.map(({ text }) => text), ["/delete 4190 ", "/delete 4187 ", "/delete 3999 "]);
});

Deno.test("candidatesOf() offers all commands in the order of their table", () => {
  const all = candidatesOf("/", choices)?.all ?? [];
  // What has two words comes after the first.
  const names = commands.map(({ name }) => name).filter((name) => !name.includes(" "));
  assertEquals(all.map(({ shown }) => shown), names.map((name) => `/${name}`));
});

Deno.test("candidatesOf() is not certain of paths that are not all there are", () => {
  const some = { ...choices, paths: () => ({ paths: ["notes.txt", "notes/"], complete: false }) };
  assertEquals(complete("/file no", some), {
    text: "/file no",
    candidates: ["notes.txt", "notes/"],
  });
  const one = { ...choices, paths: () => ({ paths: ["notes/"], complete: false }) };
  assertEquals(complete("/file no", one), { text: "/file no", candidates: ["notes/"] });
});

Deno.test("candidatesOf() completes at the end of a long draft", () => {
  const long = "x".repeat(60_000);
  assertEquals(complete(`${long} ${long} @bon`).candidates, ["@bonnie"]);
  assertEquals(complete(`${long} `).candidates, []);
});
