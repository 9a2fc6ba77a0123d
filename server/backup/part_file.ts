/**
 * Files that come into being: written under another name, and named at once when they are whole.
 *
 * @module
 */
import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { formatSize } from "../../lib/text/sizes.ts";
import { CommandFailure, systemWords } from "../operator/failure.ts";

/** What people say is nobody else's to read on this machine. */
const fileMode = 0o600;

/** What SQLite may leave beside a file when it is killed. */
export const companions: readonly string[] = ["-journal", "-wal", "-shm"];

/** Of the disk of a database, what must stay free for the server, as a share of what is written. */
export const reserveShare = 0.1;

/** The least that must stay free there. */
export const reserveBytesMin = 64 * 1024 ** 2;

/**
 * A file that is not whole yet. One that a killed program of the same user has left behind is taken
 * over.
 */
export class PartFile implements Disposable {
  readonly path: string;
  readonly file: Deno.FsFile;
  readonly #lock: PartLock;
  #isNamed = true;

  /**
   * @throws {CommandFailure} if it can't be written, if another program is writing it, or if what is
   * there is none of ours.
   */
  constructor(path: string) {
    this.path = path;
    this.#lock = new PartLock(path);
    try {
      refuseForeign(path);
      this.file = writing(path, () => {
        for (const companion of ["", ...companions]) removeIfThere(path + companion);
        // Whatever was put there since is not opened, and where a link leads is not written to.
        return Deno.openSync(path, { read: true, write: true, createNew: true, mode: fileMode });
      });
    } catch (failure) {
      this.#lock.release();
      throw failure;
    }
  }

  /** @throws {CommandFailure} if the system does not take it, as on a disk that is full. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let left = bytes; left.length > 0;) left = left.subarray(await this.file.write(left));
    } catch (failure) {
      throw cannotWrite(this.path, failure);
    }
  }

  /** Takes its name away, where the system lets it: it is then gone however this program ends. */
  unname(): void {
    if (!this.#isNamed) return;
    try {
      Deno.removeSync(this.path);
      this.#isNamed = false;
      this.#lock.release();
    } catch (failure) {
      // Windows, and some network file systems, keep the name of what is open: it goes at the end.
      if (!(failure instanceof Error && "code" in failure)) throw failure;
    }
  }

  /**
   * Gives it its name, when it is on disk.
   *
   * @throws {CommandFailure} if there is something of that name.
   */
  become(path: string): void {
    writing(path, () => this.file.syncSync());
    refuseExisting(path);
    writing(path, () => {
      Deno.renameSync(this.path, path);
      this.#isNamed = false;
      // The name is on disk only when its folder is.
      if (Deno.build.os === "windows") return;
      const folder = Deno.openSync(dirname(path));
      folder.syncSync();
      folder.close();
    });
  }

  [Symbol.dispose](): void {
    this.file.close();
    if (this.#isNamed) {
      for (const companion of ["", ...companions]) removeIfThere(this.path + companion);
    }
    this.#lock.release();
  }
}

/**
 * Keeps other programs off a part file, by a file beside it: where locks are binding, as on Windows,
 * one on the file itself would keep SQLite off as well.
 */
class PartLock {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  #isHeld = true;

  constructor(path: string) {
    this.#path = `${path}.lock`;
    this.#file = writing(path, () => this.#open());
    // Who held it may have taken its name away just before it was locked here.
    if (this.#file.tryLockSync(true) && isAt(this.#path, this.#file)) return;
    this.#file.close();
    throw new CommandFailure(`Cannot write ${path}: another program is writing it`);
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    // While it is held, so that the name is not taken from one who holds it next.
    if (Deno.build.os !== "windows") removeIfThere(this.#path);
    this.#file.close();
    if (Deno.build.os === "windows") removeIfFree(this.#path);
  }

  #open(): Deno.FsFile {
    try {
      return Deno.openSync(this.#path, { write: true, createNew: true, mode: fileMode });
    } catch (failure) {
      if (!(failure instanceof Deno.errors.AlreadyExists)) throw failure;
    }
    refuseForeign(this.#path);
    return Deno.openSync(this.#path, { write: true, create: true, mode: fileMode });
  }
}

/** @throws {CommandFailure} if at `path` is anything but a file of this user, who may have left it. */
function refuseForeign(path: string): void {
  const found = infoOf(path);
  if (found === undefined || found.isFile && found.uid === Deno.uid()) return;
  throw new CommandFailure(`Cannot write ${path}: what is there is no file of yours; remove it`);
}

/** @throws {CommandFailure} if anything but an empty file has the name `path`. */
export function refuseExisting(path: string): void {
  const found = infoOf(path);
  if (found === undefined || found.isFile && found.size === 0) return;
  throw new CommandFailure(`Cannot write ${path}: it is there already`);
}

/** What is at `path`, and not where a link leads; `undefined`: nothing. */
export function infoOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return undefined;
    throw cannotWrite(path, failure);
  }
}

/** Bytes that are to be written into a folder. */
export interface Room {
  readonly folder: string;
  readonly bytes: number;
}

/** What is asked about the disks. */
export interface Disks {
  /** Where the database is, or will be: there the server goes on to write. */
  readonly database: string;
  /** Bytes that are free on the disk of a folder; as a rule the system is asked. */
  readonly free?: (folder: string) => number;
}

/**
 * @throws {CommandFailure} if one of the disks has less room than is needed on it together; on that
 * of the database a reserve for the server must stay.
 */
export function refuseWithoutRoom(
  rooms: readonly Room[],
  { database, free = freeBytes }: Disks,
): void {
  const needed = new Map<number, { folder: string; bytes: number }>();
  const diskOf = (folder: string) => writing(folder, () => Deno.statSync(folder)).dev;
  for (const { folder, bytes } of rooms) {
    const before = needed.get(diskOf(folder))?.bytes ?? 0;
    needed.set(diskOf(folder), { folder, bytes: before + bytes });
  }
  const databaseDisk = diskOf(dirname(database));
  for (const [disk, { folder, bytes }] of needed) {
    const reserve = disk === databaseDisk ? reserveFor(bytes) : 0;
    if (free(folder) >= bytes + reserve) continue;
    const [want, spare, have] = [bytes, reserve, free(folder)].map(roundedSize);
    const more = reserve > 0 ? `, the server needs ${spare} more` : "";
    throw new CommandFailure(
      `Cannot write into ${folder}: it takes ${want}${more}, and ${have} are free`,
    );
  }
}

/** What must stay free for the server where so much is written. */
function reserveFor(bytes: number): number {
  return Math.max(reserveBytesMin, Math.ceil(reserveShare * bytes));
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function roundedSize(bytes: number): string {
  return formatSize(bytes < 1024 ** 2 ? bytes : Math.ceil(bytes / 1024 ** 2) * 1024 ** 2);
}

function isAt(path: string, file: Deno.FsFile): boolean {
  const found = infoOf(path);
  return found !== undefined && found.ino === file.statSync().ino;
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (failure) {
    if (!(failure instanceof Deno.errors.NotFound)) throw failure;
  }
}

/** On Windows a file that another program has opened since can't be removed. */
function removeIfFree(path: string): void {
  try {
    removeIfThere(path);
  } catch (failure) {
    if (!(failure instanceof Error && "code" in failure)) throw failure;
  }
}

function writing<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (failure) {
    throw failure instanceof CommandFailure ? failure : cannotWrite(path, failure);
  }
}

function cannotWrite(path: string, failure: unknown): CommandFailure {
  return new CommandFailure(`Cannot write ${path}: ${systemWords(failure)}`, { cause: failure });
}
