/**
 * Cuts bytes into lines of text.
 *
 * @module
 */
import { UsageError } from "../../lib/options.ts";

/** Longest line, in UTF-16 units: far beyond any message. */
export const lineUnitsMax = 65_536;

/**
 * The lines of `chunks`, each without its end; the last one may have none.
 *
 * @throws {UsageError} for a line of more than {@linkcode lineUnitsMax}.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) yield checked(part);
    checked(rest);
  }
  rest += decoder.decode();
  if (rest !== "") yield checked(rest);
}

function checked(line: string): string {
  if (line.length > lineUnitsMax) {
    throw new UsageError(
      `Cannot read standard input: a line has more than ${lineUnitsMax} characters`,
    );
  }
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
