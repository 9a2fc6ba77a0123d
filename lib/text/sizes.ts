/**
 * Amounts of bytes as people write them, `64KB`, and read them, `1.5 MB`; a KB has 1024 bytes.
 *
 * @module
 */
import { countText } from "./counts.ts";

const unitsBytes: Readonly<Record<string, number>> = {
  KB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
};

/** Reads `64KB`, `5MB`, `1gb` or bare bytes; a KB has 1024 bytes; `undefined` if it is none. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d{1,12})([KMG]B)?$/i.exec(text);
  if (match === null) return undefined;
  const unit = match[2];
  return Number(match[1]) * (unit === undefined ? 1 : unitsBytes[unit.toUpperCase()] ?? 1);
}

/** Writes bytes with the largest unit that leaves a whole number: `5242880` as `5MB`. */
export function formatSize(bytes: number): string {
  for (const unit of ["GB", "MB", "KB"]) {
    const unitBytes = unitsBytes[unit] ?? 1;
    if (bytes >= unitBytes && bytes % unitBytes === 0) return `${bytes / unitBytes}${unit}`;
  }
  return `${bytes}`;
}

const roughUnits = ["KB", "MB", "GB", "TB"] as const;

/** Bytes about as exactly as one reads them: `512 bytes`, `3 KB`, `1.5 MB`. */
export function roughSize(bytes: number): string {
  if (bytes < 1024) return countText(bytes, "byte");
  let amount = bytes / 1024;
  let unit = 0;
  while (Math.round(amount) >= 1024 && unit < roughUnits.length - 1) {
    amount /= 1024;
    unit++;
  }
  const shown = amount < 10 ? Math.round(amount * 10) / 10 : Math.round(amount);
  return `${shown} ${roughUnits[unit]}`;
}
