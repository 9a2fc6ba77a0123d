/**
 * A tab of alice with a stub server, and a conversation that a test tells.
 *
 * @module
 */
import { checkedForms } from "../../../../client/connection/checked_forms.ts";
import { ApiClient } from "../../../../client/connection/api_client.ts";
import type { Draft, Sending } from "../../../../client/connection/outbox.ts";
import type { ConnectionState } from "../../../../client/connection/session.ts";
import type { Model } from "../../../../client/conversation/model.ts";
import { memoryDrawer } from "../../../../client/web/page/account/drawer.ts";
import { Drafts } from "../../../../client/web/page/account/drafts.ts";
import { UnsentDrafts } from "../../../../client/web/page/account/unsent.ts";
import { LiveTab, type TabSession } from "../../../../client/web/page/live_tab.ts";
import {
  emptyState,
  type SharedNews,
  type SharedState,
  stateAfter,
} from "../../../../client/web/page/tabs/shared_state.ts";
import type { ConnectAnswer, Event, Message, StatusAnswer } from "../../../../lib/api/schemas.ts";
import { SeededRandom } from "../../../support/seeded_random.ts";
import { VirtualClock } from "../../../support/virtual_clock.ts";
import {
  arrivalOf,
  json,
  messageOf,
  refusal,
  settle,
  statusOf,
  StubServer,
} from "../../stub_server.ts";
import { FakeAddress } from "./fake_address.ts";

/** The rooms that alice is in. */
export const rooms = [
  { id: "common", kind: "common", name: "common", unread: 0, last_id: 0, read_id: 0 },
  { id: "7", kind: "private", name: "bob", unread: 0, last_id: 0, read_id: 0 },
  { id: "12", kind: "room", name: "garden", owner: "bob", unread: 0, last_id: 0, read_id: 0 },
] as const satisfies ConnectAnswer["rooms"];

/** A shared conversation that does what a test says. */
export class FakeSession implements TabSession {
  state: SharedState = emptyState("alice");
  readonly sent: Draft[] = [];
  readonly marks: string[] = [];
  isLeader = true;
  isClosed = false;
  /** What sending fails with. */
  sendFault: Error | undefined;
  readonly #watchers = new Set<(news: SharedNews) => void>();

  get model(): Model {
    return this.state.model;
  }

  get connection(): ConnectionState {
    return this.state.connection;
  }

  get settings(): StatusAnswer["settings"] | undefined {
    return this.state.settings;
  }

  get aheadMs(): number | undefined {
    return this.state.aheadMs;
  }

  watch(tell: (news: SharedNews) => void): () => void {
    this.#watchers.add(tell);
    return () => void this.#watchers.delete(tell);
  }

  send(draft: Draft): Sending {
    if (this.sendFault !== undefined) throw this.sendFault;
    this.sent.push(draft);
    const sending = { key: `key ${this.sent.length}`, draft };
    this.tell({ type: "queued", sending });
    return sending;
  }

  shown({ room, id }: { readonly room: string; readonly id: number }): void {
    this.marks.push(`${room}: ${id}`);
    this.tell({ type: "event", event: { type: "read", room, read_id: id }, cursor: undefined });
  }

  close(): void {
    this.isClosed = true;
  }

  tell(news: SharedNews): void {
    if (news.type !== "joined") this.state = stateAfter(this.state, news);
    for (const watcher of this.#watchers) watcher(news);
  }
}

export class TabScene {
  readonly server = new StubServer();
  readonly clock = new VirtualClock();
  readonly session = new FakeSession();
  readonly address: FakeAddress;
  readonly drafts: Drafts;
  readonly tab: LiveTab;
  /** What was called back, in words. */
  readonly told: string[] = [];
  /** What the server has, by room, oldest first. */
  readonly history = new Map<string, Message[]>();
  #cursor = 1;

  constructor({ hash = "" }: { readonly hash?: string } = {}) {
    const { clock, session } = this;
    this.address = new FakeAddress(hash);
    const kept = { drawer: memoryDrawer(), watchOthers: () => () => {}, clock, account: "a" };
    this.drafts = new Drafts(kept);
    this.server.on("GET /messages", ({ query }) => this.#page(query));
    this.tab = new LiveTab({
      session,
      api: new ApiClient({
        forms: checkedForms,
        origin: "http://chat.test",
        token: "t",
        transport: this.server.transport,
        clock,
      }),
      clock,
      random: new SeededRandom(1),
      drafts: this.drafts,
      unsent: new UnsentDrafts(kept),
      address: this.address,
      renamed: (user) => this.told.push(`renamed ${user}`),
      expired: ({ message }) => this.told.push(`expired ${message}`),
      left: () => this.told.push("left"),
      broke: (defect) => this.told.push(`broke ${defect}`),
    });
  }

  /** The page of the current timeline, as texts. */
  get texts(): string[] {
    return this.tab.state.value.timeline.messages.map(({ text }) => text);
  }

  get notices(): string[] {
    return this.tab.state.value.notices.map(({ words }) => words.replaceAll(/[\u2068\u2069]/g, ""));
  }

  /** The queries of the pages that were asked for. */
  get asked(): string[] {
    return this.server.requests.filter(({ path }) => path === "/messages")
      .map(({ query }) => `${query}`.replace(/&?limit=50/, ""));
  }

  /** The server has messages with these ids in a room. */
  fill(room: string, first: number, last: number): void {
    const kind = rooms.find(({ id }) => id === room)?.kind ?? "room";
    const messages = this.history.get(room) ?? [];
    for (let id = first; id <= last; id++) {
      messages.push(messageOf(id, { room, room_kind: kind }));
    }
    this.history.set(room, messages);
  }

  /** Connected, and live. */
  async connect(
    { resetBy, ...changes }: Partial<ConnectAnswer> & { readonly resetBy?: string } = {},
  ): Promise<void> {
    this.session.tell({
      type: "connected",
      answer: arrivalOf({ rooms: [...rooms], ...changes }),
      ...(resetBy !== undefined && { resetBy }),
    });
    this.live();
    await settle();
  }

  tellStatus(status = statusOf()): void {
    this.session.tell({ type: "status", status, atMs: this.clock.now() });
  }

  live(): void {
    this.session.tell({ type: "state", state: { kind: "live", by: "stream" } });
  }

  async hear(event: Event): Promise<void> {
    this.session.tell({ type: "event", event, cursor: `k-${this.#cursor++}` });
    await settle();
  }

  /** Someone says something, which the server has and tells. */
  async say(id: number, changes: Partial<Message> = {}): Promise<void> {
    const message = messageOf(id, changes);
    const all = this.history.get(message.room) ?? [];
    this.history.set(message.room, [...all, message]);
    await this.hear({ ...message, type: "message" });
  }

  #page(query: URLSearchParams): Response {
    const to = query.get("to");
    const name = rooms.find(({ kind, name }) => kind === "private" && name === to);
    if (to !== null && !["bob", "carol"].includes(to)) return refusal("not_found", "No such user.");
    const room = to === null ? query.get("room") ?? "common" : name?.id ?? "";
    const all = this.history.get(room) ?? [];
    if (!rooms.some(({ id }) => id === room) && !this.history.has(room) && to === null) {
      return refusal("not_found", "There is no such room.");
    }
    const before = Number(query.get("before") ?? Infinity);
    const after = Number(query.get("after") ?? 0);
    const found = all.filter(({ id }) => id < before && id > after);
    const limit = Number(query.get("limit"));
    const items = query.has("after") ? found.slice(0, limit) : found.slice(-limit);
    return json({ items, has_more: items.length < found.length });
  }

  [Symbol.dispose](): void {
    this.tab.close();
  }
}
