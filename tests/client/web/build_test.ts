/**
 * The build of the page, as its task makes it from the sources.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { verdictOf } from "../../../client/web/build.ts";
import { pageBytesGzippedMax } from "../../../client/web/build/outputs.ts";
import { SourceTree } from "../../support/source_tree.ts";

/** The files of the build by their names. */
function buildOf(tree: SourceTree): ReadonlyMap<string, Uint8Array> {
  const folder = tree.path("build/page");
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
  return new Map(names.map((name) => [name, Deno.readFileSync(`${folder}/${name}`)]));
}

function textOf(build: ReadonlyMap<string, Uint8Array>, name: RegExp): string {
  const found = [...build].find(([one]) => name.test(one));
  assert(found !== undefined, `${name}`);
  return new TextDecoder().decode(found[1]);
}

/** Sources whose page is small, however large the real one is. */
async function smallTree(): Promise<SourceTree> {
  const tree = new SourceTree();
  await Deno.writeTextFile(tree.path("client/web/page/main.tsx"), 'document.title = "chat";');
  return tree;
}

Deno.test("the page is small", async () => {
  await using tree = new SourceTree();
  const task = tree.task("page");
  assertEquals(await task.ended, 0, task.err.text);
  assertMatch(task.err.text, /^The page is built: \d+\.\d KB by gzip\n$/);
});

Deno.test("the page is built whole and without its sources", async () => {
  await using tree = new SourceTree();
  await tree.task("page").ended;
  const build = buildOf(tree);
  assertEquals(
    [...build.keys()].filter((name) => !/\.(gz|br)$/.test(name))
      .map((name) => name.replace(/-[0-9a-f]{16}\./, "-HASH."))
      .toSorted(),
    [
      "early-HASH.js",
      "icon-HASH.svg",
      "icon_unread-HASH.svg",
      "index.html",
      "page-HASH.css",
      "page-HASH.js",
      "stamp",
    ],
  );
  for (const name of [/^early-.*\.js$/, /^page-.*\.js$/]) {
    const script = textOf(build, name);
    assert(!/sourceMappingURL|\bDeno\.|\bfrom"|\bimport"|\beval\(|new Function/.test(script));
    assert(!script.includes(tree.folder), "it tells nothing of where it was built");
  }
  const style = textOf(build, /\.css$/);
  assertMatch(style, /color-scheme:light dark/);
  assert(!/\/\*|@import|url\(/.test(style), "it is one sheet that loads nothing");
});

Deno.test("the same sources make the same bytes, wherever they are built", async () => {
  await using one = new SourceTree();
  await using other = new SourceTree();
  for (const tree of [one, other]) await tree.task("page").ended;
  assertEquals(buildOf(one), buildOf(other));
});

Deno.test("what is fresh is not built again, and what is stale is", async () => {
  await using tree = await smallTree();
  const first = tree.task("page", "--if-stale");
  assertEquals(await first.ended, 0);
  assertMatch(first.err.text, /^The page is built/);
  const [icon] = [...buildOf(tree).keys()].filter((name) => /^icon-.*\.svg$/.test(name));
  const fresh = tree.task("page", "--if-stale");
  assertEquals([await fresh.ended, fresh.err.text], [0, ""]);
  await Deno.writeTextFile(tree.path("client/web/page/icon.svg"), "<svg></svg>");
  const stale = tree.task("page", "--if-stale");
  assertEquals(await stale.ended, 0);
  assertMatch(stale.err.text, /^The page is built/);
  assert(!buildOf(tree).has(icon ?? ""));
});

Deno.test("a page that can't be built says why, and leaves the one before", async () => {
  await using tree = await smallTree();
  assertEquals(await tree.task("page").ended, 0);
  const before = buildOf(tree);
  const main = tree.path("client/web/page/main.tsx");
  const sheet = tree.path("client/web/page/style/99_last.css");
  const sources = await Deno.readTextFile(main);
  for (
    const [file, text, why] of [
      [main, "const a = ;", /^chat: Cannot build the page: .*Expression expected/],
      [main, 'import "./nothing.ts";', /^chat: Cannot build the page: .*Module not found/],
      [sheet, "a { color: red; } }", /^chat: Cannot build the page: .*99_last\.css:1: Unexpected/],
    ] as const
  ) {
    await Deno.writeTextFile(file, text);
    const task = tree.task("page");
    assertEquals(await task.ended, 1);
    assertMatch(task.err.text, why);
    assertEquals(buildOf(tree), before);
    await Deno.writeTextFile(main, sources);
    await Deno.writeTextFile(sheet, "");
  }
});

Deno.test("a page may weigh what its bound says, and not a byte more", () => {
  const bytesGzippedMax = pageBytesGzippedMax;
  const verdictAt = (bytesGzipped: number) => verdictOf({ bytesGzipped, bytesGzippedMax });
  assertEquals(verdictAt(bytesGzippedMax - 1), ["The page is built: 60.0 KB by gzip\n", 0]);
  assertEquals(verdictAt(bytesGzippedMax), ["The page is built: 60.0 KB by gzip\n", 0]);
  assertEquals(verdictAt(bytesGzippedMax + 1), [
    "chat: The page is built, but weighs too much: 60.0 KB by gzip, 1 bytes more than it may\n",
    1,
  ]);
});

Deno.test("a page that weighs too much is there, but its build fails", async () => {
  await using tree = await smallTree();
  // More than can be made short.
  const words = Array.from({ length: 9000 }, () => crypto.randomUUID()).join("");
  await Deno.writeTextFile(tree.path("client/web/page/main.tsx"), `console.log("${words}");`);
  const task = tree.task("page");
  assertEquals(await task.ended, 1);
  assertMatch(task.err.text, /^chat: The page is built, but weighs too much: /);
  assert(buildOf(tree).has("index.html"));
});

Deno.test("several builds at once make one page", async () => {
  await using tree = await smallTree();
  const tasks = Array.from({ length: 3 }, () => tree.task("page", "--if-stale"));
  assertEquals(await Promise.all(tasks.map(({ ended }) => ended)), [0, 0, 0]);
  // The others have waited for the first one, and found nothing left to do.
  assertEquals(tasks.filter(({ err }) => err.text !== "").length, 1);
  assert(buildOf(tree).has("index.html"));
});
