import { assertEquals } from "@std/assert";
import { commands } from "../../../client/conversation/commands.ts";
import { complete } from "../../../client/terminal/completion.ts";

const users = ["Bob", "Оля", "bonnie"];

const rooms = ["garden", "back garden"];
const files = ["notes.txt", "my photo.jpg", "notes/"];
const paths = (typed: string) => files.filter((path) => path.startsWith(typed)).sort();

const lines: readonly (readonly [typed: string, becomes: string, candidates: string[]])[] = [
  ["/hi", "/history ", ["/history"]],
  ["/rea", "/read ", ["/read"]],
  ["/re", "/re", ["/read", "/remove", "/rename", "/requests", "/revoke"]],
  ["/pri", "/private ", ["/private"]],
  ["/private о", "/private Оля ", ["Оля"]],
  ["/msg bo", "/msg bo", ["Bob", "bonnie"]],
  ["/msg bon", "/msg bonnie ", ["bonnie"]],
  ["/msg bob he", "/msg bob he", []],
  ["/help wh", "/help who", ["who"]],
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
  ["/file notes.txt hi @bon", "/file notes.txt hi @bonnie ", ["@bonnie"]],
];

for (const [typed, becomes, candidates] of lines) {
  Deno.test(`complete() makes ${JSON.stringify(becomes)} of ${JSON.stringify(typed)}`, () => {
    assertEquals(complete(typed, { commands, users, rooms, paths }), { text: becomes, candidates });
  });
}
