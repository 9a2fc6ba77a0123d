/**
 * Messages.
 *
 * @module
 */
import type { Attachment } from "./file.ts";
import type { MessageId, RoomId } from "./ids.ts";
import type { RoomKind } from "./room.ts";
import type { UserRef } from "./user.ts";

/** A message as its readers get it. */
export interface Message {
  readonly id: MessageId;
  readonly room: RoomId;
  readonly roomKind: RoomKind;
  readonly author: UserRef;
  /** In a private chat: the one it is for. */
  readonly to?: UserRef;
  readonly text: string;
  readonly atMs: number;
  /** When it is gone for those who have read it. */
  readonly expiresMs: number;
  /** The message it is about. */
  readonly commentOn?: MessageId;
  /** How many comments it has. */
  readonly comments: number;
  readonly files: readonly Attachment[];
  /** The idempotency key it was sent with, by which its author's clients know it again. */
  readonly key?: string;
}
