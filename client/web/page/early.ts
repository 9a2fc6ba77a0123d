/**
 * Asks the server how things stand, while the rest of the page is still on its way.
 *
 * A file of its own, loaded beside all else: it must stay as small as it is.
 *
 * @module
 */
import { accountKey, openDrawer } from "./account/drawer.ts";
import { askGreeting } from "./browser/greeting.ts";

askGreeting(openDrawer(() => localStorage).getItem(accountKey));
