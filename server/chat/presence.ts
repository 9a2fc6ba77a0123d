/**
 * Presence: who has come and who has gone, told to everyone when it has held for a moment.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import type { UserId } from "../../lib/domain/ids.ts";

/** How long it waits to tell, so that who reconnects has never been away, and many are told at once. */
export const presenceDelayMs = 1000;

/** Someone has come, or gone. */
export interface PresenceChange {
  readonly name: string;
  readonly online: boolean;
}

export interface PresenceSetup {
  readonly clock: Clock;
  /** Whether someone is here now. */
  readonly isOnline: (user: UserId) => boolean;
  /** Called with those of whom something else was told before; never while none have changed. */
  readonly tell: (changed: ReadonlySet<UserId>) => void;
}

/** Collects comings and goings. */
export class Presence {
  readonly #setup: PresenceSetup;
  /** Those who were told to be here. */
  readonly #told = new Set<UserId>();
  readonly #moved = new Set<UserId>();
  #timer: Timer | undefined;

  constructor(setup: PresenceSetup) {
    this.#setup = setup;
  }

  /** Someone's first client has come, or their last has gone. */
  note(user: UserId): void {
    this.#moved.add(user);
    this.#timer ??= this.#setup.clock.setTimer(presenceDelayMs, () => this.#tell());
  }

  /** It could not be told what was told of them last; it is tried again. */
  takeBack(changed: ReadonlySet<UserId>): void {
    for (const user of changed) {
      if (!this.#told.delete(user)) this.#told.add(user);
      this.note(user);
    }
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#moved.clear();
  }

  #tell(): void {
    this.#timer = undefined;
    const changed = new Set<UserId>();
    for (const user of this.#moved) {
      const online = this.#setup.isOnline(user);
      if (online === this.#told.has(user)) continue;
      changed.add(user);
      if (online) this.#told.add(user);
      else this.#told.delete(user);
    }
    this.#moved.clear();
    if (changed.size > 0) this.#setup.tell(changed);
  }
}
