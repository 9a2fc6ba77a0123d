/**
 * The unit of work: what a batch of decisions reads, and what it changes.
 *
 * @module
 */
import type { FoldedName } from "../text/names.ts";
import type { Event } from "./event.ts";
import {
  commonRoom,
  type MessageId,
  type Position,
  type RoomId,
  type TokenId,
  type UserId,
} from "./ids.ts";
import type { Message } from "./message.ts";
import type { Receipt } from "./receipt.ts";
import { type Member, pairOf, type Room } from "./room.ts";
import type { Token } from "./token.ts";
import type { User } from "./user.ts";

/** One thing for a store to save; applied in order. */
export type Change =
  | { readonly kind: "user"; readonly user: User }
  | { readonly kind: "token"; readonly token: Token }
  | { readonly kind: "token.removed"; readonly token: TokenId }
  | { readonly kind: "token.seen"; readonly token: TokenId; readonly atMs: number }
  | { readonly kind: "room"; readonly room: Room }
  | { readonly kind: "member"; readonly member: Member }
  | { readonly kind: "receipt"; readonly receipt: Receipt };

/**
 * What was loaded for a batch, and what became of it.
 *
 * A store fills it with `learn…`, the rules read and change it, the store saves `changes` and
 * `events`. A later decision of the same batch sees what an earlier one changed.
 */
export class State {
  readonly changes: Change[] = [];
  readonly events: Event[] = [];

  #head: Position;
  readonly #users = new Map<UserId, User>();
  readonly #names = new Map<FoldedName, User>();
  readonly #tokens = new Map<UserId, Token[]>();
  readonly #rooms = new Map<RoomId, Room>();
  readonly #pairs = new Map<string, Room>();
  readonly #members = new Map<string, Member>();
  readonly #messages = new Map<MessageId, Message>();
  readonly #receipts = new Map<string, Receipt>();

  /** @param head The last position given out so far. */
  constructor(head: Position) {
    this.#head = head;
  }

  /** The last position given out. */
  get head(): Position {
    return this.#head;
  }

  /** Gives out the next place in the log, for an event or as an id. */
  nextPosition(): Position {
    this.#head += 1;
    return this.#head;
  }

  // What a store tells.

  learnUser(user: User): void {
    this.#users.set(user.id, user);
    this.#names.set(user.folded, user);
  }

  learnToken(token: Token): void {
    const held = this.#tokens.get(token.user);
    if (held === undefined) this.#tokens.set(token.user, [token]);
    else held.push(token);
  }

  learnRoom(room: Room): void {
    this.#rooms.set(room.id, room);
    if (room.pair !== undefined) this.#pairs.set(room.pair.join(), room);
  }

  learnMember(member: Member): void {
    this.#members.set(`${member.room},${member.user}`, member);
  }

  learnMessage(message: Message): void {
    this.#messages.set(message.id, message);
  }

  learnReceipt(receipt: Receipt): void {
    this.#receipts.set(`${receipt.user},${receipt.key}`, receipt);
  }

  // What the rules ask.

  user(id: UserId): User | undefined {
    return this.#users.get(id);
  }

  userNamed(name: FoldedName): User | undefined {
    return this.#names.get(name);
  }

  tokensOf(user: UserId): readonly Token[] {
    return this.#tokens.get(user) ?? [];
  }

  room(id: RoomId): Room | undefined {
    return this.#rooms.get(id);
  }

  privateRoom(one: UserId, other: UserId): Room | undefined {
    return this.#pairs.get(pairOf(one, other).join());
  }

  member(room: RoomId, user: UserId): Member | undefined {
    return this.#members.get(`${room},${user}`);
  }

  /** Whether `user` is in `room`; everyone is in the common one. */
  isMember(room: RoomId, user: UserId): boolean {
    return room === commonRoom || this.member(room, user) !== undefined;
  }

  message(id: MessageId): Message | undefined {
    return this.#messages.get(id);
  }

  receipt(user: UserId, key: string): Receipt | undefined {
    return this.#receipts.get(`${user},${key}`);
  }

  // What the rules change.

  /** Adds an entry to the log; its position comes from {@linkcode nextPosition}. */
  append(event: Event): void {
    if (event.type === "message") this.learnMessage(event.message);
    this.events.push(event);
  }

  putUser(user: User): void {
    this.learnUser(user);
    this.changes.push({ kind: "user", user });
  }

  putToken(token: Token): void {
    this.learnToken(token);
    this.changes.push({ kind: "token", token });
  }

  removeToken(token: Token): void {
    this.#tokens.set(token.user, this.tokensOf(token.user).filter(({ id }) => id !== token.id));
    this.changes.push({ kind: "token.removed", token: token.id });
  }

  noteSeen(token: TokenId, atMs: number): void {
    for (const held of this.#tokens.values()) {
      const at = held.findIndex(({ id }) => id === token);
      const known = held[at];
      if (known !== undefined) held[at] = { ...known, lastSeenMs: atMs };
    }
    this.changes.push({ kind: "token.seen", token, atMs });
  }

  putRoom(room: Room): void {
    this.learnRoom(room);
    this.changes.push({ kind: "room", room });
  }

  putMember(member: Member): void {
    this.learnMember(member);
    this.changes.push({ kind: "member", member });
  }

  putReceipt(receipt: Receipt): void {
    this.learnReceipt(receipt);
    this.changes.push({ kind: "receipt", receipt });
  }
}
