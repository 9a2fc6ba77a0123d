/**
 * How far a restored log goes on.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import {
  positionsPerSecond,
  skippedMin,
  skippedPositions,
} from "../../../server/backup/skipped_positions.ts";

Deno.test("skippedPositions() leaves room for all that may have been given out since", () => {
  const evenMs = 1000 * skippedMin / positionsPerSecond;
  for (
    const [passedMs, skipped] of [
      [-5000, skippedMin],
      [0, skippedMin],
      [evenMs, skippedMin],
      [evenMs + 1, skippedMin + positionsPerSecond],
      [24 * 3_600_000, 86_400_000],
    ] as const
  ) assertEquals(skippedPositions({ sinceMs: 1e12, nowMs: 1e12 + passedMs }), skipped);
});
