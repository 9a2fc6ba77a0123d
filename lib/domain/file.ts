/**
 * Files: uploaded first, then put into a message, with which they live.
 *
 * @module
 */
import { looseFileLifeMs } from "./bounds.ts";
import type { FileId, MessageId, ScheduledId, UserId } from "./ids.ts";

/** A file as a message shows it. */
export interface Attachment {
  readonly id: FileId;
  readonly name: string;
  /** Its media type. */
  readonly type: string;
  /** In bytes. */
  readonly size: number;
}

/** All that is known of a file; its bytes are kept apart. */
export interface StoredFile extends Attachment {
  readonly owner: UserId;
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly sha256: string;
  readonly createdMs: number;
  /** The message that it is in, or will be in when that one is sent; neither: it is loose. */
  readonly message?: MessageId;
  readonly scheduled?: ScheduledId;
}

/** The bytes of a file. */
export interface FileContent {
  readonly file: FileId;
  readonly bytes: Uint8Array;
}

export function attachmentOf({ id, name, type, size }: StoredFile): Attachment {
  return { id, name, type, size };
}

/** Files as their message shows them: by when they were uploaded, which is how they are kept. */
export function attachmentsOf(files: readonly StoredFile[]): readonly Attachment[] {
  return files.toSorted((a, b) => a.id - b.id).map(attachmentOf);
}

/** Whether it is in no message, nor in one that is to be sent. */
export function isLoose({ message, scheduled }: StoredFile): boolean {
  return message === undefined && scheduled === undefined;
}

/** Whether it is in no message yet. */
export function isUnsent({ message }: StoredFile): boolean {
  return message === undefined;
}

/** Loose files that were uploaded then or before are of no use any more. */
export function looseSinceMs(nowMs: number): number {
  return nowMs - looseFileLifeMs;
}
