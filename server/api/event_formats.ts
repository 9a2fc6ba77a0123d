/**
 * The faces of the event stream: server-sent events, JSON lines, readable text.
 *
 * @module
 */
import { formatCursor } from "../../lib/api/cursor.ts";
import type { StreamNotice } from "../../lib/api/schemas.ts";
import type { Event } from "../../lib/domain/event.ts";
import type { Position } from "../../lib/domain/ids.ts";
import { terminalSafe } from "../../lib/text/terminal.ts";
import type { EventFormat } from "../chat/subscriber.ts";
import { sseEvent } from "../http/mod.ts";
import type { StreamKind } from "../metrics/measures.ts";
import { wireEvent, wirePresence, wireTime } from "./wire.ts";

/** How long a client should wait before it comes back, in milliseconds. */
const retryMs = 2000;

/** A format and how a response of it begins. */
export interface StreamFace extends EventFormat {
  readonly kind: StreamKind;
  readonly mediaType: string;
  /** What comes before the first event; may be empty. */
  readonly prologue: string;
}

/** The faces of one log, by their media type; the first is the one for a client that takes any. */
export function streamFaces(epoch: string): readonly StreamFace[] {
  const cursorAt = (position: Position) => formatCursor({ epoch, position });
  return [serverSentEvents(cursorAt), jsonLines(cursorAt), readableText];
}

type CursorAt = (position: Position) => string;

function serverSentEvents(cursorAt: CursorAt): StreamFace {
  const notice = (notice: StreamNotice) => {
    const { type, ...data } = notice;
    return sseEvent({ event: type, data: JSON.stringify(data) });
  };
  return {
    kind: "sse",
    mediaType: "text/event-stream",
    prologue: sseEvent({ retry: retryMs }),
    event: (event) =>
      sseEvent({
        id: cursorAt(event.position),
        event: event.type,
        data: JSON.stringify(wireEvent(event)),
      }),
    caughtUp: (head) =>
      // The id makes the cursor known to a client that has not been told an event yet.
      sseEvent({ id: cursorAt(head) }) + notice({ type: "caught_up", cursor: cursorAt(head) }),
    reset: (reason, head) => notice({ type: "reset", reason, cursor: cursorAt(head) }),
    heartbeat: (head) => sseEvent({ id: cursorAt(head) }),
    presence: (changes) =>
      changes.map(wirePresence)
        .map((event) => sseEvent({ event: event.type, data: JSON.stringify(event) })).join(""),
    bye: () => notice({ type: "bye" }),
  };
}

function jsonLines(cursorAt: CursorAt): StreamFace {
  const line = (value: unknown) => `${JSON.stringify(value)}\n`;
  const notice = (notice: StreamNotice) => line(notice);
  return {
    kind: "ndjson",
    mediaType: "application/x-ndjson",
    prologue: "",
    event: (event) => line({ cursor: cursorAt(event.position), ...wireEvent(event) }),
    caughtUp: (head) => notice({ type: "caught_up", cursor: cursorAt(head) }),
    reset: (reason, head) => notice({ type: "reset", reason, cursor: cursorAt(head) }),
    heartbeat: (head) => notice({ type: "heartbeat", cursor: cursorAt(head) }),
    presence: (changes) => changes.map(wirePresence).map(line).join(""),
    bye: () => notice({ type: "bye" }),
  };
}

/** One line a message, for people who watch with `curl`; safe to print on a terminal. */
const readableText: StreamFace = {
  kind: "text",
  mediaType: "text/plain; charset=utf-8",
  prologue: "",
  event: textLine,
  caughtUp: () => "",
  reset: () => "",
  heartbeat: () => "",
  presence: () => "",
  bye: () => "",
};

function textLine(event: Event): string {
  if (event.type !== "message") return "";
  const { message } = event;
  const from = terminalSafe(message.author.name);
  const who = message.to === undefined ? from : `${from} >> ${terminalSafe(message.to.name)}`;
  const about = message.commentOn === undefined ? "" : ` ↳ ${message.commentOn}`;
  return `${wireTime(message.atMs)} #${message.id}${about} ${who}: ${terminalSafe(message.text)}\n`;
}
