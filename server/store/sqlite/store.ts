/**
 * The store on one SQLite file.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { StoredFile } from "../../../lib/domain/file.ts";
import {
  commonRoom,
  type FileId,
  type MessageId,
  type Position,
  type RoomId,
  type ScheduledId,
  type UserId,
} from "../../../lib/domain/ids.ts";
import type { JoinRequest, Link } from "../../../lib/domain/invitation.ts";
import type { LimitKind, Window } from "../../../lib/domain/limit.ts";
import type { Message } from "../../../lib/domain/message.ts";
import type { Needs } from "../../../lib/domain/needs.ts";
import type { Report } from "../../../lib/domain/report.ts";
import type { Life } from "../../../lib/domain/retention.ts";
import type { Member, Room } from "../../../lib/domain/room.ts";
import type { Scheduled } from "../../../lib/domain/scheduled.ts";
import type { State } from "../../../lib/domain/state.ts";
import type { Token } from "../../../lib/domain/token.ts";
import type { User } from "../../../lib/domain/user.ts";
import type { FoldedName } from "../../../lib/text/names.ts";
import type { MessagePage, PageBounds } from "../pages.ts";
import type {
  Arrival,
  EventPage,
  LogPage,
  MemberPage,
  NamedInvitation,
  RoomSummary,
  UnreadQuery,
  UserPage,
  UserQuery,
} from "../queries.ts";
import type { Store } from "../store.ts";
import type { SweepStep, Swept } from "../upkeep.ts";
import {
  cannotOpen,
  type DatabaseSettings,
  type OpenDatabase,
  openDatabase,
  withoutWaiting,
} from "./database.ts";
import { Loader } from "./loader.ts";
import { Medium } from "./medium.ts";
import { OversightStore } from "./oversight_store.ts";
import { rewriteHeader, takeRoom } from "./probe.ts";
import { Attachments, FileAnswers } from "./queries/files.ts";
import { LogAnswers } from "./queries/log.ts";
import { MessageAnswers } from "./queries/messages.ts";
import { RoomAnswers } from "./queries/rooms.ts";
import { ScheduledAnswers } from "./queries/scheduled.ts";
import { Horizon } from "./queries/sight.ts";
import { UserAnswers } from "./queries/users.ts";
import { Removal } from "./removal.ts";
import { Saver } from "./saver.ts";
import { Sweep } from "./sweep.ts";
import { Upkeeper } from "./upkeep.ts";

/**
 * Opens the store.
 *
 * @throws {StoreFailure} with a message for the operator.
 */
export function openSqliteStore(settings: DatabaseSettings): Store {
  const open = openDatabase(settings);
  try {
    return new SqliteStore(open);
  } catch (cause) {
    open.close();
    throw cannotOpen(settings.path, cause);
  }
}

class SqliteStore extends OversightStore implements Store {
  readonly epoch: string;
  readonly secret: string;
  readonly #db: DatabaseSync;
  readonly #medium: Medium;
  readonly #close: () => void;
  readonly #loader: Loader;
  readonly #saver: Saver;
  readonly #users: UserAnswers;
  readonly #rooms: RoomAnswers;
  readonly #messages: MessageAnswers;
  readonly #log: LogAnswers;
  readonly #scheduled: ScheduledAnswers;
  readonly #files: FileAnswers;
  readonly #sweep: Sweep;
  readonly #upkeep: Upkeeper;

  constructor({ db, epoch, secret, close }: OpenDatabase) {
    const medium = new Medium(db);
    super(db, medium);
    this.#db = db;
    this.#medium = medium;
    this.epoch = epoch;
    this.secret = secret;
    this.#close = close;
    const attachments = new Attachments(db);
    const horizon = new Horizon(db);
    const removal = new Removal(db);
    const rooms = new RoomAnswers(db);
    const messages = new MessageAnswers(db, { rooms, horizon, attachments });
    this.#loader = new Loader(db, attachments);
    this.#saver = new Saver(db, removal);
    this.#users = new UserAnswers(db);
    this.#rooms = rooms;
    this.#messages = messages;
    this.#log = new LogAnswers(db, { rooms, messages, horizon });
    this.#scheduled = new ScheduledAnswers(db, attachments);
    this.#files = new FileAnswers(db, rooms);
    this.#sweep = new Sweep(db, horizon, removal);
    this.#upkeep = new Upkeeper(db, removal);
  }

  transact<Result>(needs: Needs, work: (state: State) => Result): Promise<Result> {
    return this.#medium.change(() => {
      const state = this.#loader.load(needs);
      const headBefore = state.head;
      const result = work(state);
      if (state.changes.length > 0 || state.head > headBefore) this.#saver.save(state);
      return result;
    });
  }

  head(): Promise<Position> {
    return this.#medium.ask(() => this.#log.head());
  }

  async probe(): Promise<void> {
    await this.#medium.attempt(() => takeRoom(this.#db));
    // While another process holds the database, nobody else here should have to wait for the answer.
    await withoutWaiting(this.#db, () => this.#medium.change(() => rewriteHeader(this.#db)));
  }

  close(): Promise<void> {
    return this.#medium.attempt(() => this.#close());
  }

  // Users.

  findToken(hash: string): Promise<{ readonly token: Token; readonly user: User } | undefined> {
    return this.#medium.ask(() => this.#users.token(hash));
  }

  findUser(name: FoldedName): Promise<User | undefined> {
    return this.#medium.ask(() => this.#users.userNamed(name));
  }

  user(id: UserId): Promise<User | undefined> {
    return this.#medium.ask(() => this.#users.user(id));
  }

  tokensOf(user: UserId): Promise<readonly Token[]> {
    return this.#medium.ask(() => this.#users.tokensOf(user));
  }

  countUsers(): Promise<number> {
    return this.#medium.ask(() => this.#users.count());
  }

  users(query: UserQuery): Promise<UserPage> {
    return this.#medium.ask(() => this.#users.users(query));
  }

  reportsOn(user: UserId): Promise<readonly Report[]> {
    return this.#medium.ask(() => this.#users.reportsOn(user));
  }

  window(user: UserId, kind: LimitKind): Promise<Window | undefined> {
    return this.#medium.ask(() => this.#users.window(user, kind));
  }

  // Rooms.

  rooms(user: UserId, life: Life): Promise<readonly RoomSummary[]> {
    return this.#medium.ask(() => this.#rooms.rooms(user, life));
  }

  room(id: RoomId): Promise<Room | undefined> {
    return this.#medium.ask(() => this.#rooms.room(id));
  }

  member(room: RoomId, user: UserId): Promise<Member | undefined> {
    return this.#medium.ask(() => this.#rooms.member(room, user));
  }

  members(room: RoomId, limit: number): Promise<MemberPage> {
    return this.#medium.ask(() => this.#rooms.members(room, limit));
  }

  privateRoom(one: UserId, other: UserId): Promise<RoomId | undefined> {
    return this.#medium.ask(() => this.#rooms.privateRoom(one, other));
  }

  invitationsTo(user: UserId): Promise<readonly NamedInvitation[]> {
    return this.#medium.ask(() => this.#rooms.invitationsTo(user));
  }

  linksInto(room: RoomId): Promise<readonly Link[]> {
    return this.#medium.ask(() => this.#rooms.linksInto(room));
  }

  requestsInto(room: RoomId): Promise<readonly JoinRequest[]> {
    return this.#medium.ask(() => this.#rooms.requestsInto(room));
  }

  // Messages.

  arrive(
    user: UserId,
    bounds: { readonly recent: number; readonly unread: number },
    life: Life,
  ): Promise<Arrival> {
    return this.#medium.ask(() => {
      const recent = this.#messages.page(commonRoom, user, { limit: bounds.recent }, life);
      const unread = this.#messages.unread(user, { limit: bounds.unread }, life);
      return {
        rooms: this.#rooms.rooms(user, life),
        recent: recent.items,
        unread: unread.items,
        unreadMore: unread.hasMore,
        head: this.#log.head(),
      };
    });
  }

  messages(room: RoomId, reader: UserId, bounds: PageBounds, life: Life): Promise<MessagePage> {
    return this.#medium.ask(() => this.#messages.page(room, reader, bounds, life));
  }

  unread(user: UserId, query: UnreadQuery, life: Life): Promise<MessagePage> {
    return this.#medium.ask(() => this.#messages.unread(user, query, life));
  }

  countUnread(user: UserId, room: RoomId, life: Life): Promise<number> {
    return this.#medium.ask(() => this.#messages.countUnread(user, room, life));
  }

  message(id: MessageId, reader: UserId, life: Life): Promise<Message | undefined> {
    return this.#medium.ask(() => this.#messages.message(id, reader, life));
  }

  comments(
    message: MessageId,
    reader: UserId,
    query: { readonly after: number; readonly limit: number },
    life: Life,
  ): Promise<MessagePage> {
    return this.#medium.ask(() => this.#messages.comments(message, reader, query, life));
  }

  log(user: UserId, after: Position, limit: number, life: Life): Promise<LogPage> {
    return this.#medium.ask(() => this.#log.log(user, after, limit, life));
  }

  eventsAfter(after: Position, limit: number): Promise<EventPage> {
    return this.#medium.ask(() => this.#log.eventsAfter(after, limit));
  }

  // Scheduled messages and files.

  scheduledBy(user: UserId): Promise<readonly Scheduled[]> {
    return this.#medium.ask(() => this.#scheduled.by(user));
  }

  scheduled(id: ScheduledId): Promise<Scheduled | undefined> {
    return this.#medium.ask(() => this.#scheduled.one(id));
  }

  countScheduled(user: UserId): Promise<number> {
    return this.#medium.ask(() => this.#scheduled.count(user));
  }

  due(nowMs: number, limit: number): Promise<readonly Scheduled[]> {
    return this.#medium.ask(() => this.#scheduled.due(nowMs, limit));
  }

  nextDueMs(afterMs: number): Promise<number | undefined> {
    return this.#medium.ask(() => this.#scheduled.nextDueMs(afterMs));
  }

  file(id: FileId, reader: UserId, life: Life): Promise<StoredFile | undefined> {
    return this.#medium.ask(() => this.#files.file(id, reader, life));
  }

  fileBytes(id: FileId, from: number, to: number): Promise<Uint8Array | undefined> {
    return this.#medium.ask(() => this.#files.bytes(id, from, to));
  }

  // Upkeep.

  removeExpired(step: SweepStep, life: Life): Promise<Swept> {
    return this.#medium.change(() => this.#sweep.step(step, life));
  }

  removeFiles(looseSinceMs: number, limit: number): Promise<number> {
    return this.#medium.change(() => this.#upkeep.removeFiles(looseSinceMs, limit));
  }

  forgetReceipts(beforeMs: number, limit: number): Promise<number> {
    return this.#medium.change(() => this.#upkeep.forgetReceipts(beforeMs, limit));
  }

  forgetScheduled(beforeMs: number, limit: number): Promise<number> {
    return this.#medium.change(() => this.#upkeep.forgetScheduled(beforeMs, limit));
  }

  forgetEvents(beforeMs: number, limit: number): Promise<number> {
    return this.#medium.change(() => this.#upkeep.forgetEvents(beforeMs, limit));
  }

  forgetAudit(beforeMs: number, limit: number): Promise<number> {
    return this.#medium.change(() => this.#upkeep.forgetAudit(beforeMs, limit));
  }

  forgetRegistrationInvites(nowMs: number, limit: number): Promise<number> {
    return this.#medium.change(() => this.#upkeep.forgetRegistrationInvites(nowMs, limit));
  }

  forgetReports(nowMs: number, limit: number): Promise<number> {
    return this.#medium.change(() => this.#upkeep.forgetReports(nowMs, limit));
  }

  reclaim(): Promise<boolean> {
    return this.#medium.attempt(() => this.#upkeep.reclaim());
  }
}
