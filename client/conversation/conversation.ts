/**
 * A user's conversation: joins the session, the model and the commands, for any screen.
 *
 * @module
 */
import type { Event, Message, StatusAnswer } from "../../lib/api/schemas.ts";
import type { Random } from "../../lib/random.ts";
import type { ApiClient } from "../connection/api_client.ts";
import { type CallFailure, isCallFailure, Unreachable } from "../connection/failures.ts";
import type { Draft, Sending } from "../connection/outbox.ts";
import { surelyUploaded, type UploadStream } from "../connection/stream_upload.ts";
import { surely } from "../connection/sure_calls.ts";
import { type ConnectionState, Session, type SessionNews } from "../connection/session.ts";
import { eventLine } from "../lines/event_lines.ts";
import type { Transfer } from "../lines/progress_bar.ts";
import { type Line, line, styled } from "../lines/safe_line.ts";
import { arrivalOf } from "./arrival.ts";
import { Attention } from "./attention.ts";
import { Misunderstood } from "./command_parser.ts";
import type { CommandScope } from "./commands/command.ts";
import { Departure } from "./departure.ts";
import { Echoes, type Side } from "./echoes.ts";
import { enterLine } from "./entry.ts";
import { callExcuse, draftExcuse, excessOf, isComplaint, unsent } from "./excuses.ts";
import {
  emptyModel,
  isKnown,
  type Model,
  type ModelEvent,
  type RoomView,
  sendingOf,
  update,
} from "./model.ts";
import { isHere, type Place, roomAt, roomOf } from "./model/place.ts";
import { placeTitle } from "./places.ts";
import { NameKeeper } from "./name_keeper.ts";
import type { Complaint, ConversationSetup } from "./screen.ts";
import { doorLists } from "./model/door_lists.ts";
import { Transcript } from "./transcript.ts";
import { Whereabouts } from "./whereabouts.ts";

export class Conversation implements CommandScope {
  readonly #setup: ConversationSetup;
  readonly #session: Session;
  readonly #transcript: Transcript;
  readonly call: ApiClient["call"];
  readonly upload: UploadStream;
  readonly download: ApiClient["download"];
  readonly random: Random;
  readonly #echoes: Echoes;
  readonly #attention = new Attention();
  /** Ends the calls that are under way when it ends itself. */
  readonly #abort = new AbortController();
  #model: Model;
  readonly #whereabouts = new Whereabouts();
  #failure: Complaint | undefined;
  readonly #departure = new Departure();
  readonly #names: NameKeeper;

  constructor(setup: ConversationSetup) {
    this.#setup = setup;
    const { answer, clock, random, screen } = setup;
    this.#model = emptyModel(answer.user);
    this.#transcript = new Transcript(screen, answer);
    const calls = { ...setup, signal: this.#abort.signal };
    const { call, download } = surely(calls);
    this.call = call;
    this.upload = surelyUploaded(calls);
    this.download = download;
    this.random = random;
    this.#echoes = new Echoes(clock);
    this.#names = new NameKeeper(setup);
    this.#session = new Session({ ...setup, tell: (news) => this.#tell(news) });
  }

  get model(): Model {
    return this.#model;
  }

  get place(): Place {
    return this.#whereabouts.place;
  }

  /** How often a place was lost, for {@linkcode Conversation.enter}. */
  get displacements(): number {
    return this.#whereabouts.displacements;
  }

  get columns(): number | undefined {
    return this.#setup.screen.layout.columns;
  }

  get nowMs(): number {
    return this.#setup.clock.now();
  }

  get timeZone(): string | undefined {
    return this.#setup.screen.layout.timeZone;
  }

  get interactive(): boolean {
    return this.#setup.screen.interactive;
  }

  get askSecret(): CommandScope["askSecret"] {
    return this.#setup.screen.askSecret;
  }

  /** What the current chat is called. */
  get placeName(): string {
    return placeTitle(this.place, this.#model);
  }

  get connection(): ConnectionState {
    return this.#session.state;
  }

  /** It has ended; what is typed now is not heard. */
  get over(): boolean {
    return this.#departure.over;
  }

  /** What went wrong first, if anything did. */
  get failure(): Complaint | undefined {
    return this.#failure;
  }

  start(): void {
    this.#session.start(this.#setup.answer);
    this.#session.stopped().then(() => this.leave(), (defect) => this.breakDown(defect));
  }

  /** Resolves when the user or the server has ended it; rejects for a defect. */
  ended(): Promise<void> {
    return this.#departure.come();
  }

  /**
   * Takes a line that was typed.
   *
   * @param displacements How many there were when it was begun: what was typed for a room that was
   * lost since is given back.
   */
  async enter(typed: string, displacements = this.displacements): Promise<void> {
    const lost = this.#whereabouts.lostSince(displacements);
    const trouble = await enterLine(this, typed, lost);
    if (trouble === undefined) return;
    const { about } = trouble;
    const isBack = trouble.back !== undefined && this.#setup.screen.takeBack?.(typed) === true;
    const words = isBack ? trouble.back : trouble.words;
    if (isCallFailure(about)) {
      // Who leaves in the midst of a call has ended it.
      if (this.#abort.signal.aborted) return;
      this.#update({ type: "refused", failure: about });
    }
    this.#complain(about, words);
  }

  goTo(place: Place): void {
    this.#whereabouts.go(place);
    this.#setup.screen.refresh();
  }

  attend(): void {
    const room = roomAt(this.place, this.#model);
    this.#mark(room, room?.lastId ?? 0);
    this.#setup.screen.refresh();
  }

  send(draft: Draft): void {
    const excess = excessOf(draft);
    if (excess !== undefined) throw new Misunderstood(excess);
    let sending: Sending;
    try {
      sending = this.#session.send(draft);
    } catch (failure) {
      if (!isComplaint(failure)) throw failure;
      this.#complain(failure, unsent(failure.message, draft));
      return;
    }
    // Who answers has read what they answer to, and not what comes until it is sent.
    const room = roomOf(draft, this.#model);
    this.#mark(room, room?.lastId ?? 0);
    this.#queue(sending);
  }

  say(lines: readonly Line[]): void {
    this.#setup.screen.print(lines);
  }

  show(messages: readonly Message[]): void {
    for (const message of messages) {
      // A page may be ahead of the stream, which would tell it again.
      this.#update({ ...message, type: "message" });
      this.#transcript.show(message, this);
      this.#read(message);
    }
  }

  learn(status: StatusAnswer): void {
    this.#update({ type: "status", status });
    this.#setup.screen.refresh();
  }

  invited(invitations: Model["doors"]["invitations"]): void {
    this.#update({ type: "invitations", invitations });
  }

  progress(transfer: Transfer | undefined): void {
    this.#setup.screen.progress?.(transfer);
  }

  happened(event: Event): boolean {
    return this.#witness(event, "answer");
  }

  leave(): void {
    this.#departure.leave();
  }

  /** Resolves when there is a place for one more message. */
  space(): Promise<void> {
    return this.#session.space();
  }

  /** Resolves when all that was sent is answered, and what was shown is marked as read. */
  settled(): Promise<void> {
    return this.#session.settled();
  }

  /** Ends it; gives back what was not sent. */
  async close(): Promise<readonly Sending[]> {
    this.#abort.abort(new Unreachable(this.#setup.api.origin, "you have left"));
    const left = await this.#session.close();
    await this.#names.settled();
    return left;
  }

  #tell(news: SessionNews): void {
    try {
      this.#heed(news);
    } catch (defect) {
      this.breakDown(defect);
    }
  }

  /** Ends it by a defect, which {@linkcode Conversation.ended} then rejects with. */
  breakDown(defect: unknown): void {
    this.#departure.breakDown(defect);
  }

  #heed(news: SessionNews): void {
    this.#attention.heed(news);
    switch (news.type) {
      case "connected":
        this.#connect(news);
        return;
      case "backlog":
        // Some of it may have been shown before a reset.
        this.#receive(news.messages, news);
        return;
      case "event":
        if (news.event.type === "message") this.#receive([news.event], news.event);
        else this.#witness(news.event, "stream");
        return;
      case "queued":
        this.#queue(news.sending);
        return;
      case "sent":
        this.#receive([news.message], news);
        return;
      case "failed":
        this.#update(news);
        this.#complain(news.failure, draftExcuse(news, this));
        this.#setup.screen.refresh();
        return;
      case "unknown":
        this.#setup.screen.talk([
          line`Skipped an event that this version does not know: ${news.eventType}`,
        ]);
        return;
      case "mark_refused":
        this.#fail("mark as read", news.failure);
        return;
      case "state":
        this.#follow(news.state);
        this.#setup.screen.refresh();
    }
  }

  #follow(state: ConnectionState): void {
    this.#update({ type: "state", state });
    this.#transcript.follow(state);
    if (state.kind === "stopped" && state.failure !== undefined) this.#fail("go on", state.failure);
    if (state.kind === "live" && this.interactive) void this.#askStatus();
  }

  /** Finds out what a screen tells all the time; one that can't be had is asked for next time. */
  async #askStatus(): Promise<void> {
    const { signal } = this.#abort;
    try {
      this.learn(await this.call("status"));
      for (const list of await doorLists({ api: this, model: () => this.#model, signal })) {
        this.#update(list);
      }
      this.#setup.screen.refresh();
    } catch (failure) {
      if (!isCallFailure(failure)) this.breakDown(failure);
    }
  }

  #connect(news: SessionNews & { type: "connected" }): void {
    const before = this.#model;
    this.#update(news);
    const { why, read, divider, missed } = arrivalOf(news, before);
    if (why !== undefined) this.#setup.screen.talk([why]);
    this.#settleIn(before, { isOwn: false });
    this.show(read);
    if (divider === undefined) return;
    this.#transcript.divided();
    this.#setup.screen.print([divider]);
    this.show(missed);
  }

  /** Takes what happened, beside messages, and tells of it once. */
  #witness(event: Event, side: Side): boolean {
    const before = this.#model;
    this.#update(event);
    const isNews = event.type === "presence" || this.#echoes.isNews(event, side);
    const words = isNews ? eventLine(event, before, this) : undefined;
    if (words !== undefined) {
      if (side === "stream") this.#transcript.divide();
      this.#setup.screen.print([words.styled("dim")]);
    }
    this.#settleIn(before, { event, isOwn: side === "answer" });
    this.#setup.screen.refresh();
    return isNews;
  }

  /** Goes where one can be, and takes notice of a new name. */
  #settleIn(before: Model, cause: { readonly event?: Event; readonly isOwn: boolean }): void {
    const now = this.#model.user;
    if (before.user !== now) this.#names.keep({ before: before.user, now });
    if (this.#whereabouts.follow({ before, now: this.#model }, cause)) {
      this.#setup.screen.print([styled("dim", "You are in the common chat now")]);
    }
  }

  /** Takes messages, and shows the new ones. */
  #receive(messages: readonly Message[], event: ModelEvent): void {
    const before = this.#model;
    this.#update(event);
    for (const message of messages) {
      if (!isKnown(before, message.id)) {
        const ours = event.type === "sent" || sendingOf(before, message) !== undefined;
        if (!ours) this.#transcript.divide();
        this.#transcript.show(message, this, { acknowledged: ours && this.interactive });
      }
      this.#read(message);
    }
    this.#setup.screen.refresh();
  }

  #queue(sending: Sending): void {
    this.#update({ type: "queued", sending });
    // On a live connection the message itself is there in the next moment.
    if (this.interactive && this.connection.kind !== "live") this.#transcript.waiting(sending);
    this.#setup.screen.refresh();
  }

  /** A message is on the screen: its reader has read it if they are there, or on a pipe. */
  #read(message: Message): void {
    // One's own message is never unread.
    if (message.author === this.#model.user) return;
    if (this.interactive && !isHere(message, this.place, this.#model)) return;
    this.#mark(this.#model.rooms.get(message.room), message.id);
  }

  /** Marks what was told of a room as read, up to a message. */
  #mark(room: RoomView | undefined, id: number): void {
    const mark = this.#attention.markFor(room, id);
    if (mark === undefined) return;
    this.#session.shown(mark);
    this.#update({ type: "read", room: mark.room, read_id: mark.id });
  }

  #update(event: ModelEvent): void {
    this.#model = update(this.#model, event);
  }

  #fail(verb: string, about: CallFailure): void {
    this.#complain(about, line`Cannot ${verb}: ${callExcuse(about, this)}`);
  }

  #complain(about: Complaint, words: Line): void {
    this.#failure ??= about;
    this.#setup.screen.talk([words.styled("failure")]);
  }
}
