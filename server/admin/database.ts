/**
 * Looking after the database: how much is in it, and giving back to the disk what it does not need.
 *
 * @module
 */
import { othersTurn } from "../../lib/clock.ts";
import { compact } from "../store/sqlite/compaction.ts";
import type { Action } from "./action.ts";
import { removeGoneFiles } from "./gone_files.ts";

export const databaseActions: Readonly<Record<string, Action>> = {
  "stats": {
    words: "",
    does: "Count all there is, and tell how large the database is",
    async run({ chat }) {
      const { databaseBytes, freeBytes, fileBytes, ...counts } = await chat.store.stats(
        chat.clock.now(),
      );
      const bytes = { fileBytes, databaseBytes, freeBytes, diskBytes: bytesOnDisk(chat.path) };
      const rows = [
        ...Object.entries(counts).map(([name, count]) => [name, String(count)] as const),
        ...Object.entries(bytes).map(([name, count]) => [name, sizeText(count)] as const),
        ["served", chat.isServed ? "yes" : "no"] as const,
      ].map(([name, text]) => [wordsOf(name), text] as const);
      const width = Math.max(...rows.map(([name]) => name.length));
      return {
        lines: rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`),
        json: Object.fromEntries(
          Object.entries({ ...counts, ...bytes, served: chat.isServed })
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
      if (chat.isServed) {
        // In small steps, between which the server gets its turn.
        while (await chat.store.reclaim()) await othersTurn(chat.clock);
      } else {
        await chat.close();
        compact(chat.path);
      }
      const given = Math.max(0, before - bytesOnDisk(chat.path));
      return {
        lines: [`${sizeText(given)} given back; ${sizeText(before - given)} left`],
        json: { given_bytes: given, disk_bytes: before - given },
      };
    },
  },
};

/** What a database takes with what SQLite keeps beside it. */
function bytesOnDisk(path: string): number {
  return ["", "-wal"].reduce((sum, end) => {
    try {
      return sum + Deno.statSync(path + end).size;
    } catch (failure) {
      if (failure instanceof Deno.errors.NotFound) return sum;
      throw failure;
    }
  }, 0);
}

/** Bytes as a person reads them: `1.5 MB`. */
function sizeText(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(bytes || 1) / 10)));
  const amount = bytes / 1024 ** power;
  return `${power === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${units[power]}`;
}

/** `databaseBytes` as `database bytes`. */
function wordsOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
