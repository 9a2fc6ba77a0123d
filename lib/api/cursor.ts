/**
 * Cursors: where a client is in the log, as `EPOCH-POSITION`.
 *
 * @module
 */
import type { Position } from "../domain/ids.ts";

export interface Cursor {
  /** Which log; another one after a restore. */
  readonly epoch: string;
  readonly position: Position;
}

export function formatCursor({ epoch, position }: Cursor): string {
  return `${epoch}-${position}`;
}

/** Reads what {@linkcode formatCursor} wrote; `undefined` if it is no cursor. */
export function parseCursor(text: string): Cursor | undefined {
  const match = /^([0-9a-z]{1,16})-(0|[1-9]\d{0,14})$/.exec(text);
  if (match?.[1] === undefined) return undefined;
  return { epoch: match[1], position: Number(match[2]) };
}
