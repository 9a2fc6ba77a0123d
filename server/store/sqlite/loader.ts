/**
 * Loads what a batch of commands needs from SQLite.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { MessageId, RoomId, UserId } from "../../../lib/domain/ids.ts";
import type { Needs } from "../../../lib/domain/needs.ts";
import { pairOf } from "../../../lib/domain/room.ts";
import { State } from "../../../lib/domain/state.ts";
import type { FoldedName } from "../../../lib/text/names.ts";
import {
  memberOf,
  type MemberRow,
  messageColumns,
  messageJoins,
  messageOf,
  type MessageRow,
  receiptOf,
  type ReceiptRow,
  roomOf,
  type RoomRow,
  tokenOf,
  type TokenRow,
  userOf,
  type UserRow,
} from "./rows.ts";

/** Fills a state as the contract of `Store.transact` says. */
export class Loader {
  readonly #head: StatementSync;
  readonly #user: StatementSync;
  readonly #userNamed: StatementSync;
  readonly #tokensOf: StatementSync;
  readonly #room: StatementSync;
  readonly #pair: StatementSync;
  readonly #member: StatementSync;
  readonly #message: StatementSync;
  readonly #receipt: StatementSync;

  constructor(db: DatabaseSync) {
    this.#head = db.prepare("SELECT head FROM log");
    this.#user = db.prepare("SELECT * FROM users WHERE id = ?");
    this.#userNamed = db.prepare("SELECT * FROM users WHERE folded = ?");
    this.#tokensOf = db.prepare("SELECT * FROM tokens WHERE user = ? ORDER BY id");
    this.#room = db.prepare("SELECT * FROM rooms WHERE id = ?");
    this.#pair = db.prepare("SELECT * FROM rooms WHERE pair_low = ? AND pair_high = ?");
    this.#member = db.prepare("SELECT * FROM members WHERE room = ? AND user = ?");
    this.#message = db.prepare(
      `SELECT ${messageColumns} FROM messages m ${messageJoins} WHERE m.id = ?`,
    );
    this.#receipt = db.prepare("SELECT * FROM receipts WHERE user = ? AND key = ?");
  }

  head(): number {
    return Number(this.#head.get()?.["head"]);
  }

  load(needs: Needs): State {
    const state = new State(this.head());
    for (const id of needs.users) this.#loadUser(state, id);
    for (const name of needs.names) this.#loadUserNamed(state, name);
    for (const id of needs.tokensOf) {
      for (const row of this.#tokensOf.all(id)) {
        state.learnToken(tokenOf(row as unknown as TokenRow));
      }
    }
    for (const { room, user } of needs.members) this.#loadMember(state, room, user);
    for (const { user, name } of needs.privateChats) this.#loadPrivateChat(state, user, name);
    for (const { message, user } of needs.messages) this.#loadMessage(state, message, user);
    for (const { user, key } of needs.receipts) {
      const row = this.#receipt.get(user, key);
      if (row === undefined) continue;
      const receipt = receiptOf(row as unknown as ReceiptRow);
      state.learnReceipt(receipt);
      if ("message" in receipt.kept) this.#loadMessage(state, receipt.kept.message, user);
    }
    return state;
  }

  #loadUser(state: State, id: UserId): void {
    if (state.user(id) !== undefined) return;
    const row = this.#user.get(id);
    if (row !== undefined) state.learnUser(userOf(row as unknown as UserRow));
  }

  #loadUserNamed(state: State, name: FoldedName): void {
    if (state.userNamed(name) !== undefined) return;
    const row = this.#userNamed.get(name);
    if (row !== undefined) state.learnUser(userOf(row as unknown as UserRow));
  }

  #loadRoom(state: State, id: RoomId): void {
    if (state.room(id) !== undefined) return;
    const row = this.#room.get(id);
    if (row === undefined) return;
    const room = roomOf(row as unknown as RoomRow);
    state.learnRoom(room);
    for (const user of room.pair ?? []) this.#loadUser(state, user);
  }

  #loadMember(state: State, room: RoomId, user: UserId): void {
    if (state.member(room, user) !== undefined) return;
    const row = this.#member.get(room, user);
    if (row === undefined) return;
    state.learnMember(memberOf(row as unknown as MemberRow));
    this.#loadRoom(state, room);
  }

  #loadPrivateChat(state: State, user: UserId, name: FoldedName): void {
    this.#loadUser(state, user);
    this.#loadUserNamed(state, name);
    const other = state.userNamed(name);
    if (other === undefined) return;
    let room = state.privateRoom(user, other.id);
    if (room === undefined) {
      const row = this.#pair.get(...pairOf(user, other.id));
      if (row === undefined) return;
      room = roomOf(row as unknown as RoomRow);
      state.learnRoom(room);
    }
    // Another need may have loaded the room with the membership of one of them only.
    for (const id of [user, other.id]) this.#loadMember(state, room.id, id);
  }

  #loadMessage(state: State, id: MessageId, reader: UserId): void {
    if (state.message(id) === undefined) {
      const row = this.#message.get(id);
      if (row === undefined) return;
      state.learnMessage(messageOf(row as unknown as MessageRow));
    }
    const room = state.message(id)?.room;
    if (room !== undefined) this.#loadMember(state, room, reader);
  }
}
