/**
 * Merges what several sources have into the order of the log, reading hardly more than is wanted.
 *
 * @module
 */
import type { Position } from "../../../../lib/domain/ids.ts";

/** How much of a source is read at first; each further run is twice as long. */
export const firstRunLength = 8;

/** Something that has its place in the log, which nothing else has. */
export interface Placed {
  readonly position: Position;
}

/** One of those whose entries are merged. */
export interface Source<Entry extends Placed> {
  /** Nothing that it has comes before this; it is not read before its turn comes there. */
  readonly from: Position;
  /** The first `limit` of what it has from a position on, in order. */
  readonly read: (from: Position, limit: number) => readonly Entry[];
}

/** The first `limit` of what all sources have, in order. */
export function firstOf<Entry extends Placed>(
  sources: Iterable<Source<Entry>>,
  limit: number,
): Entry[] {
  const first: Entry[] = [];
  // The nearest last, which is where they are taken from and where most are put back.
  const waiting = Array.from(sources, (source) => new Reading(source))
    .sort((a, b) => b.next - a.next);
  while (first.length < limit) {
    const nearest = waiting.pop();
    if (nearest === undefined) break;
    const entry = nearest.step(limit - first.length);
    if (entry !== undefined) first.push(entry);
    if (nearest.next < Infinity) waiting.splice(placeOf(nearest, waiting), 0, nearest);
  }
  return first;
}

/** A source as far as it has been read. */
class Reading<Entry extends Placed> {
  readonly #source: Source<Entry>;
  #run: readonly Entry[] = [];
  #taken = 0;
  #runLength = firstRunLength;
  #isLastRun = false;
  #next: Position;

  constructor(source: Source<Entry>) {
    this.#source = source;
    this.#next = source.from;
  }

  /** Nothing that is left comes before this. */
  get next(): Position {
    return this.#next;
  }

  /** Takes what is next; if that has not been read yet, reads it instead, and no more than `wanted`. */
  step(wanted: number): Entry | undefined {
    const entry = this.#run[this.#taken];
    if (entry === undefined) {
      this.#read(Math.min(this.#runLength, wanted));
      return undefined;
    }
    this.#taken += 1;
    const end = this.#isLastRun ? Infinity : entry.position + 1;
    this.#next = this.#run[this.#taken]?.position ?? end;
    return entry;
  }

  #read(length: number): void {
    this.#run = this.#source.read(this.#next, length);
    this.#taken = 0;
    this.#runLength *= 2;
    this.#isLastRun = this.#run.length < length;
    this.#next = this.#run[0]?.position ?? Infinity;
  }
}

/** Where one belongs among `others`, the farthest of which is first. */
function placeOf({ next }: Reading<Placed>, others: readonly Reading<Placed>[]): number {
  let [from, to] = [0, others.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((others[middle]?.next ?? 0) > next) from = middle + 1;
    else to = middle;
  }
  return from;
}
