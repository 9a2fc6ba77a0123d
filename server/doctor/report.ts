/**
 * The findings of all checks as text for an operator, or as JSON for a script.
 *
 * @module
 */
import { countText } from "../../lib/text/counts.ts";
import { terminalJson } from "../../lib/text/json.ts";
import { terminalSafe } from "../../lib/text/terminal.ts";
import { version } from "../../lib/version.ts";
import type { Finding, Verdict } from "./finding.ts";

/** What one check found. */
export interface Section {
  readonly check: string;
  readonly findings: readonly Finding[];
}

const marks: Readonly<Record<Verdict, string>> = {
  ok: "ok",
  warning: "warning",
  failed: "FAILED",
};

const indent = " ".repeat(10);

/** A section as lines; what comes from elsewhere can't command a terminal. */
export function sectionText({ check, findings }: Section): string {
  return `${check}\n` + findings.map(findingText).join("");
}

function findingText({ verdict, looked, found, advice }: Finding): string {
  const line = `  ${marks[verdict].padEnd(8)}${terminalSafe(`${looked}: ${found}`)}\n`;
  return advice === undefined ? line : `${line}${indent}-> ${terminalSafe(advice)}\n`;
}

/** The last line: how many findings there are of each kind. */
export function closingText(sections: readonly Section[]): string {
  const counts = countsOf(sections);
  if (counts.failed + counts.warning === 0) return "All is well.\n";
  return `${counts.failed} failed, ${countText(counts.warning, "warning")}, ${counts.ok} ok.\n`;
}

/** The gravest verdict of all. */
export function verdictOf(sections: readonly Section[]): Verdict {
  const counts = countsOf(sections);
  if (counts.failed > 0) return "failed";
  return counts.warning > 0 ? "warning" : "ok";
}

/** All of it as JSON on one line. */
export function reportJson(sections: readonly Section[]): string {
  const findings = sections.flatMap(({ check, findings }) =>
    findings.map((finding) => ({ check, ...finding }))
  );
  return `${terminalJson({ version, verdict: verdictOf(sections), findings })}\n`;
}

function countsOf(sections: readonly Section[]): Readonly<Record<Verdict, number>> {
  const counts = { ok: 0, warning: 0, failed: 0 };
  for (const { findings } of sections) for (const { verdict } of findings) counts[verdict] += 1;
  return counts;
}
