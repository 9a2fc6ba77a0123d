/**
 * The passphrase of a backup: from a file, or from who sits at the terminal; never from an argument,
 * which every user of the machine can see.
 *
 * @module
 */
import { CommandFailure, Left, systemWords } from "../operator/failure.ts";
import type { OperatorTerminal } from "../operator/terminal.ts";

/** Longest passphrase, in bytes. */
export const passphraseBytesMax = 1024;

/** How often a new passphrase is asked for when its repetition is another one. */
export const repetitionsMax = 3;

type Asking = Pick<OperatorTerminal, "ask">;

/** For a backup that is to be made. @throws {CommandFailure} if there is none. */
export async function newPassphrase(file: string | undefined, terminal: Asking): Promise<string> {
  if (file !== undefined) return readPassphrase(file);
  for (let tries = 0; tries < repetitionsMax; tries++) {
    const first = await ask("Passphrase for the backup: ", terminal);
    const second = await ask("The same again: ", terminal);
    if (first === second) return bounded(first, "Cannot take the passphrase");
  }
  throw new CommandFailure("Cannot take the passphrase: it was not the same twice");
}

/** For a backup that was made. @throws {CommandFailure} if there is none. */
export async function knownPassphrase(
  file: string | undefined,
  terminal: Asking,
): Promise<string> {
  return file === undefined ? await ask("Passphrase of the backup: ", terminal) : readPassphrase(
    file,
  );
}

async function ask(question: string, terminal: Asking): Promise<string> {
  if (terminal.ask === undefined) {
    throw new CommandFailure(
      "Cannot ask for the passphrase without a terminal; name a file with --passphrase-file",
    );
  }
  const answer = await terminal.ask(question);
  if (answer === undefined) throw new Left();
  return answer;
}

function readPassphrase(path: string): string {
  const why = `Cannot take the passphrase of ${path}`;
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (failure) {
    throw new CommandFailure(`Cannot read ${path}: ${systemWords(failure)}`, { cause: failure });
  }
  return bounded(text.replace(/\r?\n[^]*$/, ""), why);
}

function bounded(passphrase: string, why: string): string {
  if (passphrase === "") throw new CommandFailure(`${why}: it is empty`);
  if (new TextEncoder().encode(passphrase).length > passphraseBytesMax) {
    throw new CommandFailure(`${why}: it is longer than ${passphraseBytesMax} bytes`);
  }
  return passphrase;
}
