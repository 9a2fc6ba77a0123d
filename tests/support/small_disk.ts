/**
 * A small disk of its own, for a test to fill: in memory, where mounting is permitted.
 *
 * @module
 */
import { toolPath } from "./tools.ts";

const mebibytes = 8;

export class SmallDisk implements Disposable {
  readonly folder: string;

  /** @throws {Error} if it is not permitted. */
  constructor(folder: string) {
    this.folder = folder;
    Deno.mkdirSync(folder);
    const why = mounting(folder);
    if (why !== undefined) throw new Error(`Cannot mount a disk: ${why}`);
  }

  /** Why there can be none here, if so. */
  static get lacking(): string | undefined {
    if (Deno.build.os !== "linux" || toolPath("mount") === undefined) return "no mount here";
    const folder = Deno.makeTempDirSync({ prefix: "chat-disk-" });
    const why = mounting(folder);
    if (why === undefined) unmount(folder);
    Deno.removeSync(folder);
    return why === undefined ? undefined : "no mounting permitted";
  }

  /** Leaves no room for anything, or for so many bytes. */
  fill({ leavingBytes = 0 }: { readonly leavingBytes?: number } = {}): void {
    using file = Deno.openSync(this.#ballast, { create: true, write: true, truncate: true });
    for (const size of [65_536, 1]) {
      try {
        while (file.writeSync(new Uint8Array(size)) === size);
      } catch (failure) {
        if (!/os error 28/.test(String(failure))) throw failure;
      }
    }
    file.truncateSync(file.statSync().size - leavingBytes);
  }

  /** Gives the room back. */
  empty(): void {
    Deno.removeSync(this.#ballast);
  }

  [Symbol.dispose](): void {
    unmount(this.folder);
  }

  get #ballast(): string {
    return `${this.folder}/ballast`;
  }
}

/** Mounts a disk; gives why it can't. */
function mounting(folder: string): string | undefined {
  const args = ["-t", "tmpfs", "-o", `size=${mebibytes}m,mode=0700`, "tmpfs", folder];
  const { success, stderr } = new Deno.Command("mount", { args }).outputSync();
  return success ? undefined : new TextDecoder().decode(stderr).trim();
}

/** At once for all who look, and for whoever has a file open when they close it. */
function unmount(folder: string): void {
  new Deno.Command("umount", { args: ["--lazy", folder] }).outputSync();
}
