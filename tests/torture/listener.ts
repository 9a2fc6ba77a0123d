/**
 * A raw client's stream: opened again from its cursor whenever it ends, in any of its faces.
 *
 * @module
 */
import type { Event } from "../../lib/api/schemas.ts";
import type { Dice } from "../simulation/dice.ts";
import { Broken, HttpConnection, jsonOf } from "./http_client.ts";
import { Heard } from "./heard.ts";
import { pause } from "./proxy.ts";
import { must, shown } from "./violation.ts";
import type { World } from "./world.ts";

export interface ListenerSetup {
  readonly world: World;
  readonly dice: Dice;
  readonly user: number;
  readonly client: string;
  readonly token: string;
  readonly cursor: string;
}

type Told = Record<string, unknown>;

export class Listener {
  readonly heard: Heard;
  readonly #setup: ListenerSetup;
  #connection: HttpConnection | undefined;
  #isOpen = true;
  #work: Promise<void> = Promise.resolve();

  constructor(setup: ListenerSetup) {
    const { world, user, client, cursor } = setup;
    this.#setup = setup;
    this.heard = new Heard({
      user,
      client,
      cursor,
      chronicle: world.chronicle,
      note: (line) => world.diary.note(client, line),
    });
  }

  start(): void {
    this.#isOpen = true;
    this.#work = this.#setup.world.guard(this.#listen());
  }

  async stop(): Promise<void> {
    this.#isOpen = false;
    this.#connection?.close();
    await this.#work;
  }

  async #listen(): Promise<void> {
    const { world, dice, client } = this.#setup;
    while (this.#isOpen && !world.isOver) {
      try {
        if (dice.chance(0.1)) await this.#poll();
        else await this.#follow(dice.one("ndjson", "sse"));
      } catch (failure) {
        if (!(failure instanceof Broken)) throw failure;
        world.diary.note(client, `stream: ${failure.message}`);
      } finally {
        this.#connection?.close();
        this.heard.broke();
      }
      await pause(dice.between(5, 250));
    }
  }

  #headers(accept: string): Record<string, string> {
    return { authorization: `Bearer ${this.#setup.token}`, accept };
  }

  async #open(): Promise<HttpConnection> {
    return this.#connection = await HttpConnection.open(this.#setup.world.port);
  }

  async #poll(): Promise<void> {
    const connection = await this.#open();
    const target = `/events?wait=1&after=${this.heard.cursor}`;
    for (let polls = 0; polls < 5 && this.#isOpen; polls++) {
      if (!connection.isOpen) return;
      const headers = this.#headers("application/json");
      const from = target.replace(/[^=]+$/, this.heard.cursor);
      const answer = await connection.ask({ method: "GET", target: from, headers });
      if (!this.#isWell(answer.status)) return;
      const { events, cursor } = jsonOf(answer) as { events: Told[]; cursor: string };
      const [first] = events;
      if (first?.["type"] === "reset") {
        this.heard.reset(String(first["reason"]));
      }
      for (const event of events) this.heard.unplaced(event as Event);
      this.heard.polled(cursor);
    }
  }

  async #follow(face: "ndjson" | "sse"): Promise<void> {
    const connection = await this.#open();
    const type = face === "sse" ? "text/event-stream" : "application/x-ndjson";
    const byHeader = face === "sse" && this.#setup.dice.chance(0.5);
    const { status, headers, parts } = await connection.follow({
      method: "GET",
      target: byHeader ? "/events" : `/events?after=${this.heard.cursor}`,
      headers: {
        ...this.#headers(type),
        ...(byHeader && { "last-event-id": this.heard.cursor }),
      },
    });
    if (!this.#isWell(status)) return;
    must(
      headers.get("content-type") === type,
      `a stream is ${type}, not ${headers.get("content-type")}`,
    );
    const end = face === "sse" ? "\n\n" : "\n";
    const decoder = new TextDecoder();
    let rest = "";
    for await (const part of parts) {
      const pieces = (rest + decoder.decode(part, { stream: true })).split(end);
      rest = pieces.pop() ?? "";
      for (const piece of pieces) {
        if (face === "sse") this.#hearBlock(piece);
        else this.#hear(JSON.parse(piece));
      }
    }
  }

  /** Whether the server lets it listen; it may be starting, or ending. */
  #isWell(status: number): boolean {
    if (status === 200) return true;
    const { world, client } = this.#setup;
    world.diary.note(client, `stream: ${status}`);
    const isPassing = [400, 408, 429, 503].includes(status) || (status === 500 && world.inTrouble);
    must(isPassing, `a stream can be resumed, but is refused with ${status}`, client);
    return false;
  }

  #hearBlock(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split("\n")) {
      const [, name = "", value = ""] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
      fields.set(name, value);
    }
    const [id, type, data] = ["id", "event", "data"].map((name) => fields.get(name));
    if (data === undefined) {
      if (id !== undefined) this.heard.heartbeat(id);
      return;
    }
    this.#hear({ ...JSON.parse(data), type, ...(id !== undefined && { cursor: id }) });
  }

  #hear(told: Told): void {
    const { cursor, reason, type } = told as { cursor: string; reason: string; type: string };
    switch (type) {
      case "caught_up":
        return this.heard.caughtUp(cursor);
      case "heartbeat":
        return this.heard.heartbeat(cursor);
      case "reset":
        return this.heard.reset(reason);
      case "bye":
      case "presence":
        return;
      default:
        must(cursor !== undefined, () => `an event has its place: ${shown(told)}`);
        this.heard.event(told as Event, cursor);
    }
  }
}
