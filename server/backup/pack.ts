/**
 * Makes a backup of the bytes of a database, a chunk at a time.
 *
 * @module
 */
import { createHash } from "node:crypto";
import {
  chunkBytesMax,
  type Manifest,
  type Sealing,
  writeFrame,
  writeManifest,
  writePreamble,
} from "./format.ts";
import { Seal } from "./seal.ts";

/** How a backup is to be sealed. */
export interface Sealer {
  readonly sealing: Sealing;
  readonly passphrase: string;
}

/**
 * The bytes of a backup.
 *
 * @param manifest What it says of itself, the number of bytes in `pieces` included.
 * @param pieces The database, in pieces of any size.
 */
export async function* pack(
  manifest: Manifest,
  pieces: AsyncIterable<Uint8Array>,
  sealer?: Sealer,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const preamble = writePreamble(sealer?.sealing);
  const seal = sealer && await Seal.make(sealer.passphrase, sealer.sealing, preamble);
  const hash = createHash("sha256").update(preamble);
  yield preamble;
  let index = 0;
  async function* framed(chunk: Uint8Array<ArrayBuffer>, isLast: boolean) {
    const body = seal === undefined ? chunk : await seal.close(chunk, { index, isLast });
    index += 1;
    for (const part of [writeFrame({ bytes: chunk.length, isLast }), body]) {
      hash.update(part);
      yield part;
    }
  }
  yield* framed(writeManifest(manifest), false);
  let held = new Uint8Array(0);
  for await (const chunk of chunked(pieces)) {
    // Which one is the last is known only when there is no more.
    if (held.length > 0) yield* framed(held, false);
    held = chunk;
  }
  yield* framed(held, true);
  yield new Uint8Array(hash.digest());
}

/** The same bytes in chunks of {@linkcode chunkBytesMax}; only the last one may have fewer. */
async function* chunked(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let chunk = new Uint8Array(chunkBytesMax);
  let filled = 0;
  for await (const piece of pieces) {
    for (let from = 0; from < piece.length;) {
      const part = piece.subarray(from, from + chunkBytesMax - filled);
      chunk.set(part, filled);
      filled += part.length;
      from += part.length;
      if (filled < chunkBytesMax) continue;
      yield chunk;
      chunk = new Uint8Array(chunkBytesMax);
      filled = 0;
    }
  }
  if (filled > 0) yield chunk.slice(0, filled);
}
