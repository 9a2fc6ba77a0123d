/**
 * Checks the disk that the database is on: its room, and its kind.
 *
 * @module
 */
import { statfsSync } from "node:fs";
import { roughSize } from "../../lib/text/sizes.ts";
import type { Finding } from "./finding.ts";
import type { Visit } from "./visit.ts";

/** With less room than this the server soon can't save any more. */
export const freeBytesLow = 1024 ** 3;

/** With less room than this it can't take one large file, or hold its write-ahead log. */
export const freeBytesMin = 64 * 1024 ** 2;

/** With fewer files than this that may still be made, someone fills the disk with small ones. */
export const freeFilesLow = 1000;

/** What the system tells of a disk. */
export interface DiskFacts {
  readonly folder: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Files that may still be made; `undefined` where that is not bounded. */
  readonly freeFiles: number | undefined;
  /** Its number by which statfs(2) names a kind of disk. */
  readonly kind: number;
}

const inMemory: ReadonlyMap<number, string> = new Map([
  [0x01021994, "tmpfs"],
  [0x858458f6, "ramfs"],
]);

/** Where locks and the shared memory of SQLite can't be relied on (sqlite.org/wal.html). */
const overNetwork: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB"],
  [0x517b, "SMB"],
  [0x01021997, "9P"],
  [0x65735546, "FUSE"],
  [0x5346414f, "AFS"],
  [0x00c36400, "Ceph"],
]);

export function checkDisk({ config: { db } }: Visit): readonly Finding[] {
  if (db === ":memory:") return [];
  const [folder] = /^.*\//.exec(db) ?? ["."];
  try {
    const { bavail, blocks, bsize, files, ffree, type } = statfsSync(folder);
    return judgeDisk({
      folder,
      freeBytes: bavail * bsize,
      totalBytes: blocks * bsize,
      freeFiles: files === 0 ? undefined : ffree,
      kind: type >>> 0,
    });
  } catch (failure) {
    // That there is no folder has been told of the database.
    if (failure instanceof Error && "code" in failure && failure.code === "ENOENT") return [];
    throw failure;
  }
}

export function judgeDisk(facts: DiskFacts): readonly Finding[] {
  const { folder, freeBytes, totalBytes, freeFiles, kind } = facts;
  const findings: Finding[] = [];
  const room = `${roughSize(freeBytes)} of ${roughSize(totalBytes)} are free`;
  const advice = "make room, or move the database to a larger disk";
  if (freeBytes < freeBytesMin) {
    const found = `${room}: the server can't save, or soon will not`;
    findings.push({ verdict: "failed", looked: folder, found, advice });
  } else if (freeBytes < freeBytesLow) {
    findings.push({ verdict: "warning", looked: folder, found: room, advice });
  } else {
    findings.push({ verdict: "ok", looked: folder, found: room });
  }
  if (freeFiles !== undefined && freeFiles < freeFilesLow) {
    findings.push({
      verdict: freeFiles === 0 ? "failed" : "warning",
      looked: folder,
      found: `only ${freeFiles} more files can be made on this disk`,
      advice: "find what fills it: df -i, then du --inodes -x / | sort -n | tail",
    });
  }
  const memory = inMemory.get(kind);
  if (memory !== undefined) {
    findings.push({
      verdict: "warning",
      looked: folder,
      found: `it is memory (${memory}), and empty after a restart of the machine`,
      advice: "name a file on a disk with --db",
    });
  }
  const network = overNetwork.get(kind);
  if (network !== undefined) {
    findings.push({
      verdict: "warning",
      looked: folder,
      found: `it is of another machine, or as if (${network}): locks may not hold there, and a ` +
        "database can be damaged",
      advice: "keep the database on a disk of this machine, and send backups over the network",
    });
  }
  return findings;
}
