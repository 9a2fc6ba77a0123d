/**
 * The passphrase of a backup: from a file, or from who sits at the terminal; never from an argument,
 * which every user of the machine can see.
 *
 * @module
 */
import { CommandFailure, Left } from "../operator/failure.ts";
import { readSecretFile } from "../operator/secret_file.ts";
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
export async function knownPassphrase(file: string | undefined, terminal: Asking): Promise<string> {
  if (file !== undefined) return readPassphrase(file);
  return await ask("Passphrase of the backup: ", terminal);
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
  return bounded(readSecretFile(path), `Cannot take the passphrase of ${path}`);
}

function bounded(passphrase: string, why: string): string {
  if (passphrase === "") throw new CommandFailure(`${why}: it is empty`);
  if (new TextEncoder().encode(passphrase).length > passphraseBytesMax) {
    throw new CommandFailure(`${why}: it is longer than ${passphraseBytesMax} bytes`);
  }
  return passphrase;
}
