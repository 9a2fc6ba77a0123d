/**
 * Where the browser keeps what is to outlive a tab, and is the same in all of them.
 *
 * @module
 */

/** The part of the `Storage` of a browser that is used here. */
export interface Drawer {
  readonly length: number;
  /** What is put there is gone when the tab is loaded anew. */
  readonly isFleeting?: boolean;
  key(index: number): string | null;
  getItem(key: string): string | null;
  /** Throws when there is no room, or nothing may be kept. */
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/**
 * Calls `listener` when another tab has changed an entry of the drawer; without a key, it may be any
 * of them. Gives back what ends that.
 */
export type WatchOthers = (listener: (key: string | undefined) => void) => () => void;

/** A drawer, and what other tabs do to it. */
export interface SharedDrawer {
  readonly drawer: Drawer;
  readonly watchOthers: WatchOthers;
}

/** How everything begins that the page keeps. */
export const drawerPrefix = "chat.";

/** Where it stands who is signed in. */
export const accountKey = `${drawerPrefix}account`;

/** The drawer that `open` gives; where there is none, one that lasts as long as this tab. */
export function openDrawer(open: () => Drawer): Drawer {
  let drawer: Drawer | undefined;
  try {
    drawer = open();
    const probe = `${drawerPrefix}probe`;
    drawer.setItem(probe, "");
    drawer.removeItem(probe);
    return drawer;
  } catch {
    // A browser that keeps nothing says so in many ways: it has none, or one without any room. In one
    // that is full stands who is signed in, and what waits.
    return drawer !== undefined && drawer.length > 0 ? drawer : memoryDrawer();
  }
}

/** A drawer that lasts as long as this tab. */
export function memoryDrawer(): Drawer {
  const items = new Map<string, string>();
  return {
    isFleeting: true,
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

/** The keys in a drawer that begin so. */
export function keysOf(drawer: Drawer, prefix: string): string[] {
  const keys: string[] = [];
  for (let index = 0; index < drawer.length; index++) {
    const key = drawer.key(index);
    if (key?.startsWith(prefix)) keys.push(key);
  }
  return keys;
}

/** Takes everything out that the page has put there. */
export function clearDrawer(drawer: Drawer): void {
  for (const key of keysOf(drawer, drawerPrefix)) drawer.removeItem(key);
}
