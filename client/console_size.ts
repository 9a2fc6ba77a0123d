/**
 * How large the terminal is.
 *
 * @module
 */

/** Its columns and rows; 0 where it does not tell. */
export function consoleSize(): { readonly columns: number; readonly rows: number } {
  try {
    return Deno.consoleSize();
  } catch (failure) {
    // A terminal that has just been closed has no size.
    if (failure instanceof Error) return { columns: 0, rows: 0 };
    throw failure;
  }
}
