/**
 * The rows of the store in memory, as they are now: names, files and counts filled in.
 *
 * @module
 */
import type { PlainEvent } from "../../../lib/domain/event.ts";
import { attachmentOf } from "../../../lib/domain/file.ts";
import type { FileId, Position, RoomId, UserId } from "../../../lib/domain/ids.ts";
import type { Invitation, JoinRequest } from "../../../lib/domain/invitation.ts";
import type { Message } from "../../../lib/domain/message.ts";
import type { Room } from "../../../lib/domain/room.ts";
import type { Scheduled } from "../../../lib/domain/scheduled.ts";
import { State } from "../../../lib/domain/state.ts";
import type { Change, TableName } from "../../../lib/domain/table.ts";
import { isDeleted, type User, type UserRef } from "../../../lib/domain/user.ts";
import { compareCodePoints } from "./code_points.ts";

/** All rows there are. */
export class MemoryRows {
  /** A state that has learnt everything. */
  readonly all: State = new State(0);
  /** The log but for its messages. */
  events: PlainEvent[] = [];
  /** The last position given out, and the last one whose event was forgotten. */
  head: Position = 0;
  forgotten: Position = 0;

  /** All users but those who were deleted, by the code points of their folded names. */
  get present(): User[] {
    return this.all.users.where((user) => !isDeleted(user))
      .sort((a, b) => compareCodePoints(a.folded, b.folded));
  }

  apply(change: Change): void {
    if (change.kind === "seen") {
      const token = this.all.tokens.get(change.token);
      if (token !== undefined) this.all.tokens.learn({ ...token, lastSeenMs: change.atMs });
      return;
    }
    const table = this.#tableOf(change.table);
    if (change.kind === "put") table.learn(change.row);
    else table.unlearn(change.row);
    if (change.kind === "removed" && change.table === "file") this.#removeContent(change.row.id);
  }

  /** The bytes of a file go with it. */
  #removeContent(file: FileId): void {
    const content = this.all.contents.get(file);
    if (content !== undefined) this.all.contents.unlearn(content);
  }

  #tableOf(name: TableName): { learn(row: unknown): void; unlearn(row: unknown): void } {
    const { all } = this;
    const tables = {
      user: all.users,
      formerName: all.formerNames,
      token: all.tokens,
      room: all.rooms,
      member: all.members,
      message: all.messages,
      receipt: all.receipts,
      window: all.windows,
      report: all.reports,
      scheduled: all.scheduled,
      file: all.files,
      content: all.contents,
      invitation: all.invitations,
      link: all.links,
      request: all.requests,
      registrationInvite: all.registrationInvites,
      audit: all.audit,
    };
    // A change says which table its row is of.
    return tables[name] as { learn(row: unknown): void; unlearn(row: unknown): void };
  }

  /** Comments count for the reader that `counts` speaks for. */
  message(message: Message, counts: (comment: Message) => boolean): Message {
    const comments = this.all.messages.where(({ commentOn }) => commentOn === message.id);
    return {
      ...message,
      author: this.#named(message.author),
      ...(message.to !== undefined && { to: this.#named(message.to) }),
      comments: comments.filter(counts).length,
      files: this.#files(({ message: id }) => id === message.id),
    };
  }

  room(room: Room): Room {
    return room.kind === "room" ? { ...room, owner: this.#named(room.owner) } : room;
  }

  scheduled(scheduled: Scheduled): Scheduled {
    const { id, place } = scheduled;
    return {
      ...scheduled,
      place: "to" in place ? { to: this.#named(place.to) } : place,
      files: this.#files((file) => file.scheduled === id && file.message === undefined),
    };
  }

  invitation(invitation: Invitation): Invitation {
    return { ...invitation, by: this.#named(invitation.by) };
  }

  request(request: JoinRequest): JoinRequest {
    return { ...request, user: this.#named(request.user) };
  }

  /** What a room is called by one of its members. */
  roomName(id: RoomId, reader: UserId): string {
    const room = this.all.rooms.get(id);
    if (room === undefined || room.kind === "common") return "common";
    if (room.kind === "room") return room.name;
    const other = room.pair?.find((one) => one !== reader) ?? reader;
    return this.all.users.get(other)?.name ?? "";
  }

  #files(holds: (file: { message?: number; scheduled?: number }) => boolean) {
    return this.all.files.where(holds).sort((a, b) => a.id - b.id).map(attachmentOf);
  }

  #named({ id, name }: UserRef): UserRef {
    return { id, name: this.all.users.get(id)?.name ?? name };
  }
}
