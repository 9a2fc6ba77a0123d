/**
 * Secrets that an operator keeps in a file: never an argument, which every user of the machine can
 * see.
 *
 * @module
 */
import { CommandFailure, systemWords } from "./failure.ts";

/** Longest file that is taken for one that holds a secret, in bytes. */
export const secretFileBytesMax = 4096;

/**
 * The first line of a file.
 *
 * @throws {CommandFailure} if it can't be read, is too long, is no UTF-8, or begins with an empty
 * line.
 */
export function readSecretFile(path: string): string {
  const why = `Cannot take the first line of ${path}`;
  const bytes = new Uint8Array(secretFileBytesMax + 1);
  let length = 0;
  try {
    using file = Deno.openSync(path);
    // What is no ordinary file, as a pipe, gives its bytes in pieces.
    for (;;) {
      const count = file.readSync(bytes.subarray(length));
      if (count === null || count === 0) break;
      length += count;
    }
  } catch (failure) {
    throw new CommandFailure(`Cannot read ${path}: ${systemWords(failure)}`, { cause: failure });
  }
  if (length > secretFileBytesMax) {
    throw new CommandFailure(`${why}: the file is longer than ${secretFileBytesMax} bytes`);
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length));
  } catch (failure) {
    throw new CommandFailure(`${why}: it is not UTF-8`, { cause: failure });
  }
  const [line = ""] = text.split(/\r?\n/, 1);
  if (line === "") throw new CommandFailure(`${why}: it is empty`);
  return line;
}
