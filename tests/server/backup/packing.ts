/**
 * Backups of made-up databases, in memory.
 *
 * @module
 */
import { type Manifest, saltBytes } from "../../../server/backup/format.ts";
import { pack, type Sealer } from "../../../server/backup/pack.ts";
import { type ByteInput, unpack } from "../../../server/backup/unpack.ts";

/** The cheapest there may be. */
export const sealer: Sealer = {
  passphrase: "open sesame",
  sealing: { log2N: 14, salt: new Uint8Array(saltBytes).fill(7) },
};

export function manifestFor(bytes: number): Manifest {
  return {
    program: "0.1.0",
    madeAtMs: 1_800_000_000_000,
    bytes,
    schema: 1,
    contents: { users: 2, rooms: 1, messages: 3, scheduled: 0, files: 1, head: 9 },
  };
}

/** Bytes that are not all alike. */
export function database(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 0xff);
}

/** A whole backup of `bytes`, whose pieces come in sizes of `pieceBytes`. */
export async function packed(
  bytes: Uint8Array,
  { sealer, pieceBytes = 65_536 }: { readonly sealer?: Sealer; readonly pieceBytes?: number } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  async function* pieces() {
    for (let from = 0; from < bytes.length; from += pieceBytes) {
      yield await Promise.resolve(bytes.subarray(from, from + pieceBytes));
    }
  }
  const parts = await Array.fromAsync(pack(manifestFor(bytes.length), pieces(), sealer));
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Gives bytes a few at a time, as a pipe does. */
export function inputOf(bytes: Uint8Array, atOnce = 40_000): ByteInput {
  let at = 0;
  return {
    read(into) {
      const piece = bytes.subarray(at, at + Math.min(into.length, atOnce));
      into.set(piece);
      at += piece.length;
      return Promise.resolve(piece.length === 0 ? null : piece.length);
    },
  };
}

/** All that is in a backup, once it has proved whole. */
export async function unpacked(
  backup: Uint8Array,
  passphrase: string = sealer.passphrase,
): Promise<{ readonly manifest: Manifest; readonly bytes: Uint8Array }> {
  const { manifest, pieces } = await unpack(inputOf(backup), () => Promise.resolve(passphrase));
  const parts = await Array.fromAsync(pieces);
  return { manifest, bytes: new Uint8Array(await new Blob(parts).arrayBuffer()) };
}
