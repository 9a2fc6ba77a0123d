/**
 * Telling what the file system refuses from a defect.
 *
 * @module
 */

/** Whether it is the file system that refuses something; of a full disk, Deno makes a plain error. */
export function isFileFailure(failure: unknown): failure is Error {
  return failure instanceof Error && (failure.name in Deno.errors || "code" in failure);
}
