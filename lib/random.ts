/**
 * The only door to chance.
 *
 * @module
 */

/** A source of random numbers; a test puts a seeded one in its place. */
export interface Random {
  /** `count` random bytes, good enough for secrets. */
  bytes(count: number): Uint8Array<ArrayBuffer>;
  /** A number from 0 up to, but not including, 1. */
  number(): number;
}

/** The system's source. */
export const systemRandom: Random = {
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  number: () => Math.random(),
};

/** `count` random bytes as unpadded base64url: 4 characters for every 3 bytes. */
export function randomText(random: Random, count: number): string {
  // Browsers of 2024 have no `toBase64`.
  return btoa(String.fromCharCode(...random.bytes(count)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
