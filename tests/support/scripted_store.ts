/**
 * A store in memory that a test can hold up, make fail, and look at.
 *
 * @module
 */
import type { FileId, Position, RoomId, UserId } from "../../lib/domain/ids.ts";
import type { Needs } from "../../lib/domain/needs.ts";
import type { Life } from "../../lib/domain/retention.ts";
import type { Scheduled } from "../../lib/domain/scheduled.ts";
import type { State } from "../../lib/domain/state.ts";
import type { Token } from "../../lib/domain/token.ts";
import type { User } from "../../lib/domain/user.ts";
import { MemoryStore } from "../../server/store/memory/store.ts";
import type { MessagePage, PageBounds } from "../../server/store/pages.ts";
import type {
  Arrival,
  EventPage,
  LogPage,
  UserPage,
  UserQuery,
} from "../../server/store/queries.ts";

/** What a test may come between. */
export type Moment =
  | "transact"
  | "findToken"
  | "users"
  | "arrive"
  | "log"
  | "head"
  | "eventsAfter"
  | "messages"
  | "due"
  | "fileBytes"
  | "forgetReceipts";

export class ScriptedStore extends MemoryStore {
  /** Runs before a call goes through; what it throws is the call's failure. */
  readonly before: Partial<Record<Moment, () => void | Promise<void>>> = {};
  /** Changes what a transaction has loaded, before it is worked on. */
  meddle: (state: State) => void = () => {};
  /** The changes and events of each transaction that was saved, counted. */
  readonly saved: { readonly changes: number; readonly events: number }[] = [];

  override async transact<Result>(needs: Needs, work: (state: State) => Result): Promise<Result> {
    await this.before.transact?.();
    return await super.transact(needs, (state) => {
      this.meddle(state);
      const result = work(state);
      this.saved.push({ changes: state.changes.length, events: state.events.length });
      return result;
    });
  }

  override async findToken(
    hash: string,
  ): Promise<{ readonly token: Token; readonly user: User } | undefined> {
    const found = await super.findToken(hash);
    await this.before.findToken?.();
    return found;
  }

  override async users(query: UserQuery): Promise<UserPage> {
    await this.before.users?.();
    return await super.users(query);
  }

  override async arrive(
    user: UserId,
    bounds: { readonly recent: number; readonly unread: number },
    life: Life,
  ): Promise<Arrival> {
    await this.before.arrive?.();
    return await super.arrive(user, bounds, life);
  }

  override async log(
    user: UserId,
    after: Position,
    limit: number,
    life: Life,
  ): Promise<LogPage> {
    await this.before.log?.();
    return await super.log(user, after, limit, life);
  }

  override async head(): Promise<Position> {
    await this.before.head?.();
    return await super.head();
  }

  override async eventsAfter(after: Position, limit: number): Promise<EventPage> {
    await this.before.eventsAfter?.();
    return await super.eventsAfter(after, limit);
  }

  override async messages(
    room: RoomId,
    reader: UserId,
    bounds: PageBounds,
    life: Life,
  ): Promise<MessagePage> {
    await this.before.messages?.();
    return await super.messages(room, reader, bounds, life);
  }

  override async due(nowMs: number, limit: number): Promise<readonly Scheduled[]> {
    await this.before.due?.();
    return await super.due(nowMs, limit);
  }

  override async fileBytes(
    id: FileId,
    from: number,
    to: number,
  ): Promise<Uint8Array | undefined> {
    await this.before.fileBytes?.();
    return await super.fileBytes(id, from, to);
  }

  override async forgetReceipts(beforeMs: number, limit: number): Promise<number> {
    await this.before.forgetReceipts?.();
    return await super.forgetReceipts(beforeMs, limit);
  }
}

/** A wait that a test ends. */
export class Gate {
  readonly #passed = Promise.withResolvers<void>();
  readonly #reached = Promise.withResolvers<void>();

  /** Resolves when somebody waits here. */
  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  readonly wait = (): Promise<void> => {
    this.#reached.resolve();
    return this.#passed.promise;
  };

  open(): void {
    this.#passed.resolve();
  }
}
