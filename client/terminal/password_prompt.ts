/**
 * Asks for a password without showing it.
 *
 * @module
 */
import { KeyReader } from "./keys.ts";
import type { Terminal } from "./screen.ts";

/** Longest password that is taken in, in characters. */
export const passwordCharactersMax = 256;

/** The one who was asked went away instead. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/**
 * Asks once.
 *
 * @param read Gives the next bytes of the terminal; `undefined` at the end of input.
 * @throws {Interrupted} for Ctrl-C, Ctrl-D or the end of input.
 */
export async function askPassword(
  question: string,
  terminal: Terminal,
  read: () => Promise<Uint8Array | undefined>,
): Promise<string> {
  const keys = new KeyReader();
  let characters: string[] = [];
  terminal.setRaw({ raw: true });
  terminal.write(question);
  try {
    for (;;) {
      const bytes = await read();
      if (bytes === undefined) throw new Interrupted();
      for (const key of keys.read(bytes)) {
        if (key.kind !== "named") {
          characters.push(...key.text.replaceAll("\n", ""));
          characters = characters.slice(0, passwordCharactersMax);
        } else if (key.name === "enter" || key.name === "newline") {
          return characters.join("");
        } else if (key.name === "backspace") {
          characters.pop();
        } else if (key.name === "kill_left") {
          characters = [];
        } else if (key.name === "interrupt" || key.name === "end_of_input") {
          throw new Interrupted();
        }
      }
    }
  } finally {
    terminal.write("\r\n");
    terminal.setRaw({ raw: false });
  }
}
