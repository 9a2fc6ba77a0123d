/**
 * Amounts of bytes as people write them: `512`, `64KB`, `5MB`, `1GB`.
 *
 * @module
 */

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
