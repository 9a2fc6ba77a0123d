/**
 * What was packed is unpacked byte for byte, or not at all.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { BackupFault } from "../../../server/backup/fault.ts";
import {
  chunkBytesMax,
  digestBytes,
  frameBytes,
  preambleBytes,
} from "../../../server/backup/format.ts";
import { pack } from "../../../server/backup/pack.ts";
import { Seal, tagBytes } from "../../../server/backup/seal.ts";
import { unpack } from "../../../server/backup/unpack.ts";
import { database, inputOf, manifestFor, packed, sealer, unpacked } from "./packing.ts";

const kinds = [["a plain backup", {}], ["a sealed backup", { sealer }]] as const;

/** Why `backup` is refused. */
async function fault(backup: Uint8Array, passphrase?: string): Promise<string> {
  return (await assertRejects(() => unpacked(backup, passphrase), BackupFault)).message;
}

for (const [kind, how] of kinds) {
  for (
    const length of [
      ...[0, 1, chunkBytesMax - 1, chunkBytesMax, chunkBytesMax + 1],
      ...[2 * chunkBytesMax, 2 * chunkBytesMax + 1],
    ]
  ) {
    Deno.test(`${kind} gives back ${length} bytes as they were`, async () => {
      const bytes = database(length);
      const found = await unpacked(await packed(bytes, how));
      assertEquals(found.manifest, manifestFor(length));
      assertEquals(found.bytes.length, length);
      assert(found.bytes.every((byte, at) => byte === bytes[at]));
    });
  }

  Deno.test(`${kind} is the same whatever pieces its bytes come in`, async () => {
    const bytes = database(chunkBytesMax + 5000);
    const whole = await packed(bytes, how);
    for (const pieceBytes of [4096, 65_537, chunkBytesMax, 3 * chunkBytesMax]) {
      const other = await packed(bytes, { ...how, pieceBytes });
      assert(whole.length === other.length && whole.every((byte, at) => byte === other[at]));
    }
  });

  Deno.test(`${kind} in which any bit is flipped is refused`, async () => {
    const backup = await packed(database(300), how);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(backup.length - 1),
        fc.nat(7),
        async (at, bit) => {
          const damaged = backup.slice();
          damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
          await fault(damaged);
        },
      ),
      { numRuns: "sealer" in how ? 30 : 300, endOnFailure: true },
    );
  });

  Deno.test(`${kind} that is cut off anywhere, or goes on, is refused`, async () => {
    const backup = await packed(database(300), how);
    await fc.assert(
      fc.asyncProperty(fc.nat(backup.length - 1), async (length) => {
        assertEquals(await fault(backup.slice(0, length)), "it ends too early");
      }),
      { numRuns: "sealer" in how ? 15 : 150, endOnFailure: true },
    );
    assertEquals(await fault(Uint8Array.of(...backup, 0)), "it is damaged");
  });

  Deno.test(`${kind} that is cut off between two chunks is refused`, async () => {
    const backup = await packed(database(2 * chunkBytesMax + 9), how);
    const tag = "sealer" in how ? tagBytes : 0;
    const tail = frameBytes + 9 + tag + digestBytes;
    assertEquals(await fault(backup.slice(0, -tail)), "it ends too early");
  });
}

/** Where the chunks of a sealed backup begin: the one that tells of it, and those of the database. */
function chunksOf(backup: Uint8Array<ArrayBuffer>): readonly Uint8Array<ArrayBuffer>[] {
  const chunks = [];
  for (let at = preambleBytes; at < backup.length - digestBytes;) {
    const word = new DataView(backup.buffer, at).getUint32(0);
    const end = at + frameBytes + (word & 0x7fff_ffff) + tagBytes;
    chunks.push(backup.slice(at, end));
    at = end;
  }
  return chunks;
}

/** A backup of these chunks whose checksum is right: only the seal can tell. */
async function forged(
  preamble: Uint8Array<ArrayBuffer>,
  chunks: readonly Uint8Array<ArrayBuffer>[],
): Promise<Uint8Array> {
  const body = new Blob([preamble, ...chunks]);
  const digest = await crypto.subtle.digest("SHA-256", await body.arrayBuffer());
  return new Uint8Array(await new Blob([body, digest]).arrayBuffer());
}

Deno.test("chunks of a sealed backup can't be left out, moved, repeated or declared the last", async () => {
  const big = await packed(database(2 * chunkBytesMax + 9), { sealer });
  const [tells, one, two, last] = chunksOf(big);
  assert(tells && one && two && last);
  const preamble = big.slice(0, preambleBytes);
  // As it is, it is right.
  const same = await unpacked(await forged(preamble, [tells, one, two, last]));
  assertEquals(same.bytes.length, 2 * chunkBytesMax + 9);
  const end = two.slice();
  end[0] = (end[0] ?? 0) | 0x80;
  for (
    const chunks of [
      [tells, two, last],
      [tells, two, one, last],
      [tells, one, one, two, last],
      [tells, one, end],
      [tells, last],
    ]
  ) assertEquals(await fault(await forged(preamble, chunks)), "it is damaged");
});

Deno.test("chunks of a sealed backup have no place in another one of the same passphrase", async () => {
  const one = await packed(database(2000), { sealer });
  const other = await packed(database(2000), {
    sealer: { ...sealer, sealing: { ...sealer.sealing, salt: new Uint8Array(16).fill(8) } },
  });
  const [tells] = chunksOf(one);
  const [, alien] = chunksOf(other);
  assert(tells && alien);
  const mixed = await forged(one.slice(0, preambleBytes), [tells, alien]);
  assertEquals(await fault(mixed), "it is damaged");
});

Deno.test("a sealed chunk opens only in its own place", async () => {
  const seal = await Seal.make("secret", sealer.sealing, new Uint8Array(preambleBytes));
  const place = { index: 3, isLast: false };
  const sealed = await seal.close(database(10), place);
  assertEquals(await seal.open(sealed, place), database(10));
  for (const other of [{ ...place, index: 4 }, { ...place, isLast: true }]) {
    await assertRejects(() => seal.open(sealed, other), BackupFault);
  }
});

Deno.test("a sealed backup opens by its passphrase alone, however that is composed", async () => {
  const passphrase = "caf\u00e9";
  const backup = await packed(database(100), { sealer: { ...sealer, passphrase } });
  assertEquals((await unpacked(backup, "cafe\u0301")).bytes, database(100));
  for (const wrong of ["cafe", "café ", ""]) {
    assertEquals(await fault(backup, wrong), "the passphrase is wrong, or it is damaged");
  }
});

Deno.test("nothing of what is in a sealed backup can be seen in it", async () => {
  const secret = new TextEncoder().encode("meet me at the old mill");
  const latin = new TextDecoder("latin1");
  assert(latin.decode(await packed(secret)).includes("old mill"), "it can in a plain one");
  const sealed = latin.decode(await packed(secret, { sealer }));
  for (const part of ["old mill", "messages", "0.1.0"]) assert(!sealed.includes(part), part);
});

Deno.test("no more is read than a backup says that it holds", async () => {
  const bytes = database(3 * chunkBytesMax);
  // One byte less, and what is too much is in the last chunk; much less, and it is never read.
  for (const [said, given] of [[bytes.length - 1, 2], [10, 0], [bytes.length, 3]] as const) {
    const parts = await Array.fromAsync(pack(manifestFor(said), one(bytes)));
    const input = inputOf(new Uint8Array(await new Blob(parts).arrayBuffer()));
    const { pieces } = await unpack(input, () => Promise.resolve(""));
    let count = 0;
    const reading = (async () => {
      for await (const _ of pieces) count += 1;
    })();
    if (given === 3) await reading;
    else await assertRejects(() => reading, BackupFault, "it is damaged");
    assertEquals(count, given);
  }
});

Deno.test("chunks of nothing, which might go on for ever, are refused at the first one", async () => {
  const endless = new Uint8Array(4 * frameBytes);
  const [preamble, frame, manifest] = await Array.fromAsync(pack(manifestFor(0), one(endless)));
  const backup = new Blob([preamble ?? "", frame ?? "", manifest ?? "", endless]);
  const { pieces } = await unpack(
    inputOf(new Uint8Array(await backup.arrayBuffer())),
    () => Promise.resolve(""),
  );
  await assertRejects(() => pieces.next(), BackupFault, "it is damaged");
});

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
