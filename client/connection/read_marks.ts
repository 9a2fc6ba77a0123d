/**
 * Tells the server what was shown, so that coming back shows only what was really missed.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import type { ApiClient } from "./api_client.ts";
import { ApiProblem, type CallFailure, isCallFailure, isPassing } from "./failures.ts";

/** How long shown messages are gathered before one mark tells of them all. */
export const readGatherMs = 300;

export interface ReadMarksSetup {
  readonly api: ApiClient;
  readonly clock: Clock;
  /**
   * Takes a refusal, which no other try would change; but for that of a mark in a room that one is not
   * in any more, or at a message that is not there, as after a restore: nothing is left to be read.
   */
  readonly refused: (failure: CallFailure) => void;
  /** Takes a defect, after which the marks that wait go on waiting. */
  readonly broke: (defect: unknown) => void;
}

/** The marks that the server has not got yet: one a room. */
export class ReadMarks {
  readonly #setup: ReadMarksSetup;
  readonly #marks = new Map<string, number>();
  #timer: Timer | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(setup: ReadMarksSetup) {
    this.#setup = setup;
  }

  /** A message of a room was shown. */
  shown(room: string, id: number): void {
    if (id <= (this.#marks.get(room) ?? 0)) return;
    this.#marks.set(room, id);
    this.#timer ??= this.#setup.clock.setTimer(readGatherMs, () => void this.flush());
  }

  /** Sends what waits; what can't be sent now waits for the next flush. Never rejects. */
  flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#work = this.#work.then(() => this.#send()).catch(this.#setup.broke);
    return this.#work;
  }

  /** What waits is not sent any more. */
  drop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#marks.clear();
  }

  async #send(): Promise<void> {
    for (const [room, upto] of [...this.#marks]) {
      try {
        await this.#setup.api.call("read", { body: { room, upto } });
      } catch (failure) {
        if (!isCallFailure(failure)) throw failure;
        if (isPassing(failure)) return;
        if (!isVoid(failure)) this.#setup.refused(failure);
      }
      // More may have been shown meanwhile.
      if (this.#marks.get(room) === upto) this.#marks.delete(room);
    }
  }
}

/** Whether what was to be marked is not there. */
function isVoid(failure: CallFailure): boolean {
  return failure instanceof ApiProblem && ["not_found", "invalid"].includes(failure.code);
}
