/**
 * What the model knows: plain arrays, looked through from end to end.
 *
 * The model says what the chat must do. It is written from the requirements and knows nothing of
 * `lib/domain` but its types and the numbers that bound it.
 *
 * @module
 */
import type { AuditEntry } from "../../../lib/domain/audit.ts";
import type { Event } from "../../../lib/domain/event.ts";
import type { Attachment } from "../../../lib/domain/file.ts";
import type {
  FileId,
  LinkId,
  MessageId,
  RoomId,
  ScheduledId,
  TokenId,
  UserId,
} from "../../../lib/domain/ids.ts";
import type { LimitKind } from "../../../lib/domain/limit.ts";
import type { Message } from "../../../lib/domain/message.ts";
import type { Policy } from "../../../lib/domain/policy.ts";
import type { RegistrationInvite } from "../../../lib/domain/registration_invite.ts";
import type { Role } from "../../../lib/domain/role.ts";
import type { RoomKind } from "../../../lib/domain/room.ts";
import type { Scheduled, ScheduledEnd } from "../../../lib/domain/scheduled.ts";
import type { UserRef } from "../../../lib/domain/user.ts";

export interface ModelUser {
  readonly id: UserId;
  name: string;
  passwordHash?: string;
  readonly createdMs: number;
  bannedUntilMs?: number;
  role?: Role;
  /** They are gone, and by and by what they leave behind. */
  deletedMs?: number;
  isErased?: boolean;
}

/** A name that was given up, in lower case. */
export interface ModelFormerName {
  readonly name: string;
  readonly user: UserId;
  readonly atMs: number;
}

export interface ModelToken {
  readonly id: TokenId;
  readonly user: UserId;
  readonly hash: string;
  readonly createdMs: number;
  lastSeenMs: number;
}

export interface ModelRoom {
  readonly id: RoomId;
  readonly kind: RoomKind;
  name: string;
  /** Of a room that someone has made. */
  owner?: UserId;
  /** Of a private chat. */
  readonly pair?: readonly UserId[];
  readonly createdMs: number;
  closed: boolean;
}

export interface ModelMember {
  readonly room: RoomId;
  readonly user: UserId;
  readonly joined: number;
  readId: number;
}

export interface ModelMessage {
  readonly id: MessageId;
  readonly room: RoomId;
  readonly kind: RoomKind;
  readonly author: UserId;
  readonly to?: UserId;
  readonly text: string;
  readonly atMs: number;
  readonly expiresMs: number;
  readonly commentOn?: MessageId;
  readonly files: readonly FileId[];
  readonly key?: string;
}

export interface ModelFile {
  readonly id: FileId;
  readonly owner: UserId;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly sha256: string;
  readonly createdMs: number;
  message?: MessageId;
  scheduled?: ScheduledId;
}

export interface ModelScheduled {
  readonly id: ScheduledId;
  readonly author: UserId;
  readonly room?: RoomId;
  readonly to?: UserId;
  text: string;
  readonly commentOn?: MessageId;
  files: readonly FileId[];
  dueMs: number;
  readonly createdMs: number;
  readonly key?: string;
  end?: ScheduledEnd;
}

export interface ModelReport {
  readonly reporter: UserId;
  readonly target: UserId;
  readonly atMs: number;
  readonly reason?: string;
  readonly message?: MessageId;
}

export interface ModelWindow {
  readonly user: UserId;
  readonly kind: LimitKind;
  openedMs: number;
  used: number;
}

export interface ModelInvitation {
  readonly room: RoomId;
  readonly user: UserId;
  readonly by: UserId;
  readonly atMs: number;
}

export interface ModelLink {
  readonly id: LinkId;
  readonly room: RoomId;
  readonly hash: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly usesMax?: number;
  uses: number;
}

export interface ModelRequest {
  readonly room: RoomId;
  readonly user: UserId;
  readonly link: LinkId;
  readonly atMs: number;
}

export interface ModelReceipt {
  readonly user: UserId;
  readonly key: string;
  readonly fingerprint: string;
  readonly outcome: unknown;
  readonly atMs: number;
}

/** Something that happened, and who was to see it when it did. */
export interface ModelEntry {
  readonly event: Event;
  readonly recipients: readonly UserId[];
}

/** When something is judged, and by which numbers. */
export interface Moment {
  readonly nowMs: number;
  readonly policy: Policy;
}

export class ModelRows {
  users: ModelUser[] = [];
  formerNames: ModelFormerName[] = [];
  tokens: ModelToken[] = [];
  rooms: ModelRoom[] = [
    { id: 0 as RoomId, kind: "common", name: "common", createdMs: 0, closed: false },
  ];
  members: ModelMember[] = [];
  messages: ModelMessage[] = [];
  files: ModelFile[] = [];
  scheduled: ModelScheduled[] = [];
  reports: ModelReport[] = [];
  windows: ModelWindow[] = [];
  invitations: ModelInvitation[] = [];
  links: ModelLink[] = [];
  requests: ModelRequest[] = [];
  receipts: ModelReceipt[] = [];
  registrationInvites: RegistrationInvite[] = [];
  audit: AuditEntry[] = [];
  /** The log; what was forgotten is not in it. */
  entries: ModelEntry[] = [];
  head = 0;
  /** Events up to here may have been forgotten. */
  forgotten = 0;

  /** Those who are there. */
  get living(): ModelUser[] {
    return this.users.filter(({ deletedMs }) => deletedMs === undefined);
  }

  user(id: UserId): ModelUser | undefined {
    return this.users.find((user) => user.id === id && user.deletedMs === undefined);
  }

  userNamed(name: string): ModelUser | undefined {
    return this.users.find((user) =>
      user.name.toLowerCase() === name.toLowerCase() && user.deletedMs === undefined
    );
  }

  /** Those who are gone are called by what stands for their name. */
  ref(id: UserId): UserRef {
    return { id, name: this.users.find((user) => user.id === id)?.name ?? "?" };
  }

  usefulInvites(nowMs: number): RegistrationInvite[] {
    return this.registrationInvites.filter(({ expiresMs, uses, usesMax }) =>
      nowMs < expiresMs && uses < usesMax
    );
  }

  room(id: RoomId): ModelRoom | undefined {
    return this.rooms.find((room) => room.id === id);
  }

  member(room: RoomId, user: UserId): ModelMember | undefined {
    return this.members.find((member) => member.room === room && member.user === user);
  }

  membersOf(room: RoomId): UserId[] {
    return this.members.filter((member) => member.room === room).map(({ user }) => user);
  }

  privateChat(one: UserId, other: UserId): ModelRoom | undefined {
    if (one === other) return undefined;
    return this.rooms.find(({ pair }) => pair?.includes(one) && pair.includes(other));
  }

  /** Whether someone may see a message at a time. */
  sees(reader: UserId, message: ModelMessage, { nowMs, policy }: Moment): boolean {
    const member = this.member(message.room, reader);
    if (member === undefined) return false;
    const age = nowMs - message.atMs;
    if (age >= policy.unreadTtlMs) return false;
    if (nowMs < message.expiresMs) return true;
    return message.author !== reader && member.readId < message.id;
  }

  seen(reader: UserId, id: MessageId, moment: Moment): ModelMessage | undefined {
    return this.messages.find((message) => message.id === id && this.sees(reader, message, moment));
  }

  /** A message as `reader` is shown it now. */
  shown(message: ModelMessage, reader: UserId, moment: Moment): Message {
    const comments = this.messages.filter((other) =>
      other.commentOn === message.id && this.sees(reader, other, moment)
    );
    return { ...this.said(message), comments: comments.length };
  }

  /** A message as it is when it has just been sent. */
  said(message: ModelMessage): Message {
    const { id, room, kind, author, to, text, atMs, expiresMs, commentOn, files, key } = message;
    return {
      id,
      room,
      roomKind: kind,
      author: this.ref(author),
      ...(to !== undefined && { to: this.ref(to) }),
      text,
      atMs,
      expiresMs,
      ...(commentOn !== undefined && { commentOn }),
      comments: 0,
      files: this.attachments(files),
      ...(key !== undefined && { key }),
    };
  }

  attachments(ids: readonly FileId[]): Attachment[] {
    return this.files.filter((file) => ids.includes(file.id))
      .map(({ id, name, type, size }) => ({ id, name, type, size }));
  }

  planned(scheduled: ModelScheduled): Scheduled {
    const { id, author, room, to, text, commentOn, files, dueMs, createdMs, key, end } = scheduled;
    return {
      id,
      author,
      place: to === undefined ? { room: room ?? 0 as RoomId } : { to: this.ref(to) },
      text,
      ...(commentOn !== undefined && { commentOn }),
      files: this.attachments(files),
      dueMs,
      createdMs,
      ...(key !== undefined && { key }),
      ...(end !== undefined && { end }),
    };
  }
}
