/**
 * The time now, for views that change as it passes.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import { systemClock } from "../../../../lib/clock.ts";

/** Wall time in milliseconds since 1970 UTC; the view is drawn anew each second while `isPassing`. */
export function useNow(isPassing: boolean): number {
  const [, drawAnew] = useState({});
  useEffect(() => {
    if (!isPassing) return;
    const timer = systemClock.setTimer(1000, () => drawAnew({}));
    return () => timer.cancel();
  });
  return systemClock.now();
}
