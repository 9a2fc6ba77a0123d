/**
 * What is flat is told from what grows, whatever the collector makes of it.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { SeededRandom } from "../support/seeded_random.ts";
import { type Flatness, flatnessOf, judgedMsMin, type Point, spansCount } from "./flatness.ts";

const hourMs = 3_600_000;
const everyMs = 10_000;
const mib = 1024 * 1024;
const most = 8 * mib;

/** An hour of samples. */
function hourOf(valueAt: (atMs: number) => number, lengthMs = hourMs): Point[] {
  return Array.from({ length: lengthMs / everyMs + 1 }, (_, at) => ({
    atMs: at * everyMs,
    value: valueAt(at * everyMs),
  }));
}

function growthOf(flatness: Flatness): number {
  assert(flatness.kind !== "unknown");
  return flatness.perHour;
}

Deno.test("what stays as it is is flat", () => {
  assertEquals(flatnessOf(hourOf(() => 100 * mib), most), { kind: "flat", perHour: 0 });
});

Deno.test("a bound is kept at it, and passed above it", () => {
  const points = hourOf((atMs) => 100 * mib + most * atMs / hourMs);
  const growth = growthOf(flatnessOf(points, most));
  assert(Math.abs(growth - most) < 1, String(growth));
  assertEquals(flatnessOf(points, growth).kind, "flat");
  assertEquals(flatnessOf(points, growth - 1).kind, "grows");
});

Deno.test("a leak is found under noise", () => {
  const random = new SeededRandom(7);
  const leaking = hourOf((atMs) => (100 + 12 * atMs / hourMs + 20 * random.number()) * mib);
  assertEquals(flatnessOf(leaking, most).kind, "grows");
});

Deno.test("a heap that grows until it is collected is flat", () => {
  for (const toothMs of [45_000, 170_000, 390_000]) {
    const sawtooth = hourOf((atMs) => (60 + 80 * (atMs % toothMs) / toothMs) * mib);
    assertEquals(flatnessOf(sawtooth, most).kind, "flat", `teeth of ${toothMs} ms`);
  }
});

Deno.test("a leak below a sawtooth is found", () => {
  const toothMs = 170_000;
  const leaking = hourOf((atMs) =>
    (60 + 80 * (atMs % toothMs) / toothMs + 15 * atMs / hourMs) * mib
  );
  assertEquals(flatnessOf(leaking, most).kind, "grows");
});

Deno.test("what fills at the beginning does not count", () => {
  const filling = hourOf((atMs) => Math.min(300, 50 + atMs / 4000) * mib);
  assertEquals(flatnessOf(filling, most).kind, "flat");
});

Deno.test("what shrinks is flat", () => {
  assertEquals(flatnessOf(hourOf((atMs) => 500 * mib - atMs * 10), most).kind, "flat");
});

Deno.test("what lasted too short, or has gaps, is not judged", () => {
  const leak = (atMs: number) => atMs * mib;
  assertEquals(flatnessOf([], most), { kind: "unknown" });
  assertEquals(flatnessOf(hourOf(leak, judgedMsMin - everyMs), most), { kind: "unknown" });
  assertEquals(flatnessOf(hourOf(leak, judgedMsMin), most).kind, "grows");
  const gappy = hourOf(leak).filter(({ atMs }) => atMs < hourMs / 2 || atMs === hourMs);
  assertEquals(flatnessOf(gappy, most), { kind: "unknown" }, `${spansCount} spans are needed`);
});
