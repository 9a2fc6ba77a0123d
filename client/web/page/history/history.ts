/**
 * Loads the history of the chat that a tab is at, page by page, and keeps it in step with what happens.
 *
 * @module
 */
import type { Message, MessagePage } from "../../../../lib/api/schemas.ts";
import { pageSizeDefault } from "../../../../lib/domain/bounds.ts";
import type { Clock, Timer } from "../../../../lib/clock.ts";
import type { ApiClient } from "../../../connection/api_client.ts";
import { type CallFailure, isCallFailure } from "../../../connection/failures.ts";
import { destinationOf, type Place } from "../../../conversation/model/place.ts";
import type { Target } from "../address.ts";
import {
  aged,
  type Aging,
  arrived,
  asked,
  deleted,
  failed,
  opened,
  type Page,
  pageArrived,
  renamed,
  targeted,
  type Timeline,
  type Track,
} from "./timeline.ts";

/** How long the message that was jumped to is marked as such, in milliseconds. */
export const targetShownMs = 3000;

export interface HistorySetup {
  /** With the user's token. */
  readonly api: Pick<ApiClient, "call">;
  readonly clock: Clock;
  /** Takes the timeline after each change. */
  readonly changed: (timeline: Timeline) => void;
  /** The message that was to be jumped to is not there. */
  readonly missed: (id: number) => void;
  /** Takes a refusal of the first page of a place. */
  readonly refused: (place: Place, failure: CallFailure) => void;
  /** Takes a defect. */
  readonly broke: (defect: unknown) => void;
}

/** What is known of a place that is gone to. */
export interface Opening {
  /** Up to where the user has read. */
  readonly readId: number;
  /** The end of its history, if that is at hand. */
  readonly newest?: readonly Message[];
}

/** What is asked for. */
type Wish =
  | {
    readonly loading: "first";
    /** The message around which it is; absent: at the end. */
    readonly around?: number | undefined;
    /** Whether that message is jumped to. */
    readonly isJump?: boolean;
  }
  | { readonly loading: "older" | "newer" };

/** One chat's history at a time. */
export class History {
  readonly #setup: HistorySetup;
  #track: Track;
  /** What was asked for last. */
  #wish: Wish;
  #request = new AbortController();
  #targetEnd: Timer | undefined;

  constructor(setup: HistorySetup, { place, message }: Target) {
    this.#setup = setup;
    this.#track = opened(place, { readId: 0 });
    this.#wish = firstPage(message);
  }

  get timeline(): Timeline {
    return this.#track.timeline;
  }

  /** Goes to a place without asking for anything yet: {@linkcode History.reload} will. */
  expect({ place, message }: Target): void {
    this.#request.abort();
    this.#wish = firstPage(message);
    this.#set(opened(place, { readId: 0, deletedIds: this.#track.deletedIds }));
  }

  /** Goes to a place; what is at hand of another one is let go, and what is on its way, too. */
  open({ place, message }: Target, { readId, newest = [] }: Opening): void {
    this.#track = opened(place, { readId, deletedIds: this.#track.deletedIds });
    if (message !== undefined || newest.length === 0) {
      this.#load(firstPage(message));
      return;
    }
    this.#track = pageArrived(this.#track, { messages: newest, hasOlder: true, hasNewer: false });
    this.#load({ loading: "older" });
  }

  /**
   * Asks anew for what is at hand: something may have been missed.
   *
   * @param isOtherLog Whether there is another log now, of which no id is known.
   */
  reload(opening: Opening, { isOtherLog }: { readonly isOtherLog: boolean }): void {
    const { place, messages, hasNewer, loading } = this.timeline;
    const wished = loading === "first" && this.#wish.loading === "first"
      ? this.#wish.around
      : undefined;
    const middle = messages[messages.length >> 1]?.id;
    if (isOtherLog) {
      this.#track = opened(place, opening);
      this.open({ place }, opening);
    } else if (wished === undefined && hasNewer && middle !== undefined) {
      // Who reads what was said long ago is not to be taken away from there.
      this.#load({ loading: "first", around: middle });
    } else {
      this.open({ place, message: wished }, opening);
    }
  }

  /** Goes to a message of the place. */
  jump(id: number): void {
    const { loading, messages } = this.timeline;
    if (loading !== "first" && messages.some((message) => message.id === id)) this.#mark(id);
    else this.#load(firstPage(id));
  }

  /** Asks for what is before, or after, what is at hand. */
  older(): void {
    this.#more("older");
  }
  newer(): void {
    this.#more("newer");
  }

  /** Goes to the end. */
  newest(): void {
    const { loading, hasNewer } = this.timeline;
    const isElsewhere = loading === "first" && this.#wish.loading === "first" &&
      this.#wish.around !== undefined;
    if (hasNewer || isElsewhere) this.#load({ loading: "first" });
  }

  /** The server can be reached again: asks once more for what could not be had. */
  retry(): void {
    if (this.timeline.failure !== undefined) this.#load(this.#wish);
  }

  /** A message of the place is told; `isNews`: for the first time. */
  hear(message: Message, { isNews }: { readonly isNews: boolean }): void {
    this.#set(arrived(this.#track, message, { isNews }));
  }

  /** A message was deleted, here or in another place; it commented on `commentOn`. */
  drop(id: number, commentOn: number | undefined): void {
    this.#set(deleted(this.#track, id, commentOn));
  }

  /** Someone has another name; `place` is where the tab is by that. */
  rename(change: { readonly before: string; readonly now: string; readonly place: Place }): void {
    this.#set(renamed(this.#track, change));
  }

  /** Lets go what is not there for the user any more. */
  age(aging: Aging): void {
    this.#set(aged(this.#track, aging));
  }

  /** Asks for nothing any more. */
  close(): void {
    this.#request.abort();
    this.#targetEnd?.cancel();
  }

  #more(loading: "older" | "newer"): void {
    const { timeline } = this;
    if (timeline.loading !== undefined) return;
    const isFirstMissing = timeline.failure !== undefined && this.#wish.loading === "first";
    if (isFirstMissing) this.#load(this.#wish);
    else if (loading === "older" ? timeline.hasOlder : timeline.hasNewer) this.#load({ loading });
  }

  #load(wanted: Wish): void {
    // All that was at hand may be gone, so that nothing is before or after it.
    const wish = this.timeline.messages.length === 0 && wanted.loading !== "first"
      ? firstPage(undefined)
      : wanted;
    this.#request.abort();
    this.#request = new AbortController();
    this.#wish = wish;
    this.#set(asked(this.#track, wish.loading));
    this.#run(wish, this.#request.signal).catch(this.#setup.broke);
  }

  async #run(wish: Wish, signal: AbortSignal): Promise<void> {
    const { place } = this.timeline;
    try {
      const page = await this.#fetch(wish, signal);
      if (signal.aborted) return;
      this.#set(pageArrived(this.#track, page));
      if (wish.loading === "first" && wish.isJump) this.#arriveAt(wish.around);
    } catch (failure) {
      if (signal.aborted) return;
      if (!isCallFailure(failure)) throw failure;
      this.#set(failed(this.#track, failure));
      if (wish.loading === "first") this.#setup.refused(place, failure);
    }
  }

  async #fetch(wish: Wish, signal: AbortSignal): Promise<Page> {
    const { messages } = this.timeline;
    const [first, last] = [messages.at(0)?.id, messages.at(-1)?.id];
    if (wish.loading === "older" && first !== undefined) {
      const { items, has_more } = await this.#list({ before: first }, signal);
      return { messages: items, hasOlder: has_more, hasNewer: false };
    }
    if (wish.loading === "newer" && last !== undefined) {
      const { items, has_more } = await this.#list({ after: last }, signal);
      return { messages: items, hasOlder: false, hasNewer: has_more };
    }
    const around = wish.loading === "first" ? wish.around : undefined;
    if (around === undefined) {
      const { items, has_more } = await this.#list({}, signal);
      return { messages: items, hasOlder: has_more, hasNewer: false };
    }
    const before = await this.#list({ before: around + 1 }, signal);
    const after = await this.#list({ after: around }, signal);
    return {
      messages: [...before.items, ...after.items],
      hasOlder: before.has_more,
      hasNewer: after.has_more,
    };
  }

  #list(
    bounds: { readonly before?: number; readonly after?: number },
    signal: AbortSignal,
  ): Promise<MessagePage> {
    const query = { ...destinationOf(this.timeline.place), ...bounds, limit: pageSizeDefault };
    return this.#setup.api.call("listMessages", { query, signal });
  }

  #arriveAt(id: number | undefined): void {
    if (id === undefined) return;
    if (this.timeline.messages.some((message) => message.id === id)) this.#mark(id);
    else this.#setup.missed(id);
  }

  /** Marks a message for a while: then the same one can be jumped to once more. */
  #mark(id: number): void {
    this.#targetEnd?.cancel();
    this.#set(targeted(this.#track, id));
    this.#targetEnd = this.#setup.clock.setTimer(targetShownMs, () => {
      this.#set(targeted(this.#track, undefined));
    });
  }

  #set(track: Track): void {
    const isSame = track.timeline === this.#track.timeline;
    this.#track = track;
    if (!isSame) this.#setup.changed(track.timeline);
  }
}

function firstPage(around: number | undefined): Wish {
  return { loading: "first", around, isJump: true };
}
