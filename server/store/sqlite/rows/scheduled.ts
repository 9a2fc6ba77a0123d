/**
 * Scheduled messages as rows.
 *
 * @module
 */
import type { Attachment } from "../../../../lib/domain/file.ts";
import type { MessageId, RoomId, ScheduledId, UserId } from "../../../../lib/domain/ids.ts";
import type { RefusalCode } from "../../../../lib/domain/refusal.ts";
import type { Scheduled, ScheduledEnd } from "../../../../lib/domain/scheduled.ts";
import { optional } from "../statements.ts";
import type { Shape } from "./shape.ts";

/** To be followed by its condition; the columns are those of {@linkcode ScheduledRow}. */
export const selectScheduled =
  "SELECT s.*, u.name AS to_name FROM scheduled s LEFT JOIN users u ON u.id = s.to_user";

export interface ScheduledRow {
  readonly id: ScheduledId;
  readonly author: UserId;
  readonly room: RoomId | null;
  readonly to_user: UserId | null;
  readonly to_name: string | null;
  readonly text: string;
  readonly comment_on: MessageId | null;
  readonly due_ms: number;
  readonly created_ms: number;
  readonly key: string | null;
  readonly end_kind: ScheduledEnd["kind"] | null;
  readonly end_message: MessageId | null;
  readonly end_code: RefusalCode | null;
  readonly end_ms: number | null;
}

/** @param files Those that wait with it. */
export function scheduledOf(row: ScheduledRow, files: readonly Attachment[]): Scheduled {
  return {
    id: row.id,
    author: row.author,
    place: placeOf(row),
    text: row.text,
    ...optional("commentOn", row.comment_on),
    files,
    dueMs: row.due_ms,
    createdMs: row.created_ms,
    ...optional("key", row.key),
    ...optional("end", endOf(row)),
  };
}

function placeOf({ id, room, to_user: to, to_name: name }: ScheduledRow): Scheduled["place"] {
  if (room !== null) return { room };
  if (to === null) throw new Error(`Scheduled message ${id} goes nowhere`);
  return { to: { id: to, name: name ?? "" } };
}

function endOf(row: ScheduledRow): ScheduledEnd | null {
  const { end_ms: atMs, end_message: message, end_code: code } = row;
  if (atMs === null) return null;
  if (message !== null) return { kind: "sent", message, atMs };
  if (code !== null) return { kind: "failed", code, atMs };
  throw new Error(`Scheduled message ${row.id} has ended in no known way`);
}

export const scheduledShape: Shape<Scheduled> = {
  table: "scheduled",
  key: ["id"],
  columns: {
    id: ({ id }) => id,
    author: ({ author }) => author,
    room: ({ place }) => "room" in place ? place.room : null,
    to_user: ({ place }) => "to" in place ? place.to.id : null,
    text: ({ text }) => text,
    comment_on: ({ commentOn }) => commentOn ?? null,
    due_ms: ({ dueMs }) => dueMs,
    created_ms: ({ createdMs }) => createdMs,
    key: ({ key }) => key ?? null,
    end_kind: ({ end }) => end?.kind ?? null,
    end_message: ({ end }) => end?.kind === "sent" ? end.message : null,
    end_code: ({ end }) => end?.kind === "failed" ? end.code : null,
    end_ms: ({ end }) => end?.atMs ?? null,
  },
};
