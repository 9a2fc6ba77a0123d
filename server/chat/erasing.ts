/**
 * Erasing: what a deleted user has left behind goes, a small step at a time.
 *
 * @module
 */
import { type Clock, othersTurn } from "../../lib/clock.ts";
import { eraseAtOnceMax, leaveAtOnceMax } from "../../lib/domain/bounds.ts";
import type { MessageId, Position, RoomId, UserId } from "../../lib/domain/ids.ts";
import type { OversightQueries } from "../store/oversight.ts";
import type { Engine } from "./engine.ts";

/** Messages that are looked through in one step for those of the deleted user. */
export const lookedThroughAtOnce = 2000;

export interface ErasingSetup {
  readonly store: Pick<OversightQueries, "authored" | "roomsOf" | "usersToErase">;
  readonly engine: Pick<Engine, "submit">;
}

/** What is left of what a deleted user has said, as far as it was looked for. */
interface Search {
  readonly user: UserId;
  /** Found and not yet taken back, oldest first. */
  readonly found: readonly MessageId[];
  /** After which position to look on; absent when all was looked through. */
  readonly next?: Position;
}

/**
 * Erases deleted users, those first who were deleted first: takes them out of their rooms, takes
 * back what they have said, then removes all else. Begun anew after a crash, it finds what is left;
 * two at the same time do no harm.
 */
export class Erasing {
  readonly #setup: ErasingSetup;
  #search: Search | undefined;

  constructor(setup: ErasingSetup) {
    this.#setup = setup;
  }

  /**
   * Takes a step, of one command at the most; tells whether there is another one to take.
   *
   * @throws {StoreFailure} if it could not be taken; the next one tries again.
   */
  async step(): Promise<boolean> {
    const { store } = this.#setup;
    const [user] = await store.usersToErase(1);
    if (user === undefined) return false;
    const rooms = await store.roomsOf(user, leaveAtOnceMax);
    if (rooms.length > 0) await this.#erase(user, { rooms });
    else {await this.#takeBack(
        this.#search?.user === user ? this.#search : await this.#look(user, 0),
      );}
    return true;
  }

  /** Takes some of it back, or looks on; behind the last message nothing is left of the user. */
  async #takeBack({ user, found, next }: Search): Promise<void> {
    if (found.length > 0) {
      await this.#erase(user, { messages: found.slice(0, eraseAtOnceMax) });
      this.#search = {
        user,
        found: found.slice(eraseAtOnceMax),
        ...(next !== undefined && { next }),
      };
    } else if (next !== undefined) {
      this.#search = await this.#look(user, next);
    } else {
      await this.#erase(user, { done: true });
      this.#search = undefined;
    }
  }

  async #look(user: UserId, after: Position): Promise<Search> {
    const { messages, next } = await this.#setup.store.authored(user, after, lookedThroughAtOnce);
    return { user, found: messages.map(({ id }) => id), ...(next !== undefined && { next }) };
  }

  async #erase(
    user: UserId,
    { messages = [], rooms = [], done = false }: {
      readonly messages?: readonly MessageId[];
      readonly rooms?: readonly RoomId[];
      readonly done?: boolean;
    },
  ): Promise<void> {
    const { engine } = this.#setup;
    const decision = await engine.submit({ type: "user.erase", user, messages, rooms, done });
    // Going on would find the same user again, for ever.
    if (!decision.ok) throw new Error(`User ${user} can't be erased: ${decision.refusal.code}`);
  }
}

/**
 * Erases all users who were deleted.
 *
 * @throws {StoreFailure} if it could not go on; what is left is upkeep's to erase.
 */
export async function eraseDeleted(
  setup: ErasingSetup & { readonly clock: Pick<Clock, "afterOthers"> },
): Promise<void> {
  const erasing = new Erasing(setup);
  while (await erasing.step()) await othersTurn(setup.clock);
}
