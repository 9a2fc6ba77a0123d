/**
 * The disk on which the database of a torture lies: a small one of its own where that is permitted,
 * so that it can be filled and made read-only.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { spoilLastCommit } from "./wal_file.ts";

/** How large a disk of its own is. */
const diskMiB = 256;

export class Disk implements AsyncDisposable {
  readonly folder: string;
  /** Why there is no disk of its own, if there is none. */
  readonly lacking: string | undefined;

  constructor() {
    this.folder = Deno.makeTempDirSync({ prefix: "chat-torture-" });
    this.lacking = mount(["-t", "tmpfs", "-o", `size=${diskMiB}m,mode=0700`, "tmpfs", this.folder]);
  }

  get database(): string {
    return `${this.folder}/chat.db`;
  }

  /** Leaves no room for anything. */
  fill(): void {
    const file = Deno.openSync(this.#ballast, { create: true, write: true, truncate: true });
    // Ever smaller pieces, so that nothing is left.
    for (const size of [1024 * 1024, 4096, 1]) {
      const piece = new Uint8Array(size).fill(1);
      try {
        while (file.writeSync(piece) === size);
      } catch (failure) {
        // What the system tells of a full disk is no error with a name of its own.
        if (!(failure instanceof Error && /os error 28/.test(failure.message))) throw failure;
      }
    }
    file.close();
  }

  /** Gives the room back. */
  empty(): void {
    Deno.removeSync(this.#ballast);
  }

  get #ballast(): string {
    return `${this.folder}/ballast`;
  }

  /** Nothing can be written until this is called with `false`; nobody may have a file open. */
  set readOnly(isReadOnly: boolean) {
    const why = mount(["-o", `remount,${isReadOnly ? "ro" : "rw"}`, this.folder]);
    if (why !== undefined) throw new Error(`Cannot mount anew: ${why}`);
  }

  /** Spoils the last page of the write-ahead log; tells whether there was one. */
  spoil(): boolean {
    return spoilLastCommit(`${this.database}-wal`);
  }

  /** Holds the database so that nobody else can write, until what comes back is called. */
  hold(): () => void {
    const other = new DatabaseSync(this.database, { timeout: 5000 });
    other.exec("BEGIN IMMEDIATE");
    return () => {
      other.exec("ROLLBACK");
      other.close();
    };
  }

  /** What SQLite finds wrong with the database, while nobody has it open; "ok" if nothing. */
  integrity(): string {
    const db = new DatabaseSync(this.database);
    try {
      return String(db.prepare("PRAGMA integrity_check").get()?.["integrity_check"]);
    } finally {
      db.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.lacking === undefined) run("umount", ["-l", this.folder]);
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Mounts; says why that can't be done. */
function mount(args: readonly string[]): string | undefined {
  if (Deno.build.os !== "linux") return "there is no tmpfs here";
  return run("mount", args);
}

/** Runs a program; says what it complained of, if it failed. */
function run(program: string, args: readonly string[]): string | undefined {
  try {
    const { code, stderr } = new Deno.Command(program, { args: [...args] }).outputSync();
    return code === 0 ? undefined : new TextDecoder().decode(stderr).trim();
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return `there is no ${program} here`;
    throw failure;
  }
}
