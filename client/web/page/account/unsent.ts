/**
 * Drafts that will not be sent by themselves any more, in all tabs, until their writer lets them go.
 *
 * @module
 */
import type { Clock } from "../../../../lib/clock.ts";
import { type Listener, State, type Watched } from "../state.ts";
import { isRecord } from "../../../connection/forms.ts";
import type { Unsent } from "../tab.ts";
import type { SharedDrawer } from "./drawer.ts";
import { Entries } from "./entries.ts";
import { keptSending } from "./kept_sending.ts";

/** Most unsent drafts that are kept; of more, the last ones. */
export const unsentMax = 100;

export interface UnsentDraftsSetup extends SharedDrawer {
  readonly clock: Clock;
  /** {@linkcode Account.id}: others' drafts are not seen. */
  readonly account: string;
}

/** The oldest first. Each tab may add the same one, which is kept once: they are known by key. */
export class UnsentDrafts implements Watched<readonly Unsent[]> {
  readonly #entries: Entries<Unsent>;
  /** What could not be kept; it is there as long as this tab is. */
  readonly #unkept = new Map<string, Unsent>();
  readonly #state: State<readonly Unsent[]>;
  /** Watches other tabs no more. */
  readonly close: () => void;

  constructor(setup: UnsentDraftsSetup) {
    this.#entries = new Entries({ ...setup, kind: "unsent", read: keptUnsent });
    this.#state = new State(this.#read());
    this.close = setup.watchOthers((key) => {
      if (key === undefined || this.#entries.keyOf(key) !== undefined) this.#refresh();
    });
  }

  get value(): readonly Unsent[] {
    return this.#state.value;
  }

  /** Calls `listener` after each change, by this tab or another. */
  watch(listener: Listener): () => void {
    return this.#state.watch(listener);
  }

  add(unsent: Unsent): void {
    const { key } = unsent.sending;
    try {
      this.#entries.put(key, unsent);
    } catch {
      // Whatever a full drawer throws.
      this.#unkept.set(key, unsent);
    }
    for (const old of this.#read().slice(0, -unsentMax)) this.#drop(old);
    this.#refresh();
  }

  remove(unsent: Unsent): void {
    this.#drop(unsent);
    this.#refresh();
  }

  #drop({ sending: { key } }: Unsent): void {
    this.#entries.remove(key);
    this.#unkept.delete(key);
  }

  #read(): readonly Unsent[] {
    return [...new Map([...this.#entries.all, ...this.#unkept]).values()];
  }

  #refresh(): void {
    this.#state.set(this.#read());
  }
}

function keptUnsent(value: unknown, key: string): Unsent | undefined {
  if (!isRecord(value)) return undefined;
  const { why, arrived } = value;
  const sending = keptSending(value["sending"], key);
  const isWhole = sending !== undefined && typeof why === "string" &&
    (arrived === "never" || arrived === "perhaps");
  return isWhole ? { sending, why, arrived } : undefined;
}
