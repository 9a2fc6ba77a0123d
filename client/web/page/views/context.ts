/**
 * What every view can reach: the tab, and the way to open a dialog.
 *
 * @module
 */
import { useLayoutEffect, useState } from "preact/hooks";
import { systemClock } from "../../../../lib/clock.ts";
import type { Watched } from "../state.ts";
import type { Tab, TabState } from "../tab.ts";
import type { Dialog } from "./dialog.ts";
import { Redraws } from "./redraws.ts";

export interface Surroundings {
  readonly tab: Tab;
  readonly open: (dialog: Dialog) => void;
}

/** A page draws one tab at a time: Preact's context, which is for more, would weigh 250 bytes. */
let drawn: Surroundings | undefined;

/** What all views reach from now on that are drawn; those drawn before must be drawn no more. */
export function surround(surroundings: Surroundings): void {
  drawn = surroundings;
}

export function useSurroundings(): Surroundings {
  if (drawn === undefined) throw new Error("Cannot draw a view: it stands outside of a tab");
  return drawn;
}

export function useTab(): Tab {
  return useSurroundings().tab;
}

/** A part of the tab's state; the view is drawn anew when that part is another. */
export function useTabState<Part>(part: (state: TabState) => Part): Part {
  return useWatched(useTab().state, part);
}

/** Hundreds of messages may come in at once. */
const redraws = new Redraws({
  clock: systemClock,
  nextFrame: (work) => void requestAnimationFrame(work),
});

/** A part of what is watched; the view is drawn anew when that part is another, with the next frame. */
export function useWatched<Value, Part>(
  watched: Watched<Value>,
  part: (value: Value) => Part,
): Part {
  const seen = part(watched.value);
  const [, drawAnew] = useState({});
  useLayoutEffect(() => {
    let last = seen;
    const look = () => {
      const now = part(watched.value);
      if (Object.is(now, last)) return;
      last = now;
      drawAnew({});
    };
    // It may have changed between the drawing and now.
    look();
    const end = watched.watch(() => redraws.ask(look));
    return () => {
      end();
      redraws.forget(look);
    };
  });
  return seen;
}
