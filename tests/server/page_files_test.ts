/**
 * The files of the page, as a build left them.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { readPageFiles } from "../../server/page_files.ts";

/** Reads a folder with these files, each of which holds its own name. */
async function reading<Result>(
  names: readonly string[],
  work: (folder: URL) => Result,
): Promise<Result> {
  const path = await Deno.makeTempDir({ prefix: "chat-test-" });
  try {
    const folder = new URL(`file://${path}/`);
    for (const name of names) await Deno.writeTextFile(new URL(name, folder), name);
    return work(folder);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

const textOf = (bytes: Uint8Array | undefined) =>
  bytes === undefined ? undefined : new TextDecoder().decode(bytes);

Deno.test("every file of the page has its type and its codings", async () => {
  const names = [
    ...["index.html", "index.html.gz", "index.html.br"],
    ...["page-1.js", "page-1.js.gz", "page-1.js.br"],
    ...["page-2.css", "page-2.css.br"],
    "icon-3.svg",
  ];
  const page = await reading(names, readPageFiles);
  assert(page !== undefined);
  const told = [["index.html", page.html] as const, ...page.assets].map(([name, content]) => [
    name,
    content.type,
    textOf(content.identity),
    textOf(content.gzip),
    textOf(content.br),
  ]);
  assertEquals(told.toSorted(), [
    ["icon-3.svg", "image/svg+xml", "icon-3.svg", undefined, undefined],
    ["index.html", "text/html; charset=utf-8", "index.html", "index.html.gz", "index.html.br"],
    ["page-1.js", "text/javascript; charset=utf-8", "page-1.js", "page-1.js.gz", "page-1.js.br"],
    ["page-2.css", "text/css; charset=utf-8", "page-2.css", undefined, "page-2.css.br"],
  ]);
});

Deno.test("what is no part of the page can't be asked for", async () => {
  const names = ["index.html", "page-1.js", "stamp", "page-1.js.map", "notes", "lost.css.gz"];
  const page = await reading(names, readPageFiles);
  assertEquals([...page?.assets.keys() ?? []], ["page-1.js"]);
});

Deno.test("without a build there is no page", async () => {
  assertEquals(await reading([], readPageFiles), undefined);
  assertEquals(await reading(["page-1.js"], readPageFiles), undefined);
  assertEquals(
    await reading([], (folder) => readPageFiles(new URL("no/such/folder/", folder))),
    undefined,
  );
});

Deno.test("what is there and can't be read is a failure", async () => {
  await reading(["index.html"], (folder) => {
    Deno.mkdirSync(new URL("page-1.js", folder));
    assertThrows(() => readPageFiles(folder), Error, "Is a directory");
  });
  await reading(["build"], (folder) => {
    assertThrows(() => readPageFiles(new URL("build/", folder)), Deno.errors.NotADirectory);
  });
});
