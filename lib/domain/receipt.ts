/**
 * Receipts: what makes a repeated request harmless.
 *
 * @module
 */
import { receiptLifeMs } from "./bounds.ts";
import type { UserId } from "./ids.ts";

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
  /**
   * What the rule needs to tell the outcome again, as JSON. Nothing that someone said is in it: that
   * comes with the repeated request, and would otherwise outlive the message.
   */
  readonly kept: unknown;
  readonly atMs: number;
}

/** Whether a receipt still speaks for its request. */
export function isFresh(receipt: Receipt, nowMs: number): boolean {
  return nowMs - receipt.atMs < receiptLifeMs;
}
