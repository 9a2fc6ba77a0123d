/**
 * Looking after the database: how much is in it, and giving back to the disk what it does not need.
 *
 * @module
 */
import { roughSize } from "../../lib/text/sizes.ts";
import { CommandFailure, systemWords } from "../operator/failure.ts";
import type { Action } from "./action.ts";
import { removeGoneFiles } from "./gone_files.ts";
import type { OpenChat } from "./open_chat.ts";
import { takeSteps } from "./steps.ts";

export const databaseActions: Readonly<Record<string, Action>> = {
  "stats": {
    words: "",
    does: "Count all there is, and tell how large the database is",
    async run({ chat }) {
      const { databaseBytes, freeBytes, fileBytes, ...counts } = await chat.store.stats(
        chat.clock.now(),
      );
      const bytes = { fileBytes, databaseBytes, freeBytes, diskBytes: bytesOnDisk(chat.path) };
      const isServed = chat.isServed();
      const rows = [
        ...Object.entries(counts).map(([name, count]) => [name, String(count)] as const),
        ...Object.entries(bytes).map(([name, count]) => [name, roughSize(count)] as const),
        ["served", isServed ? "yes" : "no"] as const,
      ].map(([name, text]) => [wordsOf(name), text] as const);
      const width = Math.max(...rows.map(([name]) => name.length));
      return {
        lines: rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`),
        json: Object.fromEntries(
          Object.entries({ ...counts, ...bytes, served: isServed })
            .map(([name, value]) => [wordsOf(name).replaceAll(" ", "_"), value]),
        ),
      };
    },
  },
  "vacuum": {
    words: "",
    does: "Give back to the disk what the database does not need",
    async run({ chat }) {
      const before = bytesOnDisk(chat.path);
      await removeGoneFiles(chat);
      await reclaimAll(chat);
      const isHeld = await hasHeldLog(chat);
      const given = Math.max(0, before - bytesOnDisk(chat.path));
      return {
        lines: [`${roughSize(given)} given back; ${roughSize(before - given)} left`],
        json: { given_bytes: given, disk_bytes: before - given },
        ...(isHeld && {
          hint: "Something reads the database; its log stays until that has ended",
        }),
      };
    },
  },
};

async function reclaimAll(chat: OpenChat): Promise<void> {
  await takeSteps(chat, () => chat.store.reclaim());
}

/**
 * Whether the write-ahead log can't be folded in: it is as long as before when that was tried. What a
 * server writes meanwhile is short.
 */
async function hasHeldLog(chat: OpenChat): Promise<boolean> {
  const log = logOf(chat.path);
  const before = sizeOf(log);
  if (before === 0) return false;
  await reclaimAll(chat);
  return sizeOf(log) >= before;
}

/** What a database takes with what SQLite keeps beside it. */
function bytesOnDisk(path: string): number {
  return sizeOf(path) + sizeOf(logOf(path));
}

/** The write-ahead log, which lies beside the file itself, and not beside a link to it. */
function logOf(path: string): string {
  return `${Deno.realPathSync(path)}-wal`;
}

/** Bytes of a file; none if it is not there. */
function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return 0;
    throw new CommandFailure(`Cannot look at ${path}: ${systemWords(failure)}`, { cause: failure });
  }
}

/** `databaseBytes` as `database bytes`. */
function wordsOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
