/**
 * What the system tells of the running process.
 *
 * @module
 */

const ownFiles = "/proc/self/fd";

/** How many file descriptors are open; `undefined` where the system, or a permission, keeps it. */
export function openFiles(): number | undefined {
  if (Deno.build.os !== "linux") return undefined;
  try {
    // Since Linux 6.2 the size of the folder is the number; to list 10,000 takes a while.
    return Deno.statSync(ownFiles).size || [...Deno.readDirSync(ownFiles)].length;
  } catch (failure) {
    if (
      failure instanceof Deno.errors.NotCapable || failure instanceof Deno.errors.NotFound ||
      failure instanceof Deno.errors.PermissionDenied
    ) return undefined;
    throw failure;
  }
}
