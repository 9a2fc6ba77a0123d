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

/** The system does not take what is written, as on a disk that is full. */
export class OutputFailed extends Error {
  override readonly name = "OutputFailed";
}

/**
 * Writes all of a text.
 *
 * @throws {OutputClosed} if its reader has gone.
 * @throws {OutputFailed} if the system refuses it.
 */
export function writeAll(output: ByteOutput, text: string): void {
  writeBytes(output, new TextEncoder().encode(text));
}

/** Writes all of some bytes. @throws as {@linkcode writeAll}. */
export function writeBytes(output: ByteOutput, bytes: Uint8Array): void {
  let left = bytes;
  try {
    while (left.length > 0) left = left.subarray(output.writeSync(left));
  } catch (failure) {
    if (!(failure instanceof Error)) throw failure;
    // By its name: this file does without the runtime, which has the class.
    if (failure.name === "BrokenPipe") throw new OutputClosed();
    // What the system refuses has its code; a defect has none.
    if (!("code" in failure) || typeof failure.code !== "string") throw failure;
    const why = failure.message.replace(/ \(os error \d+\)$/, "");
    throw new OutputFailed(`Cannot write: ${why}`, { cause: failure });
  }
}

/** Writes a text that is worth nothing without a reader: if none gets it, it is left unsaid. */
export function writeIfHeard(output: ByteOutput, text: string): void {
  try {
    writeAll(output, text);
  } catch (failure) {
    if (!(failure instanceof OutputClosed || failure instanceof OutputFailed)) throw failure;
  }
}
