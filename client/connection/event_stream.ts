/**
 * Reads the events of the API from the body of an open stream.
 *
 * @module
 */
import { type Event, event, type StreamNotice, streamNotice } from "../../lib/api/schemas.ts";
import { parseJson } from "../../lib/text/json.ts";
import { BadAnswer } from "./failures.ts";
import { type SseBlock, SseFault, SseReader } from "./sse_reader.ts";

/** What a stream brings. */
export type StreamItem =
  | { readonly kind: "event"; readonly event: Event; readonly cursor: string | undefined }
  | { readonly kind: "notice"; readonly notice: StreamNotice }
  /** Of a newer server: this client does not know its type, or not this form of it. */
  | { readonly kind: "unknown"; readonly type: string; readonly cursor: string | undefined };

const noticeTypes: ReadonlySet<string> = new Set(
  streamNotice.options.map(({ shape }) => shape.type.value),
);

/**
 * The items of a stream, until it ends.
 *
 * @param onBytes Called whenever bytes came, whatever they are.
 * @throws {BadAnswer} if the bytes are no event stream.
 */
export async function* readStream(
  body: AsyncIterable<Uint8Array>,
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
      const item = readBlock(block);
      if (item !== undefined) yield item;
    }
  }
}

/** What a block says; `undefined` if it says nothing. */
export function readBlock({ id, event: name, data }: SseBlock): StreamItem | undefined {
  if (data === undefined) {
    if (name !== undefined && noticeTypes.has(name)) return readNotice(name, {});
    // An id alone is the heartbeat: it moves the cursor of an idle client.
    return id === undefined
      ? undefined
      : { kind: "notice", notice: { type: "heartbeat", cursor: id } };
  }
  const type = name ?? "message";
  const value = parseJson(data);
  if (value === undefined) throw new BadAnswer("Cannot read events: the data of one is not JSON");
  if (noticeTypes.has(type)) return readNotice(type, value);
  const parsed = event.safeParse(value);
  if (!parsed.success) return { kind: "unknown", type, cursor: id };
  const told = parsed.data;
  // Presence has no place in the log.
  const cursor = id ?? (told.type === "presence" ? undefined : told.cursor);
  return { kind: "event", event: told, cursor };
}

function readNotice(type: string, value: unknown): StreamItem {
  const parsed = streamNotice.safeParse({ ...(isRecord(value) ? value : {}), type });
  if (!parsed.success) return { kind: "unknown", type, cursor: undefined };
  return { kind: "notice", notice: parsed.data };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
