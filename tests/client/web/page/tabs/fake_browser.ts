/**
 * A browser with tabs, and a server that they talk to, all in memory and on one virtual clock.
 *
 * @module
 */
import { checkedForms } from "../../../../../client/connection/checked_forms.ts";
import { ApiClient } from "../../../../../client/connection/api_client.ts";
import type { ConnectAnswer } from "../../../../../lib/api/schemas.ts";
import type { Transport } from "../../../../../client/connection/exchange.ts";
import type { Account } from "../../../../../client/web/page/account/account.ts";
import { type Drawer, memoryDrawer } from "../../../../../client/web/page/account/drawer.ts";
import { BrowserShelf } from "../../../../../client/web/page/account/shelf.ts";
import type { OpenChannel } from "../../../../../client/web/page/tabs/channel.ts";
import { SharedSession } from "../../../../../client/web/page/tabs/shared_session.ts";
import type { SharedNews } from "../../../../../client/web/page/tabs/shared_state.ts";
import type { TabMessage } from "../../../../../client/web/page/tabs/tab_messages.ts";
import type { Message } from "../../../../../lib/api/schemas.ts";
import { SeededRandom } from "../../../../support/seeded_random.ts";
import { VirtualClock } from "../../../../support/virtual_clock.ts";
import {
  arrivalOf,
  json,
  messageOf,
  type SeenRequest,
  settle,
  statusOf,
  StubServer,
  type StubStream,
} from "../../../stub_server.ts";
import { TabLife } from "./tab_life.ts";

/** How much time passes at once: messages between tabs come through in less. */
const stepMs = 20;

/** The header that says which tab a request is from. */
const tabHeader = "x-tab";

/** A server with a log of messages, which keeps receipts. */
export class ChatServer extends StubServer {
  readonly log: Message[] = [];
  #streams: StubStream[] = [];

  constructor() {
    super();
    this.on("POST /connect", () => json(arrivalOf({ cursor: this.cursor })));
    this.on("GET /status", () => json(statusOf()));
    this.on("GET /invitations", () => json({ items: [] }));
    this.on("POST /read", ({ body }) => {
      const { room, upto } = body as { room: string; upto: number };
      return json({ room, read_id: upto, unread: 0 });
    });
    this.serve();
    void this.#follow();
  }

  /** Takes messages. */
  serve(): void {
    this.on("POST /send", (request) => this.#send(request));
  }

  get cursor(): string {
    return `k-${this.log.length}`;
  }

  /** How many tabs hold a stream. */
  get streams(): number {
    return this.#open.length;
  }

  /** Someone else says something. */
  say(text: string): void {
    this.#append({ author: "bob", text });
  }

  /** A sign of life moves the cursor of every stream. */
  beat(cursor: string): void {
    for (const stream of this.#open) stream.write(`id: ${cursor}\n\n`);
  }

  /** The texts of the messages that have come to the server, in order. */
  get texts(): (string | undefined)[] {
    return this.log.map(({ text }) => text);
  }

  get #open(): StubStream[] {
    return this.#streams.filter(({ cancelled }) => !cancelled);
  }

  /** The connections of a tab break, without its noticing it. */
  cut(tab: string): void {
    this.#streams = this.#streams.filter(({ request }) => request.headers.get(tabHeader) !== tab);
  }

  async #follow(): Promise<void> {
    for (;;) {
      const stream = await this.stream();
      const after = Number(stream.request.query.get("after")?.split("-")[1]);
      for (const message of this.log.slice(after)) this.#tell(stream, message);
      stream.caughtUp(this.cursor);
      this.#streams.push(stream);
    }
  }

  #send({ body, headers }: SeenRequest): Response {
    const { text } = body as { text: string };
    const key = headers.get("idempotency-key") ?? "";
    const before = this.log.find((message) => message.key === key);
    return json(before ?? this.#append({ author: "alice", text, key }), 201);
  }

  #append(changes: Partial<Message>): Message {
    const message = messageOf(this.log.length + 1, changes);
    this.log.push(message);
    for (const stream of this.#open) this.#tell(stream, message);
    return message;
  }

  #tell(stream: StubStream, message: Message): void {
    stream.event(`k-${message.id}`, { type: "message", ...message, cursor: `k-${message.id}` });
  }
}

export const alice: Account = { user: "alice", token: "t", id: "account" };

export class FakeTab {
  readonly life: TabLife;
  readonly session: SharedSession;
  readonly shelf: BrowserShelf;
  readonly news: SharedNews[] = [];
  readonly defects: unknown[] = [];

  constructor(readonly name: string, browser: FakeBrowser, options: TabOptions) {
    const { clock, server } = browser;
    this.life = new TabLife(clock);
    const drawer = options.drawer ?? browser.drawerOf(this);
    this.shelf = new BrowserShelf({ drawer, clock: this.life, account: alice.id });
    const transport: Transport = async (url, init) => {
      if (this.life.isDead) return await new Promise(() => {});
      const headers = { ...Object.fromEntries(new Headers(init.headers)), [tabHeader]: name };
      const answer = await server.transport(url, { ...init, headers });
      return this.life.isDead ? await new Promise(() => {}) : answer;
    };
    this.session = new SharedSession({
      account: alice,
      api: new ApiClient({
        forms: checkedForms,
        origin: "http://chat.test",
        token: "t",
        transport,
        clock: this.life,
      }),
      clock: this.life,
      random: new SeededRandom(options.seed),
      shelf: this.shelf,
      openChannel: browser.openChannelOf(this),
      version: options.version ?? "1",
      broke: (defect) => this.defects.push(defect),
    });
    this.session.watch((news) => this.news.push(news));
  }

  /** The texts that its model holds. */
  get texts(): (string | undefined)[] {
    return this.session.model.messages.map(({ text }) => text);
  }

  /** The texts that it was told of as events or answers, in order, each time. */
  get told(): (string | undefined)[] {
    return this.news.flatMap((news) =>
      news.type === "event" && news.event.type === "message" ? [news.event.text] : []
    );
  }

  get isLive(): boolean {
    return this.session.connection.kind === "live";
  }

  joins(): boolean[] {
    return this.news.flatMap((news) => news.type === "joined" ? [news.missed] : []);
  }
}

export interface TabOptions {
  readonly seed: number;
  readonly version?: string;
  /** One of its own, which no other tab sees. */
  readonly drawer?: Drawer;
  /** What it was told by the server before it began. */
  readonly arrival?: Promise<ConnectAnswer | undefined>;
}

interface End {
  readonly tab: FakeTab;
  readonly name: string;
  readonly hear: (message: unknown) => void;
}

export class FakeBrowser {
  readonly clock = new VirtualClock();
  readonly server = new ChatServer();
  readonly tabs: FakeTab[] = [];
  readonly #drawer = memoryDrawer();
  /** Tells which messages between tabs are lost. */
  loses: (message: TabMessage, to: FakeTab) => boolean = () => false;
  #ends: End[] = [];

  /** Opens a tab; the page begins to run in it at once. */
  open(options: Partial<TabOptions> = {}): FakeTab {
    const seed = this.tabs.length + 1;
    const tab = new FakeTab(`tab ${seed}`, this, { seed, ...options });
    this.tabs.push(tab);
    tab.session.start(options.arrival);
    return tab;
  }

  /** Opens tabs of which the first leads, when all is live. */
  async openLive(count: number): Promise<FakeTab[]> {
    const tabs: FakeTab[] = [];
    for (let opened = 0; opened < count; opened++) {
      tabs.push(this.open());
      await this.pass(200);
    }
    return tabs;
  }

  /** Ends a tab without a word. */
  kill(tab: FakeTab): void {
    tab.life.isDead = true;
    this.server.cut(tab.name);
    this.#ends = this.#ends.filter((end) => end.tab !== tab);
  }

  /** Lets time pass, and what happens in it happen. */
  async pass(ms: number): Promise<void> {
    await settle();
    for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
      this.clock.advance(Math.min(leftMs, stepMs));
      await settle(4);
    }
    await settle();
  }

  /** The tabs that lead, of those that run. */
  get leaders(): FakeTab[] {
    return this.tabs.filter(({ life, session }) =>
      !life.isDead && !life.isFrozen && session.isLeader
    );
  }

  /** Ends all of it; nothing may be left over. */
  async close(): Promise<void> {
    for (const { session } of this.tabs) session.close();
    await settle();
  }

  /** The drawer that all tabs have in common, as one of them sees it. */
  drawerOf(tab: FakeTab): Drawer {
    const drawer = this.#drawer;
    return {
      get length() {
        return drawer.length;
      },
      key: (index) => drawer.key(index),
      getItem: (key) => drawer.getItem(key),
      setItem(key, value) {
        if (!tab.life.isDead) drawer.setItem(key, value);
      },
      removeItem(key) {
        if (!tab.life.isDead) drawer.removeItem(key);
      },
    };
  }

  openChannelOf(tab: FakeTab): OpenChannel {
    return (name, hear) => {
      const own: End = { tab, name, hear };
      this.#ends.push(own);
      return {
        post: (message) => {
          if (tab.life.isDead) return;
          // What is no plain data does not come through.
          for (const end of this.#ends.filter((other) => other !== own && other.name === name)) {
            if (this.loses(message as TabMessage, end.tab)) continue;
            const copy = structuredClone(message);
            setImmediate(() => {
              if (this.#ends.includes(end)) end.tab.life.do(() => end.hear(copy));
            });
          }
        },
        close: () => this.#ends = this.#ends.filter((end) => end !== own),
      };
    };
  }
}
