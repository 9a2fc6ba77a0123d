/**
 * A user's conversation: joins the session, the model and the commands, for any screen.
 *
 * @module
 */
import type { Event, Message } from "../../lib/api/schemas.ts";
import type { Random } from "../../lib/random.ts";
import type { ApiClient } from "../connection/api_client.ts";
import {
  type CallFailure,
  isCallFailure,
  isMissing,
  isUnauthorized,
  Unreachable,
} from "../connection/failures.ts";
import { type Draft, OutboxFull, type Sending } from "../connection/outbox.ts";
import { surely } from "../connection/sure_calls.ts";
import { type ConnectionState, Session, type SessionNews } from "../connection/session.ts";
import { draftText } from "../lines/draft_text.ts";
import { eventLine } from "../lines/event_lines.ts";
import { failureWords } from "../lines/failure_words.ts";
import { DaySeparator, messageLines, unreadLine } from "../lines/message_lines.ts";
import type { Transfer } from "../lines/progress_bar.ts";
import { roomTitle } from "../lines/room_titles.ts";
import { type Line, line, styled } from "../lines/safe_line.ts";
import { StateTalk } from "../lines/state_line.ts";
import { Misunderstood, parseLine, usageOf } from "./command_parser.ts";
import { commands } from "./commands.ts";
import type { CommandScope } from "./commands/command.ts";
import { arrivalOrder } from "./arrival.ts";
import { Echoes, type Side } from "./echoes.ts";
import { LocalFileFault } from "./local_files.ts";
import {
  emptyModel,
  isKnown,
  isOtherLog,
  type Model,
  type ModelEvent,
  sendingOf,
  update,
} from "./model.ts";
import { commonPlace, destinationOf, type Place, placeAfter, placeTitle } from "./places.ts";
import type { Complaint, ConversationSetup } from "./screen.ts";

export class Conversation implements CommandScope {
  readonly #setup: ConversationSetup;
  readonly #session: Session;
  readonly #days: DaySeparator;
  readonly call: ApiClient["call"];
  readonly upload: ApiClient["upload"];
  readonly download: ApiClient["download"];
  readonly random: Random;
  readonly #echoes: Echoes;
  /** Ends the calls that are under way when it ends itself. */
  readonly #abort = new AbortController();
  #model: Model;
  #place: Place = commonPlace;
  #failure: Complaint | undefined;
  #over = false;
  #renaming: Promise<void> | undefined;
  readonly #states = new StateTalk();
  #leave: () => void = () => {};
  readonly #left: Promise<void>;
  /** What broke in the midst of news, which no caller waits for. */
  #defect: unknown;

  constructor(setup: ConversationSetup) {
    this.#setup = setup;
    const { api, clock, random, answer, screen, shelf } = setup;
    this.#model = emptyModel(answer.user);
    this.#days = new DaySeparator({ user: answer.user, ...screen.layout });
    this.#left = new Promise((resolve) => this.#leave = resolve);
    const sure = surely({ api, clock, random, signal: this.#abort.signal });
    this.call = sure.call;
    this.upload = sure.upload;
    this.download = sure.download;
    this.random = random;
    this.#echoes = new Echoes(clock);
    this.#session = new Session({
      api,
      clock,
      random,
      ...(shelf !== undefined && { shelf }),
      tell: (news) => this.#tell(news),
    });
  }

  get model(): Model {
    return this.#model;
  }

  get place(): Place {
    return this.#place;
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

  get askSecret(): CommandScope["askSecret"] {
    return this.#setup.screen.askSecret;
  }

  /** What the current chat is called. */
  get placeName(): string {
    return placeTitle(this.#place, this.#model);
  }

  get connection(): ConnectionState {
    return this.#session.state;
  }

  /** It has ended; what is typed now is not heard. */
  get over(): boolean {
    return this.#over;
  }

  /** What went wrong first, if anything did. */
  get failure(): Complaint | undefined {
    return this.#failure;
  }

  start(): void {
    this.#session.start(this.#setup.answer);
    this.#session.stopped().then(
      () => this.leave(),
      (defect) => this.breakDown(defect),
    );
  }

  /** Resolves when the user or the server has ended it; rejects for a defect. */
  async ended(): Promise<void> {
    await this.#left;
    if (this.#defect !== undefined) throw this.#defect;
  }

  /** Takes a line that was typed. */
  async enter(typed: string): Promise<void> {
    const parsed = parseLine(commands, typed);
    switch (parsed.kind) {
      case "nothing":
        return;
      case "text":
        this.send({ text: parsed.text, ...destinationOf(this.#place) });
        return;
      case "unknown": {
        const nearest = parsed.nearest === undefined ? "" : `; did you mean /${parsed.nearest}?`;
        this.#complain(
          new Misunderstood(),
          line`There is no command /${parsed.name}${nearest} (not sent)`,
        );
        return;
      }
      case "misused":
        this.#complain(
          new Misunderstood(),
          line`${parsed.why}; use ${usageOf(parsed.command)}`,
        );
        return;
      case "command":
        try {
          await parsed.command.run(this, parsed.given);
        } catch (failure) {
          this.#excuse(parsed.command.name, failure);
        }
    }
  }

  /** Tells why a command was not done; a defect is thrown on. */
  #excuse(command: string, failure: unknown): void {
    if (isCallFailure(failure)) {
      // Who leaves in the midst of a call has ended it.
      if (!this.#abort.signal.aborted) this.#fail(`do /${command}`, failure);
    } else if (failure instanceof Misunderstood) {
      this.#complain(failure, line`Cannot do /${command}: ${failure.message}`);
    } else if (failure instanceof LocalFileFault) {
      this.#complain(failure, line`${failure.message}`);
    } else {
      throw failure;
    }
  }

  goTo(place: Place): void {
    this.#place = place;
    this.#setup.screen.refresh();
  }

  send(draft: Draft): void {
    let sending: Sending;
    try {
      sending = this.#session.send(draft);
    } catch (failure) {
      if (!(failure instanceof OutboxFull)) throw failure;
      this.#complain(failure, line`${failure.message}`);
      return;
    }
    this.#update({ type: "queued", sending });
    const { screen } = this.#setup;
    // On a live connection the message itself is there in the next moment.
    if (screen.interactive && this.#session.state.kind !== "live") {
      screen.print([styled("dim", `… ${draftText(draft)}`)]);
    }
    screen.refresh();
  }

  say(lines: readonly Line[]): void {
    this.#setup.screen.print(lines);
  }

  show(messages: readonly Message[]): void {
    for (const message of messages) this.#print(message);
  }

  progress(transfer: Transfer | undefined): void {
    this.#setup.screen.progress?.(transfer);
  }

  happened(event: Event): void {
    this.#witness(event, "answer");
  }

  leave(): void {
    this.#over = true;
    this.#leave();
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
    await this.#renaming;
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
    this.#defect ??= defect;
    this.leave();
  }

  #heed(news: SessionNews): void {
    switch (news.type) {
      case "connected":
        this.#connect(news);
        return;
      case "backlog":
        this.#update(news);
        this.show(news.messages);
        return;
      case "event":
        if (news.event.type === "message") this.#receive(news.event);
        else this.#witness(news.event, "stream");
        return;
      case "sent":
        this.#receive(news);
        return;
      case "failed":
        this.#update(news);
        this.#complain(
          news.failure,
          line`✗ not sent: ${failureWords(news.failure, this)}: ${draftText(news.sending.draft)}`,
        );
        return;
      case "unknown":
        this.#setup.screen.talk([
          line`Skipped an event that this version does not know: ${news.eventType}`,
        ]);
        return;
      case "mark_refused":
        // A room that one is not in any more has nothing to be read.
        if (isMissing(news.failure)) return;
        this.#fail("mark as read", news.failure);
        return;
      case "state":
        this.#follow(news.state);
        this.#setup.screen.refresh();
    }
  }

  #follow(state: ConnectionState): void {
    const words = this.#states.about(state);
    if (words !== undefined) this.#setup.screen.talk([words.styled("dim")]);
    if (state.kind === "stopped" && state.failure !== undefined) this.#fail("go on", state.failure);
  }

  #connect(news: SessionNews & { type: "connected" }): void {
    const { answer, resetBy } = news;
    const before = this.#model;
    this.#update(news);
    const otherLog = isOtherLog(news);
    if (resetBy !== undefined) {
      const why = otherLog
        ? line`The server has another history now (${resetBy})`
        : line`You were away too long to be told of everything; what is unread follows`;
      this.#setup.screen.talk([why]);
    }
    this.#settleIn(before);
    const { read, unread } = arrivalOrder(answer);
    if (!otherLog) this.show(read.filter(({ id }) => !isKnown(before, id)));
    if (unread.length > 0) {
      const total = answer.rooms.reduce((sum, room) => sum + room.unread, 0);
      this.#setup.screen.print([unreadLine(Math.max(total, answer.unread.length))]);
      this.show(unread);
    }
  }

  /** Takes what happened, beside messages, and tells of it once. */
  #witness(event: Event, side: Side): void {
    const before = this.#model;
    this.#update(event);
    const isNews = event.type === "presence" || this.#echoes.isNews(event, side);
    const words = isNews ? eventLine(event, before, this) : undefined;
    if (words !== undefined) this.#setup.screen.print([words.styled("dim")]);
    this.#settleIn(before, event);
    this.#setup.screen.refresh();
  }

  /** Goes where one can be, and takes notice of a new name. */
  #settleIn(before: Model, event?: Event): void {
    const now = this.#model.user;
    if (before.user !== now) {
      this.#renaming = this.#setup.renamed?.({ before: before.user, now })
        .catch((defect) => this.breakDown(defect));
    }
    const place = placeAfter(event, this.#place, this.#model);
    if (place.kind === "common" && this.#place.kind !== "common") {
      this.#setup.screen.print([styled("dim", "You are in the common chat now")]);
    }
    this.#place = place;
  }

  /** Takes what may hold a new message, and shows it if it does. */
  #receive(event: ModelEvent): void {
    const before = this.#model;
    this.#update(event);
    const message = messageIn(event);
    if (message !== undefined && !isKnown(before, message.id)) {
      const ours = event.type === "sent" || sendingOf(before, message) !== undefined;
      this.#print(message, { acknowledged: ours && this.#setup.screen.interactive });
    }
    this.#setup.screen.refresh();
  }

  #print(message: Message, options: { readonly acknowledged?: boolean } = {}): void {
    const { screen } = this.#setup;
    const separator = this.#days.before(message);
    const view = { user: this.#model.user, ...screen.layout };
    const elsewhere = this.#isHere(message) ? undefined : roomTitle(this.#model, message.room);
    const lines = messageLines(message, view, { ...options, elsewhere });
    screen.print(separator === undefined ? lines : [separator, ...lines]);
    // One's own message is never unread, and may be shown before an earlier one of someone else.
    if (message.author !== this.#model.user) this.#session.shown(message);
  }

  #isHere({ room }: Message): boolean {
    const place = this.#place;
    return room === (place.kind === "room" ? place.room : "common");
  }

  #update(event: ModelEvent): void {
    this.#model = update(this.#model, event);
  }

  #fail(verb: string, failure: CallFailure): void {
    const why = isUnauthorized(failure)
      ? "this client is signed out; start it anew to sign in"
      : failureWords(failure, this);
    this.#complain(failure, line`Cannot ${verb}: ${why}`);
  }

  #complain(about: Complaint, words: Line): void {
    this.#failure ??= about;
    this.#setup.screen.talk([words.styled("failure")]);
  }
}

function messageIn(event: ModelEvent): Message | undefined {
  if (event.type === "message") return event;
  return event.type === "sent" ? event.message : undefined;
}
