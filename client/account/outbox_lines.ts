/**
 * The lines of a journal of drafts: what was kept, tried and forgotten, in order.
 *
 * @module
 */
import * as z from "zod/mini";
import { idempotencyKey } from "../../lib/api/schemas.ts";
import { parseJson } from "../../lib/text/json.ts";
import type { Sending } from "../connection/outbox.ts";

/** Most bytes of a line: a text of the greatest length, each character as an escape, and files. */
export const lineBytesMax = 32 * 1024;

const wallMs = z.int().check(z.minimum(0));

const line = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("kept"),
    key: idempotencyKey,
    // Whatever was typed: it is for the server to judge. But a field of a later version may say
    // where it goes, and must not be left out.
    draft: z.strictObject({
      text: z.exactOptional(z.string()),
      to: z.exactOptional(z.string()),
      room: z.exactOptional(z.string()),
      commentOn: z.exactOptional(z.number()),
      files: z.exactOptional(z.readonly(z.array(z.number()))),
    }),
    log: z.exactOptional(z.string()),
    triedMs: z.exactOptional(wallMs),
  }),
  // `null`: what was tried has surely not arrived.
  z.strictObject({ type: z.literal("tried"), key: idempotencyKey, triedMs: z.nullable(wallMs) }),
  z.strictObject({ type: z.literal("forgotten"), key: idempotencyKey }),
]);

/** One line. */
export type JournalLine = z.output<typeof line>;

/** What the lines of a journal come to. */
export interface JournalContent {
  /** What is kept, by key, in order. */
  readonly drafts: Map<string, Sending>;
  readonly lines: number;
  /** How many lines can't be read. */
  readonly damaged: number;
  /** How many bytes the whole lines take; what follows was being written when the program ended. */
  readonly bytes: number;
}

const newline = 0x0a;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** All that is known of a draft, in one line. */
export function keptLine({ key, draft, log, triedMs }: Sending): JournalLine {
  return {
    type: "kept",
    key,
    draft,
    ...(log !== undefined && { log }),
    ...(triedMs !== undefined && { triedMs }),
  };
}

/** A line as it is written, with its end. */
export function encodeLine(line: JournalLine): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${JSON.stringify(line)}\n`);
}

/** Carries out a line. */
export function applyLine(drafts: Map<string, Sending>, line: JournalLine): void {
  switch (line.type) {
    case "kept": {
      const { type: _, ...sending } = line;
      drafts.set(line.key, sending);
      return;
    }
    case "tried": {
      const kept = drafts.get(line.key);
      if (kept === undefined) return;
      const { triedMs: _, ...untried } = kept;
      const { triedMs } = line;
      drafts.set(line.key, triedMs === null ? untried : { ...untried, triedMs });
      return;
    }
    case "forgotten":
      drafts.delete(line.key);
  }
}

/**
 * Reads a journal; a line that can't be read is passed over.
 *
 * What is damaged may have told of an attempt: all drafts beside it count as tried then, as early
 * as the journal was there.
 */
export function readJournal(
  bytes: Uint8Array,
  { bornMs }: { readonly bornMs: number },
): JournalContent {
  const drafts = new Map<string, Sending>();
  let lines = 0;
  let damaged = 0;
  let from = 0;
  for (;;) {
    const end = bytes.indexOf(newline, from);
    if (end === -1) break;
    const read = readLine(bytes.subarray(from, end));
    if (read === undefined) damaged += 1;
    else applyLine(drafts, read);
    lines += 1;
    from = end + 1;
  }
  if (damaged > 0) {
    for (const [key, sending] of drafts) drafts.set(key, { triedMs: bornMs, ...sending });
  }
  return { drafts, lines, damaged, bytes: from };
}

function readLine(bytes: Uint8Array): JournalLine | undefined {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (fault) {
    if (!(fault instanceof TypeError)) throw fault;
    return undefined;
  }
  const read = line.safeParse(parseJson(text));
  return read.success ? read.data : undefined;
}
