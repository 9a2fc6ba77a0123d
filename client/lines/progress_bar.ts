/**
 * A bar that shows how far a file has come.
 *
 * @module
 */
import { roughSize } from "../../lib/text/sizes.ts";
import { type Line, line, styled } from "./safe_line.ts";

/** How far a transfer is. */
export interface Transfer {
  /** What is on its way: text from elsewhere. */
  readonly name: string;
  readonly doneBytes: number;
  /** `undefined` if nobody knows. */
  readonly totalBytes: number | undefined;
}

const barColumns = 20;
const nameColumnsMax = 24;

/** As `notes.txt ██████────── 60% of 5 MB`. */
export function progressBar({ name, doneBytes, totalBytes }: Transfer): Line {
  const shown = styled("bold", name).cut(nameColumnsMax);
  if (totalBytes === undefined || totalBytes === 0) return line`${shown} ${roughSize(doneBytes)}`;
  const part = Math.min(1, doneBytes / totalBytes);
  const full = Math.floor(part * barColumns);
  const bar = "█".repeat(full) + "─".repeat(barColumns - full);
  const percent = String(Math.floor(part * 100)).padStart(3);
  return line`${shown} ${bar} ${percent}% of ${roughSize(totalBytes)}`;
}
