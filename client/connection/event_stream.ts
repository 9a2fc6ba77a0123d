/**
 * Reads the events of the API from the body of an open stream, or from the answer to a poll.
 *
 * @module
 */
import type { Event, StreamNotice } from "../../lib/api/schemas.ts";
import { parseJson } from "../../lib/text/json.ts";
import { BadAnswer } from "./failures.ts";
import { type Forms, isNoticeType, isRecord } from "./forms.ts";
import { type SseBlock, SseFault, SseReader } from "./sse_reader.ts";

/** What a stream brings. */
export type StreamItem =
  | { readonly kind: "event"; readonly event: Event; readonly cursor: string | undefined }
  | { readonly kind: "notice"; readonly notice: StreamNotice }
  /** Of a newer server: this client does not know its type, or not this form of it. */
  | { readonly kind: "unknown"; readonly type: string; readonly cursor: string | undefined };

/** What one poll brings. */
export interface Poll {
  readonly items: readonly StreamItem[];
  /** To go on from. */
  readonly cursor: string;
}

/**
 * The items of a stream, until it ends.
 *
 * @param onBytes Called whenever bytes came, whatever they are.
 * @throws {BadAnswer} if the bytes are no event stream.
 */
export async function* readStream(
  body: AsyncIterable<Uint8Array>,
  forms: Forms,
  onBytes: () => void,
): AsyncGenerator<StreamItem, void, void> {
  const reader = new SseReader();
  for await (const bytes of body) {
    onBytes();
    let blocks: SseBlock[];
    try {
      blocks = reader.read(bytes);
    } catch (fault) {
      if (fault instanceof SseFault) throw new BadAnswer(`Cannot read events: ${fault.message}`);
      throw fault;
    }
    for (const block of blocks) {
      const item = readBlock(block, forms);
      if (item !== undefined) yield item;
    }
  }
}

/** What a block says; `undefined` if it says nothing. */
export function readBlock(
  { id, event: name, data }: SseBlock,
  forms: Forms,
): StreamItem | undefined {
  if (data === undefined) {
    if (name !== undefined && isNoticeType(name)) return readNotice(name, {}, forms);
    // An id alone is the heartbeat: it moves the cursor of an idle client.
    return id === undefined
      ? undefined
      : { kind: "notice", notice: { type: "heartbeat", cursor: id } };
  }
  const value = parseJson(data);
  if (value === undefined) throw new BadAnswer("Cannot read events: the data of one is not JSON");
  return readItem(forms, { type: name ?? "message", value, id });
}

/**
 * What the answer to a poll brings, in which each event is judged on its own: a newer server may have
 * others; `undefined` if it is no such answer.
 */
export function readPoll(answer: unknown, forms: Forms): Poll | undefined {
  if (!isRecord(answer)) return undefined;
  const { events, cursor } = answer;
  if (!Array.isArray(events) || typeof cursor !== "string") return undefined;
  const items: StreamItem[] = [];
  for (const value of events) {
    if (!isRecord(value) || typeof value["type"] !== "string") return undefined;
    const id = typeof value["cursor"] === "string" ? value["cursor"] : undefined;
    items.push(readItem(forms, { type: value["type"], value, id }));
  }
  return { items, cursor };
}

function readItem(
  forms: Forms,
  { type, value, id }: {
    readonly type: string;
    readonly value: unknown;
    readonly id: string | undefined;
  },
): StreamItem {
  if (isNoticeType(type)) return readNotice(type, value, forms);
  const told = forms.event(value);
  if (told === undefined) return { kind: "unknown", type, cursor: id };
  // Presence has no place in the log.
  const cursor = id ?? (told.type === "presence" ? undefined : told.cursor);
  return { kind: "event", event: told, cursor };
}

function readNotice(type: string, value: unknown, forms: Forms): StreamItem {
  const notice = forms.notice({ ...(isRecord(value) ? value : {}), type });
  if (notice === undefined) return { kind: "unknown", type, cursor: undefined };
  return { kind: "notice", notice };
}
