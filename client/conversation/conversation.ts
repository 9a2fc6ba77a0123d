/**
 * A user's conversation: joins the session, the model and the commands, for any screen.
 *
 * @module
 */
import type { ConnectAnswer, Message } from "../../lib/api/schemas.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Random } from "../../lib/random.ts";
import type { ApiClient } from "../connection/api_client.ts";
import { type CallFailure, failureReason, isCallFailure } from "../connection/failures.ts";
import { type Draft, OutboxFull, type Sending } from "../connection/outbox.ts";
import { type ConnectionState, Session, type SessionNews } from "../connection/session.ts";
import { DaySeparator, type LineView, messageLines, unreadLine } from "../lines/message_lines.ts";
import { type Line, line, styled } from "../lines/safe_line.ts";
import { stateLine } from "../lines/state_line.ts";
import { Misunderstood, parseLine, usageOf } from "./command_parser.ts";
import { commands, type CommandScope, commonPlace, type Place } from "./commands.ts";
import { emptyModel, isKnown, type Model, type ModelEvent, sendingOf, update } from "./model.ts";

/** Where a conversation is shown. */
export interface Screen {
  /** What is said in the chat, and answers to commands. */
  print(lines: readonly Line[]): void;
  /** What is said about the chat: failures, the connection. */
  talk(lines: readonly Line[]): void;
  /** Something that a prompt or status tells has changed. */
  refresh(): void;
  /** How wide it is, and the like. */
  readonly layout: Omit<LineView, "user">;
  /** Whether its user sees what they typed, and wants to see that it arrived. */
  readonly interactive: boolean;
}

export interface ConversationSetup {
  /** With the user's token. */
  readonly api: ApiClient;
  readonly answer: ConnectAnswer;
  readonly screen: Screen;
  readonly clock: Clock;
  readonly random: Random;
}

/** What a user is told of that went wrong. */
export type Complaint = CallFailure | OutboxFull | Misunderstood;

export class Conversation implements CommandScope {
  readonly #setup: ConversationSetup;
  readonly #session: Session;
  readonly #days: DaySeparator;
  readonly call: ApiClient["call"];
  #model: Model;
  #place: Place = commonPlace;
  #failure: Complaint | undefined;
  #over = false;
  #away = false;
  #leave: () => void = () => {};
  readonly #left: Promise<void>;
  /** What broke in the midst of news, which no caller waits for. */
  #defect: unknown;

  constructor(setup: ConversationSetup) {
    this.#setup = setup;
    const { api, clock, random, answer, screen } = setup;
    this.#model = emptyModel(answer.user);
    this.#days = new DaySeparator({ user: answer.user, ...screen.layout });
    this.#left = new Promise((resolve) => this.#leave = resolve);
    this.call = (name, ...input) => api.call(name, ...input);
    this.#session = new Session({ api, clock, random, tell: (news) => this.#tell(news) });
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
        this.send({
          text: parsed.text,
          ...(this.#place.kind === "private" && { to: this.#place.user }),
        });
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
          if (!isCallFailure(failure)) throw failure;
          this.#fail(`do /${parsed.command.name}`, failure);
        }
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
      screen.print([styled("dim", `… ${draft.text}`)]);
    }
    screen.refresh();
  }

  say(lines: readonly Line[]): void {
    this.#setup.screen.print(lines);
  }

  show(messages: readonly Message[]): void {
    for (const message of messages) this.#print(message);
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
  close(): Promise<readonly Sending[]> {
    return this.#session.close();
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
        this.#receive(news.event);
        return;
      case "sent":
        this.#receive(news);
        return;
      case "failed":
        this.#update(news);
        this.#complain(
          news.failure,
          line`✗ not sent: ${failureReason(news.failure)}: ${news.sending.draft.text}`,
        );
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

  /** Says when the connection is lost and when it is back, not each attempt between. */
  #follow(state: ConnectionState): void {
    const { screen } = this.#setup;
    if (state.kind === "stopped" && state.failure !== undefined) {
      this.#fail("go on", state.failure);
    } else if (state.kind === "waiting" && !this.#away) {
      this.#away = true;
      screen.talk([styled("dim", stateLine(state).plain)]);
    } else if (state.kind === "live" && this.#away) {
      this.#away = false;
      screen.talk([styled("dim", "live again")]);
    }
  }

  #connect(news: SessionNews & { type: "connected" }): void {
    const { answer, resetBy } = news;
    const before = this.#model;
    this.#update(news);
    if (resetBy !== undefined) {
      this.#setup.screen.talk([line`The server has another history now (${resetBy})`]);
    }
    const { read, unread } = arrivalOrder(answer);
    if (resetBy === undefined) this.show(read.filter(({ id }) => !isKnown(before, id)));
    if (unread.length > 0) {
      const total = answer.rooms.reduce((sum, room) => sum + room.unread, 0);
      this.#setup.screen.print([unreadLine(Math.max(total, answer.unread.length))]);
      this.show(unread);
    }
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
    const lines = messageLines(message, { user: this.#model.user, ...screen.layout }, options);
    screen.print(separator === undefined ? lines : [separator, ...lines]);
    // One's own message is never unread, and may be shown before an earlier one of someone else.
    if (message.author !== this.#model.user) this.#session.shown(message);
  }

  #update(event: ModelEvent): void {
    this.#model = update(this.#model, event);
  }

  #fail(verb: string, failure: CallFailure): void {
    this.#complain(failure, line`Cannot ${verb}: ${failureReason(failure)}`);
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

/**
 * The messages of an arrival as they are shown: those before the first unread one, and the rest.
 *
 * Recent messages may be newer than the unread ones that came along: they come with the backlog.
 */
function arrivalOrder(
  { recent, unread, unread_more }: ConnectAnswer,
): { readonly read: readonly Message[]; readonly unread: readonly Message[] } {
  const firstId = unread[0]?.id ?? Infinity;
  const lastId = unread_more ? unread.at(-1)?.id ?? 0 : Infinity;
  const unreadIds = new Set(unread.map(({ id }) => id));
  // Own messages among the unread ones belong to the talk.
  const between = recent.filter(({ id }) => id > firstId && id <= lastId && !unreadIds.has(id));
  return {
    read: recent.filter(({ id }) => id < firstId),
    unread: [...unread, ...between].sort((a, b) => a.id - b.id),
  };
}
