/**
 * Checks the database: is it ours, of which version, whole, and who uses it?
 *
 * @module
 */
import { roughSize } from "../../lib/text/sizes.ts";
import { shellWord } from "../operator/shell_word.ts";
import { migrations } from "../store/sqlite/schema.ts";
import { judgeFiles, lookAtFiles } from "./database_files.ts";
import {
  type Examination,
  ExaminationFailure,
  type ExaminationSetup,
  examine,
} from "./examination.ts";
import { type Finding, roughTime } from "./finding.ts";
import { type Holder, holderOf } from "./holder.ts";
import type { Visit } from "./visit.ts";

/** A database from this size on takes long enough to be read for someone to be told. */
export const slowBytes = 256 * 1024 ** 2;

/** The schema of this program. */
const ourSchema = migrations.length;

export function checkDatabase(visit: Visit): readonly Finding[] {
  const { config: { db }, clock } = visit;
  if (db === ":memory:") {
    const found = "nothing is kept: all is gone when the server ends";
    const advice = "name a file with --db";
    return [{ verdict: "warning", looked: db, found, advice }];
  }
  const path = fileOf(db);
  const files = lookAtFiles(path);
  const judged = judgeFiles(files, visit.again);
  if (files.file === undefined || !files.file.isFile) {
    visit.holder = { kind: "nobody" };
    return judged;
  }
  const holder = holderOf(path);
  visit.holder = holder;
  if (files.file.bytes === 0) {
    return [...judged, { verdict: "ok", looked: path, found: "it is empty; chat serve begins it" }];
  }
  visit.say(announcementOf(path, files.file.bytes));
  const walBytes = files.companions["-wal"]?.bytes ?? 0;
  const isAtRest = holder.kind === "nobody" && walBytes === 0 &&
    (files.companions["-journal"]?.bytes ?? 0) === 0;
  const seen = judgeExamination(path, () => {
    const examination = examineAwake({ path, isAtRest, clock });
    visit.epoch = examination.epoch;
    visit.newestMs = examination.newestMs;
    return examination;
  });
  return [...judged, ...seen, judgeHolder(path, holder, walBytes)];
}

/** Examines it; who begins to use meanwhile what was taken for at rest makes it look damaged. */
function examineAwake(setup: ExaminationSetup): Examination {
  const isUsedNow = () => holderOf(setup.path).kind !== "nobody";
  try {
    const found = examine(setup);
    if (!setup.isAtRest || found.faults.length === 0 || !isUsedNow()) return found;
  } catch (failure) {
    if (!setup.isAtRest || !(failure instanceof ExaminationFailure) || !isUsedNow()) throw failure;
  }
  return examine({ ...setup, isAtRest: false });
}

/** What is said before a database is read that takes its time. */
export function announcementOf(path: string, bytes: number): string {
  return bytes < slowBytes ? "" : `Reading ${path}, ${roughSize(bytes)}; this takes a while\n`;
}

/** The file that `path` names, where it is a link to one: what belongs to it lies beside that. */
function fileOf(path: string): string {
  try {
    return Deno.lstatSync(path).isSymlink ? Deno.realPathSync(path) : path;
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return path;
    throw failure;
  }
}

/** What is to be said of a database that is looked into by `look`. */
export function judgeExamination(path: string, look: () => Examination): readonly Finding[] {
  let examination: Examination;
  try {
    examination = look();
  } catch (failure) {
    if (!(failure instanceof ExaminationFailure)) throw failure;
    if (failure.isDamage) return [damage(path, [failure.message])];
    const found = `it can't be looked into: ${failure.message}`;
    const advice = /disk I\/O error|disk is full/.test(failure.message)
      ? "see what is said of the disk below: it is full, or failing, which dmesg tells"
      : "try again as the user that the server runs as";
    return [{ verdict: "failed", looked: path, found, advice }];
  }
  return [judgeSchema(path, examination), ...judgePages(path, examination)];
}

function judgeSchema(path: string, { schema, refusal }: Examination): Finding {
  const looked = path;
  if (refusal !== undefined && /^a newer version/.test(refusal)) {
    const found = `${refusal}: its schema is ${schema}, and this version knows up to ${ourSchema}`;
    const advice = "run the newer version, or restore a backup of this one: chat restore FILE";
    return { verdict: "failed", looked, found, advice };
  }
  if (refusal !== undefined) {
    const advice = "name another with --db, or move it away";
    return { verdict: "failed", looked, found: refusal, advice };
  }
  if (schema < ourSchema) {
    return {
      verdict: "warning",
      looked,
      found:
        `its schema is ${schema}; chat serve brings it to ${ourSchema}, and no older version ` +
        "can open it then",
      advice: `chat backup --db ${shellWord(path)} before.backup`,
    };
  }
  return { verdict: "ok", looked, found: `it is ours, of schema ${schema} as this version` };
}

function judgePages(path: string, examination: Examination): readonly Finding[] {
  const { refusal, faults, bytes, freeBytes, depth, tookMs } = examination;
  if (faults.length > 0) return [damage(path, faults)];
  if (refusal !== undefined) return [];
  const size = `${roughSize(bytes)}, ${roughSize(freeBytes)} of it free`;
  const what = {
    full: "each page, each index, each reference",
    pages: "each page and each reference",
    "without files": "each page but those of files",
  }[depth];
  return [{
    verdict: "ok",
    looked: path,
    found: `${size}; ${what} is sound, looked at in ${roughTime(tookMs)}`,
    ...(depth === "without files" && {
      advice: `to read all of it: chat backup --db ${shellWord(path)} - | chat restore --check -`,
    }),
  }];
}

function damage(path: string, faults: readonly string[]): Finding {
  return {
    verdict: "failed",
    looked: path,
    found: `it is damaged: ${faults.join("; ")}`,
    advice: "stop the server, keep a copy of all files of the database, then bring the last " +
      "backup back: chat restore FILE (docs/operating.md, Restore)",
  };
}

export function judgeHolder(path: string, holder: Holder, walBytes: number): Finding {
  const looked = `${path}.lock`;
  switch (holder.kind) {
    case "server": {
      const process = holder.process === undefined ? "" : `, process ${holder.process}`;
      return { verdict: "ok", looked, found: `a server uses the database${process}` };
    }
    case "unknown":
      return {
        verdict: "warning",
        looked,
        found: "it can't be seen whether a server uses the database",
        advice: "look again as the user that the server runs as",
      };
    case "nobody": {
      const left = walBytes === 0
        ? ""
        : `; the last one was not stopped but ended, and the next takes over what is in ${path}-wal`;
      return { verdict: "ok", looked, found: `no server uses the database${left}` };
    }
  }
}
