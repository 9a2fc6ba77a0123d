/**
 * What went wrong, and what has happened, in words for the user of the page.
 *
 * @module
 */
import type { Event } from "../../../lib/api/schemas.ts";
import { systemClock } from "../../../lib/clock.ts";
import { filesPerMessageMax, textCharactersMax } from "../../../lib/domain/bounds.ts";
import { textFault } from "../../../lib/text/bounded_text.ts";
import {
  BadAnswer,
  type CallFailure,
  ChangeUnsure,
  failureReason,
  isPassing,
  isUnauthorized,
  Unreachable,
} from "../../connection/failures.ts";
import { type Draft, OutboxFull, outboxMessagesMax, ShelfFault } from "../../connection/outbox.ts";
import type { Model } from "../../conversation/model.ts";
import { bounded, codeWords, failureWords } from "../../lines/failure_words.ts";
import { momentText, type Reading } from "../../lines/quantities.ts";

export { countText } from "../../../lib/text/counts.ts";
export { roughSize } from "../../../lib/text/sizes.ts";
export { momentText, spanText, unreadText } from "../../lines/quantities.ts";

/** What the fields of requests are called where they are filled in, if it is not what they are. */
const fieldWords = new Map([
  ["at", "time"],
  ["client", "name of the device"],
  ["comment_on", "message that is commented on"],
  ["expires_in", "time it can be used"],
  ["files", "message"],
  ["in", "time"],
  ["max_uses", "number of uses"],
  ["owner", "new owner"],
  ["text", "message"],
  ["to", "user"],
]);

/** By the clock of the system, in the zone of the reader. */
function readingNow(): Reading {
  return { nowMs: systemClock.now() };
}

/** A time as `18:30`, with its date unless it is today. */
export function whenText(at: string | number, reading: Reading = readingNow()): string {
  return momentText(at, reading);
}

/** Why a call failed, to stand after a colon: no capital, no period. */
export function explain(failure: CallFailure, reading: Reading = readingNow()): string {
  if (failure instanceof ChangeUnsure) {
    return "no answer came, so it may have been done; look before you try again";
  }
  if (failure instanceof Unreachable) return "the server cannot be reached";
  if (failure instanceof BadAnswer) {
    return "the server's answer cannot be understood; loading the page anew may help";
  }
  if (isUnauthorized(failure)) return "you are signed out";
  if (failure.code === "rate_limited" && failure.resetsAt === undefined) {
    return `${failureReason(failure)}; try again later`;
  }
  if (failure.errors.length > 0) {
    return bounded(
      failure.errors.map(({ field, message }) =>
        `the ${fieldWords.get(field) ?? field.replaceAll("_", " ")} ${message}`
      ).join(", "),
    );
  }
  const words = failureWords(failure, reading);
  return isPassing(failure) ? `${words}; try again soon` : words;
}

/** Why a draft was not taken, to stand after a colon; `undefined` for what is a defect. */
export function refusalWords(failure: unknown): string | undefined {
  if (failure instanceof OutboxFull) {
    return `${outboxMessagesMax.toLocaleString("en-GB")} messages wait to be sent already`;
  }
  // A browser may keep nothing, or have no room left.
  return failure instanceof ShelfFault ? "this browser could not keep it" : undefined;
}

/** What is wrong with a draft, to stand after a colon; `undefined` if nothing is. */
export function draftFault({ text, files = [] }: Draft): string | undefined {
  if (files.length > filesPerMessageMax) {
    return `it has ${files.length} files, ${filesPerMessageMax} may be sent`;
  }
  if (text === undefined) return files.length > 0 ? undefined : "there is nothing to send";
  // The length in UTF-16 units is an upper bound that costs nothing.
  const characters = text.length <= textCharactersMax ? text.length : [...text].length;
  if (characters > textCharactersMax) {
    const [has, may] = [characters, textCharactersMax].map((count) =>
      count.toLocaleString("en-GB")
    );
    return `it has ${has} characters, ${may} may be sent`;
  }
  const fault = textFault(text, textCharactersMax);
  return fault === undefined ? undefined : `it ${fault}`;
}

/**
 * A name from someone else in a sentence of ours, which it can't turn: between a first-strong isolate
 * and its end (UAX #9), without any such mark of its own.
 */
export function isolated(name: string): string {
  return `\u2068${name.replaceAll(/\p{Bidi_Control}/gu, "")}\u2069`;
}

/**
 * What an event is told as; `undefined` for one that shows where it belongs, or that is of no use.
 *
 * @param before What was known before it.
 */
export function eventWords(
  event: Event,
  before: Model,
  reading: Reading = readingNow(),
): string | undefined {
  const isMe = (name: string) => name === before.user;
  switch (event.type) {
    case "invitation":
      return `${isolated(event.by)} invites you to ${isolated(event.name)}`;
    case "join.requested":
      return isMe(event.user)
        ? undefined
        : `${isolated(event.user)} asks to enter ${titleOf(event.room, before)}`;
    case "join.approved":
      return `You were let into ${isolated(event.name)}`;
    case "join.denied":
      return `You were not let into ${isolated(event.name)}`;
    case "room.deleted":
      return before.rooms.has(event.room)
        ? `The room ${titleOf(event.room, before)} is gone, with all that was said in it`
        : undefined;
    case "member.left":
      return isMe(event.user) && before.rooms.has(event.room)
        ? `You are not in ${titleOf(event.room, before)} any more`
        : undefined;
    case "room.updated": {
      const room = before.rooms.get(event.room);
      // Who was let in just now does not know yet whose room it is.
      const isNews = room !== undefined && room.owner !== event.owner && isMe(event.owner);
      return isNews ? `You own ${isolated(event.name)} now` : undefined;
    }
    case "user.renamed":
      return isMe(event.before) ? `You are called ${isolated(event.user)} now` : undefined;
    case "user.banned":
      return `You are banned from sending until ${
        momentText(event.banned_until, reading)
      }; you can still read`;
    case "scheduled.failed":
      return `A scheduled message could not be sent: ${codeWords(event.code)}`;
    default:
      return undefined;
  }
}

function titleOf(room: string, { rooms }: Model): string {
  const view = rooms.get(room);
  return view === undefined ? "a room" : isolated(view.name);
}
