/**
 * HTML in which no text can pass for markup.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { escapeHtml, Html, joined, markup } from "../../../lib/text/html.ts";

Deno.test("escapeHtml() leaves nothing that could end a text or an attribute", () => {
  assertEquals(
    escapeHtml(`<b a="1" c='2'>&amp;`),
    "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;",
  );
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    assertEquals(/[<>"']/.test(escapeHtml(text)), false);
  }));
});

Deno.test("markup escapes what is inserted, but for markup itself", () => {
  const inner = markup`<b>${"<&>"}</b>`;
  assertEquals(String(markup`<p>${inner}${"<i>"}</p>`), "<p><b>&lt;&amp;&gt;</b>&lt;i&gt;</p>");
  assertEquals(String(markup`${new Html("<hr>")}`), "<hr>");
});

Deno.test("markup takes numbers and lists, and leaves out what is not there", () => {
  assertEquals(String(markup`${1}${["<", [markup`<br>`, 2]]}${undefined}`), "1&lt;<br>2");
});

Deno.test("joined() puts the separator between, and nothing around", () => {
  assertEquals(String(joined([], ", ")), "");
  assertEquals(String(joined(["a"], ", ")), "a");
  assertEquals(String(joined(["a", markup`<br>`, "b"], " & ")), "a &amp; <br> &amp; b");
});
