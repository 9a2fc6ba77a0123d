/**
 * What a backup looks like from outside: where it begins, its chunks, what it says of itself.
 *
 * `docs/operating.md` describes it for readers of other programs.
 *
 * @module
 */
import * as z from "zod/mini";
import { BackupFault } from "./fault.ts";

/** A backup begins with these bytes. */
const magic = new TextEncoder().encode("chat backup\n");

/** Of the format; a program reads those up to its own. */
export const formatVersion = 1;

/** Magic, version, sealing, cost, a zero, salt. */
export const preambleBytes = 32;

export const saltBytes = 16;

/** Bytes of the database in a chunk; only the last one may have fewer. */
export const chunkBytesMax = 1024 ** 2;

/** Before each chunk. */
export const frameBytes = 4;

/** The SHA-256 of all before it, at the end. */
export const digestBytes = 32;

/** What a passphrase may cost, so that no file can ask for all memory: 2^14 to 2^20 times 1 KiB. */
export const log2NMin = 14;
export const log2NMax = 20;

/** How a backup is sealed by a passphrase; `undefined`: it is not. */
export interface Sealing {
  /** The cost of scrypt, N = 2^log2N, with r = 8 and p = 1. */
  readonly log2N: number;
  readonly salt: Uint8Array<ArrayBuffer>;
}

/** Writes how a backup begins. */
export function writePreamble(sealing: Sealing | undefined): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(preambleBytes);
  bytes.set(magic);
  bytes.set([formatVersion, sealing === undefined ? 0 : 1, sealing?.log2N ?? 0], magic.length);
  if (sealing !== undefined) bytes.set(sealing.salt, preambleBytes - saltBytes);
  return bytes;
}

/** Reads it. @throws {BackupFault} if it is no backup, or one of a newer program. */
export function readPreamble(bytes: Uint8Array<ArrayBuffer>): Sealing | undefined {
  if (magic.some((byte, at) => bytes[at] !== byte)) {
    throw new BackupFault("it is not a backup of chat");
  }
  const [version = 0, sealed = 0, log2N = 0, zero] = bytes.subarray(magic.length);
  if (version > formatVersion) throw new BackupFault("a newer version of chat made it");
  const salt = bytes.slice(preambleBytes - saltBytes);
  const isCostKnown = sealed === 0 ? log2N === 0 : log2N >= log2NMin && log2N <= log2NMax;
  if (version === 0 || sealed > 1 || zero !== 0 || !isCostKnown) {
    throw new BackupFault("its first bytes are damaged");
  }
  return sealed === 0 ? undefined : { log2N, salt };
}

/** What stands before a chunk. */
export interface Frame {
  /** Of the chunk as it was before it was sealed. */
  readonly bytes: number;
  readonly isLast: boolean;
}

const lastBit = 0x8000_0000;

export function writeFrame({ bytes, isLast }: Frame): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(frameBytes);
  new DataView(frame.buffer).setUint32(0, isLast ? bytes + lastBit : bytes);
  return frame;
}

/** @throws {BackupFault} if no chunk can be so long. */
export function readFrame(frame: Uint8Array<ArrayBuffer>): Frame {
  const word = new DataView(frame.buffer, frame.byteOffset).getUint32(0);
  const isLast = word >= lastBit;
  const bytes = isLast ? word - lastBit : word;
  if (bytes > chunkBytesMax) throw new BackupFault("it is damaged");
  return { bytes, isLast };
}

const amount = z.int().check(z.minimum(0));

const manifestShape = z.object({
  /** Version of the program that made it. */
  program: z.string(),
  /** The instant that it shows, in milliseconds since 1970 UTC. */
  madeAtMs: amount,
  /** Of the database. */
  bytes: amount,
  schema: amount,
  contents: z.object({
    users: amount,
    rooms: amount,
    messages: amount,
    scheduled: amount,
    files: amount,
    head: amount,
  }),
});

/** What a backup says of itself, in its first chunk. */
export type Manifest = z.infer<typeof manifestShape>;

export function writeManifest(manifest: Manifest): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(manifest));
}

/** @throws {BackupFault} if it is none. */
export function readManifest(bytes: Uint8Array): Manifest {
  const damaged = new BackupFault("it is damaged");
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    damaged.cause = cause;
    throw damaged;
  }
  const read = manifestShape.safeParse(value);
  if (!read.success) throw damaged;
  return read.data;
}
