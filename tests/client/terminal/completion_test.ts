import { assertEquals } from "@std/assert";
import { commands } from "../../../client/conversation/commands.ts";
import { complete } from "../../../client/terminal/completion.ts";

const users = ["Bob", "Оля", "bonnie"];

const lines: readonly (readonly [typed: string, becomes: string, candidates: string[]])[] = [
  ["/hi", "/history ", ["/history"]],
  ["/re", "/re", ["/read", "/revoke"]],
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
];

for (const [typed, becomes, candidates] of lines) {
  Deno.test(`complete() makes ${JSON.stringify(becomes)} of ${JSON.stringify(typed)}`, () => {
    assertEquals(complete(typed, { commands, users }), { text: becomes, candidates });
  });
}
