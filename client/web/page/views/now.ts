/**
 * The time now, for views that change as it passes.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import { systemClock } from "../../../../lib/clock.ts";
import type { Tab } from "../tab.ts";
import { useTab, useTabState } from "./context.ts";

/** By the server's clock, as far as that is known, in milliseconds since 1970 UTC. */
export function serverNow({ state }: Tab): number {
  return systemClock.now() + (state.value.aheadMs ?? 0);
}

/** The same; the view is drawn anew each second until a time of the server's. */
export function useNow(untilMs: number): number {
  const [, drawAnew] = useState({});
  useTabState(({ aheadMs }) => aheadMs);
  const nowMs = serverNow(useTab());
  useEffect(() => {
    if (nowMs >= untilMs) return;
    const timer = systemClock.setTimer(1000, () => drawAnew({}));
    return () => timer.cancel();
  });
  return nowMs;
}
