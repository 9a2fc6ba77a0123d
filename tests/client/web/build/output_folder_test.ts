/**
 * The folder that a build is written to.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { alone, replaceFolder, stampOf } from "../../../../client/web/build/output_folder.ts";

const one = new Map([["a.js", new Uint8Array([1])], ["b.css", new Uint8Array([2])]]);
const other = new Map([["c.js", new Uint8Array([3])]]);

/** Does something with a folder that is not there yet. */
async function withFolder(work: (folder: URL) => Promise<void>): Promise<void> {
  const parent = await Deno.makeTempDir({ prefix: "chat-test-" });
  try {
    await work(new URL(`file://${parent}/build/page`));
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

function namesIn(folder: URL): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
}

function replace(
  folder: URL,
  files: ReadonlyMap<string, Uint8Array>,
  stamp: string,
): Promise<void> {
  return alone(folder, () => replaceFolder(folder, files, stamp));
}

Deno.test("a folder has what was built last, and what it was made of", async () => {
  await withFolder(async (folder) => {
    assertEquals(stampOf(folder), undefined);
    await replace(folder, one, "first");
    assertEquals(namesIn(folder), ["a.js", "b.css", "stamp"]);
    assertEquals(stampOf(folder), "first");
    await replace(folder, other, "second");
    assertEquals(namesIn(folder), ["c.js", "stamp"]);
    assertEquals(await Deno.readFile(new URL(`${folder.href}/c.js`)), new Uint8Array([3]));
    assertEquals(stampOf(folder), "second");
    // Nothing is left beside it.
    assertEquals(namesIn(new URL(".", folder)), ["page", "page.lock"]);
  });
});

Deno.test("a build that breaks off while it is written leaves the one before whole", async () => {
  await withFolder(async (folder) => {
    await replace(folder, one, "first");
    const broken = new Map([...other, ["no/such/folder.js", new Uint8Array()]]);
    await assertRejects(() => replace(folder, broken, "second"), Deno.errors.NotFound);
    assertEquals([namesIn(folder), stampOf(folder)], [["a.js", "b.css", "stamp"], "first"]);
    await replace(folder, other, "second");
    assertEquals([namesIn(folder), stampOf(folder)], [["c.js", "stamp"], "second"]);
    assertEquals(namesIn(new URL(".", folder)), ["page", "page.lock"]);
  });
});

Deno.test("a build that breaks off while it is moved leaves none, and the next one is whole", async () => {
  await withFolder(async (folder) => {
    await replace(folder, one, "first");
    // As it is between its two moves.
    await Deno.rename(folder, new URL(`${folder.href}.old`));
    await Deno.mkdir(new URL(`${folder.href}.new`));
    assertEquals(stampOf(folder), undefined);
    await replace(folder, other, "second");
    assertEquals([namesIn(folder), stampOf(folder)], [["c.js", "stamp"], "second"]);
    assertEquals(namesIn(new URL(".", folder)), ["page", "page.lock"]);
  });
});

Deno.test("of those who would build at once each waits for the one before", async () => {
  await withFolder(async (folder) => {
    let working = 0;
    const work = async () => {
      working += 1;
      // Takes several turns, in which the others would begin.
      const stamps = [stampOf(folder)];
      await replaceFolder(folder, one, `${stamps}x`);
      assertEquals(working, 1);
      working -= 1;
    };
    await Promise.all(Array.from({ length: 5 }, () => alone(folder, work)));
    assertEquals(stampOf(folder), "xxxxx");
    await assertRejects(
      () => alone(folder, () => Promise.reject(new TypeError("it fails"))),
      TypeError,
    );
    assert(await alone(folder, () => Promise.resolve(true)), "who failed does not block others");
  });
});
