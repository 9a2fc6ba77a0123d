/**
 * A stream as a client hears it, held against what it must be told.
 *
 * While it catches up it must be told whole pages of the log, one from where the last one ended.
 * From then on it must be told what is published, in the very turn.
 *
 * @module
 */
import type { Event } from "../../lib/domain/event.ts";
import type { TokenId, UserId } from "../../lib/domain/ids.ts";
import {
  type EventFormat,
  type ResetReason,
  type Sink,
  StreamSubscriber,
} from "../../server/chat/subscriber.ts";
import type { PresenceChange } from "../../server/chat/presence.ts";
import { must, mustEqual } from "./fault.ts";
import type { Tally } from "./tally.ts";

/** What a stream says, one entry a line. */
type Line =
  | { readonly what: "event"; readonly event: Event }
  | { readonly what: "caught_up" | "heartbeat"; readonly position: number }
  | { readonly what: "reset"; readonly reason: ResetReason; readonly position: number }
  | { readonly what: "presence"; readonly changes: readonly PresenceChange[] }
  | { readonly what: "bye" };

const decoder = new TextDecoder();

const line = (line: Line) => `${JSON.stringify(line)}\n`;

function jsonFace(): EventFormat {
  return {
    event: (event) => line({ what: "event", event }),
    caughtUp: (position) => line({ what: "caught_up", position }),
    reset: (reason, position) => line({ what: "reset", reason, position }),
    heartbeat: (position) => line({ what: "heartbeat", position }),
    presence: (changes) => line({ what: "presence", changes }),
    bye: () => line({ what: "bye" }),
  };
}

/** Two faces that look alike, for events are encoded once for each. */
export const faces: readonly EventFormat[] = [jsonFace(), jsonFace()];

/** A page of the log that someone was given. */
export interface GivenPage {
  readonly user: UserId;
  readonly after: number;
  readonly upTo: number;
  readonly forgotten: number;
  /** Each as JSON. */
  readonly events: readonly string[];
}

export interface StreamSetup {
  readonly user: UserId;
  readonly token: TokenId;
  readonly face: EventFormat;
  readonly isSlow: boolean;
  /** Where it begins. */
  readonly start: number;
  /** The pages of the log that were given out, the latest last. */
  readonly pages: readonly GivenPage[];
  /** Hears each event. */
  readonly hear: (event: Event) => void;
  readonly tally: Tally;
  /** Keeps the first fault: thrown here it would only trouble the chat. */
  readonly guard: (check: () => void) => void;
}

export class Stream implements Sink {
  readonly subscriber: StreamSubscriber;
  readonly user: UserId;
  readonly token: TokenId;
  /** Where the client would go on. */
  cursor: number;
  isLive = false;
  closed = false;
  /** Live: everything up to here has been told. */
  position: number;
  /** What was told live since this was looked at last. */
  news: string[] = [];
  /** Who was said to be here, or not. */
  readonly presence = new Map<string, boolean>();
  /** By resets: nothing is owed up to here. */
  skipped = 0;
  readonly #setup: StreamSetup;
  #from: number;
  #mayBeThere = false;
  #replayed: string[] = [];
  #drains: (() => void)[] = [];
  readonly #onClose: (() => void)[] = [];

  constructor(setup: StreamSetup) {
    this.#setup = setup;
    this.user = setup.user;
    this.token = setup.token;
    this.cursor = setup.start;
    this.position = setup.start;
    this.#from = setup.start;
    this.subscriber = new StreamSubscriber(setup, setup.face, this);
  }

  write(payload: Uint8Array): void {
    if (this.closed) return;
    for (const text of decoder.decode(payload).split("\n")) {
      if (text !== "") this.#setup.guard(() => this.#hear(JSON.parse(text) as Line));
    }
  }

  drained(): Promise<void> {
    if (!this.#setup.isSlow || this.closed) return Promise.resolve();
    return new Promise((resolve) => this.#drains.push(resolve));
  }

  /** Reads all that was written; tells whether anything had waited for that. */
  drain(): boolean {
    const waiting = this.#drains.splice(0);
    for (const resolve of waiting) resolve();
    return waiting.length > 0;
  }

  end(): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.drain();
    for (const callback of this.#onClose.splice(0)) callback();
  }

  onClose(callback: () => void): void {
    if (this.closed) callback();
    else this.#onClose.push(callback);
  }

  /** It has missed something that was not published, and must catch up again. */
  fallBack(): void {
    this.#catchUp(this.position);
  }

  #catchUp(from: number): void {
    this.isLive = false;
    this.presence.clear();
    this.#from = from;
    this.#replayed = [];
  }

  #hear(line: Line): void {
    switch (line.what) {
      case "event": {
        const { event } = line;
        must(event.position > this.cursor, `event ${event.position} comes after ${this.cursor}`);
        this.cursor = event.position;
        this.#setup.tally.steps += 1;
        (this.isLive ? this.news : this.#replayed).push(JSON.stringify(event));
        if (event.type === "user.deleted") this.presence.delete(event.user.name);
        if (event.type === "user.renamed") {
          this.presence.delete(event.before);
          this.presence.delete(event.user.name);
        }
        this.#setup.hear(event);
        return;
      }
      case "caught_up":
        must(!this.isLive, "who is live does not catch up");
        must(line.position >= this.cursor, `${line.position} is behind ${this.cursor}`);
        must(
          this.#isReplay(this.#from, line.position, 0),
          `what was told from ${this.#from} to ${line.position} is not what the log says: ` +
            this.#replayed.join(" "),
        );
        this.isLive = true;
        this.#replayed = [];
        this.cursor = line.position;
        this.position = line.position;
        return;
      case "heartbeat":
        must(this.isLive, "only who is live has a heartbeat");
        must(line.position >= this.cursor, `a heartbeat goes back to ${line.position}`);
        must(line.position <= this.position, `a heartbeat is ahead: ${line.position}`);
        this.#setup.tally.note("heartbeat");
        this.cursor = line.position;
        return;
      case "reset":
        this.#reset(line.reason, line.position);
        return;
      case "presence":
        must(this.isLive, "only who is live hears who is here");
        this.#setup.tally.note("presence");
        for (const { name, online } of line.changes) this.presence.set(name, online);
        return;
      case "bye":
        return;
    }
  }

  #reset(reason: ResetReason, position: number): void {
    must(!this.isLive, "who is live is not reset");
    const isSo = reason === "other_epoch" ||
      this.#pages.some(({ after, upTo, forgotten }) =>
        reason === "forgotten" ? after < forgotten : upTo < after && upTo === position
      );
    must(isSo, `there is no reason for a reset: ${reason}`);
    this.#setup.tally.note(`reset: ${reason}`);
    this.#catchUp(position);
    this.#mayBeThere = reason === "beyond_head";
    this.cursor = position;
    this.skipped = position;
  }

  get #pages(): readonly GivenPage[] {
    return this.#setup.pages.filter(({ user }) => user === this.user);
  }

  /**
   * Whether what was replayed, but for the first `told`, is what pages say from one to another.
   *
   * @param inVain Where that was tried before: pages are many, and often alike.
   */
  #isReplay(from: number, to: number, told: number, inVain = new Set<string>()): boolean {
    if (this.#mayBeThere && from === to && told === this.#replayed.length) return true;
    const place = `${from} ${told}`;
    if (inVain.has(place)) return false;
    const isSo = this.#pages.some(({ after, upTo, forgotten, events }) => {
      if (after < forgotten) return false;
      // The hub notes how far a live stream is only when it tells it something.
      const isNext = after === from || (from === this.#from && after < from);
      if (!isNext || events.some((event, at) => event !== this.#replayed[told + at])) return false;
      const all = told + events.length;
      if (upTo === to && all === this.#replayed.length) return true;
      return upTo > from && this.#isReplay(upTo, to, all, inVain);
    });
    if (!isSo) inVain.add(place);
    return isSo;
  }

  /** What was told live must be this. */
  checkNews(expected: readonly string[]): void {
    mustEqual(this.news, expected, `the news for user ${this.user} after ${this.position}`);
    this.news = [];
  }
}
