/**
 * Something that fuzzing has found: what, in which case, and the shortest input that shows it.
 *
 * @module
 */
import { defaultHttpLimits } from "../../server/http/limits.ts";
import { escapedText } from "./escaped_text.ts";
import { minimised, type Shortenable, type Without } from "./minimiser.ts";
import { SocketFault } from "./socket_arena.ts";

/** How much of a text is shown if there are many. */
const someCharacters = 100;

/** A fault, with all that is needed to see it again. */
export interface Finding {
  readonly where: "core" | "dialogue" | "sockets";
  readonly caseNumber: number;
  /** What is at fault, with its stack. */
  readonly fault: string;
  /** The inputs, one character a byte: several if it is not known which one it was. */
  readonly texts: readonly string[];
  /** All that was decided beside the input. */
  readonly circumstances: string;
}

export function findingOf(
  where: Finding["where"],
  caseNumber: number,
  subject: Shortenable | readonly Shortenable[],
  fault: unknown,
): Finding {
  const blamed = fault instanceof SocketFault ? fault.subject : subject;
  const subjects = blamed instanceof Array ? blamed : [blamed];
  return {
    where,
    caseNumber,
    fault: tale(fault),
    texts: subjects.map(({ text }) => text),
    circumstances: subjects.length === 1 ? JSON.stringify(subjects[0], withoutDefaults) : "",
  };
}

/** Leaves out the text, and bounds that are as always. */
function withoutDefaults(key: string, value: unknown): unknown {
  if (key === "text") return undefined;
  if (key !== "limits") return value;
  const usual: ReadonlyMap<string, unknown> = new Map(Object.entries(defaultHttpLimits));
  return Object.fromEntries(
    Object.entries(value ?? {}).filter(([name, bound]) => usual.get(name) !== bound),
  );
}

/** The finding of the shortest case for which `check` throws a fault of the same kind. */
export async function shortest<Case extends Shortenable>(
  finding: Finding,
  subject: Case,
  without: Without<Case>,
  check: (subject: Case) => void | Promise<void>,
): Promise<Finding> {
  const kind = kindOf(finding.fault);
  let last: unknown;
  const short = await minimised(subject, without, async (shorter) => {
    try {
      await check(shorter);
      return false;
    } catch (fault) {
      // Another fault may have a shorter input, but it is another one.
      if (kindOf(tale(fault)) !== kind) return false;
      last = fault;
      return true;
    }
  });
  if (last === undefined) return finding;
  return findingOf(finding.where, finding.caseNumber, short, last);
}

function tale(fault: unknown): string {
  return fault instanceof Error ? fault.stack ?? fault.message : String(fault);
}

/** What a fault says before it comes to particulars. */
function kindOf(tale: string): string {
  return /^[^0-9"]*/.exec(tale.split("\n")[0] ?? "")?.[0] ?? "";
}

/** The finding as lines for a reader. */
export function findingText({ where, caseNumber, fault, texts, circumstances }: Finding): string {
  // Of many it is not known which one it was, and the seed brings all of them back.
  const shownMax = texts.length > 1 ? someCharacters : Infinity;
  const shown = (text: string) => {
    const escaped = escapedText(text);
    return escaped.length > shownMax ? `${escaped.slice(0, shownMax)}…` : escaped;
  };
  return [
    `Found in case ${caseNumber} (${where}): ${fault}`,
    ...texts.map((text) => `input, ${text.length} bytes:\n  "${shown(text)}"`),
    ...circumstances === "" ? [] : [`circumstances: ${circumstances}`],
  ].join("\n");
}
