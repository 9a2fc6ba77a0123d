/**
 * Loads what a batch of commands needs from SQLite.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { MessageId, Position, RoomId, UserId } from "../../../lib/domain/ids.ts";
import type { Needs, Whom } from "../../../lib/domain/needs.ts";
import { type Member, pairIn, pairOf } from "../../../lib/domain/room.ts";
import { State } from "../../../lib/domain/state.ts";
import type { User } from "../../../lib/domain/user.ts";
import type { FoldedName } from "../../../lib/text/names.ts";
import { Attachments } from "./queries/files.ts";
import { fileOf, type FileRow } from "./rows/files.ts";
import { messageOf, type MessageRow, selectMessages } from "./rows/messages.ts";
import { registrationInviteOf, type RegistrationInviteRow } from "./rows/oversight.ts";
import {
  invitationOf,
  type InvitationRow,
  linkOf,
  type LinkRow,
  memberOf,
  type MemberRow,
  requestOf,
  type RequestRow,
  roomOf,
  type RoomRow,
  selectInvitations,
  selectRequests,
  selectRooms,
} from "./rows/rooms.ts";
import { scheduledOf, type ScheduledRow, selectScheduled } from "./rows/scheduled.ts";
import {
  formerNameOf,
  type FormerNameRow,
  receiptOf,
  type ReceiptRow,
  reportOf,
  type ReportRow,
  tokenOf,
  type TokenRow,
  userOf,
  type UserRow,
  windowOf,
  type WindowRow,
} from "./rows/users.ts";
import { Selection } from "./statements.ts";

function selections(db: DatabaseSync) {
  return {
    head: new Selection<{ readonly head: Position }>(db, "SELECT head FROM log"),
    user: new Selection<UserRow>(db, "SELECT * FROM users WHERE id = ?"),
    userNamed: new Selection<UserRow>(db, "SELECT * FROM users WHERE folded = ?"),
    owners: new Selection<UserRow>(db, "SELECT * FROM users WHERE role = 'owner'"),
    formerName: new Selection<FormerNameRow>(db, "SELECT * FROM former_names WHERE folded = ?"),
    formerNamesOf: new Selection<FormerNameRow>(db, "SELECT * FROM former_names WHERE user = ?"),
    tokensOf: new Selection<TokenRow>(db, "SELECT * FROM tokens WHERE user = ? ORDER BY id"),
    receipt: new Selection<ReceiptRow>(db, "SELECT * FROM receipts WHERE user = ? AND key = ?"),
    window: new Selection<WindowRow>(db, "SELECT * FROM windows WHERE user = ? AND kind = ?"),
    reportsOn: new Selection<ReportRow>(
      db,
      "SELECT * FROM reports WHERE target = ? ORDER BY reporter",
    ),
    reportsBy: new Selection<ReportRow>(db, "SELECT * FROM reports WHERE reporter = ?"),
    room: new Selection<RoomRow>(db, `${selectRooms} WHERE r.id = ?`),
    pair: new Selection<{ readonly id: RoomId }>(
      db,
      "SELECT id FROM rooms WHERE pair_low = ? AND pair_high = ?",
    ),
    member: new Selection<MemberRow>(db, "SELECT * FROM members WHERE room = ? AND user = ?"),
    membersOf: new Selection<MemberRow>(db, "SELECT * FROM members WHERE room = ?"),
    membershipsOf: new Selection<MemberRow>(
      db,
      `SELECT b.* FROM members b JOIN rooms r ON r.id = b.room
       WHERE b.user = ? AND r.kind = 'room'`,
    ),
    invitationsInto: new Selection<InvitationRow>(db, `${selectInvitations} WHERE i.room = ?`),
    invitationsTo: new Selection<InvitationRow>(db, `${selectInvitations} WHERE i.user = ?`),
    invitationsBy: new Selection<InvitationRow>(db, `${selectInvitations} WHERE i.by = ?`),
    linksInto: new Selection<LinkRow>(db, "SELECT * FROM links WHERE room = ?"),
    link: new Selection<LinkRow>(db, "SELECT * FROM links WHERE hash = ?"),
    requestsInto: new Selection<RequestRow>(db, `${selectRequests} WHERE q.room = ?`),
    requestsBy: new Selection<RequestRow>(db, `${selectRequests} WHERE q.user = ?`),
    registrationInvites: new Selection<RegistrationInviteRow>(
      db,
      "SELECT * FROM registration_invites ORDER BY id",
    ),
    message: new Selection<MessageRow>(db, `${selectMessages("", "TRUE")} WHERE m.id = ?`),
    scheduled: new Selection<ScheduledRow>(db, `${selectScheduled} WHERE s.id = ?`),
    unsentBy: new Selection<ScheduledRow>(
      db,
      `${selectScheduled} WHERE s.author = ? AND s.end_message IS NULL`,
    ),
    file: new Selection<FileRow>(db, "SELECT * FROM files WHERE id = ?"),
    unsentFilesOf: new Selection<FileRow>(
      db,
      "SELECT * FROM files WHERE owner = ? AND message IS NULL",
    ),
  };
}

/** Fills states as the contract of `Store.transact` says. */
export class Loader {
  readonly #select: ReturnType<typeof selections>;
  readonly #attachments: Attachments;

  constructor(db: DatabaseSync, attachments: Attachments) {
    this.#select = selections(db);
    this.#attachments = attachments;
  }

  load(needs: Needs): State {
    const state = new State(this.#select.head.first()?.head ?? 0);
    this.#loadUsers(state, needs);
    this.#loadRooms(state, needs);
    this.#loadWaysIn(state, needs);
    this.#loadMessages(state, needs);
    return state;
  }

  #loadUsers(state: State, needs: Needs): void {
    for (const id of needs.users) this.#loadUser(state, id);
    for (const name of needs.names) {
      this.#loadUserNamed(state, name);
      const row = this.#select.formerName.first(name);
      if (row !== undefined) state.formerNames.learn(formerNameOf(row));
    }
    for (const whom of needs.formerNamesOf) {
      for (const row of this.#ofWhom(state, whom, this.#select.formerNamesOf)) {
        state.formerNames.learn(formerNameOf(row));
      }
    }
    for (const whom of needs.tokensOf) {
      const rows = this.#ofWhom(state, whom, this.#select.tokensOf);
      for (const row of rows) state.tokens.learn(tokenOf(row));
    }
    const owners = needs.owners ? this.#select.owners.all() : [];
    for (const row of owners) state.users.learn(userOf(row));
    for (const { user, key } of needs.receipts) {
      const row = this.#select.receipt.first(user, key);
      if (row !== undefined) state.receipts.learn(receiptOf(row));
    }
    for (const { user, kind } of needs.windows) {
      const row = this.#select.window.first(user, kind);
      if (row !== undefined) state.windows.learn(windowOf(row));
    }
    for (const whom of needs.reportsOn) {
      const rows = this.#ofWhom(state, whom, this.#select.reportsOn);
      for (const row of rows) state.reports.learn(reportOf(row));
    }
    for (const user of needs.reportsBy) {
      for (const row of this.#select.reportsBy.all(user)) state.reports.learn(reportOf(row));
    }
  }

  #loadRooms(state: State, needs: Needs): void {
    for (const { room, user } of needs.members) this.#loadPlace(state, room, user);
    for (const room of needs.membersOf) {
      this.#loadRoom(state, room);
      for (const row of this.#select.membersOf.all(room)) {
        this.#loadUser(state, this.#learnMember(state, row).user);
      }
    }
    for (const whom of needs.membershipsOf) {
      const rows = this.#ofWhom(state, whom, this.#select.membershipsOf);
      for (const row of rows) this.#loadRoom(state, this.#learnMember(state, row).room);
    }
    for (const chat of needs.privateChats) this.#loadPrivateChat(state, chat.user, chat.with);
  }

  #loadWaysIn(state: State, needs: Needs): void {
    for (const room of needs.invitationsInto) {
      const rows = this.#select.invitationsInto.all(room);
      for (const row of rows) state.invitations.learn(invitationOf(row));
    }
    for (const whom of needs.invitationsTo) {
      const rows = this.#ofWhom(state, whom, this.#select.invitationsTo);
      for (const row of rows) state.invitations.learn(invitationOf(row));
    }
    for (const user of needs.invitationsBy) {
      const rows = this.#select.invitationsBy.all(user);
      for (const row of rows) state.invitations.learn(invitationOf(row));
    }
    for (const room of needs.linksInto) {
      for (const row of this.#select.linksInto.all(room)) state.links.learn(linkOf(row));
    }
    for (const room of needs.requestsInto) this.#loadRequests(state, room);
    for (const { hash, user } of needs.links) {
      const row = this.#select.link.first(hash);
      if (row === undefined) continue;
      state.links.learn(linkOf(row));
      this.#loadRoom(state, row.room);
      this.#loadPlace(state, row.room, user);
      this.#loadRequests(state, row.room);
    }
    for (const user of needs.requestsBy) {
      for (const row of this.#select.requestsBy.all(user)) state.requests.learn(requestOf(row));
    }
    const invites = needs.registrationInvites ? this.#select.registrationInvites.all() : [];
    for (const row of invites) state.registrationInvites.learn(registrationInviteOf(row));
  }

  #loadMessages(state: State, needs: Needs): void {
    for (const { message, user } of needs.messages) {
      const room = this.#loadMessage(state, message);
      if (room !== undefined && user !== undefined) this.#loadPlace(state, room, user);
    }
    for (const id of needs.scheduled) this.#learnScheduled(state, this.#select.scheduled.all(id));
    for (const user of needs.unsentBy) {
      this.#learnScheduled(state, this.#select.unsentBy.all(user));
    }
    for (const id of needs.files) {
      const row = this.#select.file.first(id);
      if (row !== undefined) state.files.learn(fileOf(row));
    }
    for (const user of needs.unsentFilesOf) {
      for (const row of this.#select.unsentFilesOf.all(user)) state.files.learn(fileOf(row));
    }
  }

  #loadWhom(state: State, whom: Whom): User | undefined {
    if (typeof whom === "string") return this.#loadUserNamed(state, whom);
    this.#loadUser(state, whom);
    return state.users.get(whom);
  }

  /** What belongs to someone; nothing if there is no such user. */
  #ofWhom<Row>(state: State, whom: Whom, rows: Selection<Row>): Row[] {
    const user = this.#loadWhom(state, whom);
    return user === undefined ? [] : rows.all(user.id);
  }

  #loadUser(state: State, id: UserId): void {
    if (state.users.has(id)) return;
    const row = this.#select.user.first(id);
    if (row !== undefined) state.users.learn(userOf(row));
  }

  #loadUserNamed(state: State, name: FoldedName): User | undefined {
    if (state.userNamed(name) === undefined) {
      const row = this.#select.userNamed.first(name);
      if (row !== undefined) state.users.learn(userOf(row));
    }
    return state.userNamed(name);
  }

  /** A room, with its two or its owner. */
  #loadRoom(state: State, id: RoomId): void {
    if (state.rooms.has(id)) return;
    const row = this.#select.room.first(id);
    if (row === undefined) return;
    const room = roomOf(row);
    state.rooms.learn(room);
    const people = room.kind === "room" ? [room.owner.id] : pairIn(room);
    for (const user of people) this.#loadUser(state, user);
  }

  /** Someone's membership and, if they have one, the room. */
  #loadPlace(state: State, room: RoomId, user: UserId): void {
    if (state.member(room, user) === undefined) {
      const row = this.#select.member.first(room, user);
      if (row === undefined) return;
      this.#learnMember(state, row);
    }
    this.#loadRoom(state, room);
  }

  #learnMember(state: State, row: MemberRow): Member {
    const member = memberOf(row);
    state.members.learn(member);
    return member;
  }

  #loadPrivateChat(state: State, user: UserId, whom: Whom): void {
    this.#loadUser(state, user);
    const other = this.#loadWhom(state, whom);
    if (other === undefined) return;
    const room = state.privateRoom(user, other.id)?.id ??
      this.#select.pair.first(...pairOf(user, other.id))?.id;
    if (room === undefined) return;
    for (const id of [user, other.id]) this.#loadPlace(state, room, id);
  }

  #loadRequests(state: State, room: RoomId): void {
    for (const row of this.#select.requestsInto.all(room)) state.requests.learn(requestOf(row));
  }

  /** Tells where the message is. */
  #loadMessage(state: State, id: MessageId): RoomId | undefined {
    if (!state.messages.has(id)) {
      const row = this.#select.message.first(id);
      if (row === undefined) return undefined;
      state.messages.learn(messageOf(row, (id) => this.#attachments.ofMessage(id)));
    }
    return state.message(id)?.room;
  }

  #learnScheduled(state: State, rows: readonly ScheduledRow[]): void {
    for (const row of rows) {
      state.scheduled.learn(scheduledOf(row, this.#attachments.ofScheduled(row.id)));
    }
  }
}
