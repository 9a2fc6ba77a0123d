/**
 * The files of a database as they lie on the disk: whose they are, and who may read them.
 *
 * @module
 */
import { roughSize } from "../../lib/text/sizes.ts";
import { shellWord } from "../operator/shell_word.ts";
import type { Finding } from "./finding.ts";

/** A write-ahead log beyond this size is held up by someone. */
export const walBytesHigh = 256 * 1024 ** 2;

/** What the server, or SQLite, puts beside a database. */
const companions = ["-wal", "-shm", "-journal", ".lock"] as const;

export type Companion = typeof companions[number];

/** One file. */
export interface FileFacts {
  readonly bytes: number;
  /** Permission bits; `undefined` where the system has none. */
  readonly mode: number | undefined;
  /** User id of its owner; `undefined` where the system has none. */
  readonly owner: number | undefined;
  readonly isFile: boolean;
}

/** What lies where a database is, or is to be. */
export interface DatabaseFiles {
  readonly path: string;
  readonly folder: string;
  /** User id of who looks. */
  readonly me: number | undefined;
  /** Why files can't be made in the folder; absent: they can. */
  readonly folderClosed?: string;
  /** The database itself; absent: there is none. */
  readonly file?: FileFacts;
  /** Why it can't be read and written; absent: it can. */
  readonly fileClosed?: string;
  readonly companions: { readonly [Name in Companion]?: FileFacts };
}

/** @param path Of the file itself, and not of a link to it: the others lie beside it. */
export function lookAtFiles(path: string): DatabaseFiles {
  const [folder] = /^.*\//.exec(path) ?? ["."];
  const file = factsOf(path);
  const found: { [Name in Companion]?: FileFacts } = {};
  for (const name of companions) {
    const facts = factsOf(path + name);
    if (facts !== undefined) found[name] = facts;
  }
  const folderClosed = closedFolder(folder);
  const fileClosed = file?.isFile
    ? refusalOf(() => Deno.openSync(path, { read: true, write: true }).close())
    : undefined;
  return {
    path,
    folder,
    me: Deno.uid() ?? undefined,
    ...(folderClosed !== undefined && { folderClosed }),
    ...(file !== undefined && { file }),
    ...(fileClosed !== undefined && { fileClosed }),
    companions: found,
  };
}

function factsOf(path: string): FileFacts | undefined {
  try {
    const { size, mode, uid, isFile } = Deno.statSync(path);
    return {
      bytes: size,
      mode: mode === null ? undefined : mode & 0o7777,
      owner: uid ?? undefined,
      isFile,
    };
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return undefined;
    throw failure;
  }
}

const noFolder = "there is no such folder";
const notPermitted = "it is not permitted";

/** Why files can't be made in a folder, as far as that can be known without making one. */
function closedFolder(path: string): string | undefined {
  const found = factsOf(path);
  if (found === undefined) return noFolder;
  const { mode, owner } = found;
  const me = Deno.uid();
  if (mode === undefined || me === null || me === 0) return undefined;
  if (owner === me) return (mode & 0o300) === 0o300 ? undefined : notPermitted;
  // Who is in which group can't be seen from here.
  return (mode & 0o003) === 0o003 || (mode & 0o030) === 0o030 ? undefined : notPermitted;
}

/** What the system says if it refuses `act`. */
function refusalOf(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (failure) {
    if (!(failure instanceof Error && "code" in failure)) throw failure;
    if (["EACCES", "EPERM"].includes(String(failure.code))) return notPermitted;
    if (failure.code === "EROFS") return "the disk is read-only";
    return failure.message.replace(/ \(os error \d+\).*$/, "");
  }
}

/**
 * What is to be said of the files; empty: there is nothing to be looked into.
 *
 * @param again The command that looks again, as it is typed.
 */
export function judgeFiles(files: DatabaseFiles, again: string): readonly Finding[] {
  const { path, folder, file, fileClosed, folderClosed, companions: beside } = files;
  const word = shellWord(path);
  const findings: Finding[] = [];
  if (folderClosed !== undefined) {
    findings.push({
      verdict: "failed",
      looked: folder,
      found: `no files can be made in it: ${folderClosed}`,
      advice: folderClosed === noFolder
        ? `mkdir -m 700 ${shellWord(folder)}`
        : isOfOtherUser(files)
        ? `run this as user ${file?.owner} first: sudo -u '#${file?.owner}' ${again}`
        : `as root: chown USER ${shellWord(folder)}, with the user that the server runs as`,
    });
  }
  if (file === undefined) return [...findings, ...judgeAbsence(files)];
  if (!file.isFile) {
    const found = "it is no file";
    return [...findings, { verdict: "failed", looked: path, found, advice: "name one with --db" }];
  }
  const { mode, owner } = file;
  const isOfOther = isOfOtherUser(files);
  const asOwner = `sudo -u '#${owner}' ${again}`;
  if (fileClosed !== undefined) {
    findings.push({
      verdict: "failed",
      looked: path,
      found: `it can't be read and written: ${fileClosed}`,
      advice: isOfOther
        ? `run this as user ${owner} first: ${asOwner}`
        : `chmod u+rw ${word}; or see whether its disk is read-only: findmnt -T ${word}`,
    });
  } else if (isOfOther) {
    findings.push({
      verdict: "warning",
      looked: path,
      found: `it belongs to user ${owner}, and you are user ${files.me}: what is permitted to ` +
        "you may not be to the server",
      advice: `run this as user ${owner}: ${asOwner}`,
    });
  }
  if (mode !== undefined && (mode & 0o077) !== 0) {
    findings.push({
      verdict: "warning",
      looked: path,
      found: `others on this machine may open it (mode ${mode.toString(8).padStart(4, "0")}), ` +
        "with all that is said in private",
      advice: `chmod 600 ${word}*`,
    });
  }
  for (const [name, facts] of Object.entries(beside)) {
    if (owner === undefined || facts.owner === undefined || facts.owner === owner) continue;
    findings.push({
      verdict: "failed",
      looked: path + name,
      found: `it belongs to user ${facts.owner}, but the database to user ${owner}: someone has ` +
        "opened it as another user, and the server can't go on",
      advice: `as root: chown --reference=${word} ${shellWord(path + name)}`,
    });
  }
  const wal = beside["-wal"];
  if (wal !== undefined && wal.bytes > walBytesHigh) {
    findings.push({
      verdict: "warning",
      looked: `${path}-wal`,
      found: `the write-ahead log has ${roughSize(wal.bytes)}: something reads the database for ` +
        "long, as a backup does, or did when the server last wrote",
      advice: "end that; the server then begins the log anew, at the latest when it is restarted",
    });
  }
  return findings;
}

/** Whether the database is another user's than the one who looks. */
function isOfOtherUser({ me, file }: DatabaseFiles): boolean {
  return me !== undefined && file?.owner !== undefined && me !== file.owner;
}

/** A database that is not there is begun by the server, unless one was lost. */
function judgeAbsence({ path, companions: beside }: DatabaseFiles): readonly Finding[] {
  const left = (["-wal", "-journal"] as const).find((name) => (beside[name]?.bytes ?? 0) > 0);
  if (left === undefined) {
    const found = "it is not there yet; chat serve makes it";
    return [{ verdict: "ok", looked: path, found }];
  }
  return [{
    verdict: "failed",
    looked: path,
    found: `it is not there, but ${path}${left} is, which belongs to a database`,
    advice: "bring back the database that was moved away, or move that file to where it went",
  }];
}
