/**
 * The door to the files of the user's system: what is to be saved there.
 *
 * @module
 */
import { systemClock } from "../../../../lib/clock.ts";

/** How long a browser may take to get hold of what it saves, in milliseconds. */
export const saveMs = 60_000;

/** Has the browser save some bytes; what they are is for the user's system to say. */
export function saveAs(name: string, bytes: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(bytes);
  link.download = name;
  link.click();
  systemClock.setTimer(saveMs, () => URL.revokeObjectURL(link.href));
}
