/**
 * The storage of a browser with several tabs, in memory.
 *
 * @module
 */
import {
  type Drawer,
  memoryDrawer,
  type SharedDrawer,
} from "../../../../../client/web/page/account/drawer.ts";

type OnChange = (key: string | undefined) => void;

/** What the tabs of a browser have in common. */
export class Storage {
  readonly items: Drawer = memoryDrawer();
  /** While set, nothing more fits in. */
  full = false;
  /** How many UTF-16 units fit in, keys included. */
  quotaUnits = Infinity;
  readonly #tabs = new Set<OnChange>();

  get keys(): string[] {
    return Array.from({ length: this.items.length }, (_, index) => this.items.key(index) ?? "");
  }

  /** How many UTF-16 units are in it. */
  get units(): number {
    return this.keys.reduce((units, key) => units + unitsOf(this.items, key), 0);
  }

  /** The storage as one tab sees it, which is told what the others do. */
  tab(): SharedDrawer {
    const { items } = this;
    const listeners = new Set<OnChange>();
    const own: OnChange = (key) => {
      for (const listener of listeners) listener(key);
    };
    this.#tabs.add(own);
    const tell = (key: string) => {
      for (const tab of this.#tabs) if (tab !== own) tab(key);
    };
    return {
      drawer: {
        get length() {
          return items.length;
        },
        key: (index) => items.key(index),
        getItem: (key) => items.getItem(key),
        setItem: (key, value) => {
          const lessUnits = items.getItem(key) === null ? 0 : unitsOf(items, key);
          const units = this.units - lessUnits + key.length + value.length;
          if (this.full || units > this.quotaUnits) {
            throw new DOMException("The quota is exceeded", "QuotaExceededError");
          }
          items.setItem(key, value);
          tell(key);
        },
        removeItem: (key) => {
          if (items.getItem(key) === null) return;
          items.removeItem(key);
          tell(key);
        },
      },
      watchOthers(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    };
  }

  /** Tells all tabs that everything may have changed. */
  clear(): void {
    for (const key of this.keys) this.items.removeItem(key);
    for (const tab of this.#tabs) tab(undefined);
  }
}

function unitsOf(items: Drawer, key: string): number {
  return key.length + (items.getItem(key)?.length ?? 0);
}
