/**
 * What the browser keeps of one kind for one account: each under a key of its own, in order.
 *
 * @module
 */
import type { Clock } from "../../../../lib/clock.ts";
import { isRecord } from "../../../connection/forms.ts";
import { parseJson } from "../../../../lib/text/json.ts";
import { type Drawer, drawerPrefix, keysOf } from "./drawer.ts";

export interface EntriesSetup<Value> {
  readonly drawer: Drawer;
  readonly clock: Clock;
  /** Whose they are; those of another account are not seen. */
  readonly account: string;
  /** What they are, as their keys say it. */
  readonly kind: string;
  /**
   * The value of what was put there once under `key`; `undefined` of what is damaged, or of another
   * version.
   */
  readonly read: (kept: unknown, key: string) => Value | undefined;
}

export class Entries<Value> {
  readonly #setup: EntriesSetup<Value>;
  readonly #prefix: string;
  #lastOrder = 0;

  constructor(setup: EntriesSetup<Value>) {
    this.#setup = setup;
    this.#prefix = `${drawerPrefix}${setup.kind}.`;
    this.#lastOrder = Math.max(0, ...this.#all().map(({ order }) => order));
  }

  /** How many there are, whoever they are of. */
  get count(): number {
    return keysOf(this.#setup.drawer, this.#prefix).length;
  }

  /** By key, in the order in which they were put there; without what is damaged. */
  get all(): ReadonlyMap<string, Value> {
    const entries = this.#all().sort((a, b) => a.order - b.order || (a.key < b.key ? -1 : 1));
    return new Map(entries.map(({ key, value }) => [key, value]));
  }

  get(key: string): Value | undefined {
    return this.#read(key)?.value;
  }

  /**
   * Puts one there, behind all others if it is new or to be `last`, with room for it to grow by
   * `spareUnits` UTF-16 units.
   *
   * @throws whatever the drawer does when it takes no more.
   */
  put(
    key: string,
    value: Value,
    { last = false, spareUnits = 0 }: {
      readonly last?: boolean;
      readonly spareUnits?: number;
    } = {},
  ): void {
    const { drawer, account } = this.#setup;
    const before = last ? undefined : this.#read(key);
    const order = before?.order ?? this.#nextOrder();
    const entry = JSON.stringify({ account, order, value });
    // Blanks, which say nothing there.
    drawer.setItem(this.#prefix + key, entry + " ".repeat(spareUnits));
  }

  remove(key: string): void {
    this.#setup.drawer.removeItem(this.#prefix + key);
  }

  /** The key of an entry that stands in the drawer under `drawerKey`; `undefined` for another kind. */
  keyOf(drawerKey: string): string | undefined {
    return drawerKey.startsWith(this.#prefix) ? drawerKey.slice(this.#prefix.length) : undefined;
  }

  /** By the wall clock, so that what several tabs put there is in order; and never one twice. */
  #nextOrder(): number {
    this.#lastOrder = Math.max(this.#lastOrder + 1, this.#setup.clock.now());
    return this.#lastOrder;
  }

  #all(): { readonly key: string; readonly order: number; readonly value: Value }[] {
    return keysOf(this.#setup.drawer, this.#prefix).flatMap((drawerKey) => {
      const key = drawerKey.slice(this.#prefix.length);
      return this.#read(key) ?? [];
    });
  }

  #read(
    key: string,
  ): { readonly key: string; readonly order: number; readonly value: Value } | undefined {
    const { drawer, account, read } = this.#setup;
    // Who keeps it, and where it stands among the others.
    const entry = parseJson(drawer.getItem(this.#prefix + key) ?? "");
    if (!isRecord(entry) || entry["account"] !== account) return undefined;
    const order = entry["order"];
    const value = read(entry["value"], key);
    const isWhole = Number.isSafeInteger(order) && value !== undefined;
    return isWhole ? { key, order: Number(order), value } : undefined;
  }
}
