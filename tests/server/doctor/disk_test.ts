/**
 * What is said of a disk.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import {
  type DiskFacts,
  freeBytesLow,
  freeBytesMin,
  freeFilesLow,
  judgeDisk,
} from "../../../server/doctor/disk.ts";

const sound: DiskFacts = {
  folder: "/var/lib",
  freeBytes: 100 * 1024 ** 3,
  totalBytes: 200 * 1024 ** 3,
  freeFiles: 1e6,
  kind: 0xef53,
};

function verdicts(facts: Partial<DiskFacts>): string[] {
  return judgeDisk({ ...sound, ...facts }).map(({ verdict }) => verdict);
}

Deno.test("a disk with room is well, and its room is told", () => {
  assertEquals(judgeDisk(sound), [
    { verdict: "ok", looked: "/var/lib", found: "100 GB of 200 GB are free" },
  ]);
});

Deno.test("little room is a warning, and hardly any a failure", () => {
  assertEquals(verdicts({ freeBytes: freeBytesLow }), ["ok"]);
  assertEquals(verdicts({ freeBytes: freeBytesLow - 1 }), ["warning"]);
  assertEquals(verdicts({ freeBytes: freeBytesMin }), ["warning"]);
  assertEquals(verdicts({ freeBytes: freeBytesMin - 1 }), ["failed"]);
});

Deno.test("a disk on which no files can be made is full as well", () => {
  assertEquals(verdicts({ freeFiles: freeFilesLow }), ["ok"]);
  assertEquals(verdicts({ freeFiles: freeFilesLow - 1 }), ["ok", "warning"]);
  assertEquals(verdicts({ freeFiles: 0 }), ["ok", "failed"]);
  assertEquals(verdicts({ freeFiles: undefined }), ["ok"]);
});

Deno.test("memory, and disks of other machines, are no place for a database", () => {
  for (
    const [kind, words] of [
      [0x01021994, /it is memory \(tmpfs\)/],
      [0x6969, /of another machine, or as if \(NFS\)/],
      [0xfe534d42, /\(SMB\)/],
    ] as const
  ) {
    const [room, place] = judgeDisk({ ...sound, kind });
    assertEquals([room?.verdict, place?.verdict], ["ok", "warning"]);
    assertMatch(place?.found ?? "", words);
  }
});
