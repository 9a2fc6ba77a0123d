/**
 * What the page is made of.
 *
 * @module
 */
import { assertEquals, assertNotEquals } from "@std/assert";
import { sourceStamp, styleSheets } from "../../../../client/web/build/sources.ts";

const files: readonly string[] = [
  "client/connection/session.ts",
  "client/conversation/model.ts",
  "client/conversation/model/doors.ts",
  "client/lines/quantities.ts",
  "client/web/build.ts",
  "client/web/page/main.tsx",
  "client/web/page/style/10_base.css",
  "deno.json",
  "deno.lock",
  "lib/api/operations.ts",
  "lib/clock.ts",
];

/** Does something with the root of a project that has these files. */
async function withProject(work: (root: URL) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "chat-test-" });
  try {
    const root = new URL(`file://${folder}/`);
    for (const file of files) await write(root, file, file);
    await work(root);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function write(root: URL, file: string, text: string): Promise<void> {
  await Deno.mkdir(new URL(".", new URL(file, root)), { recursive: true });
  await Deno.writeTextFile(new URL(file, root), text);
}

Deno.test("a stamp is the same while nothing has changed, wherever the project is", async () => {
  await withProject(async (one) => {
    const stamp = await sourceStamp(one);
    assertEquals(await sourceStamp(one), stamp);
    await withProject(async (other) => assertEquals(await sourceStamp(other), stamp));
  });
});

for (const file of files) {
  Deno.test(`another ${file} has another stamp`, async () => {
    await withProject(async (root) => {
      const stamp = await sourceStamp(root);
      await write(root, file, `${file}!`);
      assertNotEquals(await sourceStamp(root), stamp);
      await write(root, file, file);
      assertEquals(await sourceStamp(root), stamp);
    });
  });
}

Deno.test("a file that comes, goes, or is called otherwise makes another stamp", async () => {
  await withProject(async (root) => {
    const stamps = [await sourceStamp(root)];
    await write(root, "client/web/page/views/app.tsx", "");
    stamps.push(await sourceStamp(root));
    await Deno.rename(
      new URL("client/web/page/views/app.tsx", root),
      new URL("client/web/page/views/page.tsx", root),
    );
    stamps.push(await sourceStamp(root));
    await Deno.remove(new URL("lib/clock.ts", root));
    stamps.push(await sourceStamp(root));
    assertEquals(new Set(stamps).size, stamps.length);
  });
});

Deno.test("what the page is not made of has no part in the stamp", async () => {
  await withProject(async (root) => {
    const stamp = await sourceStamp(root);
    for (const file of ["main.ts", "server/serve.ts", "client/terminal/a.ts", "build/page/stamp"]) {
      await write(root, file, "");
    }
    assertEquals(await sourceStamp(root), stamp);
  });
});

Deno.test("the sheets come in the order of their names, and nothing else is one", async () => {
  await withProject(async (root) => {
    for (const name of ["40_dialogs.css", "20_layout.css", "notes.md"]) {
      await write(root, `client/web/page/style/${name}`, "");
    }
    const page = new URL("client/web/page/", root);
    assertEquals(
      styleSheets(page).map(({ href }) => href.slice(page.href.length)),
      ["style/10_base.css", "style/20_layout.css", "style/40_dialogs.css"],
    );
  });
});
