/**
 * Scheduled messages: written now, sent later.
 *
 * @module
 */
import type { Attachment } from "./file.ts";
import type { MessageId, RoomId, ScheduledId, UserId } from "./ids.ts";
import type { RefusalCode } from "./refusal.ts";
import type { UserRef } from "./user.ts";

/** A message that waits for its time, or what became of it. */
export interface Scheduled {
  readonly id: ScheduledId;
  readonly author: UserId;
  /** Where to: a room, or whom a private chat will be with. */
  readonly place: { readonly room: RoomId } | { readonly to: UserRef };
  /** Nothing any more once it was sent. */
  readonly text: string;
  readonly commentOn?: MessageId;
  readonly files: readonly Attachment[];
  readonly dueMs: number;
  readonly createdMs: number;
  /** The idempotency key it was scheduled with. */
  readonly key?: string;
  /** Absent while it waits. */
  readonly end?: ScheduledEnd;
}

/** What became of a scheduled message. */
export type ScheduledEnd =
  | { readonly kind: "sent"; readonly message: MessageId; readonly atMs: number }
  | { readonly kind: "failed"; readonly code: RefusalCode; readonly atMs: number };
