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
  /**
   * Tells of those of whom something else was told before; never called while none have changed.
   * Resolves to whether it could be told: if not, it is tried again.
   */
  readonly tell: (changed: ReadonlyMap<UserId, boolean>) => Promise<boolean>;
}

/** Collects comings and goings. */
export class Presence {
  readonly #setup: PresenceSetup;
  /** Those who were told to be here. */
  readonly #told = new Set<UserId>();
  readonly #moved = new Set<UserId>();
  #timer: Timer | undefined;
  #telling = false;
  #stopped = false;

  constructor(setup: PresenceSetup) {
    this.#setup = setup;
  }

  /** Someone's first client has come, or their last has gone. */
  note(user: UserId): void {
    this.#moved.add(user);
    this.#setTimer();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** One telling after another: what is told last must be what came last. */
  #setTimer(): void {
    if (this.#stopped || this.#telling) return;
    this.#timer ??= this.#setup.clock.setTimer(presenceDelayMs, () => void this.#tell());
  }

  async #tell(): Promise<void> {
    this.#timer = undefined;
    const changed = new Map<UserId, boolean>();
    for (const user of this.#moved) {
      const online = this.#setup.isOnline(user);
      if (online !== this.#told.has(user)) changed.set(user, online);
    }
    this.#moved.clear();
    if (changed.size === 0) return;
    this.#telling = true;
    const isTold = await this.#setup.tell(changed);
    this.#telling = false;
    for (const [user, online] of changed) {
      if (!isTold) this.#moved.add(user);
      else if (online) this.#told.add(user);
      else this.#told.delete(user);
    }
    if (this.#moved.size > 0) this.#setTimer();
  }
}
