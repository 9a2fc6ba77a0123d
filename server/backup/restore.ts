/**
 * `chat restore`: makes a database of a backup, or looks whether one could be made.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { systemClock } from "../../lib/clock.ts";
import { type CommandLine, exitCodes } from "../../lib/command_line.ts";
import { onOff, type OptionValues, readOptions, someText, UsageError } from "../../lib/options.ts";
import { writeAll } from "../../lib/output.ts";
import { systemRandom } from "../../lib/random.ts";
import { lockRealPath } from "../store/sqlite/database.ts";
import { Restoration } from "../store/sqlite/restoration.ts";
import { databaseFile } from "../operator/database_option.ts";
import { BackupFault } from "./fault.ts";
import { CommandFailure, explained, systemWords } from "../operator/failure.ts";
import type { Manifest } from "./format.ts";
import type { OperatorTerminal } from "../operator/terminal.ts";
import { ownershipNote } from "./ownership.ts";
import { companions, infoOf, PartFile, refuseExisting, refuseWithoutRoom } from "./part_file.ts";
import { knownPassphrase } from "./passphrase.ts";
import { skippedPositions } from "./skipped_positions.ts";
import { unpack, type Unpacked } from "./unpack.ts";

const restoreOptions = {
  db: databaseFile("Database to make; with --check, its folder lends room for a while"),
  check: { parse: onOff(), help: "Only look whether the backup is whole, and make nothing" },
  "passphrase-file": {
    parse: someText("a file"),
    placeholder: "FILE",
    help: "File whose first line is the passphrase, instead of asking",
  },
} as const;

type Values = OptionValues<typeof restoreOptions>;

/** The command, at a terminal. */
export function restoreCommand(terminal: OperatorTerminal): CommandLine {
  return {
    usage: "restore [--db FILE] [--check] FILE | -",
    summary: "Make a database of a backup; one that is there already stays as it is",
    options: restoreOptions,
    examples: [
      ["chat restore --check monday.backup", "is it whole, and what is in it?"],
      ["chat restore monday.backup", "as ./chat.db, which must not be there"],
      ["chat restore --db /var/lib/chat.db monday.backup", "as another file"],
    ],
    run({ args, environment }) {
      const { values, rest } = readOptions(restoreOptions, args, environment);
      const [file, second] = rest;
      if (file === undefined) throw new UsageError("Cannot restore nothing: give a file, or -");
      if (second !== undefined) throw new UsageError(`Cannot understand ${JSON.stringify(second)}`);
      return explained(() => values.check ? check(file, values) : restore(file, values));
    },
  };

  async function check(file: string, values: Values): Promise<number> {
    await using backup = await opened(file, values);
    const { manifest } = backup.unpacked;
    using part = await unpackTo(`${realPathOf(values.db)}.checking`, backup);
    const restoration = new Restoration(part.path, backup.name);
    part.unname();
    restoration.examine(manifest);
    restoration.close();
    say(`${backup.name} is whole: ${contentsOf(manifest)}\n`);
    return exitCodes.ok;
  }

  async function restore(file: string, values: Values): Promise<number> {
    const path = realPathOf(values.db);
    // A server that is started meanwhile must not begin a database of its own.
    using _lock = lockedFor(path);
    refuseExisting(path);
    refuseCompanions(path);
    await using backup = await opened(file, values);
    const { manifest } = backup.unpacked;
    using part = await unpackTo(`${path}.restoring`, backup);
    const restoration = new Restoration(part.path, backup.name);
    restoration.examine(manifest);
    const nowMs = systemClock.now();
    const due = restoration.dueBy(nowMs);
    const skipped = skippedPositions({ sinceMs: manifest.madeAtMs, nowMs });
    restoration.renew({ random: systemRandom, skipped });
    restoration.close();
    part.become(path);
    const { uid: owner } = Deno.statSync(dirname(path));
    say(
      `Restored ${values.db}: ${contentsOf(manifest)}\n` + warnings(due) +
        ownershipNote(path, { me: Deno.uid(), owner }),
    );
    return exitCodes.ok;
  }

  async function opened(file: string, values: Values): Promise<OpenBackup> {
    const name = file === "-" ? "standard input" : file;
    const input = file === "-" ? Deno.stdin : openFile(file);
    const close = () => file === "-" ? undefined : input.close();
    try {
      const unpacked = await naming(
        name,
        () => unpack(input, () => knownPassphrase(values["passphrase-file"], terminal)),
      );
      return { name, unpacked, [Symbol.asyncDispose]: () => Promise.resolve(close()) };
    } catch (failure) {
      close();
      throw failure;
    }
  }

  /** Writes the database of a backup, and with its last byte knows that it is the right one. */
  async function unpackTo(path: string, { name, unpacked }: OpenBackup): Promise<PartFile> {
    const { manifest: { bytes: totalBytes }, pieces } = unpacked;
    refuseWithoutRoom([{ folder: dirname(path), bytes: totalBytes }], { database: path });
    let part: PartFile | undefined;
    // Before there is anything to clear up. What comes after the unpacking keeps the program busy,
    // so there a signal must end it by itself.
    const stopListening = terminal.onEndingSignal((exitCode) => {
      part?.[Symbol.dispose]();
      Deno.exit(exitCode);
    });
    try {
      const file = part = new PartFile(path);
      await naming(name, async () => {
        let doneBytes = 0;
        for await (const piece of pieces) {
          await file.write(piece);
          doneBytes += piece.length;
          terminal.progress({ name: "reading", doneBytes, totalBytes });
        }
      });
      return file;
    } catch (failure) {
      part?.[Symbol.dispose]();
      throw failure;
    } finally {
      stopListening();
      terminal.progress(undefined);
    }
  }
}

interface OpenBackup extends AsyncDisposable {
  /** What it is called in messages. */
  readonly name: string;
  readonly unpacked: Unpacked;
}

/** Reads from a backup; what is wrong with it is told with its name. */
async function naming<Result>(name: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (failure) {
    if (failure instanceof BackupFault) {
      throw new CommandFailure(`Cannot restore ${name}: ${failure.message}`, { cause: failure });
    }
    throw failure;
  }
}

function openFile(path: string): Deno.FsFile {
  try {
    const file = Deno.openSync(path);
    if (!file.statSync().isDirectory) return file;
    file.close();
  } catch (failure) {
    throw new CommandFailure(`Cannot read ${path}: ${systemWords(failure)}`, { cause: failure });
  }
  throw new CommandFailure(`Cannot read ${path}: it is a folder`);
}

/** Without links, as the server names its lock. */
function realPathOf(path: string): string {
  try {
    return join(Deno.realPathSync(dirname(path)), basename(path));
  } catch (failure) {
    throw new CommandFailure(`Cannot write ${path}: ${systemWords(failure)}`, { cause: failure });
  }
}

function lockedFor(path: string): Deno.FsFile {
  try {
    return lockRealPath(path);
  } catch (failure) {
    const { message } = failure as Error;
    throw new CommandFailure(`Cannot write ${path}: ${message}`, { cause: failure });
  }
}

/** What is left beside a database that was moved away would be taken for a part of the new one. */
function refuseCompanions(path: string): void {
  for (const companion of companions) {
    if (companion === "-shm" || infoOf(path + companion) === undefined) continue;
    throw new CommandFailure(
      `Cannot write ${path}: ${path}${companion} belongs to another database; move it to that one`,
    );
  }
}

function contentsOf({ madeAtMs, contents, program }: Manifest): string {
  const { users, rooms, messages, scheduled, files } = contents;
  return `as of ${new Date(madeAtMs).toISOString()}, by chat ${program}; users ${users}, ` +
    `rooms ${rooms}, messages ${messages}, scheduled ${scheduled}, files ${files}`;
}

function warnings(due: number): string {
  const lost =
    "What happened after that is lost, and clients begin anew by themselves. Tokens that " +
    "were revoked after it, and passwords that were changed, hold again as they did then.\n";
  if (due === 0) return lost;
  return `${lost}Scheduled messages that fell due since: ${due}. They are sent when the server ` +
    "starts, even if they were sent before and then lost.\n";
}

function say(text: string): void {
  writeAll(Deno.stdout, text);
}
