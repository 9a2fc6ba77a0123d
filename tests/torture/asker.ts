/**
 * Asks for what is wanted until there is an answer, under one key.
 *
 * @module
 */
import type { Dice } from "../simulation/dice.ts";
import { type Answer, type Asked, Broken, HttpConnection, jsonOf } from "./http_client.ts";
import { type Intent, type Question, settle } from "./ledger.ts";
import { pause } from "./proxy.ts";
import { must, shown, Violation } from "./violation.ts";
import type { World } from "./world.ts";

/** How likely it is that one gives up whose answer was lost. */
const givingUp = 0.04;

/** How likely one asks once more for what was answered. */
const askingAgain = 0.08;

export interface AskerSetup {
  readonly world: World;
  readonly dice: Dice;
  readonly client: string;
  readonly token: string;
  /** Where the server is; as a rule, behind the proxy. */
  readonly port: () => number;
}

export class Asker {
  readonly #setup: AskerSetup;
  #connection: HttpConnection | undefined;

  constructor(setup: AskerSetup) {
    this.#setup = setup;
  }

  close(): void {
    this.#connection?.close();
  }

  /** Asks for what changes nothing, until there is an answer; `undefined` when all is over. */
  async look(...[what, fields]: Question): Promise<Answer | undefined> {
    for (let attempts = 0; !this.#setup.world.isOver; attempts++) {
      const answer = await this.#once(this.#request(what, fields));
      if (answer !== undefined && !this.#isPassing(answer)) return answer;
      await this.#wait(attempts);
    }
    return undefined;
  }

  /** The JSON of what must be there. */
  async get<Shape>(target: string): Promise<Shape> {
    const answer = await this.look(`GET ${target}`);
    this.#setup.world.check();
    must(answer?.status === 200, () => `GET ${target} answers ${answer?.status}`, this.#client);
    return jsonOf(answer) as Shape;
  }

  /** What a stream from a cursor on tells until it has caught up. */
  async log(after: string): Promise<readonly Record<string, unknown>[]> {
    const connection = await HttpConnection.open(this.#setup.port());
    try {
      const { parts } = await connection.follow({
        ...this.#request(`GET /events?after=${after}`, undefined),
        headers: {
          authorization: `Bearer ${this.#setup.token}`,
          accept: "application/x-ndjson",
        },
      });
      const told: Record<string, unknown>[] = [];
      const decoder = new TextDecoder();
      let rest = "";
      for await (const part of parts) {
        const lines = (rest + decoder.decode(part, { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) told.push(JSON.parse(line));
        const last = told.findIndex(({ type }) => type === "caught_up");
        if (last >= 0) return told.slice(0, last + 1);
      }
      throw new Violation(`a log is told to its end, but breaks off`, this.#setup);
    } finally {
      connection.close();
    }
  }

  /** Has an intent carried out: asks until it is answered, or given up. */
  async pursue(
    intent: Intent,
    [what, fields]: Question,
    { mayGiveUp = false }: { readonly mayGiveUp?: boolean } = {},
  ): Promise<void> {
    const { world, dice } = this.#setup;
    const request = this.#request(what, fields, intent);
    world.diary.note(this.#client, `${what} ${shown(fields)} key ${intent.key}`);
    for (let attempts = 0; !world.isOver; attempts++) {
      intent.attempts += 1;
      const answer = await this.#once(request);
      if (answer !== undefined && !this.#isPassing(answer)) {
        this.#conclude(intent, answer);
        if (intent.state === "done" && dice.chance(askingAgain)) {
          await this.repeat(intent, [what, fields]);
        }
        return;
      }
      if (answer === undefined && mayGiveUp && dice.chance(givingUp)) {
        world.diary.note(this.#client, `gives up ${intent.key}`);
        settle(intent, "given_up");
        return;
      }
      await this.#wait(attempts);
    }
  }

  /** Asks once more for what was answered: the answer must be the same, and say that it is. */
  async repeat(intent: Intent, [what, fields]: Question): Promise<void> {
    const answer = await this.#once(this.#request(what, fields, intent));
    if (answer === undefined || this.#isPassing(answer)) return;
    const { headers, status } = answer;
    const told = (jsonOf(answer) ?? {}) as Record<string, unknown>;
    must(
      status === intent.status && told["id"] === intent.answer["id"] &&
        headers.get("idempotency-replayed") === "true",
      () =>
        `a request that was answered is answered alike when it comes again, key ${intent.key}:\n` +
        `  first: ${intent.status} ${shown(intent.answer)}\n` +
        `  then:  ${status} ${shown(told)}, Idempotency-Replayed: ` +
        headers.get("idempotency-replayed"),
      this.#client,
    );
  }

  get #client(): string {
    return this.#setup.client;
  }

  #request(what: string, fields: Question[1], intent?: Intent): Asked {
    const [method = "", target = ""] = what.split(" ");
    const body = intent?.bytes ??
      (fields && new TextEncoder().encode(JSON.stringify(fields)));
    const type = intent?.bytes === undefined ? "application/json" : "application/octet-stream";
    return {
      method,
      target,
      headers: {
        authorization: `Bearer ${this.#setup.token}`,
        accept: "application/json",
        ...(body !== undefined && { "content-type": type }),
        ...(intent !== undefined && { "idempotency-key": intent.key }),
      },
      ...(body !== undefined && { body }),
    };
  }

  #conclude(intent: Intent, answer: Answer): void {
    const { status } = answer;
    const told = (jsonOf(answer) ?? {}) as Record<string, unknown>;
    const { world } = this.#setup;
    world.diary.note(this.#client, `${status} ${shown(told)} key ${intent.key}`);
    const code = told["code"];
    must(status !== 401, () => `a token stays good, but: ${shown(told)}`, this.#client);
    must(status < 500, () => `nothing goes wrong inside, but: ${shown(told)}`, this.#client);
    // Or else something is never tried at all.
    const isKeyGood = !JSON.stringify(told["errors"] ?? []).includes("Idempotency-Key");
    must(isKeyGood, () => `a key of ours is good for all requests: ${shown(told)}`, this.#client);
    must(code !== "idempotency_mismatch", () => `${intent.key} is used once`, this.#client);
    settle(intent, status < 300 ? "done" : "refused", { status, answer: told });
  }

  /** One attempt; `undefined` if there was no whole answer. */
  async #once(request: Asked): Promise<Answer | undefined> {
    const { port, dice, world } = this.#setup;
    try {
      if (dice.chance(0.15)) this.close();
      if (this.#connection?.isOpen !== true) {
        this.#connection = await HttpConnection.open(port());
      }
      return await this.#connection.ask(request);
    } catch (failure) {
      if (!(failure instanceof Broken)) throw failure;
      world.diary.note(this.#client, `${request.method} ${request.target}: ${failure.message}`);
      return undefined;
    }
  }

  /**
   * Whether an answer is worth another try. A request of which a part was cut off is malformed, or
   * came too slowly; in neither case was anything done.
   */
  #isPassing(answer: Answer): boolean {
    const { status } = answer;
    if (status === 408 || status === 503) return true;
    if (status === 500) return this.#setup.world.inTrouble;
    return status === 400 && (jsonOf(answer) as { code?: string })?.code === "malformed";
  }

  async #wait(attempts: number): Promise<void> {
    await pause(this.#setup.dice.between(10, Math.min(400, 40 * (attempts + 1))));
  }
}
