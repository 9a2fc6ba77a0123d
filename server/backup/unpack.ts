/**
 * Reads a backup, a chunk at a time, and believes nothing of it that does not prove itself.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { BackupFault } from "./fault.ts";
import {
  chunkBytesMax,
  digestBytes,
  frameBytes,
  type Manifest,
  preambleBytes,
  readFrame,
  readManifest,
  readPreamble,
} from "./format.ts";
import { Seal, tagBytes } from "./seal.ts";

/** What bytes are read from, as `Deno.FsFile` and `Deno.stdin` are. */
export interface ByteInput {
  /** Reads up to as many as there is room for; `null` at the end. */
  read(into: Uint8Array): Promise<number | null>;
}

/** A backup whose first chunk has been read. */
export interface Unpacked {
  readonly manifest: Manifest;
  /**
   * The bytes of the database. Only when they have come to their end is it known that they are whole.
   *
   * @throws {BackupFault} if anything is missing, changed or too much.
   */
  readonly pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>;
}

/**
 * Begins to read a backup.
 *
 * @param askPassphrase Is asked only for one that is sealed.
 * @throws {BackupFault} if it is none, of a newer program, or the passphrase is wrong.
 */
export async function unpack(
  input: ByteInput,
  askPassphrase: () => Promise<string>,
): Promise<Unpacked> {
  const hash = createHash("sha256");
  const taken = async (count: number) => {
    const bytes = await take(input, count);
    hash.update(bytes);
    return bytes;
  };
  const preamble = await taken(preambleBytes);
  const sealing = readPreamble(preamble);
  const seal = sealing && await Seal.make(await askPassphrase(), sealing, preamble);
  let index = 0;
  const chunk = async () => {
    const { bytes, isLast } = readFrame(await taken(frameBytes));
    const body = await taken(seal === undefined ? bytes : bytes + tagBytes);
    const place = { index: index++, isLast };
    return { isLast, bytes: seal === undefined ? body : await seal.open(body, place) };
  };
  const first = await chunk();
  const manifest = readManifest(first.bytes);
  async function* pieces() {
    let count = 0;
    for (let isLast = first.isLast; !isLast;) {
      const next = await chunk();
      isLast = next.isLast;
      count += next.bytes.length;
      // Whoever writes it down has made room for so much, and no more; and what comes in chunks of
      // nothing might never end.
      const isFull = isLast || next.bytes.length === chunkBytesMax;
      if (count > manifest.bytes || !isFull) throw new BackupFault("it is damaged");
      yield next.bytes;
    }
    const expected = hash.digest();
    const digest = await take(input, digestBytes);
    const isAtEnd = await input.read(new Uint8Array(1)) === null;
    if (!timingSafeEqual(digest, expected) || !isAtEnd || count !== manifest.bytes) {
      throw new BackupFault("it is damaged");
    }
  }
  return { manifest, pieces: pieces() };
}

/** Reads exactly so many bytes. */
async function take(input: ByteInput, count: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(count);
  for (let filled = 0; filled < count;) {
    const read = await input.read(bytes.subarray(filled));
    if (read === null) throw new BackupFault("it ends too early");
    filled += read;
  }
  return bytes;
}
