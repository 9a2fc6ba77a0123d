/**
 * The part of one chat's history that a tab has at hand.
 *
 * @module
 */
import type { Message } from "../../../../lib/api/schemas.ts";
import type { CallFailure } from "../../../connection/failures.ts";
import type { Place } from "../../../conversation/model/place.ts";

/** Most messages that are at hand; what is beyond, at the far end, is let go and asked for again. */
export const timelineMessagesMax = 600;

/** Never changed in place. */
export interface Timeline {
  readonly place: Place;
  /** Oldest first, by id, without a gap. */
  readonly messages: readonly Message[];
  /** Whether there is more before the first of them. */
  readonly hasOlder: boolean;
  /** Whether there is more after the last of them; what comes in is not shown then. */
  readonly hasNewer: boolean;
  /** Up to where all was read when the place was gone to: the line of what is new stands behind it. */
  readonly readId: number;
  /** The message that was jumped to. */
  readonly target: number | undefined;
  /** What is being asked for. */
  readonly loading: "first" | "older" | "newer" | undefined;
  /** Why the last page could not be had. */
  readonly failure: CallFailure | undefined;
}
