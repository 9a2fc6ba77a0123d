/**
 * Asks the server how things stand, while the rest of the page is still on its way.
 *
 * A file of its own, loaded beside all else: it must stay as small as it is.
 *
 * @module
 */
import { accountKey } from "./account/drawer.ts";
import { askGreeting } from "./browser/greeting.ts";

askGreeting(kept());

function kept(): string | null {
  try {
    return localStorage.getItem(accountKey);
  } catch {
    // Whatever a browser throws that keeps nothing: nobody is signed in there.
    return null;
  }
}
