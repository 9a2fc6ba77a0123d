/**
 * Ranges: which part of a file a request asks for (RFC 9110 §14).
 *
 * @module
 */

/** A part of a file: its first and its last byte, counted from 0. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The part that a `Range` asks for, of a file of `size` bytes (RFC 9110 §14.1.2).
 *
 * `undefined` stands for the whole: there is no header, or one that a server may ignore (§14.2), of
 * another unit, malformed, or of several ranges. `"unsatisfiable"` is for a 416: nothing of what is
 * asked for exists.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | "unsatisfiable" | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/i.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || first + last === "") return undefined;
  // Numbers too large to be exact, or infinite, are beyond the end of any file all the same.
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { from: size - length, to: size - 1 };
  }
  const from = Number(first);
  const to = last === "" ? Infinity : Number(last);
  if (to < from) return undefined;
  return from < size ? { from, to: Math.min(to, size - 1) } : "unsatisfiable";
}
