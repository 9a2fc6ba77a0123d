/**
 * Tells subscribers what was committed: each event encoded once, each subscriber told once a batch,
 * but where the batch lets someone in or out.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import type { Event } from "../../lib/domain/event.ts";
import type { AudienceId, Position, TokenId, UserId } from "../../lib/domain/ids.ts";
import type { Policy } from "../../lib/domain/policy.ts";
import { lifeAt } from "../../lib/domain/retention.ts";
import { failureFields, logFor } from "../../lib/log.ts";
import type { LogPage } from "../store/queries.ts";
import type { Store } from "../store/store.ts";
import { Audiences, stretches } from "./audiences.ts";
import type { Committed } from "./engine.ts";
import { Presence } from "./presence.ts";
import { slices } from "./slices.ts";
import { type EventFormat, type ResetReason, Selection, type Subscriber } from "./subscriber.ts";
import { Turns } from "./turns.ts";

/** Most streams and polls that one user may have open. */
export const streamsPerUserMax = 16;

/** Events that are read from the store at a time when a client catches up. */
export const replayPageEvents = 100;

/**
 * Most clients that catch up for which a page is read at the same time. SQLite answers one after the
 * other anyway, and everything else waits until all of them have been read.
 */
export const catchUpsAtOnceMax = 2;

/** Revoked tokens that are remembered, the last ones. */
const revokedRememberedMax = 1000;

/** How often an idle stream shows that it lives. */
export const heartbeatMs = 15_000;

/** Where a subscription begins. */
export type Start =
  | { readonly kind: "now" }
  | { readonly kind: "after"; readonly position: Position }
  | { readonly kind: "reset"; readonly reason: ResetReason };

export interface HubSetup {
  readonly store: Store;
  readonly clock: Clock;
  readonly policy: Policy;
  /** The last position of the log as the server starts. */
  readonly head: Position;
}

/** All who listen, and what they may hear. */
export class Hub {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #policy: Policy;
  readonly #presence: Presence;
  readonly #log = logFor("hub");
  /** Everything up to here has been published. */
  #head: Position;
  readonly #audiences = new Audiences();
  /** In which those who catch up get their pages. */
  readonly #turns: Turns<Subscriber>;
  /** All subscribers, those that are still catching up included, by user. */
  readonly #present = new Map<UserId, Set<Subscriber>>();
  /** Places that are kept for streams about to join. */
  readonly #reserved = new Map<UserId, Set<symbol>>();
  /** Tokens revoked lately, for a stream whose token was checked just before that. */
  readonly #revoked = new Set<TokenId>();
  #heartbeat: Timer | undefined;
  #closed = false;

  constructor({ store, clock, policy, head }: HubSetup) {
    this.#store = store;
    this.#clock = clock;
    this.#policy = policy;
    this.#turns = new Turns({ clock, atOnceMax: catchUpsAtOnceMax });
    this.#presence = new Presence({
      clock,
      isOnline: (user) => this.isOnline(user),
      tell: (changed) => this.#tellPresence(changed),
    });
    this.#head = head;
  }

  get head(): Position {
    return this.#head;
  }

  /** Users with at least one subscriber. */
  get online(): ReadonlySet<UserId> {
    return new Set(this.#present.keys());
  }

  get onlineCount(): number {
    return this.#present.size;
  }

  isOnline(user: UserId): boolean {
    return this.#present.has(user);
  }

  /** The tokens whose clients are here. */
  get tokens(): ReadonlySet<TokenId> {
    const tokens = new Set<TokenId>();
    for (const subscribers of this.#present.values()) {
      for (const { token } of subscribers) tokens.add(token);
    }
    return tokens;
  }

  /**
   * Keeps a place for one more stream of `user`, for the time until it joins; what comes back gives
   * the place up. `undefined` if all {@linkcode streamsPerUserMax} are taken.
   */
  reserve(user: UserId): (() => void) | undefined {
    if (!this.hasRoomFor(user)) return undefined;
    const place = Symbol();
    add(this.#reserved, user, place);
    return () => {
      const places = this.#reserved.get(user);
      places?.delete(place);
      if (places?.size === 0) this.#reserved.delete(user);
    };
  }

  /** Whether `user` may open one more. */
  hasRoomFor(user: UserId): boolean {
    const taken = (this.#present.get(user)?.size ?? 0) + (this.#reserved.get(user)?.size ?? 0);
    return taken < streamsPerUserMax;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Tells `subscriber` what it missed since `start`, then what happens, until it leaves.
   *
   * Resolves when it is live, or gone. There is no gap and no repeat between the two: it goes live
   * in the very turn in which what it was told reaches what has been published.
   */
  async join(subscriber: Subscriber, start: Start): Promise<void> {
    const { user, token } = subscriber;
    subscriber.position = start.kind === "after" ? start.position : this.#head;
    if (this.#closed || this.#revoked.has(token) || !this.hasRoomFor(user)) {
      await subscriber.bye();
      return;
    }
    this.#enter(subscriber);
    try {
      if (start.kind === "reset") subscriber.reset(start.reason, subscriber.position);
      await this.#catchUp(subscriber);
    } catch (failure) {
      this.leave(subscriber);
      throw failure;
    }
  }

  async #catchUp(subscriber: Subscriber): Promise<void> {
    for (;;) {
      const { position } = subscriber;
      // After each page it queues again, so that who missed little never waits for who missed much;
      // and it has no turn while its client takes what it is told.
      const page = await this.#turns.take(subscriber, () => this.#nextPage(subscriber));
      if (page === undefined || !this.#isHere(subscriber)) return;
      if (position < page.forgotten) {
        // What is kept would be a story with its beginning torn out.
        subscriber.position = this.#head;
        subscriber.reset("forgotten", this.#head);
        continue;
      }
      if (page.upTo < position) subscriber.reset("beyond_head", page.upTo);
      if (!await this.#tellPast(subscriber, page)) return;
      if (page.upTo >= this.#head) {
        this.#audiences.admit(subscriber, page.rooms);
        subscriber.caughtUp(page.upTo);
        return;
      }
      // Others get their turn between two pages, even if this client is told nothing of this one.
      await new Promise<void>((resolve) => this.#clock.afterThisTurn(resolve));
    }
  }

  #isHere(subscriber: Subscriber): boolean {
    return !subscriber.closed && this.#present.get(subscriber.user)?.has(subscriber) === true;
  }

  /** What comes next for a subscriber; `undefined` if it is gone. */
  async #nextPage(subscriber: Subscriber): Promise<LogPage | undefined> {
    if (!this.#isHere(subscriber)) return undefined;
    const { user, position } = subscriber;
    const life = lifeAt(this.#clock.now(), this.#policy);
    return await this.#store.log(user, position, replayPageEvents, life);
  }

  /** Tells a page in slices, each when the last was taken; says whether the subscriber is there. */
  async #tellPast(subscriber: Subscriber, { events, upTo }: LogPage): Promise<boolean> {
    for (const slice of slices(events)) {
      subscriber.deliver(new Selection(slice), slice.at(-1)?.position ?? upTo);
      await subscriber.drained();
      if (subscriber.closed) return false;
    }
    subscriber.position = upTo;
    return true;
  }

  /** Forgets a subscriber. */
  leave(subscriber: Subscriber): void {
    const present = this.#present.get(subscriber.user);
    if (present === undefined || !present.delete(subscriber)) return;
    this.#turns.giveUp(subscriber);
    if (present.size === 0) {
      this.#present.delete(subscriber.user);
      this.#presence.note(subscriber.user);
    }
    this.#audiences.retire(subscriber);
    if (this.#present.size === 0) {
      this.#heartbeat?.cancel();
      this.#heartbeat = undefined;
    }
  }

  /**
   * Tells everyone whom it concerns what was committed.
   *
   * If something was committed before it that was not published, or if it comes too late to be the
   * same for all, they are sent back to catch up from the log, where each finds what there is. If
   * some is not even there, a token may have been revoked: all have to come anew and show theirs.
   */
  publish({ events, after, head, late }: Committed): void {
    if (late === "forgotten") {
      this.#head = head;
      for (const subscriber of this.#everyone()) this.#sendAway(subscriber);
    } else if (after > this.#head || late === "expired") {
      this.#head = head;
      this.#catchUpAll();
    } else {
      // If this fails the head stays, so that the next batch finds that something was missed.
      this.#tell(events, head);
      this.#head = Math.max(this.#head, head);
    }
    for (const event of events) {
      if (event.type === "token.revoked") this.#dismiss(event.audience, event.token);
    }
  }

  #tell(events: readonly Event[], head: Position): void {
    const all = stretches(events);
    for (const [at, stretch] of all.entries()) {
      const [first] = stretch;
      if (first !== undefined) this.#audiences.follow(first);
      const isLast = at === all.length - 1;
      this.#tellStretch(stretch, isLast ? head : stretch.at(-1)?.position ?? head);
    }
  }

  #tellStretch(events: readonly Event[], upTo: Position): void {
    const selections = new Map<string, Selection>();
    for (const [subscriber, audiences] of this.#audiences.concerned(events)) {
      const key = audiences.join();
      let selection = selections.get(key);
      if (selection === undefined) {
        selection = new Selection(events.filter(({ audience }) => audiences.includes(audience)));
        selections.set(key, selection);
      }
      try {
        this.#deliver(subscriber, selection, upTo);
      } catch (failure) {
        // It would miss this; when it comes back, it resumes from what it was told last.
        this.#drop(subscriber, failure);
      }
    }
  }

  /** Tells all who are live of some who have come or gone. */
  async #tellPresence(changed: ReadonlyMap<UserId, boolean>): Promise<boolean> {
    try {
      const only = new Set(changed.keys());
      const { items } = await this.#store.users({ limit: only.size, only });
      const changes = items.map(({ id, name }) => ({ name, online: changed.get(id) === true }));
      const payloadOf = payloads((format) => format.presence(changes));
      for (const subscriber of this.#audiences.live) subscriber.aside(payloadOf);
      return true;
    } catch (failure) {
      this.#log.error("Cannot tell who is here", failureFields(failure));
      return false;
    }
  }

  #catchUpAll(): void {
    for (const subscriber of [...this.#audiences.live]) {
      this.#audiences.retire(subscriber);
      this.#catchUp(subscriber).catch((failure) => this.#drop(subscriber, failure));
    }
  }

  #drop(subscriber: Subscriber, failure: unknown): void {
    this.#log.error("Cannot tell a client what happened", failureFields(failure));
    this.#sendAway(subscriber);
  }

  #end(subscriber: Subscriber): void {
    subscriber.bye().catch((failure) =>
      this.#log.error("Cannot end a stream", failureFields(failure))
    );
  }

  /** Says goodbye to all; nobody can join any more. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = this.#everyone();
    for (const subscriber of all) this.leave(subscriber);
    this.#presence.stop();
    await Promise.all(all.map((subscriber) => subscriber.bye()));
  }

  #deliver(subscriber: Subscriber, selection: Selection, head: Position): void {
    const first = selection.events[0];
    // One that has just caught up may have read a part of this batch from the store already.
    const known = first !== undefined && first.position <= subscriber.position;
    const news = known
      ? new Selection(selection.events.filter(({ position }) => position > subscriber.position))
      : selection;
    subscriber.deliver(news, Math.max(head, subscriber.position));
  }

  #enter(subscriber: Subscriber): void {
    if (!this.#present.has(subscriber.user)) this.#presence.note(subscriber.user);
    add(this.#present, subscriber.user, subscriber);
    this.#heartbeat ??= this.#clock.setTimer(heartbeatMs, () => this.#beat());
  }

  /** Ends the streams of a client whose token was taken back. */
  #dismiss(user: AudienceId, token: TokenId): void {
    this.#revoked.add(token);
    if (this.#revoked.size > revokedRememberedMax) {
      const [oldest] = this.#revoked;
      if (oldest !== undefined) this.#revoked.delete(oldest);
    }
    const subscribers = this.#present.get(user as UserId) ?? [];
    for (const subscriber of [...subscribers]) {
      if (subscriber.token === token) this.#sendAway(subscriber);
    }
  }

  #sendAway(subscriber: Subscriber): void {
    this.leave(subscriber);
    this.#end(subscriber);
  }

  #everyone(): readonly Subscriber[] {
    return [...this.#present.values()].flatMap((subscribers) => [...subscribers]);
  }

  #beat(): void {
    const payloadOf = payloads((format) => format.heartbeat(this.#head));
    // Who is still catching up must not be told a cursor beyond what they have been told.
    // Nor may it take back to an earlier one who has read from the store what is yet to be published.
    for (const subscriber of this.#audiences.live) {
      if (subscriber.position <= this.#head) subscriber.aside(payloadOf);
    }
    this.#heartbeat = this.#clock.setTimer(heartbeatMs, () => this.#beat());
  }
}

/** Encodes something once for each format. */
function payloads(write: (format: EventFormat) => string): (format: EventFormat) => Uint8Array {
  const known = new Map<EventFormat, Uint8Array>();
  return (format) => {
    let payload = known.get(format);
    if (payload === undefined) {
      payload = new TextEncoder().encode(write(format));
      known.set(format, payload);
    }
    return payload;
  };
}

function add<Key, Value>(sets: Map<Key, Set<Value>>, key: Key, value: Value): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}
