/**
 * The store on one SQLite file.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { MessageId, Position, RoomId, UserId } from "../../../lib/domain/ids.ts";
import type { Message } from "../../../lib/domain/message.ts";
import type { Needs } from "../../../lib/domain/needs.ts";
import type { Member } from "../../../lib/domain/room.ts";
import type { State } from "../../../lib/domain/state.ts";
import type { Token } from "../../../lib/domain/token.ts";
import type { User } from "../../../lib/domain/user.ts";
import type { FoldedName } from "../../../lib/text/names.ts";
import {
  type Arrival,
  type LogPage,
  type MessagePage,
  type PageBounds,
  type RoomSummary,
  type Store,
  StoreFailure,
  type UnreadQuery,
  type UserPage,
  type UserQuery,
} from "../store.ts";
import { type DatabaseSettings, openDatabase } from "./database.ts";
import { Loader } from "./loader.ts";
import { Queries } from "./queries.ts";
import { Saver } from "./saver.ts";

/**
 * Opens the store.
 *
 * @throws {StoreFailure} with a message for the operator.
 */
export function openSqliteStore(settings: DatabaseSettings): Store {
  const { db, epoch, close } = openDatabase(settings);
  return new SqliteStore(db, epoch, close);
}

class SqliteStore implements Store {
  readonly epoch: string;
  readonly #db: DatabaseSync;
  readonly #close: () => void;
  readonly #loader: Loader;
  readonly #saver: Saver;
  readonly #queries: Queries;

  constructor(db: DatabaseSync, epoch: string, close: () => void) {
    this.#db = db;
    this.epoch = epoch;
    this.#close = close;
    this.#loader = new Loader(db);
    this.#saver = new Saver(db);
    this.#queries = new Queries(db);
  }

  // It all happens in one turn of the event loop, so that nothing of this process comes between;
  // the transaction keeps other processes out from the first look on.
  transact<Result>(needs: Needs, work: (state: State) => Result): Promise<Result> {
    return this.#answer(() => {
      this.#db.exec("BEGIN IMMEDIATE");
      try {
        const state = this.#loader.load(needs);
        const headBefore = state.head;
        const result = work(state);
        if (state.changes.length > 0 || state.head > headBefore) this.#saver.save(state);
        this.#db.exec("COMMIT");
        return result;
      } catch (cause) {
        // A failed COMMIT may or may not have ended the transaction.
        if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
        throw cause;
      }
    });
  }

  head(): Promise<Position> {
    return this.#answer(() => this.#loader.head());
  }

  findToken(
    hash: string,
  ): Promise<{ readonly token: Token; readonly user: User } | undefined> {
    return this.#answer(() => this.#queries.token(hash));
  }

  findUser(name: FoldedName): Promise<User | undefined> {
    return this.#answer(() => this.#queries.userNamed(name));
  }

  tokensOf(user: UserId): Promise<readonly Token[]> {
    return this.#answer(() => this.#queries.tokensOf(user));
  }

  countUsers(): Promise<number> {
    return this.#answer(() => this.#queries.countUsers());
  }

  users(query: UserQuery): Promise<UserPage> {
    return this.#answer(() => this.#queries.users(query));
  }

  arrive(
    user: UserId,
    bounds: { readonly recent: number; readonly unread: number },
  ): Promise<Arrival> {
    return this.#answer(() => {
      const rooms = this.#queries.rooms(user);
      const recent = this.#queries.messages(0 as RoomId, { limit: bounds.recent });
      const unread = this.#queries.unread(this.#queries.memberships(user), 0, bounds.unread);
      return {
        rooms,
        recent: recent.items,
        unread: unread.items,
        unreadMore: unread.hasMore,
        head: this.#loader.head(),
      };
    });
  }

  rooms(user: UserId): Promise<readonly RoomSummary[]> {
    return this.#answer(() => this.#queries.rooms(user));
  }

  member(room: RoomId, user: UserId): Promise<Member | undefined> {
    return this.#answer(() => this.#queries.member(room, user));
  }

  privateRoom(one: UserId, other: UserId): Promise<RoomId | undefined> {
    return this.#answer(() => this.#queries.privateRoom(one, other));
  }

  countUnread(user: UserId, room: RoomId): Promise<number> {
    return this.#answer(() => this.#queries.countUnread(user, room));
  }

  messages(room: RoomId, bounds: PageBounds): Promise<MessagePage> {
    return this.#answer(() => this.#queries.messages(room, bounds));
  }

  unread(user: UserId, { room, after, limit }: UnreadQuery): Promise<MessagePage> {
    return this.#answer(() => {
      const places = this.#queries.memberships(user)
        .filter((place) => room === undefined || place.room === room);
      return this.#queries.unread(places, after ?? 0, limit);
    });
  }

  message(id: MessageId, reader: UserId): Promise<Message | undefined> {
    return this.#answer(() => {
      const message = this.#queries.message(id);
      if (message === undefined) return undefined;
      return this.#queries.member(message.room, reader) === undefined ? undefined : message;
    });
  }

  comments(
    message: MessageId,
    { after, limit }: { readonly after: number; readonly limit: number },
  ): Promise<MessagePage> {
    return this.#answer(() => this.#queries.comments(message, after, limit));
  }

  log(user: UserId, after: Position, limit: number): Promise<LogPage> {
    return this.#answer(() => {
      const rooms = this.#queries.memberships(user).map(({ room }) => room);
      const events = this.#queries.log(user, rooms, after, limit);
      const last = events.at(-1);
      const upTo = events.length === limit && last !== undefined
        ? last.position
        : this.#loader.head();
      return { events, upTo, rooms };
    });
  }

  forgetReceipts(beforeMs: number, limit: number): Promise<number> {
    return this.#answer(() => this.#queries.forgetReceipts(beforeMs, limit));
  }

  close(): Promise<void> {
    return this.#answer(() => this.#close());
  }

  /** Runs `work` at once; a failure of SQLite rejects as one of the store. */
  #answer<Result>(work: () => Result): Promise<Result> {
    try {
      return Promise.resolve(work());
    } catch (cause) {
      return Promise.reject(
        isSqliteError(cause) ? new StoreFailure(cause.message, { cause }) : cause,
      );
    }
  }
}

function isSqliteError(cause: unknown): cause is Error {
  return cause instanceof Error && "code" in cause && cause.code === "ERR_SQLITE_ERROR";
}
