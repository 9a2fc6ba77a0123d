/**
 * Files get their name when they are whole, and leave nothing otherwise.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { CommandFailure } from "../../../server/operator/failure.ts";
import {
  PartFile,
  refuseExisting,
  refuseWithoutRoom,
  reserveBytesMin,
  reserveShare,
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
    assertEquals(names(folder), ["a.part", "a.part.lock"]);
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
  Deno.writeTextFileSync(`${folder}/a.part.lock`, "");
  using part = new PartFile(`${folder}/a.part`);
  assertEquals(names(folder), ["a.part", "a.part.lock"]);
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

test("a part file is free for SQLite, which may lock it", (folder) => {
  using part = new PartFile(`${folder}/a.part`);
  using other = Deno.openSync(`${folder}/a.part`, { read: true });
  assert(other.tryLockSync(true));
  assert(part.file.tryLockSync(true) === false);
});

test("a part file that is done for can be written by the next one at once", (folder) => {
  for (let turn = 0; turn < 3; turn++) {
    using part = new PartFile(`${folder}/a.part`);
    if (turn === 1) part.unname();
  }
  assertEquals(names(folder), []);
});

test("what others have planted is neither followed nor taken over", async (folder) => {
  const victim = `${folder}/victim`;
  await Deno.writeTextFile(victim, "before", { mode: 0o640 });
  for (const name of ["a.part", "a.part.lock"]) {
    for (
      const plant of [
        () => Deno.symlinkSync(victim, `${folder}/${name}`),
        () => Deno.symlinkSync(`${folder}/nowhere`, `${folder}/${name}`),
        () => Deno.mkdirSync(`${folder}/${name}`),
      ]
    ) {
      plant();
      const { message } = assertThrows(() => new PartFile(`${folder}/a.part`), CommandFailure);
      const words = "what is there is no file of yours; remove it";
      assert(message.endsWith(`/${name}: ${words}`), message);
      assertEquals(names(folder).filter((one) => one !== "victim"), [name]);
      Deno.removeSync(`${folder}/${name}`);
    }
  }
  assertEquals(Deno.readTextFileSync(victim), "before");
  assertEquals((Deno.statSync(victim).mode ?? 0) & 0o777, 0o640);
});

Deno.test({
  name: "a part file of another user is not taken over",
  // Only root can give a file away.
  ignore: Deno.uid() !== 0,
  fn() {
    const folder = Deno.makeTempDirSync({ prefix: "chat-part-" });
    for (const name of ["a.part", "a.part.lock"]) {
      Deno.writeTextFileSync(`${folder}/${name}`, "");
      Deno.chownSync(`${folder}/${name}`, 1234, 1234);
      const { message } = assertThrows(() => new PartFile(`${folder}/a.part`), CommandFailure);
      assertMatch(message, /: what is there is no file of yours; remove it$/);
      assertEquals(names(folder), [name]);
      Deno.removeSync(`${folder}/${name}`);
    }
    Deno.removeSync(folder);
  },
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

/** A folder on a disk that is none of the database's. */
const elsewhere = { database: "/dev/chat.db" };

test("refuseWithoutRoom() counts together what goes onto one disk", (folder) => {
  const free = () => 100;
  refuseWithoutRoom([{ folder, bytes: 40 }, { folder, bytes: 60 }], { ...elsewhere, free });
  const { message } = assertThrows(
    () => refuseWithoutRoom([{ folder, bytes: 41 }, { folder, bytes: 60 }], { ...elsewhere, free }),
    CommandFailure,
  );
  assertEquals(message, `Cannot write into ${folder}: it takes 101, and 100 are free`);
});

test("refuseWithoutRoom() asks the system how much is free", (folder) => {
  refuseWithoutRoom([{ folder, bytes: 1 }], elsewhere);
  const { message } = assertThrows(
    () => refuseWithoutRoom([{ folder, bytes: 2 ** 50 }], elsewhere),
    CommandFailure,
  );
  assertMatch(message, /^Cannot write into .*: it takes 1048576GB, and \d+[GM]B are free$/);
});

for (
  const [bytes, reserve] of [
    [5, reserveBytesMin],
    [reserveBytesMin / reserveShare, reserveBytesMin],
    [20 * reserveBytesMin, 2 * reserveBytesMin],
  ] as const
) {
  test(`refuseWithoutRoom() leaves the server ${reserve} bytes beside ${bytes}`, (folder) => {
    const ask = (freeBytes: number, database = `${folder}/chat.db`) =>
      refuseWithoutRoom([{ folder, bytes }], { database, free: () => freeBytes });
    ask(bytes + reserve + 1);
    ask(bytes + reserve);
    const { message } = assertThrows(() => ask(bytes + reserve - 1), CommandFailure);
    assertMatch(message, /^Cannot write into .*: it takes \S+, the server needs \d+MB more, and /);
    // Where there is no server there need be no reserve.
    ask(bytes, elsewhere.database);
  });
}

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
