/**
 * The questions about files.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Attachment, StoredFile } from "../../../../lib/domain/file.ts";
import type { FileId, MessageId, RoomId, ScheduledId, UserId } from "../../../../lib/domain/ids.ts";
import { isThere, type Life } from "../../../../lib/domain/retention.ts";
import {
  attachmentOfRow,
  type AttachmentRow,
  chunkBytes,
  type ChunkRow,
  fileOf,
  type FileRow,
} from "../rows/files.ts";
import { Selection } from "../statements.ts";
import type { RoomAnswers } from "./rooms.ts";

/** The files in messages, in the order of their ids. */
export class Attachments {
  readonly #ofMessage: Selection<AttachmentRow>;
  readonly #ofScheduled: Selection<AttachmentRow>;

  constructor(db: DatabaseSync) {
    const select = "SELECT id, name, type, size FROM files";
    this.#ofMessage = new Selection(db, `${select} WHERE message = ? ORDER BY id`);
    this.#ofScheduled = new Selection(
      db,
      `${select} WHERE scheduled = ? AND message IS NULL ORDER BY id`,
    );
  }

  ofMessage(id: MessageId): Attachment[] {
    return this.#ofMessage.all(id).map(attachmentOfRow);
  }

  ofScheduled(id: ScheduledId): Attachment[] {
    return this.#ofScheduled.all(id).map(attachmentOfRow);
  }
}

interface MortalRow {
  readonly room: RoomId;
  readonly author: UserId;
  readonly at_ms: number;
  readonly expires_ms: number;
}

export class FileAnswers {
  readonly #rooms: RoomAnswers;
  readonly #file: Selection<FileRow>;
  readonly #message: Selection<MortalRow>;
  readonly #scheduled: Selection<{ readonly author: UserId }>;
  readonly #size: Selection<{ readonly size: number }>;
  readonly #chunks: Selection<ChunkRow>;

  constructor(db: DatabaseSync, rooms: RoomAnswers) {
    this.#rooms = rooms;
    this.#file = new Selection(db, "SELECT * FROM files WHERE id = ?");
    this.#message = new Selection(
      db,
      "SELECT room, author, at_ms, expires_ms FROM messages WHERE id = ?",
    );
    this.#scheduled = new Selection(db, "SELECT author FROM scheduled WHERE id = ?");
    this.#size = new Selection(db, "SELECT size FROM files WHERE id = ?");
    this.#chunks = new Selection(
      db,
      `SELECT number, bytes FROM file_chunks WHERE file = ? AND number BETWEEN ? AND ?
       ORDER BY number`,
    );
  }

  file(id: FileId, reader: UserId, life: Life): StoredFile | undefined {
    const row = this.#file.first(id);
    if (row === undefined) return undefined;
    const file = fileOf(row);
    return this.#mayHave(file, reader, life) ? file : undefined;
  }

  #mayHave({ owner, message, scheduled }: StoredFile, reader: UserId, life: Life): boolean {
    if (message !== undefined) return this.#sees(reader, message, life);
    if (owner !== reader) return false;
    return scheduled === undefined || this.#scheduled.first(scheduled)?.author === reader;
  }

  #sees(reader: UserId, id: MessageId, life: Life): boolean {
    const row = this.#message.first(id);
    const member = row && this.#rooms.member(row.room, reader);
    if (row === undefined || member === undefined) return false;
    const { author, at_ms: atMs, expires_ms: expiresMs } = row;
    return isThere({ id, author: { id: author }, atMs, expiresMs }, member, life);
  }

  bytes(id: FileId, from: number, to: number): Uint8Array | undefined {
    const size = this.#size.first(id)?.size;
    if (size === undefined) return undefined;
    const end = Math.min(to, size);
    const found = new Uint8Array(Math.max(0, end - from));
    if (found.length === 0) return found;
    const chunks = this.#chunks.all(
      id,
      Math.floor(from / chunkBytes),
      Math.floor((end - 1) / chunkBytes),
    );
    for (const { number, bytes } of chunks) {
      const start = number * chunkBytes;
      const piece = bytes.subarray(Math.max(0, from - start), Math.max(0, end - start));
      found.set(piece, Math.max(0, start - from));
    }
    return found;
  }
}
