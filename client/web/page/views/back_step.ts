/**
 * Has the browser's way back close what is open above the chat, as on a telephone one is used to.
 *
 * @module
 */
import { useEffect } from "preact/hooks";
import { systemClock } from "../../../../lib/clock.ts";
import { depthOfStep } from "../browser/location.ts";

/** How many lie above each other. */
let depth = 0;

/** To be used by what is above the chat as long as it is there. */
export function useBackStep(close: () => void): void {
  useEffect(() => {
    const level = ++depth;
    if (depthOfStep() < level) history.pushState({ ...history.state, depth: level }, "");
    const look = () => {
      if (depthOfStep() < level) close();
    };
    addEventListener("popstate", look);
    return () => {
      depth--;
      removeEventListener("popstate", look);
      // What closes it may open another one, or go to another chat in place of this step.
      systemClock.afterOthers(() => {
        if (depthOfStep() > depth) history.go(depth - depthOfStep());
      });
    };
  }, []);
}
