/**
 * What a tab of someone who is signed in shows, and what its views can do: all they know of the chat.
 *
 * @module
 */
import type { Event, StatusAnswer } from "../../../lib/api/schemas.ts";
import type { ApiClient } from "../../connection/api_client.ts";
import type { Arrival } from "../../connection/failures.ts";
import type { Draft, Sending } from "../../connection/outbox.ts";
import type { ConnectionState } from "../../connection/session.ts";
import type { Model } from "../../conversation/model.ts";
import type { Place } from "../../conversation/model/place.ts";
import type { Timeline } from "./history/timeline.ts";
import type { Listener, Watched } from "./state.ts";

/** A draft that will not be sent by itself any more; it is there until its writer lets it go. */
export interface Unsent {
  readonly sending: Sending;
  /** Why, in words. */
  readonly why: string;
  /** Whether it may be in the chat all the same. */
  readonly arrived: Arrival;
}

/** Something to be told once. */
export interface Notice {
  readonly id: number;
  readonly kind: "news" | "failure";
  readonly words: string;
}

/** Never changed in place. */
export interface TabState {
  /** The user, rooms with unread counts, invitations and askers, what waits to be sent, limit, ban. */
  readonly model: Model;
  readonly connection: ConnectionState;
  /** The defaults in force; `undefined` until they are known. */
  readonly settings: StatusAnswer["settings"] | undefined;
  /** How far the server's clock is ahead of this one, in milliseconds; `undefined`: not known. */
  readonly aheadMs: number | undefined;
  readonly place: Place;
  readonly timeline: Timeline;
  /** Of all places; the oldest first. */
  readonly unsent: readonly Unsent[];
  /** The last ones; the oldest first. */
  readonly notices: readonly Notice[];
}

/** Most notices that are told at once; of more, the last ones. */
export const noticesMax = 5;

export interface Tab {
  readonly state: Watched<TabState>;
  /** Calls `listener` with each event, after the model has taken it in; gives back what ends that. */
  heed(listener: (event: Event) => void): () => void;

  /** Calls an operation; what changes something is done once, however often its answer is lost. */
  readonly call: ApiClient["call"];
  /** With the user's token: for files. */
  readonly api: ApiClient;

  /** Goes to a place, and there to a message. The address of the tab follows, and leads back. */
  go(place: Place, message?: number): void;
  /** Goes to where a message is, whichever chat that is. */
  goToMessage(id: number): Promise<void>;
  /** Asks for what is before, or after, what is at hand. */
  older(): void;
  newer(): void;
  /** Goes to the end of the chat. */
  newest(): void;

  /**
   * Takes a message, which is safe from then on: it is sent when the server can be reached.
   *
   * @returns why it was not taken, in words: nothing is lost if the writer still has it.
   */
  send(draft: Draft): string | undefined;
  /** Sends an unsent draft anew. */
  sendAgain(unsent: Unsent): string | undefined;
  /** Lets an unsent draft go. */
  discard(unsent: Unsent): void;
  /** The user sees the current chat up to its end: it is read. */
  attend(): void;

  /** What is being written at a place, in all tabs, also after a reload. */
  draftAt(place: Place): string;
  keepDraft(place: Place, text: string): void;
  /** Calls `listener` after each change by another tab; gives back what ends that. */
  watchDrafts(listener: Listener): () => void;

  /** Tells something. */
  tell(kind: Notice["kind"], words: string): void;
  dismiss(notice: Notice): void;

  /**
   * Signs this browser out, in all its tabs. What is not sent yet is let go.
   *
   * @throws {CallFailure} if the server could not be told, which must revoke the token.
   */
  signOut(): Promise<void>;
}
