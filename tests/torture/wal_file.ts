/**
 * The write-ahead log of SQLite, read as far as it must be to spoil its last page.
 *
 * Of the format (https://www.sqlite.org/fileformat2.html#walformat) it takes: a header of 32 bytes
 * with the size of a page and two salts; frames of 24 bytes and a page, which count for as long as
 * they bear the salts of the header; the last frame of a commit tells the size of the database.
 *
 * @module
 */

const headerBytes = 32;
const frameHeaderBytes = 24;

/** A frame of the log. */
export interface Frame {
  /** Where it begins in the file. */
  readonly offset: number;
  /** With its header. */
  readonly bytes: number;
  /** Whether a commit ends with it. */
  readonly isCommit: boolean;
}

/** The frames that count, in their order; none if there is no log. */
export function framesOf(log: Uint8Array<ArrayBuffer>): readonly Frame[] {
  if (log.length < headerBytes) return [];
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  const bytes = frameHeaderBytes + view.getUint32(8);
  const isOfThisLog = (offset: number) =>
    view.getUint32(offset + 8) === view.getUint32(16) &&
    view.getUint32(offset + 12) === view.getUint32(20);
  const frames: Frame[] = [];
  for (let offset = headerBytes; offset + bytes <= log.length; offset += bytes) {
    if (!isOfThisLog(offset)) break;
    frames.push({ offset, bytes, isCommit: view.getUint32(offset + 4) !== 0 });
  }
  return frames;
}

/**
 * Flips bytes in the page of the last frame of the last commit; tells whether there was one.
 *
 * SQLite leaves out that frame and all behind it, and with it the commit that it belongs to, and no
 * other one.
 */
export function spoilLastCommit(path: string): boolean {
  const log = readFile(path);
  const last = framesOf(log).findLast(({ isCommit }) => isCommit);
  if (last === undefined) return false;
  for (let at = 0; at < 16; at++) {
    const index = last.offset + frameHeaderBytes + at * 64;
    log[index] = (log[index] ?? 0) ^ 0x5a;
  }
  Deno.writeFileSync(path, log);
  return true;
}

function readFile(path: string): Uint8Array<ArrayBuffer> {
  try {
    return Deno.readFileSync(path);
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return new Uint8Array();
    throw failure;
  }
}
