/**
 * That one executable can be made of the program, with the page in it.
 *
 * @module
 */
import { assert, assertMatch } from "@std/assert";
import { builtPage } from "../support/page.ts";

const root = new URL("../../", import.meta.url);

Deno.test("deno compile takes the whole program, and the page with it", async () => {
  await builtPage();
  const folder = await Deno.makeTempDir();
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["compile", "--no-check", "-A", "--include", "build/page"],
        ...["--output", `${folder}/chat`, "main.ts"],
      ],
      cwd: root,
      // The part that runs it may be out of reach; what is put together is the same with any.
      env: { DENORT_BIN: Deno.execPath(), NO_COLOR: "1" },
    }).output();
    const told = new TextDecoder().decode(stderr);
    assert(success, told);
    assertMatch(told, /build\/page\//);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
