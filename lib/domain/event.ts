/**
 * Events: everything that happens, in the order of the one log.
 *
 * @module
 */
import type { AudienceId, MessageId, Position, RoomId, ScheduledId, TokenId } from "./ids.ts";
import type { Message } from "./message.ts";
import type { RefusalCode } from "./refusal.ts";
import type { Role } from "./role.ts";
import type { RoomKind } from "./room.ts";
import type { UserRef } from "./user.ts";

/** What each type of event tells, beside what all have. */
interface Details {
  readonly "message": { readonly message: Message };
  readonly "message.deleted": { readonly room: RoomId; readonly message: MessageId };
  readonly "read": { readonly room: RoomId; readonly readId: number };
  readonly "room.created": {
    readonly room: RoomId;
    readonly kind: RoomKind;
    readonly name?: string;
    readonly owner?: UserRef;
    readonly members: readonly UserRef[];
  };
  readonly "room.updated": {
    readonly room: RoomId;
    readonly name: string;
    readonly owner: UserRef;
  };
  /** Told to each who was in it. */
  readonly "room.deleted": { readonly room: RoomId };
  readonly "member.joined": {
    readonly room: RoomId;
    /** The room's, if it has one of its own. */
    readonly name?: string;
    readonly user: UserRef;
  };
  /** Told to the room, and once more to the one who is no longer in it. */
  readonly "member.left": { readonly room: RoomId; readonly user: UserRef };
  readonly "invitation": { readonly room: RoomId; readonly name: string; readonly by: UserRef };
  /** It can't be accepted any more: it was declined, taken back, or its room is gone. */
  readonly "invitation.closed": { readonly room: RoomId };
  /** Told to the owner of the room, and to the one who asks. */
  readonly "join.requested": { readonly room: RoomId; readonly user: UserRef };
  readonly "join.approved": { readonly room: RoomId; readonly name: string };
  readonly "join.denied": { readonly room: RoomId; readonly name: string };
  /** Told to the owner's own clients. */
  readonly "join.answered": {
    readonly room: RoomId;
    readonly user: UserRef;
    readonly approved: boolean;
  };
  readonly "user.renamed": { readonly user: UserRef; readonly before: string };
  readonly "user.banned": { readonly untilMs: number };
  readonly "user.unbanned": Record<never, never>;
  /** They are in no room any more, which is told by nothing else. Here they have their name still. */
  readonly "user.deleted": { readonly user: UserRef };
  /** Told to the one whose role it is; without one: they have none any more. */
  readonly "role.changed": { readonly role?: Role };
  // What a scheduled message says is not in the log: it would outlive the message.
  readonly "scheduled.created": { readonly scheduled: ScheduledId; readonly dueMs: number };
  readonly "scheduled.updated": { readonly scheduled: ScheduledId; readonly dueMs: number };
  readonly "scheduled.cancelled": { readonly scheduled: ScheduledId };
  readonly "scheduled.sent": { readonly scheduled: ScheduledId; readonly message: MessageId };
  readonly "scheduled.failed": { readonly scheduled: ScheduledId; readonly code: RefusalCode };
  readonly "token.revoked": { readonly token: TokenId };
}

interface Entry<Type extends keyof Details> {
  readonly type: Type;
  readonly position: Position;
  /** Who may see it. */
  readonly audience: AudienceId;
  readonly atMs: number;
}

/** An entry of the log, of one type. */
export type EventOf<Type extends keyof Details> = Entry<Type> & Details[Type];

/** An entry of the log. */
export type Event = { readonly [Type in keyof Details]: EventOf<Type> }[keyof Details];

/** An entry that is kept in the log's own table: a message is kept among the messages. */
export type PlainEvent = Exclude<Event, EventOf<"message">>;

/** What a rule tells of an event; its position and time are given to it as it is appended. */
export type Telling = {
  readonly [Type in keyof Details]:
    & { readonly type: Type; readonly audience: AudienceId }
    & Details[Type];
}[keyof Details];
