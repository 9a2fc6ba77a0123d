/**
 * Files that come into being: written under another name, and named at once when they are whole.
 *
 * @module
 */
import { statfsSync } from "node:fs";
import { formatSize } from "../../lib/text/sizes.ts";
import { CommandFailure, systemWords } from "../operator/failure.ts";

/** What people say is nobody else's to read on this machine. */
const fileMode = 0o600;

/** What SQLite may leave beside a file when it is killed. */
export const companions: readonly string[] = ["-journal", "-wal", "-shm"];

/** A file that is not whole yet. One that a killed program has left behind is taken over. */
export class PartFile implements Disposable {
  readonly path: string;
  readonly file: Deno.FsFile;
  #isNamed = true;

  /** @throws {CommandFailure} if it can't be written, or if another program is writing it. */
  constructor(path: string) {
    this.path = path;
    this.file = writing(path, () => {
      const options = { read: true, write: true, create: true, mode: fileMode };
      return Deno.openSync(path, options);
    });
    // The other program may have ended, and given the file its name, just before it was locked here.
    if (!this.file.tryLockSync(true) || !isAt(path, this.file)) {
      this.file.close();
      throw new CommandFailure(`Cannot write ${path}: another program is writing it`);
    }
    writing(path, () => {
      for (const companion of companions) removeIfThere(path + companion);
      this.file.truncateSync(0);
      if (Deno.build.os !== "windows") Deno.chmodSync(path, fileMode);
    });
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
      const folder = Deno.openSync(folderOf(path));
      folder.syncSync();
      folder.close();
    });
  }

  [Symbol.dispose](): void {
    this.file.close();
    if (!this.#isNamed) return;
    for (const companion of ["", ...companions]) removeIfThere(this.path + companion);
  }
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

/** @throws {CommandFailure} if one of the disks has less room than is needed on it together. */
export function refuseWithoutRoom(rooms: readonly Room[]): void {
  const needed = new Map<number, { folder: string; bytes: number }>();
  for (const { folder, bytes } of rooms) {
    const disk = writing(folder, () => Deno.statSync(folder)).dev;
    const before = needed.get(disk)?.bytes ?? 0;
    needed.set(disk, { folder, bytes: before + bytes });
  }
  for (const { folder, bytes } of needed.values()) {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize >= bytes) continue;
    const [want, have] = [bytes, bavail * bsize].map(roundedSize);
    throw new CommandFailure(`Cannot write into ${folder}: it takes ${want}, and ${have} are free`);
  }
}

function roundedSize(bytes: number): string {
  return formatSize(bytes < 1024 ** 2 ? bytes : Math.ceil(bytes / 1024 ** 2) * 1024 ** 2);
}

/** Where a file is, or would be. */
export function folderOf(path: string): string {
  const [folder] = /^.*\//.exec(path) ?? ["."];
  return folder;
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

function writing<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (failure) {
    throw cannotWrite(path, failure);
  }
}

function cannotWrite(path: string, failure: unknown): CommandFailure {
  return new CommandFailure(`Cannot write ${path}: ${systemWords(failure)}`, { cause: failure });
}
