/**
 * The store that keeps everything in memory: the plain model that the others are compared with.
 *
 * @module
 */
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
import { isDeleted, refTo, type User } from "../../../lib/domain/user.ts";
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
import { compareCodePoints } from "./code_points.ts";
import { load } from "./loading.ts";
import { MemoryMessages } from "./messages.ts";
import { MemoryOversight } from "./oversight.ts";
import { MemoryRows } from "./rows.ts";
import { MemoryUpkeep } from "./upkeep.ts";

/** Forgets everything when the process ends. */
export class MemoryStore extends MemoryOversight implements Store {
  readonly epoch: string;
  readonly secret: string;
  readonly #rows: MemoryRows;
  readonly #messages: MemoryMessages;
  readonly #upkeep: MemoryUpkeep;

  constructor(epoch: string, secret = "secret") {
    const rows = new MemoryRows();
    super(rows);
    this.#rows = rows;
    this.#messages = new MemoryMessages(rows);
    this.#upkeep = new MemoryUpkeep(rows);
    this.epoch = epoch;
    this.secret = secret;
    this.#all.rooms.learn({ id: commonRoom, kind: "common", createdMs: 0 });
  }

  get #all(): State {
    return this.#rows.all;
  }

  // deno-lint-ignore require-await -- what `work` throws must reject, not throw.
  async transact<Result>(needs: Needs, work: (state: State) => Result): Promise<Result> {
    const state = load(this.#rows, needs);
    const result = work(state);
    // Messages first: one that is said and taken back in the same batch must not stay.
    for (const event of structuredClone(state.events)) {
      if (event.type === "message") this.#all.messages.learn(event.message);
      else this.#rows.events.push(event);
    }
    for (const change of state.changes) this.#rows.apply(structuredClone(change));
    this.#rows.head = state.head;
    return result;
  }

  head(): Promise<Position> {
    return Promise.resolve(this.#rows.head);
  }

  probe(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  // Users.

  findToken(hash: string): Promise<{ readonly token: Token; readonly user: User } | undefined> {
    const [token] = this.#all.tokens.where((token) => token.hash === hash);
    const user = token === undefined ? undefined : this.#all.users.get(token.user);
    if (token === undefined || user === undefined || isDeleted(user)) {
      return Promise.resolve(undefined);
    }
    return Promise.resolve({ token, user });
  }

  findUser(name: FoldedName): Promise<User | undefined> {
    const user = this.#all.userNamed(name);
    return Promise.resolve(user === undefined || isDeleted(user) ? undefined : user);
  }

  user(id: UserId): Promise<User | undefined> {
    return Promise.resolve(this.#all.users.get(id));
  }

  tokensOf(user: UserId): Promise<readonly Token[]> {
    return Promise.resolve(this.#all.tokensOf(user).sort((a, b) => a.id - b.id));
  }

  countUsers(): Promise<number> {
    return Promise.resolve(this.#rows.present.length);
  }

  users({ after = "" as FoldedName, limit, only, except }: UserQuery): Promise<UserPage> {
    const items = this.#rows.present
      .filter(({ id }) => (only?.has(id) ?? true) && except?.has(id) !== true)
      .filter(({ folded }) => compareCodePoints(folded, after) > 0);
    return Promise.resolve({ items: items.slice(0, limit), hasMore: items.length > limit });
  }

  reportsOn(user: UserId): Promise<readonly Report[]> {
    return Promise.resolve(
      this.#all.reports.where(({ target }) => target === user)
        .sort((a, b) => a.reporter - b.reporter),
    );
  }

  window(user: UserId, kind: LimitKind): Promise<Window | undefined> {
    return Promise.resolve(this.#all.window(user, kind));
  }

  // Rooms.

  rooms(user: UserId, life: Life): Promise<readonly RoomSummary[]> {
    return Promise.resolve(this.#messages.summaries(user, life));
  }

  room(id: RoomId): Promise<Room | undefined> {
    const room = this.#all.rooms.get(id);
    return Promise.resolve(room && this.#rows.room(room));
  }

  member(room: RoomId, user: UserId): Promise<Member | undefined> {
    return Promise.resolve(this.#all.member(room, user));
  }

  members(room: RoomId, limit: number): Promise<MemberPage> {
    const items = this.#rows.present
      .filter(({ id }) => this.#all.member(room, id) !== undefined)
      .map(refTo);
    return Promise.resolve({ items: items.slice(0, limit), hasMore: items.length > limit });
  }

  privateRoom(one: UserId, other: UserId): Promise<RoomId | undefined> {
    return Promise.resolve(this.#all.privateRoom(one, other)?.id);
  }

  invitationsTo(user: UserId): Promise<readonly NamedInvitation[]> {
    return Promise.resolve(
      this.#all.invitations.where((one) => one.user === user)
        .sort((a, b) => a.atMs - b.atMs || a.room - b.room)
        .map((one) => ({
          ...this.#rows.invitation(one),
          name: this.#rows.roomName(one.room, user),
        })),
    );
  }

  linksInto(room: RoomId): Promise<readonly Link[]> {
    return Promise.resolve(
      this.#all.links.where((link) => link.room === room).sort((a, b) => a.id - b.id),
    );
  }

  requestsInto(room: RoomId): Promise<readonly JoinRequest[]> {
    return Promise.resolve(
      this.#all.requests.where((request) => request.room === room)
        .sort((a, b) => a.atMs - b.atMs || a.user.id - b.user.id)
        .map((request) => this.#rows.request(request)),
    );
  }

  // Messages.

  arrive(
    user: UserId,
    bounds: { readonly recent: number; readonly unread: number },
    life: Life,
  ): Promise<Arrival> {
    return this.#messages.arrive(user, bounds, life);
  }

  messages(
    room: RoomId,
    reader: UserId,
    bounds: PageBounds,
    life: Life,
  ): Promise<MessagePage> {
    return this.#messages.messages(room, reader, bounds, life);
  }

  unread(user: UserId, query: UnreadQuery, life: Life): Promise<MessagePage> {
    return this.#messages.unread(user, query, life);
  }

  countUnread(user: UserId, room: RoomId, life: Life): Promise<number> {
    return this.#messages.countUnread(user, room, life);
  }

  message(id: MessageId, reader: UserId, life: Life): Promise<Message | undefined> {
    return this.#messages.message(id, reader, life);
  }

  comments(
    message: MessageId,
    reader: UserId,
    query: { readonly after: number; readonly limit: number },
    life: Life,
  ): Promise<MessagePage> {
    return this.#messages.comments(message, reader, query, life);
  }

  log(user: UserId, after: Position, limit: number, life: Life): Promise<LogPage> {
    return this.#messages.log(user, after, limit, life);
  }

  eventsAfter(after: Position, limit: number): Promise<EventPage> {
    return this.#messages.eventsAfter(after, limit);
  }

  // Scheduled messages.

  scheduledBy(user: UserId): Promise<readonly Scheduled[]> {
    return Promise.resolve(
      this.#all.scheduled.where(({ author, end }) => author === user && end?.kind !== "sent")
        .sort(byDue).map((scheduled) => this.#rows.scheduled(scheduled)),
    );
  }

  scheduled(id: ScheduledId): Promise<Scheduled | undefined> {
    const scheduled = this.#all.scheduled.get(id);
    return Promise.resolve(scheduled && this.#rows.scheduled(scheduled));
  }

  countScheduled(user: UserId): Promise<number> {
    return Promise.resolve(this.#waiting().filter(({ author }) => author === user).length);
  }

  due(nowMs: number, limit: number): Promise<readonly Scheduled[]> {
    return Promise.resolve(
      this.#waiting().filter(({ dueMs }) => dueMs <= nowMs).slice(0, limit)
        .map((scheduled) => this.#rows.scheduled(scheduled)),
    );
  }

  nextDueMs(afterMs: number): Promise<number | undefined> {
    return Promise.resolve(this.#waiting().find(({ dueMs }) => dueMs > afterMs)?.dueMs);
  }

  // Files.

  file(id: FileId, reader: UserId, life: Life): Promise<StoredFile | undefined> {
    const file = this.#all.files.get(id);
    if (file === undefined) return Promise.resolve(undefined);
    if (file.message !== undefined) {
      const isVisible = this.#messages.visible(reader, life).some(({ id }) => id === file.message);
      return Promise.resolve(isVisible ? file : undefined);
    }
    const isKept = file.scheduled === undefined || this.#all.scheduled.has(file.scheduled);
    return Promise.resolve(file.owner === reader && isKept ? file : undefined);
  }

  fileBytes(id: FileId, from: number, to: number): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#all.contents.get(id)?.bytes.slice(from, to));
  }

  // Upkeep.

  removeExpired(step: SweepStep, life: Life): Promise<Swept> {
    return this.#upkeep.removeExpired(step, life);
  }

  removeFiles(looseSinceMs: number, limit: number): Promise<number> {
    return this.#upkeep.removeFiles(looseSinceMs, limit);
  }

  forgetReceipts(beforeMs: number, limit: number): Promise<number> {
    return this.#upkeep.forgetReceipts(beforeMs, limit);
  }

  forgetScheduled(beforeMs: number, limit: number): Promise<number> {
    return this.#upkeep.forgetScheduled(beforeMs, limit);
  }

  forgetEvents(beforeMs: number, limit: number): Promise<number> {
    return this.#upkeep.forgetEvents(beforeMs, limit);
  }

  forgetAudit(beforeMs: number, limit: number): Promise<number> {
    return this.#upkeep.forgetAudit(beforeMs, limit);
  }

  forgetRegistrationInvites(nowMs: number, limit: number): Promise<number> {
    return this.#upkeep.forgetRegistrationInvites(nowMs, limit);
  }

  forgetReports(nowMs: number, limit: number): Promise<number> {
    return this.#upkeep.forgetReports(nowMs, limit);
  }

  reclaim(): Promise<boolean> {
    return this.#upkeep.reclaim();
  }

  #waiting(): Scheduled[] {
    return this.#all.scheduled.where(({ end }) => end === undefined).sort(byDue);
  }
}

function byDue(a: Scheduled, b: Scheduled): number {
  return a.dueMs - b.dueMs || a.id - b.id;
}
