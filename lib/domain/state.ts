/**
 * The unit of work: what a batch of decisions reads, and what it changes.
 *
 * @module
 */
import type { FoldedName } from "../text/names.ts";
import type { Event, Telling } from "./event.ts";
import { commonRoom, type MessageId, type Position, type RoomId, type UserId } from "./ids.ts";
import type { TokenId } from "./ids.ts";
import type { LimitKind, Window } from "./limit.ts";
import type { Message } from "./message.ts";
import type { Receipt } from "./receipt.ts";
import { type Member, pairIn, pairOf, type Room } from "./room.ts";
import { type Change, pairKey, Table } from "./table.ts";
import type { Token } from "./token.ts";
import type { User } from "./user.ts";

function pairKeyOf(room: Room): string | undefined {
  const [low, high] = pairIn(room);
  return low === undefined || high === undefined ? undefined : pairKey(low, high);
}

/**
 * What was loaded for a batch, and what became of it.
 *
 * A store fills its tables with `learn`, the rules read and change them, the store saves `changes`
 * and `events`. A later decision of the same batch sees what an earlier one changed.
 */
export class State {
  readonly changes: Change[] = [];
  readonly events: Event[] = [];

  readonly users: Table<"user"> = new Table("user", this.changes, ({ folded }) => folded);
  readonly formerNames: Table<"formerName"> = new Table("formerName", this.changes);
  readonly tokens: Table<"token"> = new Table("token", this.changes);
  readonly rooms: Table<"room"> = new Table("room", this.changes, pairKeyOf);
  readonly members: Table<"member"> = new Table("member", this.changes);
  readonly messages: Table<"message"> = new Table("message", this.changes);
  readonly receipts: Table<"receipt"> = new Table("receipt", this.changes);
  readonly windows: Table<"window"> = new Table("window", this.changes);
  readonly reports: Table<"report"> = new Table("report", this.changes);
  readonly scheduled: Table<"scheduled"> = new Table("scheduled", this.changes);
  readonly files: Table<"file"> = new Table("file", this.changes);
  readonly contents: Table<"content"> = new Table("content", this.changes);
  readonly invitations: Table<"invitation"> = new Table("invitation", this.changes);
  readonly links: Table<"link"> = new Table("link", this.changes, ({ hash }) => hash);
  readonly requests: Table<"request"> = new Table("request", this.changes);
  readonly registrationInvites: Table<"registrationInvite"> = new Table(
    "registrationInvite",
    this.changes,
    ({ hash }) => hash,
  );
  readonly audit: Table<"audit"> = new Table("audit", this.changes);

  #head: Position;

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

  /** Adds an event to the log, at `position` if one was given out for it. */
  tell(telling: Telling, nowMs: number, position: Position = this.nextPosition()): void {
    this.events.push({ ...telling, position, atMs: nowMs });
  }

  /** Adds a message to the log, where its id is its position. */
  say(message: Message): void {
    this.messages.learn(message);
    this.events.push({
      type: "message",
      position: message.id,
      audience: message.room,
      atMs: message.atMs,
      message,
    });
  }

  /** Notes that a client was seen, without a look at it. */
  noteSeen(token: TokenId, atMs: number): void {
    const known = this.tokens.get(token);
    if (known !== undefined) this.tokens.learn({ ...known, lastSeenMs: atMs });
    this.changes.push({ kind: "seen", token, atMs });
  }

  // What the rules ask beside the rows by their keys.

  userNamed(name: FoldedName): User | undefined {
    return this.users.find(name);
  }

  /** Oldest first. */
  tokensOf(user: UserId): Token[] {
    return this.tokens.where((token) => token.user === user).sort((a, b) => a.id - b.id);
  }

  privateRoom(one: UserId, other: UserId): Room | undefined {
    return this.rooms.find(pairKey(...pairOf(one, other)));
  }

  member(room: RoomId, user: UserId): Member | undefined {
    return this.members.get(pairKey(room, user));
  }

  /** Whether `user` is in `room`; everyone is in the common one. */
  isMember(room: RoomId, user: UserId): boolean {
    return room === commonRoom || this.member(room, user) !== undefined;
  }

  message(id: MessageId): Message | undefined {
    return this.messages.get(id);
  }

  receipt(user: UserId, key: string): Receipt | undefined {
    return this.receipts.get(pairKey(user, key));
  }

  window(user: UserId, kind: LimitKind): Window | undefined {
    return this.windows.get(pairKey(user, kind));
  }
}
