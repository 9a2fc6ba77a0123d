/**
 * Spans of time as people write them: `90s`, `10m`, `2h`, `30d`.
 *
 * @module
 */

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Reads `90s`, `10m`, `2h`, `30d` or bare seconds as milliseconds; `undefined` if it is none. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,12})(ms|s|m|h|d)?$/.exec(text);
  if (match === null) return undefined;
  const unitMs = unitsMs[match[2] ?? "s"];
  return unitMs === undefined ? undefined : Number(match[1]) * unitMs;
}

/** Writes milliseconds with the largest unit that leaves a whole number: `3600000` as `1h`. */
export function formatDuration(durationMs: number): string {
  for (const unit of ["d", "h", "m", "s"]) {
    const unitMs = unitsMs[unit] ?? 1;
    if (durationMs >= unitMs && durationMs % unitMs === 0) return `${durationMs / unitMs}${unit}`;
  }
  return `${durationMs}ms`;
}
