/**
 * Who listens to events: a stream that goes on, or a poll that ends with the first news.
 *
 * @module
 */
import type { Event } from "../../lib/domain/event.ts";
import type { Position, TokenId, UserId } from "../../lib/domain/ids.ts";
import type { Measures } from "../metrics/measures.ts";
import type { PresenceChange } from "./presence.ts";

/** How events look in one kind of stream. A format is shared by all streams of its kind. */
export interface EventFormat {
  event(event: Event): string;
  /** All that was missed has been told; what follows is live. */
  caughtUp(head: Position): string;
  /** The cursor can't be resumed from; what follows is live from `head`. */
  reset(reason: ResetReason, head: Position): string;
  /** A sign of life, which also moves an idle client's cursor; may be empty. */
  heartbeat(head: Position): string;
  /** Who has come and gone; may be empty. */
  presence(changes: readonly PresenceChange[]): string;
  /** The server ends the stream; the client may come back. */
  bye(): string;
}

/** Why a cursor can't be resumed from. */
export type ResetReason = "other_epoch" | "beyond_head" | "forgotten";

/** Where the bytes of a stream go. */
export interface Sink {
  write(payload: Uint8Array): void;
  /** Resolves when nothing waits to be sent, or the sink is closed. */
  drained(): Promise<void>;
  end(): Promise<void>;
  readonly closed: boolean;
  onClose(callback: () => void): void;
}

/** Some events that many subscribers get alike: encoded once per format, however many they are. */
export class Selection {
  readonly events: readonly Event[];
  readonly #payloads = new Map<EventFormat, Uint8Array>();

  constructor(events: readonly Event[]) {
    this.events = events;
  }

  payload(format: EventFormat): Uint8Array {
    let payload = this.#payloads.get(format);
    if (payload === undefined) {
      payload = encoder.encode(this.events.map((event) => format.event(event)).join(""));
      this.#payloads.set(format, payload);
    }
    return payload;
  }
}

const encoder = new TextEncoder();

/** A client of a user, waiting for events. */
export interface Subscriber {
  readonly user: UserId;
  readonly token: TokenId;
  /** It has been told everything up to here. */
  position: Position;
  /** Gone: it is told nothing more. */
  readonly closed: boolean;

  deliver(selection: Selection, upTo: Position): void;
  caughtUp(head: Position): void;
  reset(reason: ResetReason, head: Position): void;
  /** Tells a stream what is no event of the log: a sign of life, who is here. */
  aside(payloads: (format: EventFormat) => Uint8Array): void;
  /** Resolves when it is ready for more. */
  drained(): Promise<void>;
  /** Says goodbye and ends. */
  bye(): Promise<void>;
}

/** A response that goes on for as long as the client listens. */
export class StreamSubscriber implements Subscriber {
  position: Position = 0;
  readonly user: UserId;
  readonly token: TokenId;
  readonly #format: EventFormat;
  readonly #sink: Sink;
  readonly #measures: Pick<Measures, "eventsDelivered"> | undefined;

  /** @param measures Told of what is delivered. */
  constructor(
    owner: Owner,
    format: EventFormat,
    sink: Sink,
    measures?: Pick<Measures, "eventsDelivered">,
  ) {
    this.user = owner.user;
    this.token = owner.token;
    this.#format = format;
    this.#sink = sink;
    this.#measures = measures;
  }

  get closed(): boolean {
    return this.#sink.closed;
  }

  deliver(selection: Selection, upTo: Position): void {
    this.position = upTo;
    if (selection.events.length === 0) return;
    this.#sink.write(selection.payload(this.#format));
    if (this.#measures !== undefined) this.#measures.eventsDelivered += selection.events.length;
  }

  caughtUp(head: Position): void {
    this.#write(this.#format.caughtUp(head));
  }

  reset(reason: ResetReason, head: Position): void {
    this.#write(this.#format.reset(reason, head));
  }

  aside(payloads: (format: EventFormat) => Uint8Array): void {
    const payload = payloads(this.#format);
    if (payload.length > 0) this.#sink.write(payload);
  }

  drained(): Promise<void> {
    return this.#sink.drained();
  }

  bye(): Promise<void> {
    this.#write(this.#format.bye());
    return this.#sink.end();
  }

  #write(text: string): void {
    if (text !== "") this.#sink.write(encoder.encode(text));
  }
}

/** Whose a subscription is. */
export interface Owner {
  readonly user: UserId;
  readonly token: TokenId;
}

/** What a poll brings back. */
export interface News {
  readonly events: readonly Event[];
  readonly reset?: ResetReason;
  /** To go on from. */
  readonly position: Position;
}

/** A question that is answered with the first news, or with none when its time is up. */
export class PollSubscriber implements Subscriber {
  position: Position = 0;
  readonly user: UserId;
  readonly token: TokenId;
  readonly news: Promise<News>;
  #answer: (news: News) => void = () => {};
  #closed = false;
  readonly #waits: boolean;

  /** @param options.waits Whether it waits for news when there are none yet. */
  constructor(owner: Owner, options: { readonly waits: boolean }) {
    this.user = owner.user;
    this.token = owner.token;
    this.#waits = options.waits;
    this.news = new Promise((resolve) => this.#answer = resolve);
  }

  get closed(): boolean {
    return this.#closed;
  }

  deliver({ events }: Selection, upTo: Position): void {
    this.position = upTo;
    if (events.length > 0) this.#finish({ events, position: upTo });
  }

  caughtUp(head: Position): void {
    this.position = head;
    if (!this.#waits) this.expire();
  }

  reset(reason: ResetReason, head: Position): void {
    this.#finish({ events: [], reset: reason, position: head });
  }

  aside(): void {}

  drained(): Promise<void> {
    return Promise.resolve();
  }

  bye(): Promise<void> {
    this.expire();
    return Promise.resolve();
  }

  /** Answers with no news. */
  expire(): void {
    this.#finish({ events: [], position: this.position });
  }

  #finish(news: News): void {
    this.#closed = true;
    this.#answer(news);
  }
}
