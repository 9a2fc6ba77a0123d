/**
 * Reads a terminal's keys until there are no more.
 *
 * @module
 */
import type { Clock, Timer } from "../../../lib/clock.ts";
import { escapePatienceMs, type Key, KeyReader } from "./keys.ts";

/** Gives what is typed next; `undefined` when the terminal is gone. */
export type ReadBytes = () => Promise<Uint8Array | undefined>;

/** What happens to keys. */
export interface KeyTaker {
  /** Takes keys that came together; says whether more are wanted. */
  (keys: readonly Key[]): boolean;
}

/**
 * Hands keys on as they come, until `take` wants no more or the terminal is gone.
 *
 * An Escape that nothing follows is handed on when it has been waited for.
 */
export async function readKeys(read: ReadBytes, clock: Clock, take: KeyTaker): Promise<void> {
  const reader = new KeyReader();
  let patience: Timer | undefined;
  const wait = () => {
    patience?.cancel();
    patience = reader.waiting ? clock.setTimer(escapePatienceMs, giveUp) : undefined;
  };
  const giveUp = () => {
    take(reader.flush());
    wait();
  };
  try {
    for (let isFirst = true;; isFirst = false) {
      const bytes = await read();
      if (bytes === undefined) return;
      if (!take(reader.read(isFirst ? enteredEarly(bytes) : bytes))) return;
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
