/**
 * The time of one tab as the leader: it holds the session, and finds out what all tabs show.
 *
 * @module
 */
import type { ConnectAnswer } from "../../../../lib/api/schemas.ts";
import type { Clock } from "../../../../lib/clock.ts";
import type { Random } from "../../../../lib/random.ts";
import type { ApiClient } from "../../../connection/api_client.ts";
import { isCallFailure } from "../../../connection/failures.ts";
import { OutboxFull, type Sending, type Shelf } from "../../../connection/outbox.ts";
import { type Position, Session, type SessionNews } from "../../../connection/session.ts";
import type { Model } from "../../../conversation/model.ts";
import { doorLists } from "../../../conversation/model/door_lists.ts";
import type { LeaderNews } from "./shared_state.ts";

export interface LeadSetup {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly shelf: Shelf;
  /** What is known after all that was told. */
  readonly model: () => Model;
  /** Takes the news, in order; none after the end. */
  readonly tell: (news: LeaderNews) => void;
  /** Takes a defect. */
  readonly broke: (defect: unknown) => void;
}

/** Where a lead begins: where another has ended, with an answer, or with nothing. */
export interface LeadStart {
  readonly position: Position | undefined;
  readonly arrival: ConnectAnswer | undefined;
}

export class Lead {
  readonly #setup: LeadSetup;
  readonly #session: Session;
  readonly #abort = new AbortController();

  constructor(setup: LeadSetup) {
    this.#setup = setup;
    this.#session = new Session({ ...setup, tell: (news) => this.#heed(news) });
  }

  get position(): Position | undefined {
    return this.#session.position;
  }

  begin({ position, arrival }: LeadStart): void {
    if (position === undefined && arrival !== undefined) this.#session.start(arrival);
    else this.#session.resume(position);
    this.#session.stopped().catch(this.#setup.broke);
  }

  /** Sends what is on the shelf; for what there is no place now, the shelf is looked at later. */
  take(sending: Sending): void {
    try {
      this.#session.take(sending);
    } catch (failure) {
      if (!(failure instanceof OutboxFull)) throw failure;
    }
  }

  shown(mark: { readonly room: string; readonly id: number }): void {
    this.#session.shown(mark);
  }

  hurry(): void {
    this.#session.hurry();
  }

  /** Ends it; what is not sent stays on the shelf. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.#session.close();
  }

  #heed(news: SessionNews): void {
    this.#tell(news);
    if (news.type === "state" && news.state.kind === "live") {
      this.#learn().catch(this.#setup.broke);
    }
  }

  #tell(news: LeaderNews): void {
    if (!this.#abort.signal.aborted) this.#setup.tell(news);
  }

  /** Finds out what no event tells; what can't be had is asked for next time. */
  async #learn(): Promise<void> {
    const { api, clock, model } = this.#setup;
    const { signal } = this.#abort;
    try {
      const status = await api.call("status", { signal });
      this.#tell({ type: "status", status, atMs: clock.now() });
      for (const list of await doorLists({ api, model, signal })) this.#tell(list);
    } catch (failure) {
      if (!signal.aborted && !isCallFailure(failure)) throw failure;
    }
  }
}
