// deno-lint-ignore-file no-console -- it tells what it does to the process that has started it.
/**
 * A program that uses a server like a crowd: it holds streams, and does something now and then.
 *
 * It is told how by JSON as its one argument, says `ready` when all streams are open, and ends when
 * its standard input does, so that it never outlives whoever started it. Then it says, as JSON, what
 * it has done.
 *
 * @module
 */
import { nthOf } from "../bench/requests.ts";
import { pause } from "../bench/server_process.ts";
import { HeldStream, type Place } from "./held_stream.ts";

/** What a crowd is told. */
export interface CrowdOrder extends Place {
  readonly users: readonly { readonly name: string; readonly token: string }[];
  readonly streams: number;
  /** Actions a second. */
  readonly rate: number;
}

/** What a crowd has done. */
export interface CrowdReport {
  readonly actions: Readonly<Record<Action, number>>;
  /** Streams that the server has ended. */
  readonly endedStreams: number;
  /** Answers that were none of those that there may be, and what else went wrong; some of them. */
  readonly faults: readonly string[];
  readonly faultsCount: number;
}

/** What is done, and how often of a hundred times. */
const weights = {
  sendToAll: 2,
  sendToOne: 36,
  read: 25,
  poll: 13,
  upload: 2,
  reconnect: 22,
};
type Action = keyof typeof weights;

/** How long a poll waits for news. */
const pollWaitSeconds = 5;
const fileBytes = 8192;
/** Others to whom a user writes. */
const partnersMax = 3;
/** How many streams are opened at a time. */
const openingAtOnce = 50;
const faultsToldMax = 10;

class Crowd {
  readonly #order: CrowdOrder;
  readonly #streams: HeldStream[];
  readonly #actions: Record<Action, number>;
  readonly #bytes = new Uint8Array(fileBytes).fill(97);
  readonly #faults: string[] = [];
  #faultsCount = 0;
  #endedStreams = 0;
  #isOver = false;
  #lastId = 0;
  #cursor = "";

  constructor(order: CrowdOrder) {
    this.#order = order;
    this.#streams = Array.from({ length: order.streams }, (_, at) => {
      const stream: HeldStream = new HeldStream(
        order,
        nthOf(order.users, at).token,
        () => this.#reopen(stream),
      );
      return stream;
    });
    this.#actions = { sendToAll: 0, sendToOne: 0, read: 0, poll: 0, upload: 0, reconnect: 0 };
  }

  async open(): Promise<void> {
    for (let at = 0; at < this.#streams.length; at += openingAtOnce) {
      await Promise.all(
        this.#streams.slice(at, at + openingAtOnce).map((stream) => stream.open()),
      );
    }
  }

  /** Acts at its rate until it is told to end; what takes longer goes on beside. */
  async run(): Promise<void> {
    const startMs = performance.now();
    for (let done = 0; !this.#isOver; done++) {
      const dueMs = startMs + (done * 1000) / this.#order.rate;
      await pause(Math.max(0, dueMs - performance.now()));
      const action = choose();
      this.#actions[action] += 1;
      this.#act(action).catch((failure) => this.#note(`${action}: ${failure}`));
    }
  }

  end(): CrowdReport {
    this.#isOver = true;
    for (const stream of this.#streams) stream.close();
    return {
      actions: this.#actions,
      endedStreams: this.#endedStreams,
      faults: this.#faults,
      faultsCount: this.#faultsCount,
    };
  }

  async #act(action: Action): Promise<void> {
    const { users } = this.#order;
    const at = Math.floor(Math.random() * users.length);
    const user = nthOf(users, at);
    // Always the same few: each pair has a private chat, which is kept for ever.
    const other = nthOf(users, at + 1 + Math.floor(Math.random() * partnersMax));
    const text = `what one says, ${crypto.randomUUID()}`;
    switch (action) {
      case "sendToAll":
        this.#lastId = (await this.#ask(user, "/send", { text }))["id"] as number;
        return;
      case "sendToOne":
        if (other !== user) await this.#ask(user, "/send", { to: other.name, text });
        return;
      case "read":
        if (this.#lastId > 0) await this.#ask(user, "/read", { upto: this.#lastId });
        return;
      case "poll": {
        const after = this.#cursor === "" ? "" : `&after=${this.#cursor}`;
        const news = await this.#ask(user, `/events?wait=${pollWaitSeconds}${after}`);
        this.#cursor = news["cursor"] as string;
        return;
      }
      case "upload": {
        const file = await this.#ask(user, "/files?name=a.bin", this.#bytes);
        await this.#ask(user, "/send", { text, files: [file["id"]] });
        return;
      }
      case "reconnect": {
        const stream = pick(this.#streams);
        if (!stream.isOpen) return;
        stream.close();
        await stream.open();
      }
    }
  }

  async #ask(
    { token }: { readonly token: string },
    path: string,
    body?: object | Uint8Array<ArrayBuffer>,
  ): Promise<Record<string, unknown>> {
    const { hostname, port } = this.#order;
    const isFile = body instanceof Uint8Array;
    const response = await fetch(`http://${hostname}:${port}${path}`, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json",
        ...(body !== undefined &&
          { "content-type": isFile ? "application/octet-stream" : "application/json" }),
      },
      ...(body !== undefined && { method: "POST", body: isFile ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text === "" ? {} : JSON.parse(text);
  }

  #reopen(stream: HeldStream): void {
    if (this.#isOver) return;
    this.#endedStreams += 1;
    stream.open().catch((failure) => this.#note(`reopen: ${failure}`));
  }

  #note(fault: string): void {
    // What is under way at the end breaks off.
    if (this.#isOver) return;
    this.#faultsCount += 1;
    if (this.#faults.length < faultsToldMax) this.#faults.push(fault);
  }
}

function choose(): Action {
  let left = Math.random() * 100;
  for (const [action, weight] of Object.entries(weights)) {
    left -= weight;
    if (left < 0) return action as Action;
  }
  return "read";
}

function pick<Item>(items: readonly Item[]): Item {
  return nthOf(items, Math.floor(Math.random() * items.length));
}

async function untilInputEnds(): Promise<void> {
  const bytes = new Uint8Array(64);
  while (await Deno.stdin.read(bytes) !== null);
}

if (import.meta.main) {
  const crowd = new Crowd(JSON.parse(Deno.args[0] ?? ""));
  await crowd.open();
  console.log("ready");
  void crowd.run();
  await untilInputEnds();
  console.log(JSON.stringify(crowd.end()));
  Deno.exit(0);
}
