/**
 * How a backup begins and what it says of itself, read strictly.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { BackupFault } from "../../../server/backup/fault.ts";
import {
  chunkBytesMax,
  formatVersion,
  log2NMax,
  log2NMin,
  preambleBytes,
  readFrame,
  readManifest,
  readPreamble,
  saltBytes,
  writeFrame,
  writeManifest,
  writePreamble,
} from "../../../server/backup/format.ts";
import { sealingLog2N } from "../../../server/backup/seal.ts";
import { manifestFor } from "./packing.ts";

const salt = Uint8Array.from({ length: saltBytes }, (_, at) => at + 1);

/** Why a backup is refused that begins with `bytes`. */
function fault(bytes: Uint8Array<ArrayBuffer>): string {
  return assertThrows(() => readPreamble(bytes), BackupFault).message;
}

function changed(at: number, byte: number): Uint8Array<ArrayBuffer> {
  const bytes = writePreamble(undefined);
  bytes[at] = byte;
  return bytes;
}

Deno.test("a preamble tells whether and how a backup is sealed", () => {
  assertEquals(writePreamble(undefined).length, preambleBytes);
  assertEquals(readPreamble(writePreamble(undefined)), undefined);
  for (const log2N of [log2NMin, sealingLog2N, log2NMax]) {
    assertEquals(readPreamble(writePreamble({ log2N, salt })), { log2N, salt });
  }
});

Deno.test("a preamble that asks for too little or too much of a passphrase is refused", () => {
  for (const log2N of [0, log2NMin - 1, log2NMax + 1, 255]) {
    assertEquals(fault(writePreamble({ log2N, salt })), "its first bytes are damaged");
  }
});

Deno.test("what is no backup is told from one of a newer program, and from a damaged one", () => {
  const sqlite = new TextEncoder().encode("SQLite format 3\0".padEnd(preambleBytes));
  assertEquals(fault(sqlite), "it is not a backup of chat");
  assertEquals(fault(changed(12, formatVersion + 1)), "a newer version of chat made it");
  for (const [at, byte] of [[12, 0], [13, 2], [14, 17], [15, 1]] as const) {
    assertEquals(fault(changed(at, byte)), "its first bytes are damaged");
  }
});

Deno.test("a chunk has no more than its bound", () => {
  for (const bytes of [0, chunkBytesMax - 1, chunkBytesMax]) {
    for (const isLast of [false, true]) {
      assertEquals(readFrame(writeFrame({ bytes, isLast })), { bytes, isLast });
    }
  }
  for (const isLast of [false, true]) {
    const frame = writeFrame({ bytes: chunkBytesMax + 1, isLast });
    assertThrows(() => readFrame(frame), BackupFault, "it is damaged");
  }
});

Deno.test("a manifest is read as it was written, and nothing else for one", () => {
  assertEquals(readManifest(writeManifest(manifestFor(8192))), manifestFor(8192));
  const { contents: _, ...less } = manifestFor(1);
  const odd = { ...manifestFor(1), bytes: -1 };
  for (const text of ["", "{", "[]", JSON.stringify(less), JSON.stringify(odd), "\xff"]) {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    assertThrows(() => readManifest(bytes), BackupFault, "it is damaged");
  }
});
