/**
 * Asks for a password without showing it.
 *
 * @module
 */
import { exitCodes } from "../../lib/command_line.ts";
import { Interruption } from "../ending.ts";
import { type Key, KeyReader } from "./keyboard/keys.ts";
import type { Terminal } from "./screen/screen.ts";

/** Longest password that is taken in, in characters. */
export const passwordCharactersMax = 256;

/** A password as it is typed, key by key. */
export class SecretEntry {
  #characters: string[] = [];

  /** Takes a key; says when it is whole, or that its typist went away instead. */
  press(key: Key): "more" | "done" | "left" {
    if (key.kind !== "named") {
      this.#characters.push(...key.text.replaceAll("\n", ""));
      this.#characters = this.#characters.slice(0, passwordCharactersMax);
      return "more";
    }
    switch (key.name) {
      case "enter":
      case "newline":
        return "done";
      case "backspace":
        this.#characters.pop();
        return "more";
      case "kill_left":
        this.#characters = [];
        return "more";
      case "interrupt":
      case "end_of_input":
        return "left";
      default:
        return "more";
    }
  }

  get text(): string {
    return this.#characters.join("");
  }
}

/**
 * Asks once.
 *
 * @param read Gives the next bytes of the terminal; `undefined` at the end of input.
 * @throws {Interruption} for Ctrl-C, Ctrl-D or the end of input.
 */
export async function askPassword(
  question: string,
  terminal: Pick<Terminal, "write" | "setRaw">,
  read: () => Promise<Uint8Array | undefined>,
): Promise<string> {
  const keys = new KeyReader();
  const entry = new SecretEntry();
  terminal.setRaw({ raw: true });
  terminal.write(question);
  try {
    for (;;) {
      const bytes = await read();
      if (bytes === undefined) throw new Interruption({ exitCode: exitCodes.interrupted });
      for (const key of keys.read(bytes)) {
        const state = entry.press(key);
        if (state === "left") throw new Interruption({ exitCode: exitCodes.interrupted });
        if (state === "done") return entry.text;
      }
    }
  } finally {
    terminal.write("\r\n");
    terminal.setRaw({ raw: false });
  }
}
