/**
 * `chat backup`: copies the database into one file while the server runs.
 *
 * @module
 */
import { dirname } from "node:path";
import { systemClock } from "../../lib/clock.ts";
import { type CommandLine, exitCodes } from "../../lib/command_line.ts";
import { onOff, type OptionValues, readOptions, someText, UsageError } from "../../lib/options.ts";
import { OutputClosed, writeBytes, writeIfHeard } from "../../lib/output.ts";
import { systemRandom } from "../../lib/random.ts";
import { version } from "../../lib/version.ts";
import { openSnapshotSource, withoutLog } from "../store/sqlite/snapshot.ts";
import { databaseFile } from "../operator/database_option.ts";
import { CommandFailure, explained } from "../operator/failure.ts";
import { chunkBytesMax, type Manifest, saltBytes } from "./format.ts";
import type { OperatorTerminal } from "../operator/terminal.ts";
import { pack, type Sealer } from "./pack.ts";
import { PartFile, refuseExisting, refuseWithoutRoom } from "./part_file.ts";
import { newPassphrase } from "./passphrase.ts";
import { sealingLog2N } from "./seal.ts";

const backupOptions = {
  db: databaseFile("Database to copy; a server may be using it"),
  encrypt: { parse: onOff(), help: "Seal it by a passphrase, which is asked for twice" },
  "passphrase-file": {
    parse: someText("a file"),
    placeholder: "FILE",
    help: "File whose first line is the passphrase, instead of asking",
  },
} as const;

/** Where a backup goes. */
interface Target {
  /** `undefined`: standard output. */
  readonly path: string | undefined;
  /** What it is called in messages. */
  readonly name: string;
}

/** The command, at a terminal. */
export function backupCommand(terminal: OperatorTerminal): CommandLine {
  return {
    usage: "backup [--db FILE] [--encrypt] FILE | -",
    summary: "Copy the database into a file while the server runs",
    options: backupOptions,
    examples: [
      ["chat backup monday.backup", "all of ./chat.db, with files, as it is now"],
      ["chat backup --encrypt monday.backup", "readable only with a passphrase"],
      ["chat backup - | ssh other 'cat > monday.backup'", "to another machine"],
    ],
    run({ args, environment }) {
      const { values, sources, rest } = readOptions(backupOptions, args, environment);
      const [file, second] = rest;
      if (file === undefined) throw new UsageError("Cannot back up to nothing: give a file, or -");
      if (second !== undefined) throw new UsageError(`Cannot understand ${JSON.stringify(second)}`);
      if (sources["passphrase-file"] === "arguments" && !values.encrypt) {
        throw new UsageError("Cannot use --passphrase-file without --encrypt");
      }
      if (file === "-" && Deno.stdout.isTerminal()) {
        throw new UsageError("Cannot print a backup on a terminal; give a file");
      }
      const target = file === "-"
        ? { path: undefined, name: "standard output" }
        : { path: file, name: file };
      return explained(() => makeBackup(values, target, terminal));
    },
  };
}

async function makeBackup(
  values: OptionValues<typeof backupOptions>,
  target: Target,
  terminal: OperatorTerminal,
): Promise<number> {
  if (target.path !== undefined) refuseExisting(target.path);
  const sealer: Sealer | undefined = values.encrypt
    ? {
      passphrase: await newPassphrase(values["passphrase-file"], terminal),
      sealing: { log2N: sealingLog2N, salt: systemRandom.bytes(saltBytes) },
    }
    : undefined;
  // What is to be sealed must not lie open where the backup goes, not even for a while.
  const beside = sealer === undefined ? target.path ?? values.db : values.db;
  try {
    const { copy, manifest } = await copyBeside(beside, values.db, target, terminal);
    using _gone = copy;
    const backup = pack(manifest, withoutLog(piecesOf(copy.file)), sealer);
    await writeOut(backup, { path: target.path, totalBytes: manifest.bytes, copy }, terminal);
  } finally {
    terminal.progress(undefined);
  }
  if (terminal.watched) writeIfHeard(Deno.stderr, `Backed up ${values.db} to ${target.name}\n`);
  return exitCodes.ok;
}

/** Copies the database at `db`; while it does, the log of a server can't begin anew. */
async function copyBeside(
  beside: string,
  db: string,
  target: Target,
  terminal: OperatorTerminal,
): Promise<{ readonly copy: PartFile; readonly manifest: Manifest }> {
  using source = openSnapshotSource(db);
  const { bytes, schema, contents } = source;
  const manifest = { program: version, madeAtMs: systemClock.now(), bytes, schema, contents };
  refuseWithoutRoom([
    { folder: dirname(beside), bytes },
    ...target.path === undefined ? [] : [{ folder: dirname(target.path), bytes }],
  ], { database: db });
  const copy = new PartFile(`${beside}.snapshot`);
  try {
    await source.copyTo(copy.path, (doneBytes) => {
      // SQLite has opened it by now. A signal ends the program at once here, and nothing is to stay.
      copy.unname();
      terminal.progress({ name: "copying", doneBytes, totalBytes: bytes });
    });
    copy.unname();
    if (copy.file.statSync().size === bytes) return { copy, manifest };
    throw new CommandFailure("Cannot copy the database: the copy is not as long as it is");
  } catch (failure) {
    copy[Symbol.dispose]();
    throw failure;
  }
}

async function* piecesOf(file: Deno.FsFile): AsyncGenerator<Uint8Array> {
  await file.seek(0, Deno.SeekMode.Start);
  const buffer = new Uint8Array(chunkBytesMax);
  for (;;) {
    const count = await file.read(buffer);
    if (count === null) return;
    yield buffer.subarray(0, count);
  }
}

async function writeOut(
  backup: AsyncIterable<Uint8Array>,
  { path, totalBytes, copy }: {
    readonly path: string | undefined;
    readonly totalBytes: number;
    /** What it is made of. */
    readonly copy: PartFile;
  },
  terminal: OperatorTerminal,
): Promise<void> {
  let made: PartFile | undefined;
  // Before there is anything to clear up.
  const stopListening = terminal.onEndingSignal((exitCode) => {
    made?.[Symbol.dispose]();
    copy[Symbol.dispose]();
    Deno.exit(exitCode);
  });
  try {
    using part = path === undefined ? undefined : new PartFile(`${path}.part`);
    made = part;
    let written = 0;
    for await (const bytes of backup) {
      if (part === undefined) print(bytes);
      else await part.write(bytes);
      written += bytes.length;
      terminal.progress({ name: "writing", doneBytes: written, totalBytes });
    }
    if (path !== undefined) part?.become(path);
  } finally {
    stopListening();
  }
}

function print(bytes: Uint8Array): void {
  try {
    writeBytes(Deno.stdout, bytes);
  } catch (failure) {
    // What nobody has taken is no backup.
    if (!(failure instanceof OutputClosed)) throw failure;
    throw new CommandFailure("Cannot write the backup: its reader has gone", { cause: failure });
  }
}
