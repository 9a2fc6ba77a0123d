/**
 * Files get their name when they are whole, and leave nothing otherwise.
 *
 * @module
 */
import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { CommandFailure } from "../../../server/operator/failure.ts";
import {
  folderOf,
  PartFile,
  refuseExisting,
  refuseWithoutRoom,
} from "../../../server/backup/part_file.ts";
import { SmallDisk } from "../../support/small_disk.ts";

/** Declares a test with a folder of its own. */
function test(title: string, run: (folder: string) => void | Promise<void>): void {
  Deno.test(title, async () => {
    const folder = await Deno.makeTempDir({ prefix: "chat-part-" });
    try {
      await run(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
}

const bytes = new TextEncoder().encode("whole");

test("a part file gets its name when it is whole, for its owner alone", async (folder) => {
  {
    using part = new PartFile(`${folder}/a.part`);
    await part.write(bytes);
    assertEquals(names(folder), ["a.part"]);
    part.become(`${folder}/a`);
  }
  assertEquals(names(folder), ["a"]);
  assertEquals(await Deno.readFile(`${folder}/a`), bytes);
  assertEquals((Deno.statSync(`${folder}/a`).mode ?? 0) & 0o777, 0o600);
});

test("a part file that does not become anything is gone, with what SQLite put beside it", async (folder) => {
  {
    using part = new PartFile(`${folder}/a.part`);
    await part.write(bytes);
    Deno.writeTextFileSync(`${folder}/a.part-journal`, "");
  }
  assertEquals(names(folder), []);
});

test("a part file without a name can be written and read, and is gone at its end", async (folder) => {
  using part = new PartFile(`${folder}/a.part`);
  part.unname();
  part.unname();
  assertEquals(names(folder), []);
  await part.write(bytes);
  assertEquals(part.file.statSync().size, bytes.length);
});

test("what a killed program has left is taken over, empty and closed to others", (folder) => {
  Deno.writeTextFileSync(`${folder}/a.part`, "half of", { mode: 0o644 });
  Deno.writeTextFileSync(`${folder}/a.part-journal`, "half of");
  Deno.writeTextFileSync(`${folder}/a.part-wal`, "half of");
  using part = new PartFile(`${folder}/a.part`);
  assertEquals(names(folder), ["a.part"]);
  assertEquals(part.file.statSync().size, 0);
  assertEquals((part.file.statSync().mode ?? 0) & 0o777, 0o600);
});

test("two programs don't write the same file", async (folder) => {
  using part = new PartFile(`${folder}/a.part`);
  await part.write(bytes);
  const { message } = assertThrows(() => new PartFile(`${folder}/a.part`), CommandFailure);
  assertEquals(message, `Cannot write ${folder}/a.part: another program is writing it`);
  assertEquals(part.file.statSync().size, bytes.length);
});

test("what is there already stays as it is", async (folder) => {
  Deno.writeTextFileSync(`${folder}/full`, "before");
  Deno.symlinkSync(`${folder}/nowhere`, `${folder}/link`);
  Deno.mkdirSync(`${folder}/dir`);
  for (const name of ["full", "link", "dir"]) {
    using part = new PartFile(`${folder}/a.part`);
    await part.write(bytes);
    const { message } = assertThrows(() => part.become(`${folder}/${name}`), CommandFailure);
    assertEquals(message, `Cannot write ${folder}/${name}: it is there already`);
  }
  assertEquals(names(folder), ["dir", "full", "link"]);
  assertEquals(Deno.readTextFileSync(`${folder}/full`), "before");
  // There is nothing in it that could be lost.
  Deno.writeTextFileSync(`${folder}/empty`, "");
  refuseExisting(`${folder}/empty`);
  refuseExisting(`${folder}/nothing`);
});

test("a folder that is missing is told in words", (folder) => {
  const { message } = assertThrows(() => new PartFile(`${folder}/none/a`), CommandFailure);
  assertMatch(message, /^Cannot write .*\/none\/a: No such file or directory$/);
});

test("refuseWithoutRoom() counts together what goes onto one disk", (folder) => {
  const free = 2 ** 50;
  refuseWithoutRoom([{ folder, bytes: 1 }, { folder, bytes: 1 }]);
  const { message } = assertThrows(
    () => refuseWithoutRoom([{ folder, bytes: 1 }, { folder, bytes: free }]),
    CommandFailure,
  );
  assertMatch(message, /^Cannot write into .*: it takes 1073741825MB, and \d+[GM]B are free$/);
});

Deno.test({
  name: "a disk that fills up meanwhile is told in words, and nothing stays",
  ignore: SmallDisk.lacking !== undefined,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "chat-part-" });
    {
      using disk = new SmallDisk(`${folder}/disk`);
      {
        using part = new PartFile(`${disk.folder}/a.part`);
        await part.write(bytes);
        disk.fill({ leavingBytes: 0 });
        const { message } = await assertRejects(
          () => part.write(new Uint8Array(65_536)),
          CommandFailure,
        );
        assertEquals(message, `Cannot write ${disk.folder}/a.part: No space left on device`);
      }
      assertEquals(names(disk.folder), ["ballast"]);
    }
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("folderOf() tells where a file is", () => {
  assertEquals(["a", "./a", "/a", "b/c/a"].map(folderOf), [".", "./", "/", "b/c/"]);
});
