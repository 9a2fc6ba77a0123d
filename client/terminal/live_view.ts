/**
 * What the live area shows: what is being typed, where it goes, and how things stand.
 *
 * @module
 */
import type { Conversation } from "../conversation/conversation.ts";
import { chatAt } from "../conversation/places.ts";
import { Line, line, styled } from "../lines/safe_line.ts";
import { statusParts } from "../lines/status_parts.ts";
import type { SuggestionBox } from "./completion/suggestion_box.ts";
import type { LineEditor } from "./editor/line_editor.ts";
import type { LiveView } from "./screen/live_area.ts";

export interface StatusSource {
  readonly conversation: Conversation;
  /** Since when the connection is in its state, in milliseconds. */
  readonly waitedMs: number;
  /** Wall time, in milliseconds since 1970 UTC. */
  readonly nowMs: number;
  /** What is under way, in a few words. */
  readonly summary: Line | undefined;
}

/** How things stand, what matters most first. */
export function statusView({ conversation, waitedMs, nowMs, summary }: StatusSource): Line[] {
  const { connection, model, place } = conversation;
  const isWaiting = connection.kind === "waiting";
  const [first = line``, ...others] = statusParts({
    model,
    connection,
    secondsLeft: isWaiting ? (connection.retryMs - waitedMs) / 1000 : undefined,
    chat: chatAt(place, model),
    nowMs,
  });
  return [first, ...(summary === undefined ? [] : [summary]), ...others];
}

export interface EntrySource {
  readonly conversation: Conversation;
  readonly editor: LineEditor;
  readonly suggestions: SuggestionBox;
  /** One whose answer nobody may see. */
  readonly question: string | undefined;
  readonly columns: number;
}

/** What is being typed, and where it goes. */
export function entryView(
  { conversation, editor, suggestions, question, columns }: EntrySource,
): Pick<LiveView, "prompt" | "draft" | "suggestions"> {
  if (question !== undefined) {
    // Of what nobody may see, not even the length is shown.
    return { prompt: line`${question}`, draft: { before: [], after: [] }, suggestions: [] };
  }
  const { draft, search } = editor;
  if (search !== undefined) {
    const found = search.failed ? "nothing more for" : "search";
    return { prompt: line`${found} '${search.query}': `, draft, suggestions: [] };
  }
  const { place, placeName } = conversation;
  const name = place.kind === "private" ? styled("private", `>> ${placeName}`) : line`${placeName}`;
  return {
    prompt: Line.join([name, line`> `]),
    draft,
    suggestions: suggestions.rows(draft.before.join(""), columns - 1),
  };
}
