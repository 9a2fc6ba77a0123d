/**
 * Where a tab is in the chat: its place, the history there, and the address that names it.
 *
 * @module
 */
import type { Event, Message } from "../../../lib/api/schemas.ts";
import type { Clock } from "../../../lib/clock.ts";
import { foldName } from "../../../lib/text/names.ts";
import type { ApiClient } from "../../connection/api_client.ts";
import { type CallFailure, isMissing } from "../../connection/failures.ts";
import type { Model } from "../../conversation/model.ts";
import { commonPlace, type Place, placeAfter, roomAt } from "../../conversation/model/place.ts";
import { type AddressBar, hashOf, type Target, targetOf } from "./address.ts";
import { History } from "./history/history.ts";
import type { Timeline } from "./history/timeline.ts";
import { isolated } from "./words.ts";

export interface WhereaboutsSetup {
  /** With the user's token. */
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly address: AddressBar;
  /** What is known now. */
  readonly model: () => Model;
  /** Takes the timeline after each change. */
  readonly changed: (timeline: Timeline) => void;
  /** Tells the user something. */
  readonly tell: (words: string) => void;
  /** Takes a defect. */
  readonly broke: (defect: unknown) => void;
}

export class Whereabouts {
  readonly #setup: WhereaboutsSetup;
  readonly history: History;
  /** The address that was gone to last. */
  #hash: string;
  /** Whether the model is that of the server, so that places can be gone to. */
  #isBegun = false;
  readonly #unwatch: () => void;

  constructor(setup: WhereaboutsSetup) {
    this.#setup = setup;
    const { address } = setup;
    this.#hash = address.hash;
    this.history = new History({
      ...setup,
      missed: () => this.miss(),
      refused: (place, failure) => this.#turnAway(place, failure),
    }, this.#possible(targetOf(this.#hash)));
    this.#unwatch = address.watch(() => this.#follow());
  }

  get place(): Place {
    return this.history.timeline.place;
  }

  /** Up to where the user has read there. */
  get readId(): number {
    return this.#readId(this.place);
  }

  /** Goes where the user wants to be. */
  go(wanted: Target): void {
    const target = this.#possible(wanted);
    const hash = hashOf(target);
    if (hash !== this.#hash) this.#setup.address.push(hash);
    this.#hash = hash;
    this.#visit(target);
  }

  /** The message that was to be gone to is not there. */
  miss(): void {
    this.#setup.tell("That message is not there any more");
    this.#readdress(this.place);
  }

  /**
   * The model is that of the server from now on: what is at hand may have missed something.
   *
   * @param recent The newest messages of the common chat, if they came along.
   */
  begin(
    { recent, isOtherLog }: { readonly recent: readonly Message[]; readonly isOtherLog: boolean },
  ): void {
    this.#isBegun = true;
    const newest = this.place.kind === "common" ? recent : [];
    this.history.reload({ readId: this.readId, newest }, { isOtherLog });
  }

  /** Someone has another name. */
  rename(event: Event & { readonly type: "user.renamed" }): void {
    const before = this.place;
    const place = before.kind === "private"
      ? placeAfter(event, before, this.#setup.model())
      : before;
    this.history.rename({ before: event.before, now: event.user, place });
    if (place !== before) this.#readdress(place);
  }

  /**
   * Goes to where everyone is, if the room where the tab is has gone away under its user.
   *
   * @param isTold Whether they were told that it has.
   */
  leaveLostRoom(before: Model, { isTold }: { readonly isTold: boolean }): void {
    const { place } = this;
    if (place.kind !== "room" || this.#setup.model().rooms.has(place.room)) return;
    // A room that was made just now may not be known yet.
    const name = before.rooms.get(place.room)?.name;
    if (name === undefined) return;
    const lost = isTold ? "" : `You are not in ${isolated(name)} any more. `;
    this.#move(commonPlace, `${lost}You are in the common chat now`);
  }

  close(): void {
    this.#unwatch();
    this.history.close();
  }

  /** The first page of a place was refused. */
  #turnAway(place: Place, failure: CallFailure): void {
    if (!isMissing(failure) || place.kind === "common") return;
    const why = place.kind === "room"
      ? "You are not in that room"
      : `There is nobody called ${isolated(place.user)}`;
    this.#move(commonPlace, why);
  }

  /** Goes elsewhere without its user having wished it. */
  #move(place: Place, why: string): void {
    this.#setup.tell(why);
    this.#readdress(place);
    this.#visit({ place });
  }

  /** The address is another, and the one before leads nowhere. */
  #readdress(place: Place): void {
    const hash = hashOf({ place });
    if (hash === this.#hash) return;
    this.#hash = hash;
    this.#setup.address.replace(hash);
  }

  /** The user has changed the address. */
  #follow(): void {
    const { hash } = this.#setup.address;
    if (hash === this.#hash) return;
    this.#hash = hash;
    this.#visit(this.#possible(targetOf(hash)));
  }

  #visit(target: Target): void {
    const { place, message } = target;
    if (!this.#isBegun) this.history.expect(target);
    else if (!isSamePlace(place, this.place)) {
      this.history.open(target, { readId: this.#readId(place) });
    } else if (message !== undefined) this.history.jump(message);
    else this.history.newest();
  }

  #readId(place: Place): number {
    return roomAt(place, this.#setup.model())?.readId ?? 0;
  }

  /** A target, or the common chat where there can be no other. */
  #possible(target: Target): Target {
    const { place } = target;
    const isSelf = place.kind === "private" && isSameName(place.user, this.#setup.model().user);
    return isSelf ? { place: commonPlace } : target;
  }
}

function isSamePlace(place: Place, other: Place): boolean {
  if (place.kind === "private") {
    return other.kind === "private" && isSameName(place.user, other.user);
  }
  return hashOf({ place }) === hashOf({ place: other });
}

function isSameName(name: string, other: string): boolean {
  return foldName(name) === foldName(other);
}
