/**
 * The store that keeps everything in memory: the plain model that the others are compared with.
 *
 * @module
 */
import type { Event, PlainEvent } from "../../lib/domain/event.ts";
import {
  commonRoom,
  type MessageId,
  type Position,
  type RoomId,
  type TokenId,
  type UserId,
} from "../../lib/domain/ids.ts";
import type { Message } from "../../lib/domain/message.ts";
import type { Needs } from "../../lib/domain/needs.ts";
import type { Receipt } from "../../lib/domain/receipt.ts";
import { type Member, pairOf, type Room } from "../../lib/domain/room.ts";
import { type Change, State } from "../../lib/domain/state.ts";
import type { Token } from "../../lib/domain/token.ts";
import type { User, UserRef } from "../../lib/domain/user.ts";
import type { FoldedName } from "../../lib/text/names.ts";
import {
  type Arrival,
  type LogPage,
  type MessagePage,
  type PageBounds,
  type RoomSummary,
  type Store,
  takePage,
  unreadCountMax,
  type UnreadQuery,
  type UserPage,
  type UserQuery,
} from "./store.ts";

/** Forgets everything when the process ends. */
export class MemoryStore implements Store {
  readonly epoch: string;
  #head: Position = 0;
  readonly #users = new Map<UserId, User>();
  readonly #tokens = new Map<TokenId, Token>();
  readonly #rooms = new Map<RoomId, Room>([
    [commonRoom, { id: commonRoom, kind: "common", createdMs: 0 }],
  ]);
  readonly #members: Member[] = [];
  readonly #messages: Message[] = [];
  readonly #events: PlainEvent[] = [];
  #receipts: Receipt[] = [];

  constructor(epoch: string) {
    this.epoch = epoch;
  }

  // deno-lint-ignore require-await -- what `work` throws must reject, not throw.
  async transact<Result>(needs: Needs, work: (state: State) => Result): Promise<Result> {
    const state = this.#load(needs);
    const result = work(state);
    for (const change of state.changes) this.#apply(change);
    for (const event of state.events) this.#append(event);
    this.#head = state.head;
    return result;
  }

  #load(needs: Needs): State {
    const state = new State(this.#head);
    for (const id of needs.users) this.#learnUser(state, id);
    for (const name of needs.names) this.#learnUser(state, this.#named(name)?.id);
    for (const token of this.#tokens.values()) {
      if (needs.tokensOf.has(token.user)) state.learnToken(token);
    }
    for (const { room, user } of needs.members) this.#learnMember(state, room, user);
    for (const { user, name } of needs.privateChats) {
      const other = this.#named(name);
      this.#learnUser(state, user);
      this.#learnUser(state, other?.id);
      const room = other === undefined ? undefined : this.#pairRoom(user, other.id);
      for (const member of room?.pair ?? []) this.#learnMember(state, room?.id, member);
    }
    for (const { message, user } of needs.messages) this.#learnMessage(state, message, user);
    for (const { user, key } of needs.receipts) {
      const receipt = this.#receipts.find((held) => held.user === user && held.key === key);
      if (receipt === undefined) continue;
      state.learnReceipt(receipt);
      if ("message" in receipt.kept) this.#learnMessage(state, receipt.kept.message, user);
    }
    return state;
  }

  #learnMessage(state: State, id: MessageId, reader: UserId): void {
    const message = this.#messages.find((message) => message.id === id);
    if (message === undefined) return;
    state.learnMessage(this.#asOfNow(message));
    this.#learnMember(state, message.room, reader);
  }

  #learnUser(state: State, id: UserId | undefined): void {
    const user = id === undefined ? undefined : this.#users.get(id);
    if (user !== undefined) state.learnUser(user);
  }

  #learnMember(state: State, room: RoomId | undefined, user: UserId): void {
    const member = room === undefined ? undefined : this.#place(room, user);
    const held = member === undefined ? undefined : this.#rooms.get(member.room);
    if (member === undefined || held === undefined) return;
    state.learnMember(member);
    state.learnRoom(held);
    for (const id of held.pair ?? []) this.#learnUser(state, id);
  }

  #apply(change: Change): void {
    switch (change.kind) {
      case "user":
        this.#users.set(change.user.id, change.user);
        break;
      case "token":
        this.#tokens.set(change.token.id, change.token);
        break;
      case "token.removed":
        this.#tokens.delete(change.token);
        break;
      case "token.seen": {
        const token = this.#tokens.get(change.token);
        if (token !== undefined) {
          this.#tokens.set(token.id, { ...token, lastSeenMs: change.atMs });
        }
        break;
      }
      case "room":
        this.#rooms.set(change.room.id, change.room);
        break;
      case "member": {
        const { room, user } = change.member;
        const at = this.#members.findIndex((held) => held.room === room && held.user === user);
        if (at === -1) this.#members.push(change.member);
        else this.#members[at] = change.member;
        break;
      }
      case "receipt": {
        const { user, key } = change.receipt;
        this.#receipts = this.#receipts.filter((held) => held.user !== user || held.key !== key);
        this.#receipts.push(change.receipt);
        break;
      }
    }
  }

  #append(event: Event): void {
    if (event.type === "message") this.#messages.push(event.message);
    else this.#events.push(structuredClone(event));
  }

  // Queries.

  head(): Promise<Position> {
    return Promise.resolve(this.#head);
  }

  findToken(
    hash: string,
  ): Promise<{ readonly token: Token; readonly user: User } | undefined> {
    const token = [...this.#tokens.values()].find((token) => token.hash === hash);
    const user = token === undefined ? undefined : this.#users.get(token.user);
    return Promise.resolve(
      token === undefined || user === undefined ? undefined : { token, user },
    );
  }

  findUser(name: FoldedName): Promise<User | undefined> {
    return Promise.resolve(this.#named(name));
  }

  tokensOf(user: UserId): Promise<readonly Token[]> {
    return Promise.resolve([...this.#tokens.values()].filter((token) => token.user === user));
  }

  countUsers(): Promise<number> {
    return Promise.resolve(this.#users.size);
  }

  users({ after, limit, only, except }: UserQuery): Promise<UserPage> {
    const items = [...this.#users.values()]
      .filter(({ id }) => (only?.has(id) ?? true) && except?.has(id) !== true)
      .filter(({ folded }) => compareCodePoints(folded, after ?? "") > 0)
      .sort((a, b) => compareCodePoints(a.folded, b.folded));
    return Promise.resolve({ items: items.slice(0, limit), hasMore: items.length > limit });
  }

  async arrive(
    user: UserId,
    bounds: { readonly recent: number; readonly unread: number },
  ): Promise<Arrival> {
    // All of it is taken before the first wait: it must be of one instant.
    const rooms = this.#roomsOf(user);
    const head = this.#head;
    const [recent, unread] = await Promise.all([
      this.messages(commonRoom, { limit: bounds.recent }),
      this.unread(user, { limit: bounds.unread }),
    ]);
    return {
      rooms,
      recent: recent.items,
      unread: unread.items,
      unreadMore: unread.hasMore,
      head,
    };
  }

  rooms(user: UserId): Promise<readonly RoomSummary[]> {
    return Promise.resolve(this.#roomsOf(user));
  }

  member(room: RoomId, user: UserId): Promise<Member | undefined> {
    return Promise.resolve(this.#place(room, user));
  }

  privateRoom(one: UserId, other: UserId): Promise<RoomId | undefined> {
    return Promise.resolve(this.#pairRoom(one, other)?.id);
  }

  countUnread(user: UserId, room: RoomId): Promise<number> {
    return Promise.resolve(Math.min(unreadCountMax, this.#unreadIn(room, user).length));
  }

  messages(room: RoomId, { before, after, limit }: PageBounds): Promise<MessagePage> {
    const all = this.#messages.filter((message) =>
      message.room === room && message.id > (after ?? 0) && message.id < (before ?? Infinity)
    );
    if (after !== undefined && before === undefined) {
      return Promise.resolve(this.#page(all, limit));
    }
    const { items, hasMore } = this.#page(all.toReversed(), limit);
    return Promise.resolve({ items: items.toReversed(), hasMore });
  }

  unread(user: UserId, { room, after, limit }: UnreadQuery): Promise<MessagePage> {
    const all = this.#members
      .filter((member) => member.user === user && (room === undefined || member.room === room))
      .flatMap((member) => this.#unreadIn(member.room, user))
      .filter((message) => message.id > (after ?? 0))
      .sort((a, b) => a.id - b.id);
    return Promise.resolve(this.#page(all, limit));
  }

  message(id: MessageId, reader: UserId): Promise<Message | undefined> {
    const message = this.#messages.find((message) => message.id === id);
    if (message === undefined || this.#place(message.room, reader) === undefined) {
      return Promise.resolve(undefined);
    }
    return Promise.resolve(this.#asOfNow(message));
  }

  comments(
    message: MessageId,
    { after, limit }: { readonly after: number; readonly limit: number },
  ): Promise<MessagePage> {
    const all = this.#messages.filter(({ commentOn, id }) => commentOn === message && id > after);
    return Promise.resolve(this.#page(all, limit));
  }

  log(user: UserId, after: Position, limit: number): Promise<LogPage> {
    const rooms = this.#members.filter((member) => member.user === user).map(({ room }) => room);
    const audiences = new Set<number>([user, ...rooms]);
    const messages = this.#messages.map((message): Event => {
      const { id, room, atMs } = message;
      return {
        position: id,
        type: "message",
        audience: room,
        atMs,
        message: this.#asOfNow(message),
      };
    });
    const events = [...messages, ...this.#events]
      .filter(({ position, audience }) => position > after && audiences.has(audience))
      .sort((a, b) => a.position - b.position)
      .slice(0, limit);
    const upTo = events.length === limit ? events.at(-1)?.position ?? this.#head : this.#head;
    return Promise.resolve({ events, upTo, rooms });
  }

  forgetReceipts(beforeMs: number, limit: number): Promise<number> {
    const gone = this.#receipts.filter(({ atMs }) => atMs < beforeMs).slice(0, limit);
    this.#receipts = this.#receipts.filter((receipt) => !gone.includes(receipt));
    return Promise.resolve(gone.length);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #named(name: FoldedName): User | undefined {
    return [...this.#users.values()].find(({ folded }) => folded === name);
  }

  #place(room: RoomId, user: UserId): Member | undefined {
    return this.#members.find((member) => member.room === room && member.user === user);
  }

  #pairRoom(one: UserId, other: UserId): Room | undefined {
    const pair = pairOf(one, other).join();
    return [...this.#rooms.values()].find((room) => room.pair?.join() === pair);
  }

  #unreadIn(room: RoomId, user: UserId): Message[] {
    const readId = this.#place(room, user)?.readId ?? Infinity;
    return this.#messages.filter((message) =>
      message.room === room && message.id > readId && message.author.id !== user
    );
  }

  #roomsOf(user: UserId): RoomSummary[] {
    return this.#members
      .filter((member) => member.user === user)
      .map(({ room: id, readId }) => {
        const room = this.#rooms.get(id);
        const other = this.#users.get(room?.pair?.find((one) => one !== user) ?? user);
        return {
          id,
          kind: room?.kind ?? "common",
          name: id === commonRoom ? "common" : other?.name ?? "",
          unread: Math.min(unreadCountMax, this.#unreadIn(id, user).length),
          lastId: this.#messages.findLast((message) => message.room === id)?.id ?? 0,
          readId,
        };
      })
      .sort((a, b) =>
        Number(b.id === commonRoom) - Number(a.id === commonRoom) || b.lastId - a.lastId ||
        a.id - b.id
      );
  }

  #page(messages: readonly Message[], limit: number): MessagePage {
    return takePage(messages.map((message) => this.#asOfNow(message)), limit);
  }

  /** A message with the names and the number of comments that hold now. */
  #asOfNow(message: Message): Message {
    const named = ({ id, name }: UserRef) => ({ id, name: this.#users.get(id)?.name ?? name });
    return {
      ...message,
      author: named(message.author),
      ...(message.to !== undefined && { to: named(message.to) }),
      comments: this.#messages.filter(({ commentOn }) => commentOn === message.id).length,
    };
  }
}

/** The order that SQLite's BINARY collation and PostgreSQL's "C" have, which `<` has not. */
function compareCodePoints(one: string, other: string): number {
  const a = [...one];
  const b = [...other];
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = (a[at]?.codePointAt(0) ?? 0) - (b[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
