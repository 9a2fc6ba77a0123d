/**
 * One life of the server, from its start to its stop or crash: API, engine, hub and clockwork on a
 * store.
 *
 * @module
 */
import type { Command, OutcomeOf } from "../../lib/domain/command.ts";
import type { TokenId } from "../../lib/domain/ids.ts";
import type { Policy } from "../../lib/domain/policy.ts";
import type { Random } from "../../lib/random.ts";
import type { Decision } from "../../lib/domain/rule.ts";
import { type App, createApp } from "../../server/api/app.ts";
import { streamFaces } from "../../server/api/event_formats.ts";
import { Front } from "../../server/api/front/front.ts";
import { LoginGuard } from "../../server/api/login_guard.ts";
import { Passwords } from "../../server/api/passwords.ts";
import { Readiness } from "../../server/api/readiness.ts";
import { Registrations } from "../../server/api/registrations.ts";
import { Sessions } from "../../server/api/sessions.ts";
import { Clockwork } from "../../server/chat/clockwork.ts";
import { type Committed, Engine } from "../../server/chat/engine.ts";
import { Hub } from "../../server/chat/hub.ts";
import { Measures } from "../../server/metrics/measures.ts";
import type { Store } from "../../server/store/store.ts";
import { must } from "./fault.ts";
import type { ProcessClock } from "./process_clock.ts";
import type { Sabotage } from "./sabotage.ts";

/** A command on its way. */
interface Passage {
  readonly command: Command;
  decision?: Decision<unknown>;
}

/** An engine that knows which commands it has not decided yet. */
class WatchedEngine extends Engine {
  #waiting: Passage[] = [];

  override submit<C extends Command>(command: C): Promise<Decision<OutcomeOf<C>>> {
    const passage: Passage = { command };
    this.#waiting.push(passage);
    // First of all who wait for it, so that what is lost is out of the way before the next batch.
    return super.submit(command).then(
      (decision) => {
        must(decision === passage.decision, "an answer is the decision that was saved");
        return decision;
      },
      (failure) => {
        this.#waiting = this.#waiting.filter((other) => other !== passage);
        throw failure;
      },
    );
  }

  /** Takes note of what was decided about those that have waited longest. */
  decided(decisions: readonly Decision<unknown>[]): readonly Command[] {
    const batch = this.#waiting.splice(0, decisions.length);
    for (const [at, passage] of batch.entries()) {
      const decision = decisions[at];
      if (decision !== undefined) passage.decision = decision;
    }
    return batch.map(({ command }) => command);
  }
}

export interface ServerSetup {
  readonly store: Store;
  readonly clock: ProcessClock;
  readonly random: Random;
  readonly policy: Policy;
  readonly head: number;
  readonly sabotage: Sabotage;
  /** Called around what the hub is told. */
  readonly publish: (committed: Committed, tell: () => void) => void;
}

export class Server {
  readonly engine: WatchedEngine;
  readonly hub: Hub;
  readonly app: App;
  readonly clock: ProcessClock;
  readonly policy: Policy;
  readonly store: Store;
  /** Whether what fell due while it was away has been sent, and it takes requests. */
  isOpen = false;
  isGone = false;
  /** Tokens that it was told to have been taken back. */
  readonly revoked: TokenId[] = [];
  /** Everything up to here was given to the hub. */
  publishedHead: number;
  readonly #clockwork: Clockwork;

  constructor({ store, clock, random, policy, head, sabotage, publish }: ServerSetup) {
    const measures = new Measures();
    this.store = store;
    this.clock = clock;
    this.policy = policy;
    this.publishedHead = head;
    this.hub = new Hub({ store, clock, policy, head });
    this.engine = new WatchedEngine({
      store,
      clock: sabotage.clock?.(clock) ?? clock,
      policy,
      measures,
      publish: (committed) => {
        sessions.follow(committed);
        this.#clockwork.follow(committed.events);
        publish(committed, () => this.hub.publish(sabotage.publish?.(committed) ?? committed));
      },
    });
    const { engine, hub } = this;
    this.#clockwork = new Clockwork({ store, engine, hub, clock, policy, measures });
    const sessions = new Sessions({ store, engine, clock });
    const front = new Front({ trustedProxies: [], allowedHosts: [], corsOrigins: [] });
    front.openToOthers();
    this.app = createApp({
      front,
      store,
      engine,
      hub,
      sessions,
      passwords: new Passwords(random),
      loginGuard: new LoginGuard(clock),
      registrations: new Registrations({ clock, mode: "open" }),
      faces: streamFaces(store.epoch),
      clock,
      random,
      settings: { recent: 20, registration: "open", fileBytesMax: 1024, policy },
      version: "1.2.3",
      page: undefined,
      readiness: new Readiness({ engine, clock }),
      measures,
      metricsPage: () => ({ type: "text/plain", text: "" }),
    });
  }

  async start(): Promise<void> {
    await this.#clockwork.start();
    this.isOpen = true;
  }

  /** Stops as an operator would stop it. */
  async stop(): Promise<void> {
    this.isOpen = false;
    this.app.close();
    await this.hub.close();
    await this.#clockwork.stop();
    await this.engine.stop();
    this.isGone = true;
    this.clock.die();
  }

  /** Stops as a power cut would stop it. */
  crash(): void {
    this.isOpen = false;
    this.isGone = true;
    this.clock.die();
  }
}
