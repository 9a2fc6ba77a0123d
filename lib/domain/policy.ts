/**
 * The numbers that the rules go by and an operator may choose.
 *
 * @module
 */
import { hourMs } from "./bounds.ts";

export interface Policy {
  /** Messages that one user may send to the common chat in a period; 0: as many as they like. */
  readonly limit: number;
  readonly limitPeriodMs: number;
  /** How long after it was sent a message is there for those who have read it. */
  readonly messageTtlMs: number;
  /** How long after it was sent a message is there at all. */
  readonly unreadTtlMs: number;
  /** Reports by so many ban a user from sending; 0: nobody is ever banned. */
  readonly banAfter: number;
  readonly banForMs: number;
}

/** What holds where nothing else is chosen. */
export const defaultPolicy: Policy = {
  limit: 20,
  limitPeriodMs: hourMs,
  messageTtlMs: hourMs,
  unreadTtlMs: 30 * 24 * hourMs,
  banAfter: 3,
  banForMs: 4 * hourMs,
};
