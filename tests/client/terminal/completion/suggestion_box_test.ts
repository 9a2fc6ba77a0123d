import { assertEquals } from "@std/assert";
import type { Choices } from "../../../../client/terminal/completion/completion.ts";
import { SuggestionBox } from "../../../../client/terminal/completion/suggestion_box.ts";

/** A box, and how often something was chosen from. */
function boxOf(paths: readonly string[] = []) {
  let asked = 0;
  const choices: Choices = {
    commands: [
      { name: "file", aliases: [], takes: [{ name: "PATH", kind: "path" }], help: "Send a file" },
      { name: "exit", aliases: [], takes: [], help: "Leave" },
    ],
    users: ["bob"],
    rooms: [],
    paths: () => ({ paths, complete: true }),
  };
  const box = new SuggestionBox(() => {
    asked++;
    return choices;
  });
  const rows = (before: string, columns = 60) =>
    box.rows(before, columns).map(({ plain }) => plain);
  return { box, rows, asked: () => asked };
}

Deno.test("SuggestionBox suggests anew only for another draft or another width", () => {
  const { rows, asked } = boxOf();
  assertEquals(rows("/fi"), [" /file PATH  Send a file"]);
  rows("/fi");
  assertEquals(asked(), 1);
  rows("/fi", 40);
  rows("/f", 40);
  assertEquals(asked(), 3);
});

Deno.test("SuggestionBox suggests nothing for what was dismissed, until it is another draft", () => {
  const { box, rows } = boxOf();
  box.dismiss("/fi");
  assertEquals(rows("/fi"), []);
  assertEquals(rows("/f").length, 1);
  assertEquals(rows("/fi").length, 1);
});

Deno.test("SuggestionBox shows where Tab has come, also after what was dismissed", () => {
  const { box, rows } = boxOf(["a.txt", "ab.txt"]);
  assertEquals(box.complete("/file ", "next"), "/file a");
  assertEquals(box.complete("/file a", "next"), "/file a.txt ");
  assertEquals(rows("/file a.txt ").at(-1), "›a.txt  ab.txt");
  assertEquals(box.complete("/file a.txt ", "next"), "/file ab.txt ");
  assertEquals(rows("/file ab.txt ").at(-1), " a.txt ›ab.txt");
  box.dismiss("/file ab.txt ");
  assertEquals(rows("/file ab.txt "), []);
});
