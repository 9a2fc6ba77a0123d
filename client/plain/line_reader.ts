/**
 * Cuts bytes into lines of text.
 *
 * @module
 */

/** Longest line, in UTF-16 units: far beyond any message. */
export const lineUnitsMax = 65_536;

/** A line is too long to be anything that was meant. */
export class LineTooLong extends Error {
  override readonly name = "LineTooLong";
  constructor() {
    super(`Cannot read standard input: a line has more than ${lineUnitsMax} characters`);
  }
}

/**
 * The lines of `chunks`, each without its end; the last one may have none.
 *
 * @throws {LineTooLong} for a line of more than {@linkcode lineUnitsMax}.
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
  if (line.length > lineUnitsMax) throw new LineTooLong();
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
