/**
 * What is being written at each place, in all tabs, also after a reload.
 *
 * @module
 */
import type { Clock } from "../../../../lib/clock.ts";
import { type Place, placeKey } from "../../../conversation/model/place.ts";
import type { Listener } from "../state.ts";
import type { SharedDrawer } from "./drawer.ts";
import { Entries } from "./entries.ts";

/** Most places at which something is being written; of more, those lately written at. */
export const draftsMax = 50;

/** Longest text that outlives the tab, in UTF-16 units: many times what a message may hold. */
export const draftUnitsMax = 20_000;

export interface DraftsSetup extends SharedDrawer {
  readonly clock: Clock;
  /** {@linkcode Account.id}: others' drafts are not seen. */
  readonly account: string;
}

export class Drafts {
  readonly #entries: Entries<string>;
  /** What could not be kept. */
  readonly #unkept = new Map<string, string>();
  readonly #watchOthers: DraftsSetup["watchOthers"];

  constructor(setup: DraftsSetup) {
    this.#entries = new Entries({ ...setup, kind: "draft", read: textOf });
    this.#watchOthers = setup.watchOthers;
  }

  /** What is being written there; `""` if nothing is. */
  at(place: Place): string {
    const key = placeKey(place);
    return this.#unkept.get(key) ?? this.#entries.get(key) ?? "";
  }

  /** Keeps a text; an empty one goes. What can't be kept is at hand as long as the tab is. */
  keep(place: Place, text: string): void {
    this.#put(placeKey(place), text);
  }

  /** Someone has another name: what is being written to them goes on. */
  rename({ before, user }: { readonly before: string; readonly user: string }): void {
    const place: Place = { kind: "private", user: before };
    const text = this.at(place);
    if (text === "") return;
    this.keep(place, "");
    this.keep({ kind: "private", user }, text);
  }

  /** Calls `listener` after each change by another tab; gives back what ends that. */
  watch(listener: Listener): () => void {
    return this.#watchOthers((drawerKey) => {
      const key = drawerKey === undefined ? undefined : this.#entries.keyOf(drawerKey);
      if (drawerKey !== undefined && key === undefined) return;
      if (key === undefined) this.#unkept.clear();
      else this.#unkept.delete(key);
      listener();
    });
  }

  #put(key: string, text: string): void {
    this.#unkept.delete(key);
    try {
      if (text.length > draftUnitsMax) throw new RangeError("It is too long to be kept");
      if (text === "") this.#entries.remove(key);
      else this.#entries.put(key, text, { last: true });
    } catch {
      // Whatever a full drawer throws.
      this.#entries.remove(key);
      this.#unkept.set(key, text);
    }
    this.#shrink();
  }

  #shrink(): void {
    if (this.#unkept.size > draftsMax) {
      for (const key of [...this.#unkept.keys()].slice(0, -draftsMax)) this.#unkept.delete(key);
    }
    if (this.#entries.count <= draftsMax) return;
    for (const key of [...this.#entries.all.keys()].slice(0, -draftsMax)) this.#entries.remove(key);
  }
}

function textOf(kept: unknown): string | undefined {
  return typeof kept === "string" ? kept : undefined;
}
