/**
 * Writes text whole to an output whose reader may go away, as `head` does.
 *
 * @module
 */

/** What takes bytes, and may take only the first of them, as `Deno.stdout` does. */
export interface ByteOutput {
  writeSync(bytes: Uint8Array): number;
}

/** The reader of an output has gone; there is nobody left to write for. */
export class OutputClosed extends Error {
  override readonly name = "OutputClosed";
}

/**
 * Writes all of a text.
 *
 * @throws {OutputClosed} if its reader has gone.
 */
export function writeAll(output: ByteOutput, text: string): void {
  let bytes = new TextEncoder().encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(output.writeSync(bytes));
  } catch (failure) {
    // By its name: this file does without the runtime, which has the class.
    if (failure instanceof Error && failure.name === "BrokenPipe") throw new OutputClosed();
    throw failure;
  }
}

/** Writes a text that is worth nothing without a reader: if there is none, it is left unsaid. */
export function writeIfHeard(output: ByteOutput, text: string): void {
  try {
    writeAll(output, text);
  } catch (failure) {
    if (!(failure instanceof OutputClosed)) throw failure;
  }
}
