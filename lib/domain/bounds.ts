/**
 * The bounds that the rules themselves set, each named once.
 *
 * @module
 */

/** Longest text of a message, in Unicode characters. */
export const textCharactersMax = 4000;

/** Longest label of a client ("alice's laptop"), in Unicode characters. */
export const clientLabelCharactersMax = 64;

/** Longest password, in Unicode characters. */
export const passwordCharactersMax = 256;

/** Longest idempotency key, in visible ASCII characters. */
export const idempotencyKeyCharactersMax = 64;

/** How long the answer to an idempotency key is kept, in milliseconds. */
export const receiptLifeMs = 24 * 3_600_000;

/** Most clients of one user; the one longest unused makes room for a new one. */
export const tokensPerUserMax = 100;
