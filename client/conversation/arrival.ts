/**
 * What is shown of all that comes with a connect.
 *
 * @module
 */
import type { Message } from "../../lib/api/schemas.ts";
import type { SessionNews } from "../connection/session.ts";
import { unreadLine } from "../lines/message_lines.ts";
import { type Line, line } from "../lines/safe_line.ts";
import { missedLine } from "./absence.ts";
import { arrivalOrder, isKnown, isOtherLog, type Model } from "./model.ts";

/** What to show, in this order. */
export interface Arrival {
  /** What became of the last connection, if there was one. */
  readonly why: Line | undefined;
  /** What was said before, to read on from. */
  readonly read: readonly Message[];
  /** Stands before what was missed; `undefined`: nothing was. */
  readonly divider: Line | undefined;
  readonly missed: readonly Message[];
}

/** @param before What was known, and so shown, before it. */
export function arrivalOf(news: SessionNews & { type: "connected" }, before: Model): Arrival {
  const { answer, resetBy } = news;
  const otherLog = isOtherLog(news);
  const isNew = ({ id }: Message) => otherLog || !isKnown(before, id);
  const { read, unread } = arrivalOrder(answer);
  const missed = unread.filter(isNew);
  const seen = unread.length - missed.length;
  // Of what is still to come, nobody knows how much was shown before.
  const isCounted = seen === 0 || !answer.unread_more;
  const total = answer.rooms.reduce((sum, room) => sum + room.unread, 0);
  const count = Math.max(total, answer.unread.length) - seen;
  const divider = isCounted ? unreadLine(count) : missedLine();
  return {
    why: resetBy === undefined ? undefined : resetLine(resetBy, { otherLog, missed }),
    read: otherLog ? [] : read.filter(isNew),
    divider: missed.length === 0 ? undefined : divider,
    missed,
  };
}

function resetLine(
  resetBy: string,
  { otherLog, missed }: { readonly otherLog: boolean; readonly missed: readonly Message[] },
): Line {
  const follows = missed.length > 0 ? "; what is unread follows" : "";
  return otherLog
    ? line`The server has another history now (${resetBy})${follows}`
    : line`You were away too long to be told of everything${follows}`;
}
