/**
 * A value that changes, and those who want to know when it does.
 *
 * @module
 */

/** Takes no argument: whoever wants to know the value asks for it. */
export type Listener = () => void;

/** What can be looked at and watched, but not changed. */
export interface Watched<Value> {
  readonly value: Value;
  /** Calls `listener` after each change; gives back what ends that. */
  watch(listener: Listener): () => void;
}

export class State<Value> implements Watched<Value> {
  #value: Value;
  readonly #listeners = new Set<Listener>();

  constructor(value: Value) {
    this.#value = value;
  }

  get value(): Value {
    return this.#value;
  }

  /** The very same value is no change. */
  set(value: Value): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }

  watch(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
