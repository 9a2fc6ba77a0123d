/**
 * The files that a browser gets.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { BuildError } from "../../../../client/web/build/build_error.ts";
import { pageOutputs, type PageParts } from "../../../../client/web/build/outputs.ts";

const parts: PageParts = {
  html: `<!DOCTYPE html>
<!-- For those who read
it here. -->
<html>
  <link rel="icon" href="icon.svg" data-unread="icon_unread.svg">
  <link rel="stylesheet" href="style.css">
  <script src="early.ts"></script>
  <script src="main.tsx"></script>
  <a href="/docs">docs</a> <a href="#end">end</a>
</html>
`,
  script: "say(1);say(2);say(1);say(2);say(1);say(2);\n",
  early: "ask()\n",
  style: "a{color:red}a{color:red}a{color:red}a{color:red}\n",
  icons: { "icon.svg": "<svg>\n  <path/>\n</svg>\n", "icon_unread.svg": "<svg><b/></svg>" },
};

function textOf(files: ReadonlyMap<string, Uint8Array>, name: string): string {
  return new TextDecoder().decode(files.get(name));
}

/** The names of the files as they are, without their codings. */
function plainNames(files: ReadonlyMap<string, Uint8Array>): string[] {
  return [...files.keys()].filter((name) => !/\.(gz|br)$/.test(name));
}

Deno.test("every part has its hash in its name, but for the HTML, which is found by its address", () => {
  const { files } = pageOutputs(parts);
  assertEquals(
    plainNames(files).map((name) => name.replace(/-[0-9a-f]{16}\./, "-HASH.")).toSorted(),
    [
      "early-HASH.js",
      "icon-HASH.svg",
      "icon_unread-HASH.svg",
      "index.html",
      "page-HASH.css",
      "page-HASH.js",
    ],
  );
  for (const name of plainNames(files)) {
    const [, hash] = /-([0-9a-f]{16})\./.exec(name) ?? [];
    if (hash === undefined) continue;
    const sum = createHash("sha256").update(files.get(name) ?? "").digest("hex");
    assertEquals(sum.slice(0, 16), hash);
  }
});

Deno.test("the HTML has the addresses of what it names, and is without what its authors need", () => {
  const { files } = pageOutputs(parts);
  const html = textOf(files, "index.html");
  for (const name of plainNames(files)) {
    if (name !== "index.html") assert(html.includes(`="/assets/${name}"`), name);
  }
  assertMatch(html, /^<!DOCTYPE html>\n<html>\n<link rel="icon" href="\/assets\/icon-/);
  assertMatch(html, /<a href="\/docs">docs<\/a> <a href="#end">end<\/a>\n<\/html>$/);
  assert(!html.includes("<!--"));
});

Deno.test("another part has another name, and all else keeps its own", () => {
  const before = plainNames(pageOutputs(parts).files);
  const after = plainNames(pageOutputs({ ...parts, script: "say(3);" }).files);
  assertEquals(after.filter((name) => !before.includes(name)).length, 1);
  assertEquals(before.filter((name) => !after.includes(name)).map((name) => name.slice(-3)), [
    ".js",
  ]);
});

Deno.test("the same parts make the same bytes", () => {
  const [one, other] = [pageOutputs(parts), pageOutputs({ ...parts })];
  assertEquals([...one.files], [...other.files]);
});

Deno.test("every file has its codings beside it, if they are shorter", () => {
  const { files } = pageOutputs(parts);
  for (const [ending, decode] of [["gz", gunzipSync], ["br", brotliDecompressSync]] as const) {
    const coded = [...files.keys()].filter((name) => name.endsWith(`.${ending}`));
    assert(coded.some((name) => name.includes(".js.")));
    for (const name of coded) {
      const [bytes, plain] = [files.get(name), files.get(name.slice(0, -3))];
      assert(bytes !== undefined && plain !== undefined && bytes.length < plain.length, name);
      assertEquals(new Uint8Array(decode(bytes)), plain);
    }
  }
  // So short that it can only become longer.
  const icon = plainNames(files).find((name) => name.startsWith("icon_unread"));
  assertEquals([files.has(`${icon}.gz`), files.has(`${icon}.br`)], [false, false]);
});

Deno.test("the weight is that of all that is sent, by gzip where that is shorter", () => {
  const { files, bytesGzipped } = pageOutputs(parts);
  const weights = plainNames(files).map((name) =>
    (files.get(`${name}.gz`) ?? files.get(name))?.length ?? 0
  );
  assertEquals(bytesGzipped, weights.reduce((sum, weight) => sum + weight, 0));
});

Deno.test("HTML that names what is not there, or leaves a part out, is refused", () => {
  const nothing = parts.html.replace("main.tsx", "other.tsx");
  assertThrows(() => pageOutputs({ ...parts, html: nothing }), BuildError, "other.tsx");
  const without = parts.html.replace(' data-unread="icon_unread.svg"', "");
  assertThrows(() => pageOutputs({ ...parts, html: without }), BuildError, "icon_unread.svg");
});
