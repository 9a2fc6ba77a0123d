/**
 * The part of one chat's history that a tab has at hand, and what each thing that happens makes of it.
 *
 * @module
 */
import type { Message } from "../../../../lib/api/schemas.ts";
import type { CallFailure } from "../../../connection/failures.ts";
import { withNames } from "../../../conversation/model/names.ts";
import type { Place } from "../../../conversation/model/place.ts";

/** Most messages that are at hand; what is beyond, at the far end, is let go and asked for again. */
export const timelineMessagesMax = 600;

/** Most deleted messages that are kept in mind, so that no late answer brings them back. */
export const deletedIdsMax = 1000;

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
  /** The message that was jumped to, for a short while after it is there. */
  readonly target: number | undefined;
  /** What is being asked for. */
  readonly loading: "first" | "older" | "newer" | undefined;
  /** Why the last page could not be had. */
  readonly failure: CallFailure | undefined;
}

/** A timeline, and what must be known to keep it right. Never changed in place. */
export interface Track {
  readonly timeline: Timeline;
  /** Told live while the page that ends before them is on its way; by id. */
  readonly heard: readonly Message[];
  /** Messages that were deleted lately. */
  readonly deletedIds: readonly number[];
  /** Those at hand that had expired before they were read: they stay as long as the place is open. */
  readonly lateIds: ReadonlySet<number>;
}

/** A part of the history, as the server has answered. */
export interface Page {
  /** Oldest first. */
  readonly messages: readonly Message[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
}

/** What decides which messages are gone. */
export interface Aging {
  /** By the clock of the server. */
  readonly nowMs: number;
  /** How long a message is kept at all, read or not. */
  readonly lifeMs: number;
  readonly user: string;
  /** Up to where the user has read. */
  readonly readId: number;
}

/** A place that is gone to now; its first page is being asked for. */
export function opened(
  place: Place,
  { readId, deletedIds = [] }: {
    readonly readId: number;
    readonly deletedIds?: readonly number[];
  },
): Track {
  const timeline: Timeline = {
    place,
    messages: [],
    hasOlder: false,
    hasNewer: false,
    readId,
    target: undefined,
    loading: "first",
    failure: undefined,
  };
  return { timeline, heard: [], deletedIds, lateIds: new Set() };
}

/** A page is asked for. */
export function asked(track: Track, loading: "first" | "older" | "newer"): Track {
  return { ...withParts(track, { loading, failure: undefined }), heard: [] };
}

/** The page that was asked for could not be had. */
export function failed(track: Track, failure: CallFailure): Track {
  const { loading, hasNewer } = track.timeline;
  // Without its first page there is nothing that what comes in could follow.
  const parts = { loading: undefined, failure, hasNewer: hasNewer || loading === "first" };
  return { ...withParts(track, parts), heard: [] };
}

/** The page that was asked for is there. */
export function pageArrived(track: Track, page: Page): Track {
  const { timeline, deletedIds } = track;
  const messages = page.messages.filter(({ id }) => !deletedIds.includes(id));
  const whole = { ...track, heard: [] };
  const done = { loading: undefined, failure: undefined };
  if (timeline.loading === "older") {
    const { kept, isCut } = keepFirst([...messages, ...timeline.messages]);
    const hasNewer = timeline.hasNewer || isCut;
    return withParts(whole, { ...done, messages: kept, hasOlder: page.hasOlder, hasNewer });
  }
  const isFirst = timeline.loading === "first";
  const before = isFirst ? [] : timeline.messages;
  const lastId = page.messages.at(-1)?.id ?? before.at(-1)?.id ?? 0;
  // What was told meanwhile follows a page that ends the history; otherwise it is beyond a gap.
  const after = page.hasNewer ? [] : track.heard.filter(({ id }) => id > lastId);
  // Where it is a comment on what was at hand already, it was counted as it came in.
  const counted = after.reduce<readonly Message[]>(
    (all, { comment_on }) => withComments(all, comment_on, 1),
    messages,
  );
  const { kept, isCut } = keepLast([...before, ...counted, ...after]);
  const hasOlder = (isFirst ? page.hasOlder : timeline.hasOlder) || isCut;
  return withParts(whole, { ...done, messages: kept, hasOlder, hasNewer: page.hasNewer });
}

/**
 * A message of the place is told live, or as the answer to one's own sending.
 *
 * @param isNews Whether it is told for the first time.
 */
export function arrived(
  before: Track,
  message: Message,
  { isNews }: { readonly isNews: boolean },
): Track {
  const { timeline, heard, deletedIds } = before;
  const { id } = message;
  if (deletedIds.includes(id) || timeline.messages.some((other) => other.id === id)) return before;
  // A page that was there before it can't have counted it: both come the same way, in order.
  const messages = isNews
    ? withComments(timeline.messages, message.comment_on, 1)
    : timeline.messages;
  const track = messages === timeline.messages ? before : withParts(before, { messages });
  const { loading, hasOlder, hasNewer } = timeline;
  if (loading === "first" || loading === "newer") {
    // One more than are ever shown: then those before them are surely cut off, too.
    const others = isNews ? withComments(heard, message.comment_on, 1) : heard;
    return { ...track, heard: inserted(others, message).slice(-timelineMessagesMax - 1) };
  }
  const isBefore = hasOlder && id < (messages[0]?.id ?? 0);
  if (hasNewer || isBefore) return track;
  const all = inserted(messages, message);
  if (loading !== "older") {
    const { kept, isCut } = keepLast(all);
    return withParts(track, { messages: kept, hasOlder: hasOlder || isCut });
  }
  // Who asks for what is older looks at that end; and the page must still adjoin.
  const { kept, isCut } = keepFirst(all);
  return withParts(track, { messages: kept, hasNewer: isCut });
}

/**
 * A message was deleted, here or elsewhere.
 *
 * @param commentOn What it commented on, if that is known and it may not be at hand itself.
 */
export function deleted(track: Track, id: number, commentOn?: number): Track {
  const { timeline, heard, deletedIds } = track;
  if (deletedIds.includes(id)) return track;
  const isOther = (other: Message) => other.id !== id;
  const message = [...timeline.messages, ...heard].find((each) => !isOther(each));
  const parentId = message?.comment_on ?? commentOn;
  const left = (messages: readonly Message[]) =>
    withComments(messages.filter(isOther), parentId, -1);
  return {
    ...withParts(track, { messages: left(timeline.messages) }),
    heard: left(heard),
    deletedIds: [...deletedIds, id].slice(-deletedIdsMax),
  };
}

/** Someone has another name; `place` is where the tab is by that. */
export function renamed(
  track: Track,
  { before, now, place }: { readonly before: string; readonly now: string; readonly place: Place },
): Track {
  const named = (name: string) => name === before ? now : name;
  const rename = (message: Message) => withNames(message, named);
  const messages = track.timeline.messages.map(rename);
  return { ...withParts(track, { messages, place }), heard: track.heard.map(rename) };
}

/** Marks the message that was jumped to, or none. */
export function targeted(track: Track, target: number | undefined): Track {
  return target === track.timeline.target ? track : withParts(track, { target });
}

/**
 * Lets go what is not there any more for the user: what has expired and is read.
 *
 * What had expired already when it was read stays, for it would vanish under the eyes of someone who
 * has come back to it; the next time the place is gone to, it is not there.
 */
export function aged(track: Track, { nowMs, lifeMs, user, readId }: Aging): Track {
  const lateIds = new Set<number>();
  const messages = track.timeline.messages.filter((message) => {
    const { id, author, at, expires_at } = message;
    if (Date.parse(at) + lifeMs <= nowMs) return false;
    if (!(Date.parse(expires_at) <= nowMs)) return true;
    const isLate = track.lateIds.has(id) || (id > readId && author !== user);
    if (isLate) lateIds.add(id);
    return isLate;
  });
  const isSame = messages.length === track.timeline.messages.length;
  return { ...(isSame ? track : withParts(track, { messages })), lateIds };
}

function withParts(track: Track, parts: Partial<Timeline>): Track {
  return { ...track, timeline: { ...track.timeline, ...parts } };
}

/**
 * The messages with other comments on one of them; the same ones if it is not there.
 *
 * @param change How many more, or less.
 */
function withComments(
  messages: readonly Message[],
  parentId: number | undefined,
  change: number,
): readonly Message[] {
  if (!messages.some(({ id }) => id === parentId)) return messages;
  return messages.map((message) =>
    message.id === parentId
      ? { ...message, comments: Math.max(0, message.comments + change) }
      : message
  );
}

/** With a message in its place; one's own may come in before what was said earlier. */
function inserted(messages: readonly Message[], message: Message): readonly Message[] {
  const index = messages.findLastIndex(({ id }) => id <= message.id);
  return messages[index]?.id === message.id ? messages : messages.toSpliced(index + 1, 0, message);
}

interface Cut {
  readonly kept: readonly Message[];
  readonly isCut: boolean;
}

function keepFirst(messages: readonly Message[]): Cut {
  const isCut = messages.length > timelineMessagesMax;
  return { kept: isCut ? messages.slice(0, timelineMessagesMax) : messages, isCut };
}

function keepLast(messages: readonly Message[]): Cut {
  const isCut = messages.length > timelineMessagesMax;
  return { kept: isCut ? messages.slice(-timelineMessagesMax) : messages, isCut };
}
