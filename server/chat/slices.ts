/**
 * Slices: what a client that catches up is told at a time.
 *
 * @module
 */
import type { Event } from "../../lib/domain/event.ts";
import { eventBytes } from "../store/pages.ts";

/** What a client that catches up is told at a time, in bytes, about; it must take it before more. */
export const replaySliceBytes = 262_144;

/** Cuts events into runs of about {@linkcode replaySliceBytes}. */
export function* slices(events: readonly Event[]): Iterable<readonly Event[]> {
  let from = 0;
  let bytes = 0;
  for (const [at, event] of events.entries()) {
    bytes += eventBytes(event);
    if (bytes < replaySliceBytes) continue;
    yield events.slice(from, at + 1);
    [from, bytes] = [at + 1, 0];
  }
  if (from < events.length) yield events.slice(from);
}
