/**
 * Has the browser's way back close what is open above the chat, as on a telephone one is used to.
 *
 * @module
 */
import { useEffect } from "preact/hooks";
import { systemClock } from "../../../../lib/clock.ts";
import { depthOfStep } from "../browser/location.ts";

/** What closes each that is open, the lowest first: as many steps of the history stand for them. */
const open: (() => void)[] = [];

/** The browser was asked to go back, and has not done that yet. */
let isReturning = false;

/** To be used by what is above the chat, as long as it is there. */
export function useBackStep(close: () => void): void {
  useEffect(() => {
    open.push(close);
    settle();
    return () => {
      open.splice(open.indexOf(close), 1);
      // What closes it may open another one, or go to another chat in place of this step.
      systemClock.afterOthers(settle);
    };
  }, []);
}

/** Makes the steps as many as are open. */
function settle(): void {
  const depth = depthOfStep();
  if (isReturning || depth === open.length) return;
  isReturning = depth > open.length;
  if (isReturning) history.go(open.length - depth);
  else history.pushState({ ...history.state, depth: depth + 1 }, "");
}

addEventListener("popstate", () => {
  if (!isReturning) return open.slice(depthOfStep()).forEach((close) => close());
  isReturning = false;
  settle();
});
