/**
 * Events: everything that happens, in the order of the one log.
 *
 * @module
 */
import type { AudienceId, Position, RoomId, TokenId } from "./ids.ts";
import type { Message } from "./message.ts";
import type { RoomKind } from "./room.ts";
import type { UserRef } from "./user.ts";

interface Entry {
  readonly position: Position;
  /** Who may see it. */
  readonly audience: AudienceId;
  readonly atMs: number;
}

export interface MessageSentEvent extends Entry {
  readonly type: "message";
  readonly message: Message;
}

export interface ReadEvent extends Entry {
  readonly type: "read";
  readonly room: RoomId;
  readonly readId: number;
}

export interface RoomCreatedEvent extends Entry {
  readonly type: "room.created";
  readonly room: RoomId;
  readonly kind: RoomKind;
  readonly members: readonly UserRef[];
}

export interface MemberJoinedEvent extends Entry {
  readonly type: "member.joined";
  readonly room: RoomId;
  readonly user: UserRef;
}

export interface TokenRevokedEvent extends Entry {
  readonly type: "token.revoked";
  readonly token: TokenId;
}

/** An entry of the log. */
export type Event =
  | MessageSentEvent
  | ReadEvent
  | RoomCreatedEvent
  | MemberJoinedEvent
  | TokenRevokedEvent;

/** An entry that is kept in the log's own table: a message is kept among the messages. */
export type PlainEvent = Exclude<Event, MessageSentEvent>;
