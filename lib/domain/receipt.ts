/**
 * Receipts: what makes a repeated request harmless.
 *
 * @module
 */
import { receiptLifeMs } from "./bounds.ts";
import type { MessageId, UserId } from "./ids.ts";

/** What a command carries so that its repetition can be told from a new one. */
export interface Retry {
  /** The client's idempotency key. */
  readonly key: string;
  /** A hash of the request. */
  readonly fingerprint: string;
}

/** The outcome of a request that carried an idempotency key. */
export interface Receipt {
  readonly user: UserId;
  readonly key: string;
  /** Tells the same request from another one under the same key. */
  readonly fingerprint: string;
  readonly kept: KeptOutcome;
  readonly atMs: number;
}

/**
 * What is kept of an outcome: a message by its id alone, so that its text is gone for good when the
 * message is; anything else as it is.
 */
export type KeptOutcome = { readonly message: MessageId } | { readonly value: unknown };

/** Whether a receipt still speaks for its request. */
export function isFresh(receipt: Receipt, nowMs: number): boolean {
  return nowMs - receipt.atMs < receiptLifeMs;
}
