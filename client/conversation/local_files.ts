/**
 * Files of this machine: read to be sent, and written without ever touching one that is there.
 *
 * @module
 */
import { type Random, randomText } from "../../lib/random.ts";
import { cleanFileName, fileNameBytesMax } from "../../lib/text/file_names.ts";
import { terminalSafe } from "../../lib/text/terminal.ts";
import { graphemes } from "../../lib/text/text_width.ts";

/** How many names are tried for a file whose own name is taken: `notes (2).txt` and so on. */
export const nameAttemptsMax = 99;

/** Longest extension that a numbered name keeps, with its dot, in bytes of UTF-8. */
const extensionBytesMax = 32;

/** Most entries of a directory that are read to complete a path, which its user waits for. */
export const directoryEntriesMax = 5000;

/** A file of this machine can't be read or written; the message is one line for its user. */
export class LocalFileFault extends Error {
  override readonly name = "LocalFileFault";
}

/** A file that can be read, more than once if need be. */
export interface LocalFile {
  /** The last part of its path. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly open: () => Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
}

/** The path that is meant by one that may begin with `~`. */
function expanded(path: string): string {
  if (path !== "~" && !/^~[/\\]/.test(path)) return path;
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE") ?? "";
  return home === "" ? path : home + path.slice(1);
}

/**
 * Finds a file.
 *
 * @throws {LocalFileFault} if it can't be read, or is none.
 */
export async function findFile(typed: string): Promise<LocalFile> {
  const path = expanded(typed);
  try {
    const { isFile, size } = await Deno.stat(path);
    if (!isFile) throw new LocalFileFault(`Cannot read ${terminalSafe(typed)}: it is no file`);
    return {
      name: lastPart(path),
      size,
      open: async () => {
        try {
          return (await Deno.open(path)).readable;
        } catch (failure) {
          throw faultOf("read", typed, failure);
        }
      },
    };
  } catch (failure) {
    throw faultOf("read", typed, failure);
  }
}

/** Where a file is to be written. */
export interface SaveWish {
  /** A path that was typed: a file that is not there yet, or a directory. */
  readonly path: string | undefined;
  /** What the file calls itself: any text. */
  readonly name: string;
  readonly random: Random;
}

/**
 * Writes a file piece by piece, under another name until it is whole.
 *
 * A file that is there stays as it is: where its user named it, that is a fault; where the file
 * names itself, a number makes the difference.
 *
 * @returns the path of the file.
 * @throws {LocalFileFault} if it can't be written, and whatever `bytes` throws.
 */
export async function saveFile(
  { path: typed, name, random }: SaveWish,
  bytes: AsyncIterable<Uint8Array>,
): Promise<string> {
  const place = await findPlace(typed, name);
  const partPath = join(place.directory, `.chat-${randomText(random, 9)}.part`);
  try {
    try {
      using file = await Deno.open(partPath, { write: true, createNew: true });
      for await (const piece of bytes) {
        let left = piece;
        while (left.length > 0) left = left.subarray(await file.write(left));
      }
    } catch (failure) {
      throw faultOf("write", typed ?? place.directory, failure);
    }
    for (const candidate of place.names) {
      const path = join(place.directory, candidate);
      if (await putInPlace(partPath, path)) return path;
    }
    throw new LocalFileFault(`Cannot write ${terminalSafe(typed ?? name)}: it is there already`);
  } finally {
    await Deno.remove(partPath).catch(ignoreMissing);
  }
}

interface Place {
  readonly directory: string;
  /** The names that will do, the best first. */
  readonly names: readonly string[];
}

async function findPlace(typed: string | undefined, name: string): Promise<Place> {
  // A shell's `*` would hand a name with a dash to a program as an option.
  const clean = cleanFileName(name).replace(/^-/, "_");
  if (typed === undefined) return { directory: ".", names: namesLike(clean) };
  const path = expanded(typed);
  if (/[/\\]$/.test(path) || await isDirectory(path)) {
    return { directory: path, names: namesLike(clean) };
  }
  const last = lastPart(path);
  const place = { directory: path.slice(0, path.length - last.length) || ".", names: [last] };
  // Before the first byte is fetched: who named a file that is there is told at once.
  if (await exists(path)) {
    throw new LocalFileFault(`Cannot write ${terminalSafe(typed)}: it is there already`);
  }
  return place;
}

function namesLike(name: string): string[] {
  const dot = name.lastIndexOf(".");
  const isShort = dot > 0 && byteLength(name.slice(dot)) <= extensionBytesMax;
  const extension = isShort ? name.slice(dot) : "";
  const room = fileNameBytesMax - byteLength(` (${nameAttemptsMax})${extension}`);
  const stem = graphemes(name.slice(0, name.length - extension.length));
  while (byteLength(stem.join("")) > room) stem.pop();
  const numbered = Array.from(
    { length: nameAttemptsMax - 1 },
    (_, at) => cleanFileName(`${stem.join("")} (${at + 2})${extension}`),
  );
  return [name, ...numbered];
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Gives a whole file its name; `false` if that is taken. */
async function putInPlace(partPath: string, path: string): Promise<boolean> {
  try {
    // Unlike a rename, a link never takes the place of what is there.
    await Deno.link(partPath, path);
    return true;
  } catch (failure) {
    if (failure instanceof Deno.errors.AlreadyExists) return false;
    // Some file systems have no links; there the moment between has to be borne.
    if (await exists(path)) return false;
  }
  try {
    await Deno.rename(partPath, path);
    return true;
  } catch (failure) {
    throw faultOf("write", path, failure);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return false;
    throw faultOf("write", path, failure);
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return false;
    throw faultOf("write", path, failure);
  }
}

/** Paths that a path could become. */
export interface PathsFound {
  /** As they would be typed, sorted; directories with a slash. */
  readonly paths: readonly string[];
  /** Whether these are all; of some, nothing follows for what they have in common. */
  readonly complete: boolean;
}

/** Finds the paths that `typed` could become among {@linkcode directoryEntriesMax} entries. */
export function pathsLike(typed: string): PathsFound {
  const last = lastPart(typed);
  const parent = typed.slice(0, typed.length - last.length);
  const paths: string[] = [];
  let entries = 0;
  try {
    for (const { name, isDirectory } of Deno.readDirSync(expanded(parent) || ".")) {
      if (++entries > directoryEntriesMax) break;
      // What is hidden is offered only to one who asks for it.
      if (!name.startsWith(last) || (name.startsWith(".") && last === "")) continue;
      paths.push(`${parent}${name}${isDirectory ? "/" : ""}`);
    }
  } catch (failure) {
    if (!isSystemFailure(failure)) throw failure;
  }
  return { paths: paths.sort(), complete: entries <= directoryEntriesMax };
}

function lastPart(path: string): string {
  const separators = Deno.build.os === "windows" ? /^.*[/\\]/s : /^.*\//s;
  return path.replace(separators, "");
}

function join(directory: string, name: string): string {
  if (directory === ".") return name;
  return /[/\\]$/.test(directory) ? directory + name : `${directory}/${name}`;
}

function isSystemFailure(failure: unknown): failure is Error {
  // Of a full disk, Deno makes a plain error with a code.
  return failure instanceof Error && (failure.name in Deno.errors || "code" in failure);
}

function ignoreMissing(failure: unknown): void {
  if (!isSystemFailure(failure)) throw failure;
}

function faultOf(verb: string, path: string, failure: unknown): unknown {
  if (!isSystemFailure(failure)) return failure;
  const why = reasons[failure.name] ?? failure.message;
  return new LocalFileFault(`Cannot ${verb} ${terminalSafe(path)}: ${why}`, { cause: failure });
}

const reasons: Readonly<Record<string, string>> = {
  NotFound: "there is no such file or directory",
  PermissionDenied: "it is not allowed",
  NotADirectory: "a part of the path is no directory",
  IsADirectory: "it is a directory",
};
