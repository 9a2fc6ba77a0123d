/**
 * Asks on the terminal for what is no secret, which it shows as it is typed.
 *
 * @module
 */
import { exitCodes } from "../lib/command_line.ts";
import { writeIfHeard } from "../lib/output.ts";
import { Interruption } from "./ending.ts";
import { readTerminal } from "./secret_question.ts";

/** Longest answer that is waited for, in UTF-16 units; a terminal gives about as many in a line. */
export const answerUnitsMax = 4096;

/**
 * Asks once; an answer that is too long is cut.
 *
 * @param read Gives the next bytes of the terminal, which are lines; `undefined` at the end of input.
 * @throws {Interruption} at the end of input.
 */
export async function askOpenly(
  question: string,
  read: () => Promise<Uint8Array | undefined> = readTerminal,
  write: (text: string) => void = (text) => writeIfHeard(Deno.stderr, text),
): Promise<string> {
  const decoder = new TextDecoder();
  let typed = "";
  write(question);
  while (!typed.includes("\n") && typed.length < answerUnitsMax) {
    const bytes = await read();
    if (bytes === undefined) throw new Interruption({ exitCode: exitCodes.interrupted });
    typed += decoder.decode(bytes, { stream: true });
  }
  const [answer = ""] = typed.split(/\r?\n/, 1);
  return answer.slice(0, answerUnitsMax);
}
