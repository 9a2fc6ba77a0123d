/**
 * One journal of drafts: a file that belongs to whoever holds its lock.
 *
 * @module
 */
import { outboxMessagesMax, type Sending, ShelfFault } from "../connection/outbox.ts";
import { isFileFailure } from "./file_failure.ts";
import {
  applyLine,
  encodeLine,
  type JournalContent,
  type JournalLine,
  keptLine,
  lineBytesMax,
  readJournal,
} from "./outbox_lines.ts";

const fileMode = 0o600;

/** Most lines that tell of nothing any more before the journal is written anew. */
export const deadLinesMax = 1000;

/** Most bytes of a journal: as many of the longest lines as drafts can wait, and dead ones. */
export const journalBytesMax = outboxMessagesMax * lineBytesMax + 1024 * 1024;

/** What the name of a journal ends with while it is written anew. */
export const temporaryEnding = ".new";

/** A journal whose lock is held. */
export class OutboxJournal implements Disposable {
  #file: Deno.FsFile;
  readonly #drafts: Map<string, Sending>;
  #lines: number;
  #bytes: number;
  /** Whether something stands behind the last whole line. */
  #isTorn: boolean;
  /** How many lines could not be read when it was taken. */
  readonly damaged: number;

  private constructor(file: Deno.FsFile, content: JournalContent, sizeBytes: number) {
    this.#file = file;
    this.#drafts = content.drafts;
    this.#lines = content.lines;
    this.#bytes = content.bytes;
    this.#isTorn = sizeBytes > content.bytes;
    this.damaged = content.damaged;
  }

  /** A new one. @throws what the file system does. */
  static create(path: string): OutboxJournal {
    const file = Deno.openSync(path, { read: true, write: true, createNew: true, mode: fileMode });
    hold(file);
    return new OutboxJournal(file, readJournal(new Uint8Array(), { bornMs: 0 }), 0);
  }

  /**
   * One that is there; `undefined` if a running program has it.
   *
   * @throws {ShelfFault} if it is longer than {@linkcode journalBytesMax}, which is not our doing.
   * @throws what the file system does.
   */
  static take(path: string, { bornMs }: { readonly bornMs: number }): OutboxJournal | undefined {
    const file = Deno.openSync(path, { read: true, write: true });
    let isOurs = false;
    try {
      if (!file.tryLockSync(true)) return undefined;
      const { size } = file.statSync();
      if (size > journalBytesMax) {
        throw new ShelfFault(`Cannot read ${path}: it is larger than an outbox can be`);
      }
      const journal = new OutboxJournal(file, readJournal(readAll(file, size), { bornMs }), size);
      isOurs = true;
      return journal;
    } finally {
      if (!isOurs) file.close();
    }
  }

  /** What is kept, by key, in order. */
  get drafts(): ReadonlyMap<string, Sending> {
    return this.#drafts;
  }

  /** Whether a line would make it too long to go on with. */
  isFullFor(bytes: number): boolean {
    return this.#lines - this.#drafts.size > deadLinesMax || this.#bytes + bytes > journalBytesMax;
  }

  /** Adds lines, and sees to it that they are on the disk; or leaves everything as it was. */
  write(lines: readonly JournalLine[], { durable }: { readonly durable: boolean }): void {
    const bytes = joined(lines);
    try {
      if (this.#isTorn) this.#cut();
      this.#file.seekSync(this.#bytes, Deno.SeekMode.Start);
      writeWhole(this.#file, bytes);
      if (durable) this.#file.syncDataSync();
    } catch (failure) {
      this.#isTorn = true;
      this.#tryCut();
      throw failure;
    }
    for (const line of lines) applyLine(this.#drafts, line);
    this.#lines += lines.length;
    this.#bytes += bytes.length;
  }

  /** Forgets a draft; not at once on the disk. */
  forget(key: string): void {
    if (!this.#drafts.has(key)) return;
    if (this.#drafts.size > 1) {
      this.write([{ type: "forgotten", key }], { durable: false });
      return;
    }
    // With nothing left to keep, nothing is left to be read.
    this.#drafts.clear();
    this.#lines = 0;
    this.#bytes = 0;
    this.#isTorn = true;
    this.#cut();
  }

  /**
   * Puts another file at `path` that holds what is kept and nothing else.
   *
   * Nobody may look for journals meanwhile: this one is without its lock for a moment.
   */
  rewrite(path: string): void {
    const lines = [...this.#drafts.values()].map(keptLine);
    const bytes = joined(lines);
    const temporary = path + temporaryEnding;
    const file = Deno.openSync(temporary, {
      read: true,
      write: true,
      create: true,
      truncate: true,
      mode: fileMode,
    });
    hold(file);
    try {
      writeWhole(file, bytes);
      file.syncSync();
      Deno.renameSync(temporary, path);
    } catch (failure) {
      file.close();
      Deno.removeSync(temporary);
      throw failure;
    }
    this.#file.close();
    this.#file = file;
    this.#lines = lines.length;
    this.#bytes = bytes.length;
    this.#isTorn = false;
  }

  /** Gives up its lock. */
  [Symbol.dispose](): void {
    this.#file.close();
  }

  /** Takes away what stands behind the last whole line: it was refused, and must not come back. */
  #cut(): void {
    this.#file.truncateSync(this.#bytes);
    this.#isTorn = false;
  }

  /** Cuts now if it can be done; if not, it is done before the next line. */
  #tryCut(): void {
    try {
      this.#cut();
    } catch (failure) {
      if (!isFileFailure(failure)) throw failure;
    }
  }
}

/** Takes the lock of a file that nobody else knows. */
function hold(file: Deno.FsFile): void {
  try {
    file.lockSync(true);
  } catch (failure) {
    file.close();
    throw failure;
  }
}

function joined(lines: readonly JournalLine[]): Uint8Array<ArrayBuffer> {
  const parts = lines.map(encodeLine);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function readAll(file: Deno.FsFile, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const count = file.readSync(bytes.subarray(at));
    if (count === null) break;
    at += count;
  }
  return bytes.subarray(0, at);
}

function writeWhole(file: Deno.FsFile, bytes: Uint8Array): void {
  let left = bytes;
  while (left.length > 0) left = left.subarray(file.writeSync(left));
}
