/**
 * The outbox on disk: what was written and is not answered outlives the program.
 *
 * Each running client has a journal of its own, which it holds by the file's lock; the kernel frees
 * the lock however the client ends, and the next one takes the journal over. A journal's name tells
 * whose it is by a hash of server and user, so that nothing is ever sent to another server or as
 * another user:
 *
 * ```
 * outbox-HASH-BORN-ID.jsonl
 * ```
 *
 * Whoever looks for journals, or puts one elsewhere, holds the lock of the directory meanwhile.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import type { Random } from "../../lib/random.ts";
import { foldName } from "../../lib/text/names.ts";
import { outboxMessagesMax, type Sending, type Shelf, ShelfFault } from "../connection/outbox.ts";
import { isFileFailure } from "./file_failure.ts";
import { OutboxJournal, temporaryEnding } from "./outbox_journal.ts";
import { encodeLine, type JournalLine, keptLine, lineBytesMax } from "./outbox_lines.ts";

const directoryMode = 0o700;
const fileMode = 0o600;
const hasModes = Deno.build.os !== "windows";

/** Bytes of a hash that tells whose a journal is, and of chance that tells it from others. */
const hashBytes = 16;
const idBytes = 8;

/** Whose outbox it is. */
export interface OutboxOwner {
  /** Where journals are kept; need not be there yet. */
  readonly directory: string;
  /** The server's. */
  readonly origin: string;
  readonly user: string;
}

export interface OutboxFileSetup extends OutboxOwner {
  /** The name by which the user signed in, if the server knows them by another one by now. */
  readonly formerly?: string;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Opens the outbox of a user, and takes over what clients that have ended left in it.
 *
 * @throws {ShelfFault} if there is something that can't be read or taken over.
 */
export async function openOutboxFile(setup: OutboxFileSetup): Promise<OutboxFile> {
  const { origin, user, formerly = user } = setup;
  const prefix = await prefixOf(origin, user);
  const former = await prefixOf(origin, formerly);
  return attempt("take over the messages that wait", () => new OutboxFile(setup, prefix, former));
}

/**
 * How many messages of a user wait for a client to send them; those of a client that is running do
 * not count.
 *
 * @throws {ShelfFault} if that can't be found out.
 */
export async function waitingMessages({ directory, origin, user }: OutboxOwner): Promise<number> {
  const prefix = await prefixOf(origin, user);
  return attempt("count the messages that wait", () => {
    const place = new JournalDirectory(directory);
    if (place.names(prefix).length === 0) return 0;
    using _lock = place.lock();
    const keys = new Set<string>();
    for (const name of place.names(prefix)) {
      using journal = place.take(name);
      for (const key of journal?.drafts.keys() ?? []) keys.add(key);
    }
    return keys.size;
  });
}

/** A shelf in a file. */
export class OutboxFile implements Shelf, Disposable {
  readonly #setup: OutboxFileSetup;
  readonly #place: JournalDirectory;
  #prefix: string;
  /** How the journal is called, but for whose it is. */
  #tail: string;
  /** Made when there is something to keep. */
  #journal: OutboxJournal | undefined;
  #isClosed = false;
  readonly left: readonly Sending[];
  /** How many lines of what was left could not be read, and may have been messages. */
  readonly damaged: number;

  /** Use {@linkcode openOutboxFile}. */
  constructor(setup: OutboxFileSetup, prefix: string, former: string) {
    this.#setup = setup;
    this.#place = new JournalDirectory(setup.directory);
    this.#prefix = prefix;
    this.#tail = `${String(setup.clock.now()).padStart(13, "0")}-${
      setup.random.bytes(idBytes).toHex()
    }.jsonl`;
    try {
      this.damaged = this.#takeOver(former);
    } catch (failure) {
      this.#journal?.[Symbol.dispose]();
      throw failure;
    }
    this.left = [...this.#journal?.drafts.values() ?? []];
  }

  keep(sending: Sending): void {
    if (this.#isClosed) throw new ShelfFault("Cannot keep message: the program is ending");
    const known = this.#journal?.drafts.get(sending.key);
    if (known !== undefined && known.triedMs === sending.triedMs) return;
    const line: JournalLine = known === undefined
      ? keptLine(sending)
      : { type: "tried", key: sending.key, triedMs: sending.triedMs ?? null };
    const { length } = encodeLine(line);
    if (length > lineBytesMax) {
      throw new ShelfFault(`Cannot keep message: it takes more than ${lineBytesMax / 1024} KB`);
    }
    attempt("keep message", () => {
      const journal = this.#journal ?? this.#create();
      if (journal.isFullFor(length)) this.#rewrite(journal);
      journal.write([line], { durable: true });
    });
  }

  forget({ key }: Sending): void {
    try {
      this.#journal?.forget(key);
    } catch (failure) {
      // It comes back in the next run then, marked as tried: it is answered again, or told of.
      if (!isFileFailure(failure)) throw failure;
    }
  }

  /** Takes over what clients that have ended since have left. */
  more(): readonly Sending[] {
    if (this.#isClosed) return [];
    const known = new Set(this.#journal?.drafts.keys());
    try {
      this.#takeOver(this.#prefix, { onlyWhole: true });
    } catch (failure) {
      if (!isFileFailure(failure) && !(failure instanceof ShelfFault)) throw failure;
    }
    return [...this.#journal?.drafts.values() ?? []].filter(({ key }) => !known.has(key));
  }

  /**
   * The user has another name from now on; journals follow, also those that nobody holds.
   *
   * @throws {ShelfFault} if they can't.
   */
  async rename(user: string): Promise<void> {
    const { directory, origin } = this.#setup;
    const former = this.#prefix;
    this.#prefix = await prefixOf(origin, user);
    if (former === this.#prefix) return;
    attempt(`rename the outbox in ${directory}`, () => {
      if (this.#place.names(former).length === 0) return;
      using _lock = this.#place.lock();
      this.#place.move(former, this.#prefix);
    });
  }

  /** Leaves what is kept to the next run. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    const journal = this.#journal;
    this.#journal = undefined;
    if (journal === undefined) return;
    journal[Symbol.dispose]();
    if (journal.drafts.size > 0) return;
    try {
      using _lock = this.#place.lock();
      this.#place.removeEmpty(this.#tail);
    } catch (failure) {
      // An empty one that stays does no harm: the next run goes on with it.
      if (!isFileFailure(failure)) throw failure;
    }
  }

  /**
   * Takes over what others have left; tells how many lines can't be read.
   *
   * @param options `onlyWhole` leaves what has such lines to the next run, which tells of them.
   */
  #takeOver(former: string, { onlyWhole = false } = {}): number {
    const place = this.#place;
    const own = this.#journal === undefined ? undefined : this.#tail;
    const isOurs = (prefix: string) => place.names(prefix).some((name) => name !== prefix + own);
    if (!isOurs(former) && !isOurs(this.#prefix)) return 0;
    using _lock = place.lock();
    if (former !== this.#prefix) place.move(former, this.#prefix);
    place.clearTemporary(this.#prefix);
    let damaged = 0;
    for (const name of place.names(this.#prefix)) {
      const journal = place.take(name);
      if (journal === undefined) continue;
      if (onlyWhole && journal.damaged > 0) {
        journal[Symbol.dispose]();
        continue;
      }
      damaged += journal.damaged;
      if (this.#journal === undefined) {
        this.#journal = journal;
        this.#tail = name.slice(this.#prefix.length);
      } else if (this.#journal.drafts.size + journal.drafts.size > outboxMessagesMax) {
        // The rest is for a later run, so that the order is kept.
        journal[Symbol.dispose]();
        break;
      } else {
        this.#merge(this.#journal, journal);
        place.remove(name);
      }
    }
    return damaged;
  }

  /** Adds what is in another journal, and gives that up. */
  #merge(ours: OutboxJournal, other: OutboxJournal): void {
    using journal = other;
    // Whoever was killed while doing this has left the same drafts in both.
    const added = [...journal.drafts.values()].filter(({ key }) => !ours.drafts.has(key));
    ours.write(added.map(keptLine), { durable: true });
  }

  #create(): OutboxJournal {
    this.#place.make();
    using _lock = this.#place.lock();
    this.#journal = OutboxJournal.create(this.#place.path(this.#prefix + this.#tail));
    this.#place.sync();
    return this.#journal;
  }

  #rewrite(journal: OutboxJournal): void {
    using _lock = this.#place.lock();
    const name = this.#place.nameOf(this.#tail) ?? this.#prefix + this.#tail;
    journal.rewrite(this.#place.path(name));
    this.#place.sync();
  }
}

/** The directory in which journals are. */
class JournalDirectory {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  path(name: string): string {
    return `${this.#path}/${name}`;
  }

  make(): void {
    Deno.mkdirSync(this.#path, { recursive: true, mode: directoryMode });
    if (hasModes) Deno.chmodSync(this.#path, directoryMode);
  }

  /** Until it is disposed of, nobody else looks for journals here or moves them. */
  lock(): Disposable {
    const path = this.path("outbox.lock");
    const file = Deno.openSync(path, { write: true, create: true, mode: fileMode });
    file.lockSync(true);
    return file;
  }

  /** Journals whose names begin with `prefix`, the oldest first. */
  names(prefix: string): string[] {
    return this.#all().filter((name) => name.startsWith(prefix) && name.endsWith(".jsonl"))
      .sort();
  }

  /** How the journal is called now that was made as the one with this tail. */
  nameOf(tail: string): string | undefined {
    return this.#all().find((name) => name.endsWith(`-${tail}`));
  }

  take(name: string): OutboxJournal | undefined {
    const [, born = "0"] = /-(\d{1,15})-[^-]*$/.exec(name) ?? [];
    return OutboxJournal.take(this.path(name), { bornMs: Number(born) });
  }

  /** Gives the journals of one prefix another. */
  move(before: string, now: string): void {
    for (const name of this.names(before)) {
      Deno.renameSync(this.path(name), this.path(now + name.slice(before.length)));
    }
  }

  remove(name: string): void {
    Deno.removeSync(this.path(name));
  }

  /** Removes the journal with this tail, if nobody has taken it over meanwhile. */
  removeEmpty(tail: string): void {
    const name = this.nameOf(tail);
    const journal = name === undefined ? undefined : this.take(name);
    if (name === undefined || journal === undefined) return;
    const isEmpty = journal.drafts.size === 0;
    journal[Symbol.dispose]();
    if (isEmpty) this.remove(name);
  }

  /** Removes what a program that was killed was writing anew. */
  clearTemporary(prefix: string): void {
    for (const name of this.#all()) {
      if (name.startsWith(prefix) && name.endsWith(temporaryEnding)) {
        Deno.removeSync(this.path(name));
      }
    }
  }

  /** Puts on the disk how the files are called. */
  sync(): void {
    // Elsewhere a directory is no file.
    if (!hasModes) return;
    using directory = Deno.openSync(this.#path);
    directory.syncSync();
  }

  #all(): string[] {
    try {
      return [...Deno.readDirSync(this.#path)].map(({ name }) => name);
    } catch (failure) {
      if (failure instanceof Deno.errors.NotFound) return [];
      throw failure;
    }
  }
}

/** How the names of a user's journals begin: names of users are of any script, names of files not. */
async function prefixOf(origin: string, user: string): Promise<string> {
  const words = new TextEncoder().encode(JSON.stringify([origin, foldName(user)]));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", words));
  return `outbox-${hash.subarray(0, hashBytes).toHex()}-`;
}

/** Does `work`; what the file system refuses becomes a {@linkcode ShelfFault}. */
function attempt<Result>(verb: string, work: () => Result): Result {
  try {
    return work();
  } catch (failure) {
    if (!isFileFailure(failure)) throw failure;
    throw new ShelfFault(`Cannot ${verb}: ${failure.message}`, { cause: failure });
  }
}
