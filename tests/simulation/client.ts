/**
 * A client as its users have it: the real session, outbox and model, on a network in memory.
 *
 * @module
 */
import { ApiClient } from "../../client/connection/api_client.ts";
import { checkedForms } from "../../client/connection/checked_forms.ts";
import { isUnauthorized } from "../../client/connection/failures.ts";
import { readFault } from "../../client/connection/network_faults.ts";
import { type Destination, OutboxFull, type Outcome } from "../../client/connection/outbox.ts";
import { type Position, Session, type SessionNews } from "../../client/connection/session.ts";
import { catchingUp, emptyModel, type Model, update } from "../../client/conversation/model.ts";
import { parseCursor } from "../../lib/api/cursor.ts";
import type { VirtualClock } from "../support/virtual_clock.ts";
import type { Desk } from "./desk.ts";
import type { Dice } from "./dice.ts";
import { Fault, must } from "./fault.ts";
import { Network, type NetworkSetup } from "./network.ts";
import { ProcessClock } from "./process_clock.ts";
import type { Sabotage } from "./sabotage.ts";
import type { Tally } from "./tally.ts";

export interface ClientSetup {
  readonly desk: Desk;
  readonly secret: string;
  readonly clock: VirtualClock;
  readonly dice: Dice;
  readonly network: Omit<NetworkSetup, "now" | "note">;
  readonly sabotage: Sabotage;
  readonly tally: Tally;
  readonly guard: (check: () => void) => void;
}

/** What a client takes with it into its next life. */
interface Memory {
  readonly model: Model;
  readonly position: Position;
  readonly baseline: number;
  readonly latestMs: number;
}

export class Client {
  readonly setup: ClientSetup;
  readonly clock: ProcessClock;
  readonly network: Network;
  model: Model;
  /** It must know everything that happened since, as a position of the log. */
  baseline: number;
  /** The latest wall time since then. */
  latestMs: number;
  isAlive = true;
  /** It has been refused for good. */
  isShutOut = false;
  readonly #session: Session;

  constructor(setup: ClientSetup, memory?: Memory) {
    this.setup = setup;
    const { desk, secret, clock, dice, network, tally } = setup;
    this.model = memory === undefined ? emptyModel("") : catchingUp(memory.model);
    this.baseline = memory?.baseline ?? Infinity;
    this.latestMs = memory?.latestMs ?? clock.now();
    this.clock = new ProcessClock(clock);
    this.network = new Network({
      ...network,
      now: () => clock.now(),
      note: (what) => tally.note(what),
    });
    this.#session = new Session({
      api: new ApiClient({
        origin: "http://chat.test",
        token: secret,
        transport: this.network.transport,
        forms: checkedForms,
        readFault,
        clock: this.clock,
      }),
      clock: this.clock,
      random: dice.random,
      shelf: desk.shelf(() => this.isAlive),
      tell: (news) => {
        if (this.isAlive) setup.guard(() => this.#hear(news));
      },
    });
    this.#session.resume(memory?.position);
    this.#session.stopped().then(
      (failure) =>
        setup.guard(() => {
          must(failure === undefined || isUnauthorized(failure), `a session ends with ${failure}`);
          this.isShutOut = failure !== undefined;
        }),
      (defect) =>
        setup.guard(() => {
          throw new Fault(`a session broke: ${defect?.stack ?? defect}`);
        }),
    );
  }

  /** Whether it is connected, has been told everything, and has nothing left to send. */
  get isSettled(): boolean {
    return this.#session.state.kind === "live" && this.model.outgoing.length === 0;
  }

  get label(): string {
    return this.setup.desk.label;
  }

  say(destination: Destination): void {
    const { desk } = this.setup;
    const text = desk.compose();
    try {
      const sending = this.#session.send({ ...destination, text });
      this.#change({ type: "queued", sending });
    } catch (failure) {
      if (failure instanceof OutboxFull) return;
      throw failure;
    }
    desk.written.set(text, { text, outcome: "waiting", id: 0 });
  }

  /** Its user sees a message. */
  see(): void {
    const message = this.setup.dice.pick(this.model.messages.slice(-20));
    if (message !== undefined) this.#session.shown(message);
  }

  hurry(): void {
    this.#session.hurry();
  }

  /** Ends as a process that is killed does; gives what another may go on with. */
  die(): Memory | undefined {
    const { position } = this.#session;
    this.isAlive = false;
    this.clock.die();
    this.network.cut();
    if (position === undefined || this.baseline === Infinity) return undefined;
    const { model, baseline, latestMs } = this;
    return { model, position, baseline, latestMs };
  }

  #hear(told: SessionNews): void {
    const { sabotage, tally, desk } = this.setup;
    if (told.type !== "state") tally.steps += 1;
    const news = sabotage.news === undefined ? told : sabotage.news(told);
    switch (news?.type) {
      case "connected":
        tally.note(news.resetBy === undefined ? "client: connects" : "client: resets");
        this.baseline = parseCursor(news.answer.cursor)?.position ?? Infinity;
        this.latestMs = this.clock.now();
        this.#change(news);
        return;
      case "event":
        this.#change(news.event);
        return;
      case "backlog":
      case "queued":
        this.#change(news);
        return;
      case "sent":
      case "failed":
        this.#change(news);
        conclude(desk, news);
        tally.note(`client: ${news.type}`);
        return;
      case "unknown":
        throw new Fault(`${this.label} does not know of ${news.eventType}`);
      case "state":
        this.#change(news);
        tally.note(`client: ${news.state.kind}`);
        return;
      case "mark_refused":
        return;
    }
  }

  #change(event: Parameters<typeof update>[1]): void {
    const before = this.model;
    const after = update(before, event);
    this.model = this.setup.sabotage.model?.(before, event, after) ?? after;
  }
}

/** Notes the outcome of a text, of which there is one. */
function conclude(desk: Desk, outcome: Outcome): void {
  const written = desk.written.get(outcome.sending.draft.text ?? "");
  must(written !== undefined, "what has an outcome was written");
  if (outcome.type === "sent") {
    const { id } = outcome.message;
    must(written.outcome !== "sent" || written.id === id, `${written.text} was sent twice`);
    written.outcome = "sent";
    written.id = id;
  } else {
    must(written.outcome !== "sent", `${written.text} was sent, and has failed`);
    written.outcome = outcome.arrived === "never" ? "not there" : "perhaps there";
  }
}
