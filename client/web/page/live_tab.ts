/**
 * A tab of someone who is signed in: what it shows follows the conversation that all tabs share.
 *
 * @module
 */
import type { Event, Message, StatusAnswer } from "../../../lib/api/schemas.ts";
import type { Clock, Timer } from "../../../lib/clock.ts";
import type { Random } from "../../../lib/random.ts";
import { version } from "../../../lib/version.ts";
import type { ApiClient } from "../../connection/api_client.ts";
import {
  type CallFailure,
  isCallFailure,
  isMissing,
  isUnauthorized,
  Unreachable,
} from "../../connection/failures.ts";
import type { Draft } from "../../connection/outbox.ts";
import type { ConnectionState } from "../../connection/session.ts";
import { surely } from "../../connection/sure_calls.ts";
import { isKnown, isOtherLog, messageOf, type Model } from "../../conversation/model.ts";
import { commonPlace, isHere, type Place, roomAt } from "../../conversation/model/place.ts";
import type { Drafts } from "./account/drafts.ts";
import type { UnsentDrafts } from "./account/unsent.ts";
import type { AddressBar } from "./address.ts";
import { type Listener, State, type Watched } from "./state.ts";
import { type Notice, noticesMax, type Tab, type TabState, type Unsent } from "./tab.ts";
import type { SharedSession } from "./tabs/shared_session.ts";
import type { SharedNews } from "./tabs/shared_state.ts";
import { draftFault, eventWords, explain, refusalWords } from "./words.ts";
import { Whereabouts } from "./whereabouts.ts";

/** How often is looked for messages whose time is over, in milliseconds. */
export const agingMs = 30_000;

/** What a tab needs of the conversation that all tabs share. */
export type TabSession = Pick<
  SharedSession,
  | "model"
  | "connection"
  | "settings"
  | "aheadMs"
  | "isLeader"
  | "watch"
  | "send"
  | "shown"
  | "close"
>;

export interface LiveTabSetup {
  /** Not started yet. */
  readonly session: TabSession;
  /** With the user's token. */
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly drafts: Drafts;
  readonly unsent: UnsentDrafts;
  readonly address: AddressBar;
  /** The user has another name. */
  readonly renamed: (user: string) => void;
  /** The server lets this browser in no more. */
  readonly expired: (failure: CallFailure) => void;
  /** The user has signed out. */
  readonly left: () => void;
  /** Takes a defect. */
  readonly broke: (defect: unknown) => void;
}

export class LiveTab implements Tab {
  readonly #setup: LiveTabSetup;
  readonly #state: State<TabState>;
  readonly #whereabouts: Whereabouts;
  readonly #abort = new AbortController();
  readonly #endings: (() => void)[];
  readonly call: ApiClient["call"];
  readonly api: ApiClient;
  #model: Model;
  #aging: Timer | undefined;
  #noticesTold = 0;
  #isLeaving = false;
  /** The server has become another version since the page was loaded. */
  #isOutdated = false;

  constructor(setup: LiveTabSetup) {
    this.#setup = setup;
    const { session, api, unsent } = setup;
    this.api = api;
    this.call = surely({ ...setup, signal: this.#abort.signal }).call;
    this.#model = session.model;
    this.#whereabouts = new Whereabouts({
      ...setup,
      model: () => this.#model,
      changed: (timeline) => this.#patch({ timeline, place: timeline.place }),
      tell: (words) => this.tell("news", words),
    });
    const { timeline } = this.#whereabouts.history;
    this.#state = new State<TabState>({
      model: session.model,
      connection: session.connection,
      settings: session.settings,
      aheadMs: session.aheadMs,
      place: timeline.place,
      timeline,
      unsent: unsent.value,
      notices: [],
    });
    this.#endings = [
      session.watch((news) => this.#heed(news)),
      unsent.watch(() => this.#patch({ unsent: unsent.value })),
    ];
    this.#ageRegularly();
  }

  get state(): Watched<TabState> {
    return this.#state;
  }

  heed(listener: (event: Event) => void): () => void {
    return this.#setup.session.watch((news) => {
      if (news.type === "event") listener(news.event);
    });
  }

  go(place: Place, message?: number): void {
    this.#whereabouts.go({ place, message });
  }

  async goToMessage(id: number): Promise<void> {
    try {
      const message = messageOf(this.#model, id) ??
        await this.call("getMessage", { path: { id } });
      this.go(placeOf(message, this.#model), id);
    } catch (failure) {
      if (!isCallFailure(failure)) throw failure;
      if (this.#abort.signal.aborted) return;
      if (isMissing(failure)) this.#whereabouts.miss();
      else this.tell("failure", `Cannot go to the message: ${explain(failure)}`);
    }
  }

  older(): void {
    this.#whereabouts.history.older();
  }

  newer(): void {
    this.#whereabouts.history.newer();
  }

  newest(): void {
    this.#whereabouts.history.newest();
  }

  send(draft: Draft): string | undefined {
    const fault = draftFault(draft);
    if (fault !== undefined) return fault;
    try {
      this.#setup.session.send(draft);
    } catch (failure) {
      const words = refusalWords(failure);
      if (words === undefined) throw failure;
      return words;
    }
    this.#refresh();
    return undefined;
  }

  sendAgain(unsent: Unsent): string | undefined {
    const fault = this.send(unsent.sending.draft);
    if (fault === undefined) this.discard(unsent);
    return fault;
  }

  discard(unsent: Unsent): void {
    this.#setup.unsent.remove(unsent);
  }

  attend(): void {
    const { place, messages, loading, hasNewer } = this.#whereabouts.history.timeline;
    const room = roomAt(place, this.#model);
    if (room === undefined || hasNewer || loading === "first") return;
    // What is seen only now is not to vanish as soon as it is read.
    this.#age();
    const last = messages.at(-1)?.id ?? 0;
    // While the stream is down, one's own messages come in before what was said earlier by others.
    const id = this.#setup.session.connection.kind === "live"
      ? Math.max(last, room.lastId)
      : messages.findLast(({ author }) => author !== this.#model.user)?.id ?? 0;
    if (id <= room.readId) return;
    this.#setup.session.shown({ room: room.id, id });
    this.#refresh();
  }

  draftAt(place: Place): string {
    return this.#setup.drafts.at(place);
  }

  keepDraft(place: Place, text: string): void {
    this.#setup.drafts.keep(place, text);
  }

  watchDrafts(listener: Listener): () => void {
    return this.#setup.drafts.watch(listener);
  }

  tell(kind: Notice["kind"], words: string): void {
    const notice: Notice = { id: ++this.#noticesTold, kind, words };
    this.#patch({ notices: [...this.#state.value.notices, notice].slice(-noticesMax) });
  }

  dismiss({ id }: Notice): void {
    const { notices } = this.#state.value;
    this.#patch({ notices: notices.filter((notice) => notice.id !== id) });
  }

  async signOut(): Promise<void> {
    this.#isLeaving = true;
    // Not a call of the tab, which ends when another one is told first that it is signed out.
    const { signal } = new AbortController();
    try {
      await surely({ ...this.#setup, signal }).call("disconnect");
    } catch (failure) {
      // Who is not let in any more is signed out.
      if (!isUnauthorized(failure)) {
        this.#isLeaving = false;
        throw failure;
      }
    }
    this.#setup.left();
  }

  /** Ends it in this tab. */
  close(): void {
    for (const end of this.#endings) end();
    this.#whereabouts.close();
    this.#aging?.cancel();
    this.#abort.abort(new Unreachable(this.api.origin, "you have left"));
    this.#setup.session.close();
  }

  #heed(news: SharedNews): void {
    const before = this.#model;
    this.#model = this.#setup.session.model;
    switch (news.type) {
      case "connected": {
        const { recent } = news.answer;
        this.#whereabouts.begin({ recent, isOtherLog: isOtherLog(news) });
        // What was shown may be gone, and nothing else says why.
        if (isOtherLog(news)) this.tell("failure", otherLogWords);
        break;
      }
      case "joined":
        if (news.missed) this.#whereabouts.begin({ recent: [], isOtherLog: false });
        this.#notice(this.#setup.session.connection);
        break;
      case "event":
        this.#witness(news.event, before);
        break;
      case "sent":
        this.#hear(news.message, before);
        break;
      case "failed":
        // Once, or a tab that slept would bring back what was let go meanwhile.
        if (this.#setup.session.isLeader) {
          this.#setup.unsent.add({
            sending: news.sending,
            why: explain(news.failure),
            arrived: news.arrived,
          });
        }
        this.tell("news", `A message was not sent: ${explain(news.failure)}`);
        break;
      case "mark_refused":
        if (this.#setup.session.isLeader) {
          this.tell("failure", `Cannot mark as read: ${explain(news.failure)}`);
        }
        break;
      case "state":
        this.#notice(news.state);
        break;
      case "status":
        this.#compare(news.status);
        break;
      case "backlog":
      case "invitations":
      case "askers":
      case "queued":
      case "unknown":
        break;
    }
    if (before.user !== this.#model.user) this.#setup.renamed(this.#model.user);
    this.#whereabouts.leaveLostRoom(before, { isTold: news.type === "event" });
    this.#refresh();
  }

  #witness(event: Event, before: Model): void {
    switch (event.type) {
      case "message":
        this.#hear(event, before);
        break;
      case "message.deleted":
        this.#whereabouts.history.drop(event.id, messageOf(before, event.id)?.comment_on);
        break;
      case "user.renamed":
        this.#whereabouts.rename(event);
        this.#setup.drafts.rename(event);
    }
    const words = eventWords(event, before);
    if (words !== undefined) this.tell("news", words);
  }

  #hear(message: Message, before: Model): void {
    if (!isHere(message, this.#whereabouts.place, this.#model)) return;
    this.#whereabouts.history.hear(message, { isNews: !isKnown(before, message.id) });
  }

  #notice(state: ConnectionState): void {
    if (state.kind === "live") this.#whereabouts.history.retry();
    const isOut = state.kind === "stopped" && isUnauthorized(state.failure);
    if (isOut && state.failure !== undefined && !this.#isLeaving) {
      this.#setup.expired(state.failure);
    }
  }

  /** Tells once that the page is not that of the server any more. */
  #compare({ server }: StatusAnswer): void {
    if (this.#isOutdated || server.version === version) return;
    this.#isOutdated = true;
    this.tell("news", "The server has a new version: load the page anew");
  }

  #ageRegularly(): void {
    this.#age();
    this.#aging = this.#setup.clock.setTimer(agingMs, () => this.#ageRegularly());
  }

  /** Lets go what is not there any more by the clock of the server. */
  #age(): void {
    const { aheadMs } = this.#state.value;
    if (aheadMs === undefined) return;
    const { session, clock } = this.#setup;
    const { unread_ttl_s = Infinity } = session.settings ?? {};
    this.#whereabouts.history.age({
      nowMs: clock.now() + aheadMs,
      lifeMs: unread_ttl_s * 1000,
      user: this.#model.user,
      readId: this.#whereabouts.readId,
    });
  }

  /** Takes over how the shared conversation stands. */
  #refresh(): void {
    const { session } = this.#setup;
    this.#model = session.model;
    const { model, connection, settings, aheadMs } = session;
    this.#patch({ model, connection, settings, aheadMs });
  }

  #patch(parts: Partial<TabState>): void {
    const before = this.#state.value;
    const isSame = Object.entries(parts).every(([name, part]) =>
      Object.is(before[name as keyof TabState], part)
    );
    if (!isSame) this.#state.set({ ...before, ...parts });
  }
}

/** As after a backup was put back. */
const otherLogWords =
  "The server has another history now: what was said may be missing, or different";

/** Where a message was said. */
function placeOf({ room, room_kind, author, to }: Message, { user, rooms }: Model): Place {
  if (room_kind === "common") return commonPlace;
  if (room_kind === "room") return { kind: "room", room };
  return {
    kind: "private",
    user: rooms.get(room)?.name ?? (author === user ? to : author) ?? author,
  };
}
