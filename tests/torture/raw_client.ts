/**
 * A client that talks HTTP by itself: does one thing after the other, and listens beside it.
 *
 * @module
 */
import type { Message, StatusAnswer } from "../../lib/api/schemas.ts";
import type { Dice } from "../simulation/dice.ts";
import { Asker } from "./asker.ts";
import { type Choice, Chooser } from "./choices.ts";
import { Downloader } from "./downloader.ts";
import type { Heard } from "./heard.ts";
import { Listener } from "./listener.ts";
import { userNumber } from "./names.ts";
import { pause } from "./proxy.ts";
import { must, shown } from "./violation.ts";
import { rules, type World } from "./world.ts";

/** Longest time between two things that a client does, in milliseconds. */
const leisureMsMax = 80;

export interface ClientSetup {
  readonly world: World;
  readonly dice: Dice;
  readonly user: number;
  readonly users: number;
  readonly client: string;
  readonly token: string;
  /** Where its stream begins. */
  readonly cursor: string;
}

/** Someone at work. */
export interface Client {
  readonly client: string;
  readonly heard: Heard;
  /** Nothing of what it has begun is without an answer. */
  readonly isIdle: boolean;
  start(): void;
  /** Listens no more, until it does again. */
  stopListening(): Promise<void>;
  listenAgain(): void;
  stop(): Promise<void>;
}

export class RawClient implements Client {
  readonly client: string;
  isIdle = true;
  readonly #setup: ClientSetup;
  readonly #listener: Listener;
  readonly #asker: Asker;
  readonly #downloader: Downloader;
  readonly #chooser: Chooser;
  #isOver = false;
  #work: Promise<void> = Promise.resolve();

  constructor(setup: ClientSetup) {
    const { world, client } = setup;
    this.#setup = setup;
    this.client = client;
    this.#listener = new Listener(setup);
    this.#asker = new Asker({ ...setup, port: () => world.port });
    this.#downloader = new Downloader(setup);
    this.#chooser = new Chooser(world, setup.dice, setup);
  }

  get heard(): Heard {
    return this.#listener.heard;
  }

  start(): void {
    this.#listener.start();
    this.#work = this.#setup.world.guard(this.#live());
  }

  stopListening(): Promise<void> {
    return this.#listener.stop();
  }

  listenAgain(): void {
    this.#listener.start();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#asker.close();
    await this.#listener.stop();
    await this.#work;
  }

  async #live(): Promise<void> {
    const { world, dice } = this.#setup;
    while (!this.#isOver && !world.isOver) {
      this.isIdle = world.isQuiet;
      if (this.isIdle) {
        await pause(10);
        continue;
      }
      if (dice.chance(0.15)) await this.#look();
      else await this.#do(this.#chooser.next());
      await pause(dice.below(leisureMsMax));
    }
  }

  async #do(choice: Choice | undefined): Promise<void> {
    if (choice === undefined) return;
    const { world, user, client, dice } = this.#setup;
    const { wanted, question, mayGiveUp = false } = choice;
    const intent = world.ledger.open({ ...wanted, user, client, question });
    await this.#asker.pursue(intent, question, { mayGiveUp });
    if (intent.state !== "done") return;
    const { verb, answer, bytes } = intent;
    if (verb === "link") world.codes.push(String(answer["code"]));
    if (verb === "upload" && bytes !== undefined) {
      const id = Number(answer["id"]);
      const isSame = answer["size"] === bytes.length && answer["sha256"] === await sha256(bytes);
      must(isSame, () => `a file comes as it was sent: ${shown(answer)}`, client);
      world.files.set(id, bytes);
      if (dice.chance(0.8)) await this.#do(this.#chooser.sayWith(id));
    }
  }

  async #look(): Promise<void> {
    const { dice, user, client, world } = this.#setup;
    const what = dice.one("status", "history", "download");
    if (what === "status") {
      const answer = await this.#asker.look("GET /status");
      if (answer === undefined) return;
      must(answer.status === 200, `GET /status answers ${answer.status}`, client);
      const status: StatusAnswer = JSON.parse(new TextDecoder().decode(answer.body));
      must(userNumber(status.user.name) === user, `${status.user.name} is not me`, client);
      const remaining = status.limit?.remaining ?? -1;
      must(remaining >= 0 && remaining <= rules.limit, `of the limit remain ${remaining}`, client);
      return;
    }
    const known = world.chronicle.atlas.messagesFor(user);
    if (what === "download") {
      const file = dice.pick(known.flatMap(({ files }) => files));
      if (file !== undefined) await this.#downloader.fetch(file);
      return;
    }
    const room = dice.pick(known)?.room ?? "common";
    const answer = await this.#asker.look(`GET /messages?limit=30&room=${room}`);
    if (answer?.status !== 200) return;
    const { items } = JSON.parse(new TextDecoder().decode(answer.body)) as { items: Message[] };
    for (const [at, { id, room: where }] of items.entries()) {
      must(where === room, `what was said in ${where} is no history of ${room}`, client);
      must(at === 0 || id > (items[at - 1]?.id ?? 0), `${id} comes in its order`, client);
    }
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
