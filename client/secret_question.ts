/**
 * Asks on the terminal, without echo, where there is one; standard output stays free for data.
 *
 * @module
 */
import { writeIfHeard } from "../lib/output.ts";
import { onEndingSignal } from "./ending.ts";

/** Most bytes that are taken from the terminal at once. */
const chunkBytesMax = 1024;

/** Whether someone sits there who can be asked, and sees the question. */
export function canAsk(): boolean {
  return Deno.stdin.isTerminal() && Deno.stderr.isTerminal();
}

/**
 * Asks once.
 *
 * @throws {Interruption} if the one who is asked goes away instead.
 */
export function askOnTerminal(question: string): Promise<string> {
  return askSecretly(question, readTerminal);
}

/** The same, where the terminal is being read already, and may be written to another way. */
export async function askSecretly(
  question: string,
  read: () => Promise<Uint8Array | undefined>,
  write: (text: string) => void = (text) => writeIfHeard(Deno.stderr, text),
): Promise<string> {
  // Most commands never ask.
  const { askPassword } = await import("./terminal/password_prompt.ts");
  const setRaw = ({ raw }: { readonly raw: boolean }) => Deno.stdin.setRaw(raw);
  // A shell must find its terminal as it was, however this ends.
  const stopListening = onEndingSignal((exitCode) => {
    setRaw({ raw: false });
    Deno.exit(exitCode);
  });
  try {
    return await askPassword(question, { write, setRaw }, read);
  } finally {
    stopListening();
  }
}

/** What is typed next; `undefined` at the end of input. */
export async function readTerminal(): Promise<Uint8Array | undefined> {
  // Its stream would read on, and keep the program from ending.
  const buffer = new Uint8Array(chunkBytesMax);
  const count = await Deno.stdin.read(buffer);
  return count === null ? undefined : buffer.subarray(0, count);
}
