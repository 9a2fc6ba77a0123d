import { assert, assertEquals, assertMatch } from "@std/assert";
import { readSpans } from "./spans.ts";
import { drawSvg } from "./svg.ts";

function drawn(...rows: readonly string[]): string {
  return drawSvg({
    title: "chat <client>",
    description: "What & how",
    columns: 20,
    rows: readSpans(rows),
    cursor: { column: 3, row: 1 },
  });
}

/** The elements of text in the screen, with their attributes. */
function texts(svg: string): string[] {
  return svg.split("\n").filter((line) => line.startsWith("<text x"));
}

Deno.test("drawSvg() holds text to its columns, and leaves one character alone", () => {
  assertEquals(texts(drawn("ab  👋 x")), [
    `<text x="0" y="14" textLength="16.8">ab</text>`,
    `<text x="33.6" y="14">👋</text>`,
    `<text x="58.8" y="14">x</text>`,
  ]);
});

Deno.test("drawSvg() draws what is inverse on a box of its own", () => {
  const svg = drawn("\x1b[1;7mab\x1b[0m");
  assert(svg.includes(`<rect x="0" y="0" width="16.8" height="19" fill="#e6edf3"/>`), svg);
  assertEquals(texts(svg), [
    `<text x="0" y="14" textLength="16.8" class="b" style="fill:#161b22">ab</text>`,
  ]);
});

Deno.test("drawSvg() draws weights and colours, and lines that touch", () => {
  assertEquals(texts(drawn("\x1b[2m──\x1b[0m", "\x1b[3;4;31ma b\x1b[0m")), [
    `<text x="0" y="14" textLength="16.8" lengthAdjust="spacingAndGlyphs" class="d">──</text>`,
    `<text x="0" y="33" textLength="25.2" class="i u" style="fill:#ff7b72">a b</text>`,
  ]);
});

Deno.test("drawSvg() puts the cursor where it stands, below the text", () => {
  const svg = drawn("one", "two");
  const cursor = `<rect x="25.2" y="19" width="8.4" height="19" fill="#58a6ff"/>`;
  assert(svg.indexOf(cursor) > 0 && svg.indexOf(cursor) < svg.indexOf(">one<"), svg);
});

Deno.test("drawSvg() tells what it shows to those who don't see it", () => {
  const svg = drawn();
  assertMatch(svg, /^<svg [^>]*role="img" aria-labelledby="title desc"/);
  assert(svg.includes(`<title id="title">chat &lt;client&gt;</title>`), svg);
  assert(svg.includes(`<desc id="desc">What &amp; how</desc>`), svg);
});

Deno.test("drawSvg() lets no text become anything but text", () => {
  const svg = drawn(`<script>alert("&amp;")</script>`);
  assert(svg.includes(`>&lt;script&gt;alert("&amp;amp;")&lt;/script&gt;</text>`), svg);
  assertEquals(/<script|href|url\(|@import/.test(svg), false);
});
