/**
 * The ledger: holds everything that the store does against the model.
 *
 * @module
 */
import type { Command } from "../../lib/domain/command.ts";
import type { UserId } from "../../lib/domain/ids.ts";
import { noNeeds } from "../../lib/domain/needs.ts";
import { defaultPolicy, type Policy } from "../../lib/domain/policy.ts";
import type { Life } from "../../lib/domain/retention.ts";
import type { Decision } from "../../lib/domain/rule.ts";
import type { State } from "../../lib/domain/state.ts";
import { pairKey } from "../../lib/domain/table.ts";
import type { LogPage } from "../../server/store/queries.ts";
import type { Store } from "../../server/store/store.ts";
import type { Upkeep } from "../../server/store/upkeep.ts";
import { must, mustEqual, words } from "./fault.ts";
import { answers, type Queries } from "./model/answers.ts";
import type { Model } from "./model/model.ts";
import type { ModelEntry, ModelFile, Moment } from "./model/rows.ts";
import { isOver } from "./model/views.ts";
import type { Saved, Witness } from "./simulated_store.ts";
import type { GivenPage } from "./stream.ts";
import type { Tally } from "./tally.ts";

/** Pages of the log that are remembered, the latest. */
const pagesMax = 1000;

/** Positions of messages that are gone and still remembered, the latest. */
const goneMax = 1000;

export interface LedgerSetup {
  readonly model: Model;
  readonly policy: () => Policy;
  readonly now: () => number;
  /** The store itself, which never fails. */
  readonly inner: () => Store;
  /** The commands of which decisions were made. */
  readonly decided: (decisions: readonly Decision<unknown>[]) => readonly Command[];
  /** Hears of what was told by a batch. */
  readonly follow: (entries: readonly ModelEntry[], nowMs: number) => void;
  readonly tally: Tally;
  /** Keeps the first fault: thrown here it would only trouble the chat. */
  readonly guard: (check: () => void) => void;
}

export class Ledger implements Witness {
  readonly pages: GivenPage[] = [];
  /** Messages that once were there. */
  readonly gone: number[] = [];
  readonly #setup: LedgerSetup;

  constructor(setup: LedgerSetup) {
    this.#setup = setup;
  }

  saved({ nowMs, result, events, head }: Saved): void {
    const { model, policy, decided, follow, guard, tally } = this.#setup;
    guard(() => {
      must(isBatch(result), "a transaction of the engine decides commands");
      const { decisions } = result;
      const commands = decided(decisions);
      tally.steps += commands.length;
      const before = new Set(model.messages.map(({ id }) => id));
      const entries = model.carryOut({ commands, decisions, events, head }, {
        nowMs,
        policy: policy(),
      });
      for (const { id } of model.messages) before.delete(id);
      this.#noteGone([...before]);
      follow(entries, nowMs);
    });
  }

  asked(query: keyof Queries, args: readonly unknown[]): void {
    if (query !== "log") return;
    const { now, policy, guard } = this.#setup;
    const nowMs = now();
    guard(() => {
      const life = { nowMs, keptSinceMs: nowMs - policy().unreadTtlMs };
      mustEqual(args[3], life, "the log is read as of now");
    });
  }

  answering(query: keyof Queries, args: readonly unknown[]): (answer: unknown) => void {
    const { model, guard } = this.#setup;
    const answerOf = answers[query] as (rows: Model, ...args: readonly unknown[]) => unknown;
    // Now: what the model knows may have changed when the answer is there.
    const expected = answerOf(model, ...args);
    return (answer) =>
      guard(() => {
        this.#setup.tally.note(`asked: ${query}`);
        this.#setup.tally.steps += 1;
        const actual = query === "log" ? inOrder(answer as LogPage) : answer;
        mustEqual(actual, expected, () => `${query}(${words(args)}) answers otherwise`);
        if (query === "log") this.#notePage(args, answer as LogPage);
      });
  }

  maintained(step: keyof Upkeep, args: readonly unknown[]): (result: unknown) => void {
    const { model, guard, tally } = this.#setup;
    let removed = 0;
    guard(() => removed = this.#follow(step, args));
    tally.steps += 1;
    if (removed > 0) tally.note(`upkeep: ${step}`);
    return (result) =>
      guard(() => {
        if (step === "removeExpired") {
          mustEqual((result as { removed: number }).removed, removed, "messages were removed");
        } else if (step !== "reclaim") {
          mustEqual(result, removed, `${step} counts what it does; head ${model.head}`);
        }
      });
  }

  /** Everything that the store and the model have must be the same. */
  checkRows(): void {
    const { model } = this.#setup;
    const ids = [...this.gone, ...model.messages.map(({ id }) => id)];
    const there = this.#thereOf(ids);
    mustEqual(
      [...there].sort((a, b) => a - b),
      model.messages.map(({ id }) => id).sort((a, b) => a - b),
      "the messages that are in the store",
    );
  }

  #thereOf(messages: readonly number[]): Set<number> {
    const needs = noNeeds();
    for (const message of messages) {
      needs.messages.push({ message: message as never, user: 0 as UserId });
    }
    return new Set([...this.#load(needs).messages].map(({ id }) => id));
  }

  #load(needs: ReturnType<typeof noNeeds>): State {
    let loaded: State | undefined;
    // The stores run the work in this turn.
    this.#setup.inner().transact(needs, (state) => loaded = state).catch((failure) =>
      this.#setup.guard(() => {
        throw failure;
      })
    );
    must(loaded !== undefined, "a transaction begins at once");
    return loaded;
  }

  #notePage([user, after]: readonly unknown[], { upTo, forgotten, events }: LogPage): void {
    this.pages.push({
      user: user as UserId,
      after: Number(after),
      upTo,
      forgotten,
      events: events.map((event) => JSON.stringify(event)),
    });
    if (this.pages.length > 2 * pagesMax) this.pages.splice(0, pagesMax);
  }

  #noteGone(ids: readonly number[]): void {
    this.gone.push(...ids);
    if (this.gone.length > 2 * goneMax) this.gone.splice(0, goneMax);
  }

  /** Lets go of what the store has let go of, which must have had its time; tells how much it was. */
  #follow(step: keyof Upkeep, args: readonly unknown[]): number {
    const { model } = this.#setup;
    const needs = noNeeds();
    switch (step) {
      case "removeExpired":
        return this.#followSweep(args[1] as Life);
      case "removeFiles": {
        for (const { id } of model.files) needs.files.add(id);
        const { files } = this.#load(needs);
        const kept = model.files.filter(({ id }) => files.has(id));
        for (const file of model.files) {
          if (kept.includes(file)) continue;
          must(this.#isUseless(file, Number(args[0])), () => `the file is wanted: ${words(file)}`);
        }
        return count(model.files, model.files = kept);
      }
      case "forgetReceipts": {
        for (const { user, key } of model.receipts) needs.receipts.push({ user, key });
        const state = this.#load(needs);
        const kept = model.receipts.filter(({ user, key }) => state.receipt(user, key));
        for (const receipt of model.receipts) {
          if (kept.includes(receipt)) continue;
          must(receipt.atMs < Number(args[0]), () => `the receipt still counts: ${words(receipt)}`);
        }
        return count(model.receipts, model.receipts = kept);
      }
      case "forgetScheduled": {
        for (const { id } of model.scheduled) needs.scheduled.add(id);
        const { scheduled } = this.#load(needs);
        const kept = model.scheduled.filter(({ id }) => scheduled.has(id));
        for (const one of model.scheduled) {
          if (kept.includes(one)) continue;
          const isOld = one.end !== undefined && one.end.atMs < Number(args[0]);
          must(isOld, () => `the scheduled message is not to be forgotten yet: ${words(one)}`);
        }
        return count(model.scheduled, model.scheduled = kept);
      }
      case "forgetEvents": {
        const [beforeMs, limit] = args.map(Number);
        const old = model.entries.filter(({ event }) => event.atMs < (beforeMs ?? 0));
        const plain = old.filter(({ event }) => event.type !== "message").slice(0, limit);
        model.entries = model.entries.filter((entry) =>
          !plain.includes(entry) && (entry.event.type !== "message" || !old.includes(entry))
        );
        const positions = plain.map(({ event }) => event.position);
        model.forgotten = Math.max(model.forgotten, ...positions);
        return plain.length;
      }
      case "forgetAudit": {
        const [beforeMs = 0, limit = 0] = args.map(Number);
        const old = model.audit.filter(({ atMs }) => atMs < beforeMs).slice(0, limit);
        return count(model.audit, model.audit = model.audit.filter((one) => !old.includes(one)));
      }
      case "forgetRegistrationInvites": {
        const { registrationInvites: known } = model;
        model.registrationInvites = model.usefulInvites(Number(args[0]));
        return count(known, model.registrationInvites);
      }
      case "forgetReports": {
        for (const { target } of model.reports) needs.reportsOn.add(target);
        const { reports } = this.#load(needs);
        const kept = model.reports.filter(({ reporter, target }) =>
          reports.has(pairKey(reporter, target))
        );
        for (const one of model.reports) {
          if (kept.includes(one)) continue;
          const endMs = model.users.find(({ id }) => id === one.target)?.bannedUntilMs ?? Infinity;
          const isSettled = endMs <= Number(args[0]) && one.atMs < endMs;
          must(isSettled, () => `the report still counts: ${words(one)}`);
        }
        return count(model.reports, model.reports = kept);
      }
      case "reclaim":
        return 0;
    }
  }

  #followSweep({ nowMs, keptSinceMs }: Life): number {
    const { model } = this.#setup;
    const moment: Moment = {
      nowMs,
      policy: { ...defaultPolicy, unreadTtlMs: nowMs - keptSinceMs },
    };
    const there = this.#thereOf(model.messages.map(({ id }) => id));
    const kept = model.messages.filter(({ id }) => there.has(id));
    for (const message of model.messages) {
      if (there.has(message.id)) continue;
      must(
        isOver(model, message, moment),
        () => `the message may still be seen: ${words(message)}`,
      );
      this.#noteGone([message.id]);
    }
    const removed = count(model.messages, model.messages = kept);
    const closed = model.rooms.filter((room) => room.closed);
    const needs = noNeeds();
    for (const { id } of closed) needs.membersOf.add(id);
    const { rooms } = this.#load(needs);
    for (const room of closed) {
      if (rooms.has(room.id)) continue;
      const isEmpty = model.messages.every((message) => message.room !== room.id);
      must(isEmpty, `room ${room.id} is gone, with messages in it`);
      model.rooms = model.rooms.filter((other) => other !== room);
    }
    return removed;
  }

  #isUseless({ message, scheduled, createdMs }: ModelFile, looseSinceMs: number): boolean {
    const { model } = this.#setup;
    if (message !== undefined) return model.messages.every(({ id }) => id !== message);
    if (scheduled !== undefined) return model.scheduled.every(({ id }) => id !== scheduled);
    return createdMs <= looseSinceMs;
  }

  /** What upkeep has just gone through must hold nothing more that has had its time. */
  checkUpkeep(moment: Moment, looseSinceMs: number): void {
    const { model } = this.#setup;
    for (const message of model.messages) {
      must(!isOver(model, message, moment), () => `nobody may see message ${words(message)}`);
    }
    for (const file of model.files) {
      must(!this.#isUseless(file, looseSinceMs), () => `nobody needs file ${words(file)}`);
    }
    for (const { id, closed } of model.rooms) {
      const isEmpty = model.messages.every(({ room }) => room !== id);
      must(!closed || !isEmpty, `nothing is left of room ${id}`);
    }
  }
}

function count(before: readonly unknown[], after: readonly unknown[]): number {
  return before.length - after.length;
}

function inOrder(page: LogPage): LogPage {
  return { ...page, rooms: [...page.rooms].sort((a, b) => a - b) };
}

/** What the engine's work gives back, as far as it matters here. */
function isBatch(
  result: unknown,
): result is { readonly decisions: readonly Decision<unknown>[] } {
  return typeof result === "object" && result !== null && "decisions" in result &&
    Array.isArray(result.decisions);
}
