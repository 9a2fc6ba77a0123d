/**
 * The model: what must become of each command that the chat has carried out.
 *
 * @module
 */
import { receiptLifeMs } from "../../../lib/domain/bounds.ts";
import type { Command, CommandType } from "../../../lib/domain/command.ts";
import type { Event } from "../../../lib/domain/event.ts";
import type { FileAdded } from "../../../lib/domain/rules/files.ts";
import type { ScheduledOutcome } from "../../../lib/domain/rules/scheduling.ts";
import type { Sent } from "../../../lib/domain/rules/sending.ts";
import type { Decision } from "../../../lib/domain/rule.ts";
import { must, same, words } from "../fault.ts";
import { accounts } from "./accounts.ts";
import { erasure } from "./erasure.ts";
import { gatherings } from "./gatherings.ts";
import { moderation } from "./moderation.ts";
import { type ModelEntry, type ModelReceipt, ModelRows, type Moment } from "./rows.ts";
import type { Tally } from "../tally.ts";
import { talk } from "./talk.ts";
import { Tape } from "./tape.ts";
import { type Judge, type Judges, limitLeft, refusalWords, type Verdict } from "./verdict.ts";

const judges: Judges = {
  ...accounts,
  ...talk,
  ...gatherings,
  ...moderation,
  ...erasure,
};

/** What became of a batch of commands, as the chat says. */
export interface Batch {
  readonly commands: readonly Command[];
  readonly decisions: readonly Decision<unknown>[];
  readonly events: readonly Event[];
  readonly head: number;
}

export class Model extends ModelRows {
  readonly tally: Tally;

  constructor(tally: Tally) {
    super();
    this.tally = tally;
  }

  /**
   * Does what a batch did, and gives back what was told.
   *
   * @throws {Fault} where the chat did something else.
   */
  carryOut({ commands, decisions, events, head }: Batch, moment: Moment): readonly ModelEntry[] {
    const tape = new Tape(this, events, moment.nowMs);
    for (const [at, command] of commands.entries()) {
      const decision = decisions[at];
      must(decision !== undefined, () => `there is no decision on ${words(command)}`);
      this.#follow(command, decision, moment, tape);
    }
    tape.end(head);
    this.entries.push(...tape.entries);
    return tape.entries;
  }

  #follow(command: Command, decision: Decision<unknown>, moment: Moment, tape: Tape): void {
    const retry = "retry" in command ? command.retry : undefined;
    const actor = "actor" in command ? command.actor : undefined;
    if (actor !== undefined && this.users.some(({ id }) => id === actor) && !this.user(actor)) {
      this.#hold(command, decision, "not_found user", tape, { replayed: false });
      return;
    }
    const receipt = this.#receipt(command, moment.nowMs);
    if (receipt !== undefined) {
      const verdict = receipt.fingerprint === retry?.fingerprint
        ? () => this.#recall(command, receipt, moment)
        : "idempotency_mismatch";
      this.#hold(command, decision, verdict, tape, { replayed: true });
      return;
    }
    // The table ties each judge to its command, which TypeScript can't follow through an index.
    const judge = judges[command.type] as unknown as Judge<CommandType>;
    const verdict = judge(this, command as never, moment);
    this.#hold(command, decision, verdict, tape, { replayed: false });
    if (retry === undefined || !decision.ok || actor === undefined) return;
    this.receipts = this.receipts.filter(({ user, key }) => user !== actor || key !== retry.key);
    const { key, fingerprint } = retry;
    const { outcome } = decision;
    this.receipts.push({ user: actor, key, fingerprint, outcome, atMs: moment.nowMs });
  }

  #hold(
    command: Command,
    decision: Decision<unknown>,
    verdict: Verdict<CommandType>,
    tape: Tape,
    { replayed }: { readonly replayed: boolean },
  ): void {
    const said = decision.ok ? "ok" : refusalWords(decision.refusal);
    const expected = typeof verdict === "string" ? verdict : "ok";
    must(said === expected, () => `${words(command)} led to ${said}, and must lead to ${expected}`);
    const counted = replayed && decision.ok ? "again" : expected.replaceAll(/ \d+/g, "");
    this.tally.note(`${command.type}: ${counted}`);
    if (!decision.ok || typeof verdict === "string") return;
    must(
      decision.replayed === replayed,
      () => `${words(command)} was ${decision.replayed ? "" : "not "}taken for a repetition`,
    );
    const outcome = verdict(tape, decision.outcome as never);
    must(
      same(decision.outcome, outcome),
      () =>
        `${words(command)} has another outcome\n  is:      ${words(decision.outcome)}` +
        `\n  must be: ${words(outcome)}`,
    );
  }

  #receipt(command: Command, nowMs: number): ModelReceipt | undefined {
    if (!("retry" in command) || command.retry === undefined) return undefined;
    const { actor, retry } = command;
    return this.receipts.find(({ user, key, atMs }) =>
      user === actor && key === retry.key && nowMs < atMs + receiptLifeMs
    );
  }

  /** What a command that was carried out before is told again. */
  #recall(command: Command, { outcome }: ModelReceipt, moment: Moment): never {
    switch (command.type) {
      case "send":
        return this.#resent(outcome as Sent, moment) as never;
      case "schedule": {
        const { scheduled } = outcome as ScheduledOutcome;
        return { scheduled: { ...scheduled, files: this.attachments(command.files) } } as never;
      }
      case "scheduled.change": {
        const { scheduled: { id, place, dueMs, createdMs } } = outcome as ScheduledOutcome;
        const row = this.scheduled.find((one) => one.id === command.scheduled);
        const now = row === undefined ? undefined : this.planned(row);
        const text = (command.text ?? "") === "" ? now?.text ?? "" : command.text;
        const rest = now ?? { author: command.actor, files: [] };
        return { scheduled: { ...rest, id, place, dueMs, createdMs, text } } as never;
      }
      case "file.add":
        return { file: { ...(outcome as FileAdded).file } } as never;
      default:
        return outcome as never;
    }
  }

  #resent({ message }: Sent, moment: Moment): Sent {
    const mine = this.files.filter((file) => file.message === message.id).map(({ id }) => id);
    const limit = message.room === 0
      ? limitLeft(this, message.author.id, "common", moment)
      : undefined;
    return {
      message: {
        ...message,
        author: this.ref(message.author.id),
        files: this.attachments(mine),
      },
      ...(limit !== undefined && { limit }),
    };
  }
}
