/**
 * Loads what a batch of commands needs from the rows in memory.
 *
 * @module
 */
import { isUnsent } from "../../../lib/domain/file.ts";
import type { MessageId, RoomId, UserId } from "../../../lib/domain/ids.ts";
import type { Needs, Whom } from "../../../lib/domain/needs.ts";
import { owns } from "../../../lib/domain/role.ts";
import { pairIn } from "../../../lib/domain/room.ts";
import { State } from "../../../lib/domain/state.ts";
import { pairKey } from "../../../lib/domain/table.ts";
import type { User } from "../../../lib/domain/user.ts";
import type { FoldedName } from "../../../lib/text/names.ts";
import type { MemoryRows } from "./rows.ts";

/** A state that has learnt what `Needs` says, and nothing else. */
export function load(rows: MemoryRows, needs: Needs): State {
  const loading = new Loading(rows);
  for (const id of needs.users) loading.user(id);
  for (const name of needs.names) loading.name(name);
  for (const whom of needs.formerNamesOf) loading.formerNamesOf(whom);
  for (const whom of needs.tokensOf) loading.tokensOf(whom);
  if (needs.owners) loading.owners();
  for (const { room, user } of needs.members) loading.member(room, user);
  for (const id of needs.membersOf) loading.membersOf(id);
  for (const whom of needs.membershipsOf) loading.membershipsOf(whom);
  for (const { user, with: other } of needs.privateChats) loading.privateChat(user, other);
  for (const { message, user } of needs.messages) loading.message(message, user);
  for (const whom of needs.reportsOn) loading.reportsOn(whom);
  for (const id of needs.reportsBy) loading.reportsBy(id);
  for (const id of needs.invitationsInto) loading.invitationsInto(id);
  for (const whom of needs.invitationsTo) loading.invitationsTo(whom);
  for (const id of needs.invitationsBy) loading.invitationsBy(id);
  for (const id of needs.linksInto) loading.linksInto(id);
  for (const { hash, user } of needs.links) loading.link(hash, user);
  for (const id of needs.requestsInto) loading.requestsInto(id);
  for (const id of needs.requestsBy) loading.requestsBy(id);
  if (needs.registrationInvites) loading.registrationInvites();
  loading.rest(needs);
  return loading.state;
}

class Loading {
  readonly state: State;
  readonly #rows: MemoryRows;
  readonly #all: State;

  constructor(rows: MemoryRows) {
    this.#rows = rows;
    this.#all = rows.all;
    this.state = new State(rows.head);
  }

  user(whom: Whom): User | undefined {
    const { users } = this.#all;
    const user = typeof whom === "number" ? users.get(whom) : users.find(whom);
    if (user !== undefined) this.state.users.learn(user);
    return user;
  }

  name(name: FoldedName): void {
    this.user(name);
    const former = this.#all.formerNames.get(name);
    if (former !== undefined) this.state.formerNames.learn(former);
  }

  formerNamesOf(whom: Whom): void {
    const user = this.user(whom);
    for (const former of this.#all.formerNames.where((one) => one.user === user?.id)) {
      this.state.formerNames.learn(former);
    }
  }

  tokensOf(whom: Whom): void {
    const user = this.user(whom);
    for (const token of this.#all.tokens.where((one) => one.user === user?.id)) {
      this.state.tokens.learn(token);
    }
  }

  owners(): void {
    for (const user of this.#all.users.where(owns)) this.state.users.learn(user);
  }

  room(id: RoomId): void {
    const room = this.#all.rooms.get(id);
    if (room === undefined) return;
    this.state.rooms.learn(this.#rows.room(room));
    for (const user of pairIn(room)) this.user(user);
    if (room.kind === "room") this.user(room.owner.id);
  }

  member(room: RoomId, user: UserId): void {
    const member = this.#all.member(room, user);
    if (member === undefined) return;
    this.state.members.learn(member);
    this.room(room);
  }

  membersOf(room: RoomId): void {
    this.room(room);
    for (const member of this.#all.members.where((one) => one.room === room)) {
      this.state.members.learn(member);
      this.user(member.user);
    }
  }

  membershipsOf(whom: Whom): void {
    const user = this.user(whom);
    for (const member of this.#all.members.where((one) => one.user === user?.id)) {
      if (this.#all.rooms.get(member.room)?.kind !== "room") continue;
      this.state.members.learn(member);
      this.room(member.room);
    }
  }

  privateChat(user: UserId, whom: Whom): void {
    this.user(user);
    const other = this.user(whom);
    const room = other === undefined ? undefined : this.#all.privateRoom(user, other.id);
    for (const one of pairIn(room)) if (room !== undefined) this.member(room.id, one);
  }

  message(id: MessageId, reader: UserId | undefined): void {
    const message = this.#all.messages.get(id);
    if (message === undefined) return;
    this.state.messages.learn(this.#rows.message(message, () => true));
    if (reader !== undefined) this.member(message.room, reader);
  }

  reportsOn(whom: Whom): void {
    const target = this.user(whom);
    for (const report of this.#all.reports.where((one) => one.target === target?.id)) {
      this.state.reports.learn(report);
    }
  }

  reportsBy(user: UserId): void {
    for (const report of this.#all.reports.where((one) => one.reporter === user)) {
      this.state.reports.learn(report);
    }
  }

  invitationsInto(room: RoomId): void {
    for (const invitation of this.#all.invitations.where((one) => one.room === room)) {
      this.state.invitations.learn(this.#rows.invitation(invitation));
    }
  }

  invitationsTo(whom: Whom): void {
    const user = this.user(whom);
    for (const invitation of this.#all.invitations.where((one) => one.user === user?.id)) {
      this.state.invitations.learn(this.#rows.invitation(invitation));
    }
  }

  invitationsBy(user: UserId): void {
    for (const invitation of this.#all.invitations.where((one) => one.by.id === user)) {
      this.state.invitations.learn(this.#rows.invitation(invitation));
    }
  }

  linksInto(room: RoomId): void {
    for (const link of this.#all.links.where((one) => one.room === room)) {
      this.state.links.learn(link);
    }
  }

  link(hash: string, user: UserId): void {
    const link = this.#all.links.find(hash);
    if (link === undefined) return;
    this.state.links.learn(link);
    this.room(link.room);
    this.member(link.room, user);
    this.requestsInto(link.room);
  }

  requestsInto(room: RoomId): void {
    for (const request of this.#all.requests.where((one) => one.room === room)) {
      this.state.requests.learn(this.#rows.request(request));
    }
  }

  requestsBy(user: UserId): void {
    for (const request of this.#all.requests.where((one) => one.user.id === user)) {
      this.state.requests.learn(this.#rows.request(request));
    }
  }

  registrationInvites(): void {
    for (const invite of this.#all.registrationInvites) {
      this.state.registrationInvites.learn(invite);
    }
  }

  /** What stands alone. */
  rest(needs: Needs): void {
    const { state } = this;
    const all = this.#all;
    for (const { user, key } of needs.receipts) {
      const receipt = all.receipt(user, key);
      if (receipt !== undefined) state.receipts.learn(receipt);
    }
    for (const { user, kind } of needs.windows) {
      const window = all.windows.get(pairKey(user, kind));
      if (window !== undefined) state.windows.learn(window);
    }
    for (const scheduled of all.scheduled) {
      const { id, author, end } = scheduled;
      if (needs.scheduled.has(id) || (needs.unsentBy.has(author) && end?.kind !== "sent")) {
        state.scheduled.learn(this.#rows.scheduled(scheduled));
      }
    }
    for (const file of all.files) {
      const isWanted = needs.files.has(file.id) ||
        (needs.unsentFilesOf.has(file.owner) && isUnsent(file));
      if (isWanted) state.files.learn(file);
    }
  }
}
