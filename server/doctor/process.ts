/**
 * Checks what the system leaves a server: open files and memory; and the page it is to serve.
 *
 * @module
 */
import { roughSize } from "../../lib/text/sizes.ts";
import { buildCommand } from "../api/page.ts";
import { pageFolder, readPageFiles } from "../page_files.ts";
import type { Finding } from "./finding.ts";
import { isKept } from "./holder.ts";
import type { Visit } from "./visit.ts";

/** Files that the server opens beside its connections: its database, its log, its program. */
export const ownFilesMax = 100;

/** Files that a connection by TLS takes: its own, and both ends of the way to where TLS is spoken. */
export const tlsFilesPerConnection = 3;

/** With less memory than this to be had, the system may soon end someone. */
export const availableBytesLow = 256 * 1024 ** 2;

export interface ProcessFacts {
  /** Files that the server may open; `undefined` where the system does not tell. */
  readonly filesMax: number | undefined;
  readonly connectionsMax: number;
  readonly isSecure: boolean;
  readonly availableBytes: number;
}

export function checkProcess({ config, holder, tlsFiles }: Visit): readonly Finding[] {
  const process = holder.kind === "server" ? holder.process : undefined;
  return [
    ...judgeProcess({
      filesMax: filesMaxOf(process),
      connectionsMax: config["max-connections"],
      isSecure: tlsFiles !== undefined,
      availableBytes: Deno.systemMemoryInfo().available,
    }),
    judgePage(),
  ];
}

/** Of the server at work, or of one that would be started as this program was. */
function filesMaxOf(process: number | undefined): number | undefined {
  if (Deno.build.os !== "linux") return undefined;
  for (const name of process === undefined ? ["self"] : [String(process), "self"]) {
    try {
      return readFilesMax(Deno.readTextFileSync(`/proc/${name}/limits`));
    } catch (failure) {
      if (!isKept(failure)) throw failure;
    }
  }
  return undefined;
}

/** Reads it out of a page of limits (proc(5)). */
export function readFilesMax(limits: string): number | undefined {
  const [, soft] = /^Max open files +(\d+|unlimited)/m.exec(limits) ?? [];
  if (soft === undefined) return undefined;
  return soft === "unlimited" ? Infinity : Number(soft);
}

export function judgeProcess(facts: ProcessFacts): readonly Finding[] {
  const { filesMax, connectionsMax, isSecure, availableBytes } = facts;
  const findings: Finding[] = [];
  if (filesMax !== undefined) {
    const each = isSecure ? tlsFilesPerConnection : 1;
    const needed = connectionsMax * each + ownFilesMax;
    const looked = "open files";
    const found = `${filesMax === Infinity ? "any number" : filesMax} may be open`;
    if (filesMax >= needed) {
      findings.push({ verdict: "ok", looked, found });
    } else {
      findings.push({
        verdict: "warning",
        looked,
        found: `${found}, but --max-connections is ${connectionsMax}` +
          `${isSecure ? `, each of ${each} files by TLS` : ""}: before that many have ` +
          "come, the server can't take any, nor read its files",
        advice: `ulimit -n ${needed}; in a unit LimitNOFILE=${needed}; or ` +
          `--max-connections ${Math.max(1, Math.floor((filesMax - ownFilesMax) / each))}`,
      });
    }
  }
  const looked = "memory";
  const found = `${roughSize(availableBytes)} can be had`;
  findings.push(
    availableBytes >= availableBytesLow
      ? { verdict: "ok", looked, found }
      : { verdict: "warning", looked, found, advice: "see who has it: top -o %MEM" },
  );
  return findings;
}

function judgePage(): Finding {
  const looked = "the page";
  try {
    if (readPageFiles(pageFolder) !== undefined) {
      return { verdict: "ok", looked, found: "it is there for browsers" };
    }
    const found = "it has not been built: browsers get a sentence instead of a chat";
    return { verdict: "warning", looked, found, advice: buildCommand };
  } catch (failure) {
    if (!(failure instanceof Error && "code" in failure)) throw failure;
    const found = `it can't be read: ${failure.message}`;
    return { verdict: "warning", looked, found, advice: buildCommand };
  }
}
