/**
 * Files as rows, and their bytes as pieces.
 *
 * @module
 */
import type { Attachment, FileContent, StoredFile } from "../../../../lib/domain/file.ts";
import type { FileId, MessageId, ScheduledId, UserId } from "../../../../lib/domain/ids.ts";
import { optional } from "../statements.ts";
import type { Shape } from "./shape.ts";

/** Bytes in each piece of a file but its last. */
export const chunkBytes = 262_144;

export interface AttachmentRow {
  readonly id: FileId;
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

export function attachmentOfRow({ id, name, type, size }: AttachmentRow): Attachment {
  return { id, name, type, size };
}

export interface FileRow extends AttachmentRow {
  readonly owner: UserId;
  readonly sha256: string;
  readonly created_ms: number;
  readonly message: MessageId | null;
  readonly scheduled: ScheduledId | null;
}

export function fileOf(row: FileRow): StoredFile {
  return {
    ...attachmentOfRow(row),
    owner: row.owner,
    sha256: row.sha256,
    createdMs: row.created_ms,
    ...optional("message", row.message),
    ...optional("scheduled", row.scheduled),
  };
}

export const fileShape: Shape<StoredFile> = {
  table: "files",
  key: ["id"],
  columns: {
    id: ({ id }) => id,
    owner: ({ owner }) => owner,
    name: ({ name }) => name,
    type: ({ type }) => type,
    size: ({ size }) => size,
    sha256: ({ sha256 }) => sha256,
    created_ms: ({ createdMs }) => createdMs,
    message: ({ message }) => message ?? null,
    scheduled: ({ scheduled }) => scheduled ?? null,
  },
};

export interface ChunkRow {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** The pieces that a file is kept in; none of an empty one. */
export function* chunksOf({ bytes }: FileContent): Iterable<ChunkRow> {
  for (let number = 0; number * chunkBytes < bytes.length; number++) {
    const from = number * chunkBytes;
    yield { number, bytes: bytes.subarray(from, from + chunkBytes) };
  }
}
