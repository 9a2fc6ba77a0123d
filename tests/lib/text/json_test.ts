/**
 * JSON that comes from elsewhere, and JSON that is shown.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { parseJson, terminalJson } from "../../../lib/text/json.ts";

Deno.test("parseJson() reads JSON, and takes what is none for nothing", () => {
  assertEquals(parseJson('{"a":[1,null]}'), { a: [1, null] });
  for (const text of ["", "{", "undefined", "{'a':1}", "1 2"]) {
    assertEquals(parseJson(text), undefined, text);
  }
});

Deno.test("terminalJson() has nothing that a terminal could obey", () => {
  const text = terminalJson({ text: "\x1b[2J\x9b2J\u202e\u2028\x7f" });
  assertEquals(text, '{"text":"\\u001b[2J\\u009b2J\\u202e\\u2028\\u007f"}');
});
