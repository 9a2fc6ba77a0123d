/**
 * Reads a terminal's keys until there are no more.
 *
 * @module
 */
import type { Clock, Timer } from "../../../lib/clock.ts";
import type { CursorReport } from "./key_sequences.ts";
import { escapePatienceMs, type Key, KeyReader } from "./keys.ts";

/** Gives what is typed next; `undefined` when the terminal is gone. */
export type ReadBytes = () => Promise<Uint8Array | undefined>;

/** What happens to what comes from a terminal. */
export interface KeyTaker {
  /** Takes keys that came together; says whether more are wanted. */
  take(keys: readonly Key[]): boolean;
  /** Takes a report that the terminal was asked for. */
  hear(report: CursorReport): void;
}

/**
 * Hands keys on as they come, until the taker wants no more or the terminal is gone.
 *
 * An Escape that nothing follows is handed on when it has been waited for.
 */
export async function readKeys(read: ReadBytes, clock: Clock, taker: KeyTaker): Promise<void> {
  const reader = new KeyReader((report) => taker.hear(report));
  let patience: Timer | undefined;
  const wait = () => {
    patience?.cancel();
    patience = reader.waiting ? clock.setTimer(escapePatienceMs, giveUp) : undefined;
  };
  const giveUp = () => {
    taker.take(reader.flush());
    wait();
  };
  try {
    for (let isFirst = true;; isFirst = false) {
      const bytes = await read();
      if (bytes === undefined) return;
      if (!taker.take(reader.read(isFirst ? enteredEarly(bytes) : bytes))) return;
      wait();
    }
  } finally {
    patience?.cancel();
  }
}

/** What was entered before the terminal was ours came through it as whole lines, which end in LF. */
function enteredEarly(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte === 0x0a ? 0x0d : byte);
}
