/**
 * The door to the address of the tab.
 *
 * @module
 */
import { joinCodeOf } from "../address.ts";
import type { AddressBar } from "../address.ts";

/** The address of the tab in which this runs. */
export const addressBar: AddressBar = {
  get hash() {
    return location.hash;
  },
  push(hash) {
    history.pushState(null, "", `/${hash}`);
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
 * The code of the link that has led here, `/join#CODE`.
 *
 * It is taken out of the address, for the history of a browser is no place for a secret.
 */
export function takeJoinCode(): string | undefined {
  const { pathname, hash } = location;
  if (pathname !== "/join") return undefined;
  addressBar.replace("#/");
  return joinCodeOf(hash);
}
