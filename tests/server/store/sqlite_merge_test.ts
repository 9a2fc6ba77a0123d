/**
 * Merging: the same as if all were put in order, with less reading.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import {
  firstOf,
  firstRunLength,
  type Source,
} from "../../../server/store/sqlite/queries/merge.ts";

interface Entry {
  readonly position: number;
  readonly source: number;
}

/** Sources that have `positions`, and that count what is read of them. */
class Shelf {
  readonly sources: readonly Source<Entry>[];
  /** How many entries were read at a time, source by source. */
  readonly runs: number[][];

  constructor(positions: readonly (readonly number[])[], early = 0) {
    this.runs = positions.map(() => []);
    this.sources = positions.map((own, source) => ({
      from: (own[0] ?? 1) - early,
      read: (from, limit) => {
        const run = own.filter((position) => position >= from).slice(0, limit);
        this.runs[source]?.push(run.length);
        return run.map((position) => ({ position, source }));
      },
    }));
  }

  get entriesRead(): number {
    return this.runs.flat().reduce((sum, length) => sum + length, 0);
  }
}

/** `count` positions from `start` on, `step` apart. */
function row(start: number, step: number, count: number): number[] {
  return Array.from({ length: count }, (_, n) => start + step * n);
}

Deno.test("firstOf() takes the first of all in order, whoever has them and however many are wanted", () => {
  fc.assert(
    fc.property(
      // Which source has each position; none has those of the last.
      fc.array(fc.nat(6), { maxLength: 200 }),
      fc.integer({ min: 1, max: 250 }),
      fc.nat(5),
      (owners, limit, early) => {
        const all = owners.map((source, at) => ({ position: at + 1, source }))
          .filter(({ source }) => source < 6);
        const positions = [0, 1, 2, 3, 4, 5].map((one) =>
          all.filter(({ source }) => source === one).map(({ position }) => position)
        );
        const shelf = new Shelf(positions, early);
        const first = firstOf(shelf.sources, limit);
        assertEquals(first, all.slice(0, limit));
        for (const [source, runs] of shelf.runs.entries()) {
          const taken = first.filter((entry) => entry.source === source).length;
          const read = runs.reduce((sum, length) => sum + length, 0);
          assert(read <= 2 * taken + firstRunLength, `${read} read, ${taken} taken`);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

Deno.test("firstOf() of no sources, and of sources that have nothing, is nothing", () => {
  assertEquals(firstOf([], 5), []);
  const shelf = new Shelf([[], []]);
  assertEquals(firstOf(shelf.sources, 5), []);
  assertEquals(shelf.runs, [[0], [0]]);
});

Deno.test("firstOf() reads nothing of a source whose turn does not come", () => {
  const shelf = new Shelf([row(1, 1, 10), row(11, 1, 10), row(9, 1, 1)]);
  assertEquals(firstOf(shelf.sources, 8).map(({ source }) => source), Array(8).fill(0));
  assertEquals(shelf.runs, [[8], [], []]);
});

Deno.test("firstOf() reads longer and longer runs of a source that goes on, and no more than is wanted", () => {
  const shelf = new Shelf([row(1, 1, 1000)]);
  assertEquals(firstOf(shelf.sources, 100).length, 100);
  assertEquals(shelf.runs, [[8, 16, 32, 44]]);
});

Deno.test("firstOf() asks a source that has ended no more", () => {
  const shelf = new Shelf([row(1, 1, 3), row(4, 1, 20)]);
  assertEquals(firstOf(shelf.sources, 100).length, 23);
  assertEquals(shelf.runs, [[3], [8, 12]]);
});

Deno.test("firstOf() of very many sources reads a short run of each that has something to give", () => {
  const sources = 1000;
  const shelf = new Shelf(Array.from({ length: sources }, (_, n) => row(n + 1, sources, 50)));
  assertEquals(firstOf(shelf.sources, 100).map(({ position }) => position), row(1, 1, 100));
  assertEquals(shelf.runs.filter((runs) => runs.length > 0).length, 100);
  assert(shelf.entriesRead <= 100 * firstRunLength, `${shelf.entriesRead}`);
});
