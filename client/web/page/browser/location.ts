/**
 * The door to the address of the tab.
 *
 * @module
 */
import { joinCodeOf } from "../address.ts";
import type { AddressBar } from "../address.ts";

/** How much was open above the chat at this step of the browser's history. */
export function depthOfStep(): number {
  return history.state?.depth ?? 0;
}

/** The address of the tab in which this runs. */
export const addressBar: AddressBar = {
  get hash() {
    return location.hash;
  },
  push(hash) {
    // Nobody wants to go back to a dialog that has led elsewhere.
    if (depthOfStep() > 0) addressBar.replace(hash);
    else history.pushState(null, "", `/${hash}`);
  },
  replace(hash) {
    history.replaceState(null, "", `/${hash}`);
  },
  watch(listener) {
    // A link to a hash changes it, going back may tell of either.
    addEventListener("popstate", listener);
    addEventListener("hashchange", listener);
    return () => {
      removeEventListener("popstate", listener);
      removeEventListener("hashchange", listener);
    };
  },
};

/**
 * The code of the link that has led here, `/join#CODE`; `""` if it is not whole.
 *
 * It is taken out of the address, for the history of a browser is no place for a secret.
 */
export function takeJoinCode(): string | undefined {
  const { pathname, hash } = location;
  if (pathname !== "/join") return undefined;
  addressBar.replace("#/");
  return joinCodeOf(hash) ?? "";
}
