/**
 * The doors to what the browser keeps: for all its tabs, and for one while it is loaded anew.
 *
 * @module
 */
import { type Drawer, openDrawer, type SharedDrawer } from "../account/drawer.ts";

/** What all tabs of this browser share. */
export const sharedDrawer: SharedDrawer = {
  drawer: openDrawer(() => localStorage),
  watchOthers(listener) {
    // Nobody else can change what is kept for one tab, so that this is about the shared one.
    const hear = ({ key }: StorageEvent) => listener(key ?? undefined);
    // A page that was left, and comes back as it was, was told nothing meanwhile.
    const comeBack = ({ persisted }: PageTransitionEvent) => {
      if (persisted) listener(undefined);
    };
    addEventListener("storage", hear);
    addEventListener("pageshow", comeBack);
    return () => {
      removeEventListener("storage", hear);
      removeEventListener("pageshow", comeBack);
    };
  },
};

/** What is this tab's alone. */
export const tabDrawer: Drawer = openDrawer(() => sessionStorage);
