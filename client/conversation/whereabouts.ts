/**
 * Where a user is, and whether they went there themselves.
 *
 * @module
 */
import type { Event } from "../../lib/api/schemas.ts";
import type { Model } from "./model.ts";
import { commonPlace, type Place, placeAfter } from "./model/place.ts";
import { placeTitle } from "./places.ts";

interface Lost {
  readonly room: string;
  readonly name: string;
  /** Which displacement it was. */
  readonly at: number;
}

/**
 * The current place.
 *
 * A room may go away under its user, who is then somewhere else without having wished it: what they
 * had typed for the room must not be heard there before they know of it.
 */
export class Whereabouts {
  #place: Place = commonPlace;
  #displacements = 0;
  /** The room that was lost last, until its user goes somewhere themselves. */
  #lost: Lost | undefined;

  get place(): Place {
    return this.#place;
  }

  /** How often a place was lost, by which one that writes knows whether it was since they began. */
  get displacements(): number {
    return this.#displacements;
  }

  /** What the place was called that was lost after so many displacements; `undefined`: none. */
  lostSince(displacements: number): string | undefined {
    return this.#lost !== undefined && this.#lost.at > displacements ? this.#lost.name : undefined;
  }

  /** Goes where its user wants to be. */
  go(place: Place): void {
    this.#place = place;
    this.#lost = undefined;
  }

  /**
   * Goes where one can be after what has happened; says whether a room was left by that.
   *
   * @param isOwn Whether the user's own command has brought it about.
   */
  follow(
    models: { readonly before: Model; readonly now: Model },
    { event, isOwn }: { readonly event?: Event | undefined; readonly isOwn: boolean },
  ): boolean {
    const from = this.#place;
    this.#place = placeAfter(event, from, models.now);
    const isLost = from.kind === "room" && this.#place.kind === "common";
    if (isLost && !isOwn) {
      this.#displacements++;
      const name = placeTitle(from, models.before);
      this.#lost = { room: from.room, name, at: this.#displacements };
    }
    // What its user has done themselves may be told by the stream first.
    if (isOwn && event !== undefined && "room" in event && event.room === this.#lost?.room) {
      this.#lost = undefined;
    }
    return isLost;
  }
}
