/**
 * A conversation of alice with a stub server, and what is shown of it.
 *
 * @module
 */
import { checkedForms } from "../../../client/connection/checked_forms.ts";
import { readFault } from "../../../client/connection/network_faults.ts";
import { backoffMaxMs } from "../../../client/connection/backoff.ts";
import type { Shelf } from "../../../client/connection/outbox.ts";
import { readGatherMs } from "../../../client/connection/read_marks.ts";
import { ApiClient } from "../../../client/connection/api_client.ts";
import { Conversation } from "../../../client/conversation/conversation.ts";
import type { Screen } from "../../../client/conversation/screen.ts";
import type { Line } from "../../../client/lines/safe_line.ts";
import type { ConnectAnswer, Event } from "../../../lib/api/schemas.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { arrivalOf, json, settle, statusOf, StubServer, type StubStream } from "../stub_server.ts";

/** The rooms that alice is in. */
export const rooms = [
  { id: "common", kind: "common", name: "common", unread: 0, last_id: 0, read_id: 0 },
  { id: "7", kind: "private", name: "bob", unread: 0, last_id: 0, read_id: 0 },
  { id: "12", kind: "room", name: "garden", owner: "alice", unread: 0, last_id: 0, read_id: 0 },
  { id: "15", kind: "room", name: "Tea house", owner: "bob", unread: 0, last_id: 0, read_id: 0 },
] as const satisfies ConnectAnswer["rooms"];

export interface SceneOptions {
  readonly answers?: Partial<ConnectAnswer>;
  readonly screen?: Partial<Screen>;
  readonly shelf?: Shelf;
}

export class Scene {
  readonly server = new StubServer();
  readonly clock = new VirtualClock();
  /** All that was shown, in plain text. */
  readonly shown: string[] = [];
  /** The same with its colours. */
  readonly coloured: string[] = [];
  readonly renames: string[] = [];
  readonly conversation: Conversation;
  #stream: Promise<StubStream>;
  #position = 1000;

  constructor({ answers = {}, screen = {}, shelf }: SceneOptions = {}) {
    const write = (lines: readonly Line[]) => {
      this.shown.push(...lines.map(({ plain }) => plain));
      this.coloured.push(...lines.map(({ coloured }) => coloured));
    };
    this.server.on("GET /messages", () => json({ items: [], has_more: false }));
    this.server.on("GET /status", () => json(statusOf()));
    this.conversation = new Conversation({
      api: new ApiClient({
        forms: checkedForms,
        readFault,
        origin: "http://chat.test",
        token: "t",
        transport: this.server.transport,
        clock: this.clock,
      }),
      answer: arrivalOf({ rooms: [...rooms], ...answers }),
      clock: this.clock,
      random: new SeededRandom(1),
      screen: {
        print: write,
        talk: write,
        refresh() {},
        layout: { timeZone: "UTC" },
        interactive: true,
        ...screen,
      },
      ...(shelf !== undefined && { shelf }),
      renamed: ({ before, now }) => {
        this.renames.push(`${before} → ${now}`);
        return Promise.resolve();
      },
    });
    this.conversation.start();
    this.#stream = this.server.stream();
  }

  /** Types a line; gives what it has shown. */
  async type(typed: string): Promise<string[]> {
    const from = this.shown.length;
    await this.conversation.enter(typed);
    await settle();
    return this.shown.slice(from);
  }

  /** The server tells of an event; gives what it has shown. */
  async hear(event: Event): Promise<string[]> {
    const from = this.shown.length;
    (await this.#stream).event(`k-${this.#position++}`, event);
    await settle();
    return this.shown.slice(from);
  }

  /** The server says that all was told; gives what that shows. */
  async live(): Promise<string[]> {
    const from = this.shown.length;
    (await this.#stream).caughtUp(`k-${this.#position++}`);
    await settle();
    return this.shown.slice(from);
  }

  /** The connection breaks. */
  async lose(): Promise<void> {
    (await this.#stream).break();
    await settle();
  }

  /** The next attempt to connect comes. */
  async retry(): Promise<void> {
    this.clock.advance(backoffMaxMs);
    this.#stream = this.server.stream();
    await settle();
  }

  /** The server can't go on from where the client was. */
  async reset(reason: string): Promise<void> {
    (await this.#stream).write(
      `event: reset\ndata: ${JSON.stringify({ reason, cursor: "z-1" })}\n\n`,
    );
    await settle();
  }

  /** What was marked as read so far, each mark as `12: 7`. */
  async marks(): Promise<string[]> {
    this.clock.advance(readGatherMs);
    await settle();
    return this.server.bodies("/read").map((body) => {
      const { room, upto } = body as { room: string; upto: number };
      return `${room}: ${upto}`;
    });
  }

  /** How many messages of a room are unread. */
  unread(room: string): number | undefined {
    return this.conversation.model.rooms.get(room)?.unread;
  }

  /** Lets waits pass until `work` has ended. */
  async whileTimePasses<Result>(work: Promise<Result>): Promise<Result> {
    let done = false;
    const mark = () => void (done = true);
    work.then(mark, mark);
    while (!done) {
      await settle();
      this.clock.advance(1000);
    }
    return await work;
  }

  async close(): Promise<void> {
    await this.conversation.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
