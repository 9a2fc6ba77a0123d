/**
 * What the tabs of one browser share, and the page in each of them.
 *
 * @module
 */
import type { Transport } from "../../../../client/connection/api_client.ts";
import { type Drawer, memoryDrawer } from "../../../../client/web/page/account/drawer.ts";
import {
  openPage,
  type Page,
  type PageSetup,
  type PageState,
} from "../../../../client/web/page/page.ts";
import type { Tab, TabState } from "../../../../client/web/page/tab.ts";
import type { OpenChannel } from "../../../../client/web/page/tabs/channel.ts";
import type { Clock } from "../../../../lib/clock.ts";
import type { Random } from "../../../../lib/random.ts";
import { FakeAddress } from "./fake_address.ts";

export interface FakeBrowserSetup {
  readonly origin: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly began?: NonNullable<PageSetup["began"]>;
}

export interface TabSetup {
  readonly hash?: string;
  readonly joinCode?: string;
  /** What the tab has kept, if it is loaded anew. */
  readonly tabDrawer?: Drawer;
  /** What the browser keeps for this tab, if it is not what it keeps for all. */
  readonly drawer?: Drawer;
}

export class FakeBrowser {
  readonly #setup: FakeBrowserSetup;
  readonly #items = memoryDrawer();
  /** Who hears of changes of the drawer: by tab. */
  readonly #watchers = new Map<FakeTab, Set<(key: string | undefined) => void>>();
  readonly #channels = new Set<{ readonly name: string; hear: (message: unknown) => void }>();
  /** What went wrong in any of the tabs. */
  readonly defects: unknown[] = [];

  constructor(setup: FakeBrowserSetup) {
    this.#setup = setup;
  }

  /** All that the browser keeps. */
  get kept(): string[] {
    return Array.from({ length: this.#items.length }, (_, index) => this.#items.key(index) ?? "");
  }

  /** How many in a tab wait for what others do to the drawer. */
  watchers(tab: FakeTab): number | undefined {
    return this.#watchers.get(tab)?.size;
  }

  open({ hash = "", joinCode, tabDrawer = memoryDrawer(), drawer }: TabSetup = {}): FakeTab {
    const address = new FakeAddress(hash);
    const tab = new FakeTab(address, tabDrawer);
    const watchers = new Set<(key: string | undefined) => void>();
    this.#watchers.set(tab, watchers);
    tab.page = openPage({
      ...this.#setup,
      address,
      tabDrawer,
      joinCode,
      version: "1",
      device: "Chrome on Linux",
      openChannel: this.#openChannel,
      drawer: drawer ?? this.#drawerOf(tab),
      watchOthers: (listener) => {
        watchers.add(listener);
        return () => void watchers.delete(listener);
      },
      broke: (defect) => this.defects.push(defect),
    });
    return tab;
  }

  #drawerOf(tab: FakeTab): Drawer {
    const items = this.#items;
    const tell = (key: string) => {
      for (const [other, listeners] of this.#watchers) {
        if (other === tab) continue;
        queueMicrotask(() => listeners.forEach((listener) => listener(key)));
      }
    };
    return {
      get length() {
        return items.length;
      },
      key: (index) => items.key(index),
      getItem: (key) => items.getItem(key),
      setItem(key, value) {
        items.setItem(key, value);
        tell(key);
      },
      removeItem(key) {
        items.removeItem(key);
        tell(key);
      },
    };
  }

  readonly #openChannel: OpenChannel = (name, hear) => {
    const end = { name, hear };
    this.#channels.add(end);
    return {
      post: (message) => {
        const copy = structuredClone(message);
        const others = [...this.#channels].filter((each) => each !== end && each.name === name);
        for (const other of others) queueMicrotask(() => other.hear(copy));
      },
      close: () => {
        this.#channels.delete(end);
        end.hear = () => {};
      },
    };
  };
}

export class FakeTab {
  readonly address: FakeAddress;
  readonly drawer: Drawer;
  page: Page | undefined;

  constructor(address: FakeAddress, drawer: Drawer) {
    this.address = address;
    this.drawer = drawer;
  }

  get state(): PageState {
    if (this.page === undefined) throw new Error("The tab is not open");
    return this.page.state.value;
  }

  /** Of who is signed in. */
  get tab(): Tab {
    if (this.state.stage !== "signed_in") throw new Error("Nobody is signed in");
    return this.state.tab;
  }

  get texts(): string[] {
    return this.tab.state.value.timeline.messages.map(({ text }) => text);
  }

  async signIn(user: string, password?: string): Promise<void> {
    await this.page?.signIn({ user, ...(password !== undefined && { password }) });
  }

  /** Resolves when the page is at a stage. */
  async at(stage: PageState["stage"]): Promise<void> {
    const { page } = this;
    if (page === undefined) return;
    await until(page.state, ({ stage: now }) => now === stage);
  }

  /** Resolves when the tab shows this. */
  async shows(wanted: (state: TabState) => boolean): Promise<void> {
    await until(this.tab.state, wanted);
  }

  /** Resolves when the tab shows just these messages. */
  async showsTexts(...wanted: readonly string[]): Promise<void> {
    const all = JSON.stringify(wanted);
    await this.shows(({ timeline }) =>
      JSON.stringify(timeline.messages.map(({ text }) => text)) === all
    );
  }
}

interface Watchable<Value> {
  readonly value: Value;
  watch(listener: () => void): () => void;
}

/** How long is waited at most, in milliseconds. */
const patienceMs = 20_000;

function until<Value>(
  watched: Watchable<Value>,
  wanted: (value: Value) => boolean,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(
    () => reject(new Error(`It did not come: ${JSON.stringify(watched.value)}`)),
    patienceMs,
  );
  const look = () => wanted(watched.value) && resolve();
  const end = watched.watch(look);
  look();
  return promise.finally(() => {
    end();
    clearTimeout(timer);
  });
}
