/**
 * Who uses a database: found by its lock.
 *
 * @module
 */

/** Whether a server uses it, and as which process, where the system tells. */
export type Holder =
  | { readonly kind: "nobody" }
  | { readonly kind: "server"; readonly process?: number }
  | { readonly kind: "unknown" };

/** The system's list of locks, on Linux. */
const lockList = "/proc/locks";

/**
 * Who holds the lock of the database at `path`.
 *
 * A lock is found by trying to share it. A server that starts in that very moment would be turned
 * away, so it is let go at once.
 */
export function holderOf(path: string): Holder {
  try {
    using file = Deno.openSync(`${path}.lock`, { read: true });
    if (file.tryLockSync(false)) return { kind: "nobody" };
    const { ino } = file.statSync();
    const process = ino === null ? undefined : lockerOf(ino, readLockList());
    return { kind: "server", ...(process !== undefined && { process }) };
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return { kind: "nobody" };
    if (failure instanceof Deno.errors.PermissionDenied) return { kind: "unknown" };
    throw failure;
  }
}

/** The process that has locked the file of this number, in a list like `/proc/locks` (proc(5)). */
export function lockerOf(inode: number, list: string): number | undefined {
  for (const line of list.split("\n")) {
    const [, kind, , , process, place = ""] = line.trim().split(/\s+/);
    if (kind === "FLOCK" && place.endsWith(`:${inode}`)) return Number(process);
  }
  return undefined;
}

function readLockList(): string {
  if (Deno.build.os !== "linux") return "";
  try {
    return Deno.readTextFileSync(lockList);
  } catch (failure) {
    if (isKept(failure)) return "";
    throw failure;
  }
}

/** Whether the system, or a permission, keeps something to itself. */
export function isKept(failure: unknown): boolean {
  return failure instanceof Deno.errors.NotCapable || failure instanceof Deno.errors.NotFound ||
    failure instanceof Deno.errors.PermissionDenied;
}
