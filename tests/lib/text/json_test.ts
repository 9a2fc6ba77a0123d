/**
 * Reading JSON.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { parseJson } from "../../../lib/text/json.ts";

Deno.test("parseJson() reads JSON, and takes what is none for nothing", () => {
  assertEquals(parseJson('{"a":[1,null]}'), { a: [1, null] });
  for (const text of ["", "{", "undefined", "{'a':1}", "1 2"]) {
    assertEquals(parseJson(text), undefined, text);
  }
});
