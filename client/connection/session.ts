/**
 * Keeps one stream of events alive, whatever happens to the connection.
 *
 * @module
 */
import { parseCursor } from "../../lib/api/cursor.ts";
import type { ConnectAnswer, Event, Message, StreamNotice } from "../../lib/api/schemas.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Random } from "../../lib/random.ts";
import type { ApiClient } from "./api_client.ts";
import { Backoff, Pause } from "./backoff.ts";
import type { StreamItem } from "./event_stream.ts";
import {
  ApiProblem,
  type CallFailure,
  isCallFailure,
  isMangled,
  isUnauthorized,
  Unreachable,
} from "./failures.ts";
import { liveEvents, type Way } from "./live_events.ts";
import { type Draft, Outbox, type Outcome, type Sending, type Shelf } from "./outbox.ts";
import { ReadMarks } from "./read_marks.ts";
import { StreamDoubt } from "./stream_doubt.ts";

/** Unread messages that are asked for at a time when there are more than the first answer holds. */
export const backlogPageMessages = 200;

/** How it stands with the connection. */
export type ConnectionState =
  | { readonly kind: "connecting" }
  /** By polls, messages are as quick; it costs the server more. */
  | { readonly kind: "live"; readonly by: Way }
  | { readonly kind: "waiting"; readonly retryMs: number; readonly why: CallFailure | undefined }
  | { readonly kind: "stopped"; readonly failure: CallFailure | undefined };

/** Where a session has come to. */
export interface Position {
  /** Everything before it has been told, but for the rest of what was unread. */
  readonly cursor: string;
  /** After which message that rest begins, if there is one. */
  readonly backlogAfter?: number;
}

/** What a session tells. */
export type SessionNews =
  /** Connected, at first or anew after the cursor could not be resumed from. */
  | { readonly type: "connected"; readonly answer: ConnectAnswer; readonly resetBy?: string }
  /** More of what was unread, oldest first, before anything live. */
  | { readonly type: "backlog"; readonly messages: readonly Message[] }
  | { readonly type: "event"; readonly event: Event; readonly cursor: string | undefined }
  | { readonly type: "unknown"; readonly eventType: string }
  | { readonly type: "state"; readonly state: ConnectionState }
  /** A mark of what was read was refused. */
  | { readonly type: "mark_refused"; readonly failure: CallFailure }
  /** An earlier run of the program has left this, and it is being sent now. */
  | { readonly type: "queued"; readonly sending: Sending }
  | Outcome;

export interface SessionSetup {
  /** With the user's token. */
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Where what is written outlives the program; left out: nowhere. */
  readonly shelf?: Shelf;
  /** Takes the news, in order. */
  readonly tell: (news: SessionNews) => void;
}

/** A user's conversation with a server, over as many connections as it takes. */
export class Session {
  readonly #setup: SessionSetup;
  readonly #outbox: Outbox;
  readonly #marks: ReadMarks;
  readonly #backoff: Backoff;
  readonly #pause: Pause;
  readonly #abort = new AbortController();
  #state: ConnectionState = { kind: "connecting" };
  #cursor = "";
  /** After which message the rest of what is unread is asked for. */
  #backlogAfter: number | undefined;
  /** Why it must connect before it goes on: not at all, at first, or because of a reset. */
  #connectFor: { readonly resetBy?: string } | undefined;
  /** Why this client is not let in any more, found out while a stream was open. */
  #shutOut: ApiProblem | undefined;
  /** Ends the stream that is open. */
  #stream = new AbortController();
  readonly #doubt: StreamDoubt;
  #run: Promise<void> | undefined;
  /** Rejects for a defect in what nobody waits for. */
  readonly #broken = Promise.withResolvers<never>();
  readonly #caughtUp: Promise<void>;
  #catchUp: () => void = () => {};

  constructor(setup: SessionSetup) {
    this.#setup = setup;
    const { api, clock, random, shelf, tell } = setup;
    this.#outbox = new Outbox({
      api,
      clock,
      random,
      ...(shelf !== undefined && { shelf }),
      report: tell,
      found: (sending) => tell({ type: "queued", sending }),
      trouble: (failure) => this.#heedTrouble(failure),
    });
    this.#marks = new ReadMarks({
      api,
      clock,
      refused: (failure) => tell({ type: "mark_refused", failure }),
      broke: this.#broken.reject,
    });
    this.#backoff = new Backoff(random);
    this.#pause = new Pause(clock);
    this.#doubt = new StreamDoubt({
      clock,
      giveUp: () => this.#stream.abort(new Unreachable(api.origin, "it fell silent")),
    });
    this.#caughtUp = new Promise((resolve) => this.#catchUp = resolve);
    // Who asks for nothing is told nothing.
    this.#broken.promise.catch(() => {});
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Where it has come to; `undefined` before it was ever connected. */
  get position(): Position | undefined {
    if (this.#cursor === "") return undefined;
    const backlogAfter = this.#backlogAfter;
    return { cursor: this.#cursor, ...(backlogAfter !== undefined && { backlogAfter }) };
  }

  /** Goes on from the answer of a connect, and sends what an earlier run has left. */
  start(answer: ConnectAnswer, { after }: { readonly after?: string } = {}): void {
    this.#begin(answer);
    if (after !== undefined) {
      this.#cursor = after;
      this.#backlogAfter = undefined;
    }
    this.#go(answer.cursor);
  }

  /**
   * Goes on from where another session of the user has come to, and tells nothing of it again;
   * without that, connects first. What is on the shelf is sent.
   */
  resume(position: Position | undefined): void {
    this.#cursor = position?.cursor ?? "";
    this.#backlogAfter = position?.backlogAfter;
    if (position === undefined) this.#connectFor = {};
    this.#go(position?.cursor);
  }

  /** @param cursor Of the log that the server goes on with, if that is known. */
  #go(cursor: string | undefined): void {
    for (const sending of this.#outbox.waiting) this.#setup.tell({ type: "queued", sending });
    if (cursor !== undefined) this.#outbox.start(parseCursor(cursor)?.epoch);
    this.#run = this.#keepAlive();
  }

  /**
   * Resolves when the session has stopped, by {@linkcode Session.close} or a final refusal; rejects
   * as soon as something breaks, which is a defect.
   */
  async stopped(): Promise<CallFailure | undefined> {
    await Promise.race([this.#run, this.#broken.promise]);
    return this.#state.kind === "stopped" ? this.#state.failure : undefined;
  }

  /**
   * Sends a message as soon as it can be; the outcome is told later.
   *
   * @throws {OutboxFull} if too many wait already.
   * @throws {ShelfFault} if it could not be kept; it is not sent then.
   */
  send(draft: Draft): Sending {
    return this.#outbox.add(draft);
  }

  /**
   * Sends a draft that is on the shelf already, once, however often it is handed over.
   *
   * @throws {OutboxFull} if too many wait already.
   */
  take(sending: Sending): void {
    if (this.#outbox.take(sending)) this.#setup.tell({ type: "queued", sending });
  }

  /** Resolves when there is a place for one more message. */
  space(): Promise<void> {
    return this.#outbox.space();
  }

  /** A message was shown to the user. */
  shown({ room, id }: { readonly room: string; readonly id: number }): void {
    this.#marks.shown(room, id);
  }

  /**
   * Resolves when all that was missed is told, all that was sent is answered, and what was shown is
   * marked as read; rejects as {@linkcode Session.stopped}.
   */
  async settled(): Promise<void> {
    await Promise.race([this.#settle(), this.#broken.promise]);
  }

  async #settle(): Promise<void> {
    await this.#caughtUp;
    await this.#outbox.settled();
    await this.#marks.flush();
  }

  /** The network may be another now: tries again at once, and doubts a stream that is silent. */
  hurry(): void {
    // It may take another moment until it leads there.
    this.#backoff.reset();
    this.#pause.end();
    this.#suspect();
  }

  /** Stops everything; gives back the messages that were not answered, which stay on the shelf. */
  async close(): Promise<readonly Sending[]> {
    const left = this.#outbox.close();
    this.#marks.drop();
    this.#abort.abort();
    this.#pause.end();
    this.#doubt.stop();
    await this.#run;
    return left;
  }

  async #keepAlive(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      let failure: CallFailure | undefined;
      try {
        if (this.#connectFor !== undefined) await this.#connect(this.#connectFor);
        await this.#fetchBacklog();
        failure = this.#shutOut ?? await this.#follow() ?? this.#shutOut;
      } catch (thrown) {
        if (signal.aborted) break;
        if (!isCallFailure(thrown)) throw thrown;
        failure = thrown;
      }
      if (signal.aborted) break;
      if (failure !== undefined && isFinal(failure)) {
        this.#outbox.fail(failure);
        this.#setState({ kind: "stopped", failure });
        return;
      }
      const askedMs = failure instanceof ApiProblem ? failure.retryAfterMs : undefined;
      const retryMs = this.#backoff.next(askedMs);
      this.#setState({ kind: "waiting", retryMs, why: failure });
      await this.#pause.wait(retryMs);
      if (!signal.aborted) this.#setState({ kind: "connecting" });
    }
    this.#setState({ kind: "stopped", failure: undefined });
  }

  /** Reads what happens until that ends; says what ended it, if it was not the server's wish. */
  async #follow(): Promise<CallFailure | undefined> {
    const { api, clock } = this.#setup;
    this.#stream = new AbortController();
    const signal = AbortSignal.any([this.#abort.signal, this.#stream.signal]);
    this.#doubt.notice();
    for await (const { by, item } of liveEvents({ api, clock, after: this.#cursor, signal })) {
      this.#doubt.notice();
      if (item.kind === "notice") {
        if (this.#heed(item.notice, by) === "leave") return undefined;
      } else {
        this.#pass(item);
      }
    }
    return new Unreachable(api.origin, "the stream ended");
  }

  #pass(item: Exclude<StreamItem, { kind: "notice" }>): void {
    if (item.cursor !== undefined) this.#cursor = item.cursor;
    if (item.kind === "event") {
      this.#setup.tell({ type: "event", event: item.event, cursor: item.cursor });
      if (item.event.type === "token.revoked") {
        this.#checkToken().catch(this.#broken.reject);
      }
    } else {
      this.#setup.tell({ type: "unknown", eventType: item.type });
    }
  }

  /** Ends the stream if the token that was revoked is this client's own: no answer says which it is. */
  async #checkToken(): Promise<void> {
    try {
      await this.#setup.api.call("listTokens", { signal: this.#abort.signal });
    } catch (failure) {
      // What else is wrong shows in the stream itself.
      if (failure instanceof ApiProblem && isUnauthorized(failure)) this.#shut(failure);
      else if (!isCallFailure(failure) && !this.#abort.signal.aborted) throw failure;
    }
  }

  /** This client is not let in any more. */
  #shut(failure: ApiProblem): void {
    this.#shutOut = failure;
    this.#stream.abort(failure);
    // The server may have said goodbye already: what it says next needs no waiting for.
    this.#pause.end();
  }

  /** Heeds what sending has met, for it tells of the connection as well. */
  #heedTrouble(failure: unknown): void {
    if (failure instanceof ApiProblem && isUnauthorized(failure)) this.#shut(failure);
    else if (failure instanceof Unreachable) this.#suspect();
    else if (!isCallFailure(failure)) this.#broken.reject(failure);
  }

  /** Doubts the stream. A poll is silent for longer when all is well, and ends by itself. */
  #suspect(): void {
    if (this.#state.kind === "live" && this.#state.by === "stream") this.#doubt.suspect();
  }

  #heed(notice: StreamNotice, by: Way): "stay" | "leave" {
    switch (notice.type) {
      case "heartbeat":
        this.#cursor = notice.cursor;
        return "stay";
      case "caught_up":
        this.#cursor = notice.cursor;
        this.#backoff.reset();
        if (this.#state.kind !== "live" || this.#state.by !== by) {
          this.#setState({ kind: "live", by });
        }
        // A mark that failed while offline goes now, and is never worth a wait.
        void this.#marks.flush();
        return "stay";
      case "reset":
        // What is unread now comes with the answer of a new connect, and so does its cursor. Until then
        // it has come no further: who goes on from here must be told to connect as well.
        this.#connectFor = { resetBy: notice.reason };
        return "leave";
      case "bye":
        return "leave";
    }
  }

  async #connect(why: { readonly resetBy?: string }): Promise<void> {
    const answer = await this.#setup.api.call("connect", { body: {}, signal: this.#abort.signal });
    this.#connectFor = undefined;
    this.#begin(answer, why);
    this.#outbox.start(parseCursor(answer.cursor)?.epoch);
  }

  #begin(answer: ConnectAnswer, why: { readonly resetBy?: string } = {}): void {
    this.#cursor = answer.cursor;
    this.#backlogAfter = answer.unread_more ? answer.unread.at(-1)?.id : undefined;
    // In another log, ids are those of other messages.
    if (why.resetBy !== undefined && why.resetBy !== "forgotten") this.#marks.drop();
    this.#setup.tell({ type: "connected", answer, ...why });
  }

  /** Tells the rest of what is unread before anything live, so that order and marks stay right. */
  async #fetchBacklog(): Promise<void> {
    while (this.#backlogAfter !== undefined) {
      const page = await this.#setup.api.call("listMessages", {
        query: { unread: true, after: this.#backlogAfter, limit: backlogPageMessages },
        signal: this.#abort.signal,
      });
      this.#backlogAfter = page.has_more ? page.items.at(-1)?.id : undefined;
      this.#setup.tell({ type: "backlog", messages: page.items });
    }
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    this.#doubt.stop();
    if (state.kind === "live" || state.kind === "stopped") this.#catchUp();
    this.#setup.tell({ type: "state", state });
    this.#outbox.live = state.kind === "live";
  }
}

/** Whether trying again would bring the same refusal. */
function isFinal(failure: CallFailure): boolean {
  return failure instanceof ApiProblem && !isMangled(failure) && failure.status < 500 &&
    failure.status !== 408 && failure.status !== 429;
}
