/**
 * One conversation of a user with a server, the same in all tabs of a browser: one of them leads and
 * holds the only connection, the others follow it.
 *
 * @module
 */
import { parseCursor } from "../../../../lib/api/cursor.ts";
import type { ConnectAnswer, StatusAnswer } from "../../../../lib/api/schemas.ts";
import type { Clock } from "../../../../lib/clock.ts";
import { type Random, randomText } from "../../../../lib/random.ts";
import type { ApiClient } from "../../../connection/api_client.ts";
import type { Draft, Sending } from "../../../connection/outbox.ts";
import { newKey } from "../../../connection/persistence.ts";
import type { ConnectionState } from "../../../connection/session.ts";
import { catchingUp, type Model } from "../../../conversation/model.ts";
import type { Account } from "../account/account.ts";
import type { BrowserShelf } from "../account/shelf.ts";
import type { OpenChannel, TabChannel } from "./channel.ts";
import { Election, type Role } from "./election.ts";
import { Following } from "./following.ts";
import { Lead } from "./lead.ts";
import { Lookout, type TabAttention } from "./lookout.ts";
import { packNews, packState, unpackNews, unpackState } from "./packed_news.ts";
import {
  emptyState,
  isSamePosition,
  type LeaderNews,
  type SharedNews,
  type SharedState,
  stateAfter,
} from "./shared_state.ts";
import { channelName, type LeaderMessage, type TabMessage } from "./tab_messages.ts";
import { type Mark, Wishes } from "./wishes.ts";

/** Bytes of chance in the id of a tab. */
const tabIdBytes = 9;

export interface SharedSessionSetup {
  readonly account: Account;
  /** With the account's token. */
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly shelf: BrowserShelf;
  readonly openChannel: OpenChannel;
  /** Which page this is: tabs of another one, before or after an update, are not heard. */
  readonly version: string;
  /** Takes a defect, which has ended the session. */
  readonly broke: (defect: unknown) => void;
}

/** What a tab has that leads. */
interface Leading {
  readonly lead: Lead;
  readonly term: number;
  /** How much it has told. */
  count: number;
  isBegun: boolean;
}

/** One tab's face of the conversation. */
export class SharedSession {
  readonly #setup: SharedSessionSetup;
  readonly #id: string;
  readonly #election: Election;
  readonly #lookout: Lookout;
  readonly #watchers = new Set<(news: SharedNews) => void>();
  readonly #wishes: Wishes;
  #channel: TabChannel | undefined;
  #state: SharedState;
  #arrival: ConnectAnswer | undefined;
  /** The server was asked before the election, and has not answered yet. */
  #isAsked = false;
  #lead: Leading | undefined;
  #following: Following | undefined;

  constructor(setup: SharedSessionSetup) {
    const { account, clock, random } = setup;
    this.#setup = setup;
    this.#id = randomText(random, tabIdBytes);
    this.#state = emptyState(account.user);
    const post = (message: TabMessage) => this.#post(message);
    this.#election = new Election({
      id: this.#id,
      clock,
      post: (message) => {
        this.#post(message);
        // It looks whether its leader is there.
        if (message.type === "ask") this.#following?.askAgain();
      },
      changed: (role) => this.#take(role),
    });
    this.#lookout = new Lookout({ id: this.#id, clock, post });
    this.#wishes = new Wishes(setup);
  }

  /**
   * @param arrival What the server says to who comes, if it was asked already. An answer that is on
   * its way is shown as soon as it is there, and the leader waits for it; its rejection is a defect.
   */
  start(arrival?: ConnectAnswer | Promise<ConnectAnswer | undefined>): void {
    if (arrival instanceof Promise) {
      this.#isAsked = true;
      arrival.then((answer) => this.#greet(answer)).catch(this.#setup.broke);
    } else {
      this.#arrival = arrival;
    }
    this.#open();
  }

  get model(): Model {
    return this.#state.model;
  }

  get connection(): ConnectionState {
    return this.#state.connection;
  }

  /** The defaults in force; `undefined` until they are known. */
  get settings(): StatusAnswer["settings"] | undefined {
    return this.#state.settings;
  }

  /** How far the server's clock is ahead of this one, in milliseconds; `undefined`: not known. */
  get aheadMs(): number | undefined {
    return this.#state.aheadMs;
  }

  /** Whether this tab holds the connection: what only one tab is to do is done by this one. */
  get isLeader(): boolean {
    return this.#lead !== undefined;
  }

  /** Tells the news, after the model has taken it in; gives back what ends that. */
  watch(tell: (news: SharedNews) => void): () => void {
    this.#watchers.add(tell);
    return () => void this.#watchers.delete(tell);
  }

  /**
   * Takes a message, which is safe when this returns: it is on the shelf, and in the model.
   *
   * @throws {OutboxFull} if too many wait already.
   * @throws {ShelfFault} if it could not be kept; it is not sent then.
   */
  send(draft: Draft): Sending {
    const { random, shelf } = this.#setup;
    const log = parseCursor(this.#state.position?.cursor ?? "")?.epoch;
    const sending = { key: newKey(random), draft, ...(log !== undefined && { log }) };
    shelf.keep(sending);
    this.#wishes.send(sending);
    this.#heed({ type: "queued", sending });
    this.#handOver(sending);
    return sending;
  }

  /** The user has seen a message. */
  shown(mark: Mark): void {
    if (!this.#wishes.see(mark)) return;
    this.#mark(mark);
    // What the server says to it comes a little later.
    const event = { type: "read", room: mark.room, read_id: mark.id } as const;
    this.#heed({ type: "event", event, cursor: undefined });
  }

  /** How much of the user's attention this tab has from now on. */
  attend({ visible, focused }: TabAttention): void {
    this.#lookout.isSeen = visible && focused;
    this.#election.visible = visible;
    if (visible) this.hurry();
  }

  /** Whether the user looks at any tab of this browser. */
  anyoneLooking(): Promise<boolean> {
    return this.#lookout.anyone();
  }

  /** The network may be another now: what waits to be tried again is tried at once. */
  hurry(): void {
    if (this.#lead === undefined) this.#post({ type: "hurry", from: this.#id });
    else this.#lead.lead.hurry();
  }

  /** The tab is put to sleep, or goes: if it leads, another takes the lead at once. */
  suspend(): void {
    this.#election.leave();
    this.#channel?.close();
    this.#channel = undefined;
  }

  /** The tab is there again. */
  resume(): void {
    if (this.#channel !== undefined) return;
    // Nobody knows how it stands, until the leader has said it.
    this.#heed({ type: "state", state: { kind: "connecting" } });
    this.#open();
  }

  /** Ends it in this tab. */
  close(): void {
    this.#watchers.clear();
    this.suspend();
  }

  #open(): void {
    const { account, version, openChannel } = this.#setup;
    const name = channelName({ version, account: account.id });
    this.#channel = openChannel(name, (message) => this.#hear(message as TabMessage));
    this.#election.start();
  }

  /** Takes the answer to what was asked before the election; whoever follows has heard better. */
  #greet(answer: ConnectAnswer | undefined): void {
    this.#isAsked = false;
    if (this.#lead !== undefined) {
      this.#arrival = answer;
      this.#begin(this.#lead);
    } else if (answer !== undefined && this.#election.role.kind === "asking") {
      this.#heed({ type: "connected", answer });
    }
  }

  #post(message: TabMessage): void {
    this.#channel?.post(message);
  }

  #hear(message: TabMessage): void {
    switch (message.type) {
      case "ask":
        // Before the answer: whoever only now learns who leads asks how things stand anyway.
        this.#tellPulse();
        this.#election.hear(message);
        return;
      case "lead":
      case "resign":
        this.#election.hear(message);
        return;
      case "who_is_seen":
      case "is_seen":
        this.#lookout.hear(message);
        return;
      case "join":
        if (message.to === this.#id) this.#tellAll(message.from);
        return;
      case "send":
        this.#lead?.lead.take(message.sending);
        return;
      case "shown":
        this.#lead?.lead.shown(message);
        return;
      case "hurry":
        this.#lead?.lead.hurry();
        return;
      case "news":
      case "snapshot":
      case "pulse":
        this.#hearLeader(message);
    }
  }

  /** Takes a part in the election. */
  #take(role: Role): void {
    const { lead } = this.#lead ?? {};
    if (lead !== undefined) this.#state = { ...this.#state, position: lead.position };
    this.#lead = undefined;
    this.#following = undefined;
    lead?.close().catch(this.#setup.broke);
    if (role.kind === "leading") {
      this.#takeLead(role.term);
    } else if (role.kind === "following") {
      const ask = () => this.#post({ type: "join", from: this.#id, to: role.leader });
      this.#following = new Following({ ...role, id: this.#id, ask });
      // One that begins just now tells everyone how things stand.
      if (!role.isNew) ask();
    }
  }

  #takeLead(term: number): void {
    const { shelf } = this.#setup;
    const { model, connection } = this.#state;
    const lead = new Lead({
      ...this.#setup,
      model: () => this.model,
      tell: (news) => this.#tellNews(news),
    });
    this.#lead = { lead, term, count: 0, isBegun: false };
    // What is not on the shelf any more has come to its end, though this tab has not heard of it.
    const outgoing = model.outgoing.filter(({ key }) => shelf.has(key));
    // What it is told now may have happened already when the last leader had it told.
    this.#state = { ...this.#state, model: catchingUp({ ...model, outgoing }) };
    // A connection that was there will most likely be there again in a moment.
    if (connection.kind !== "live") this.#heed({ type: "state", state: { kind: "connecting" } });
    this.#wishes.review([]);
    if (!this.#isAsked) this.#begin(this.#lead);
    this.#handOverAll();
    this.#tellAll(undefined);
  }

  #begin(leading: Leading): void {
    if (leading.isBegun) return;
    leading.isBegun = true;
    leading.lead.begin({ position: this.#state.position, arrival: this.#arrival });
    this.#arrival = undefined;
  }

  /** As the leader, tells a piece of news to all tabs. */
  #tellNews(news: LeaderNews): void {
    if (this.#lead === undefined) return;
    const { term } = this.#lead;
    const count = ++this.#lead.count;
    this.#post({ type: "news", from: this.#id, term, count, news: packNews(news) });
    this.#hearNews(news);
  }

  /** As the leader, tells how things stand. */
  #tellAll(to: string | undefined): void {
    if (this.#lead === undefined) return;
    const { lead, term, count } = this.#lead;
    const state = packState({ ...this.#state, position: lead.position });
    this.#post({ type: "snapshot", from: this.#id, to, term, count, state });
  }

  /** As the leader, tells how far it has come. */
  #tellPulse(): void {
    if (this.#lead === undefined) return;
    const { lead, term, count } = this.#lead;
    this.#post({ type: "pulse", from: this.#id, term, count, position: lead.position });
  }

  #hearLeader(message: LeaderMessage): void {
    if (!this.#following?.takes(message)) return;
    switch (message.type) {
      case "snapshot":
        this.#adopt(unpackState(message.state));
        return;
      case "news":
        this.#hearNews(unpackNews(message.news));
        return;
      case "pulse":
        this.#state = { ...this.#state, position: message.position };
        for (const sending of this.#wishes.untaken) this.#handOver(sending);
    }
  }

  /** Goes on from how things stand for the leader. */
  #adopt(state: SharedState): void {
    const missed = !isSamePosition(this.#state.position, state.position);
    this.#state = state;
    this.#wishes.review(state.model.outgoing);
    for (const sending of this.#wishes.untaken) {
      this.#state = stateAfter(this.#state, { type: "queued", sending });
    }
    this.#handOverAll();
    this.#tell({ type: "joined", missed });
  }

  /** Asks the leader for all that this tab wants of it. */
  #handOverAll(): void {
    for (const sending of this.#wishes.untaken) this.#handOver(sending);
    for (const mark of this.#wishes.marks) this.#mark(mark);
  }

  #handOver(sending: Sending): void {
    if (this.#lead === undefined) this.#post({ type: "send", from: this.#id, sending });
    else this.#lead.lead.take(sending);
  }

  #mark(mark: Mark): void {
    if (this.#lead === undefined) this.#post({ type: "shown", from: this.#id, ...mark });
    else this.#lead.lead.shown(mark);
  }

  /** Takes what a leader has told, this tab or another. */
  #hearNews(news: LeaderNews): void {
    this.#heed(news);
    this.#wishes.settle(news);
  }

  #heed(news: LeaderNews): void {
    const before = this.#state;
    this.#state = stateAfter(before, news);
    const isKnown = news.type === "queued" && this.model === before.model;
    if (!isKnown) this.#tell(news);
  }

  #tell(news: SharedNews): void {
    for (const tell of [...this.#watchers]) {
      try {
        tell(news);
      } catch (defect) {
        this.#setup.broke(defect);
      }
    }
  }
}
