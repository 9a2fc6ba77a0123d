/**
 * Where a client that someone attends keeps what is not sent yet, and what to do where it can't.
 *
 * @module
 */
import { noShelf, type Shelf, ShelfFault } from "../connection/outbox.ts";
import {
  openOutboxFile,
  type OutboxFileSetup,
  type OutboxOwner,
  waitingMessages,
} from "./outbox_file.ts";
import { stateDirectory } from "./state_directory.ts";

/** A shelf, with what its user should know of it. */
export interface OpenShelf extends Shelf, Disposable {
  /** Whether it outlives the program. */
  readonly lasting: boolean;
  readonly warnings: readonly string[];
  /** The user has another name from now on. */
  rename(user: string): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface ShelfSetup extends Omit<OutboxFileSetup, "directory"> {
  readonly environment: Environment;
}

/** That messages wait, for one whose server can't be reached; `undefined` if none do. */
export async function waitingWords(
  { environment, ...owner }: Omit<OutboxOwner, "directory"> & { readonly environment: Environment },
): Promise<string | undefined> {
  try {
    const count = await waitingMessages({ ...owner, directory: stateDirectory(environment) });
    if (count === 0) return undefined;
    const wait = count === 1 ? "1 message of yours waits" : `${count} messages of yours wait`;
    return `${wait} to be sent at the next start`;
  } catch (failure) {
    // What is wrong with the outbox is told when it is opened.
    if (!(failure instanceof ShelfFault)) throw failure;
    return undefined;
  }
}

/** Opens the outbox of a user; where there can be none, the chat goes on without. */
export async function openShelf({ environment, ...setup }: ShelfSetup): Promise<OpenShelf> {
  try {
    const file = await openOutboxFile({ ...setup, directory: stateDirectory(environment) });
    return {
      left: file.left,
      keep: (sending) => file.keep(sending),
      forget: (sending) => file.forget(sending),
      more: () => file.more(),
      lasting: true,
      warnings: file.damaged === 0 ? [] : [damageWords(file.damaged)],
      async rename(user) {
        try {
          await file.rename(user);
        } catch (failure) {
          // What waits is on its way all the same; another start finds it by the old name only.
          if (!(failure instanceof ShelfFault)) throw failure;
        }
      },
      [Symbol.dispose]: () => file[Symbol.dispose](),
    };
  } catch (failure) {
    if (!(failure instanceof ShelfFault)) throw failure;
    return {
      ...noShelf,
      lasting: false,
      warnings: [`${failure.message}; what is not sent when the client ends is lost`],
      rename: () => Promise.resolve(),
      [Symbol.dispose]() {},
    };
  }
}

function damageWords(lines: number): string {
  const damaged = lines === 1 ? "1 line" : `${lines} lines`;
  return `${damaged} of the outbox can't be read; messages may be lost`;
}
