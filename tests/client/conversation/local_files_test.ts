import { assertEquals } from "@std/assert";
import { directoryEntriesMax, pathsLike } from "../../../client/conversation/local_files.ts";

Deno.test("pathsLike() finds all paths, and tells where there are too many to be certain", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${directory}/notes`);
    await Deno.writeTextFile(`${directory}/.notes`, "");
    for (let at = 2; at < directoryEntriesMax; at++) {
      Deno.writeTextFileSync(`${directory}/a${at}`, "");
    }
    assertEquals(pathsLike(`${directory}/n`), { paths: [`${directory}/notes/`], complete: true });
    assertEquals(pathsLike(`${directory}/.`).paths, [`${directory}/.notes`]);
    const all = pathsLike(`${directory}/`);
    assertEquals([all.paths.length, all.complete], [directoryEntriesMax - 1, true]);
    assertEquals(all.paths, all.paths.toSorted());
    await Deno.writeTextFile(`${directory}/b`, "");
    assertEquals(pathsLike(`${directory}/`).complete, false);
    assertEquals(pathsLike(`${directory}/nothing/x`), { paths: [], complete: true });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
