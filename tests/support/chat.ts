/**
 * A chat without a network: a store, the rules, and a time that stands still.
 *
 * @module
 */
import type { Command, OutcomeOf } from "../../lib/domain/command.ts";
import { decide, need } from "../../lib/domain/decide.ts";
import type { Event } from "../../lib/domain/event.ts";
import type { MessageId, RoomId, TokenId, UserId } from "../../lib/domain/ids.ts";
import type { Message } from "../../lib/domain/message.ts";
import type { Destination, Send } from "../../lib/domain/rules/sending.ts";
import { type Needs, noNeeds } from "../../lib/domain/needs.ts";
import type { Retry } from "../../lib/domain/receipt.ts";
import type { Decision } from "../../lib/domain/rule.ts";
import type { Change } from "../../lib/domain/state.ts";
import { foldName } from "../../lib/text/names.ts";
import { MemoryStore } from "../../server/store/memory.ts";
import type { Store } from "../../server/store/store.ts";

/** What a batch of commands led to. */
export interface Batch {
  /** One a command, in their order. */
  readonly decisions: readonly Decision<unknown>[];
  /** What each command did to the state. */
  readonly effects: readonly { readonly changes: number; readonly events: number }[];
  readonly changes: readonly Change[];
  readonly events: readonly Event[];
  /** The last position before, and after. */
  readonly before: number;
  readonly head: number;
}

/** Someone who was registered. */
export interface Person {
  readonly id: UserId;
  readonly name: string;
  readonly token: TokenId;
}

/** Where a message goes, with names as people write them. */
export interface Place {
  readonly to?: string;
  readonly room?: number;
  readonly commentOn?: number;
}

export class Chat {
  readonly store: Store;
  nowMs = Date.UTC(2026, 10, 20, 10);
  #grants = 0;

  constructor(store: Store = new MemoryStore("epoch")) {
    this.store = store;
  }

  /** Carries `commands` out in one transaction. */
  batch(commands: readonly Command[]): Promise<Batch> {
    return this.store.transact(needsOf(commands), (state) => {
      const before = state.head;
      const decisions: Decision<unknown>[] = [];
      const effects: { changes: number; events: number }[] = [];
      for (const command of commands) {
        const changes = state.changes.length;
        const events = state.events.length;
        decisions.push(decide(command, state, { nowMs: this.nowMs }));
        effects.push({
          changes: state.changes.length - changes,
          events: state.events.length - events,
        });
      }
      const { changes, events, head } = state;
      return { decisions, effects, changes, events, before, head };
    });
  }

  /** Carries one command out. */
  async decide<C extends Command>(command: C): Promise<Decision<OutcomeOf<C>>> {
    const { decisions } = await this.batch([command]);
    return decisions[0] as Decision<OutcomeOf<C>>;
  }

  /** Carries one command out that must not be refused. */
  async do<C extends Command>(command: C): Promise<OutcomeOf<C>> {
    const decision = await this.decide(command);
    if (!decision.ok) throw new Error(`Refused: ${JSON.stringify(decision.refusal)}`);
    return decision.outcome;
  }

  /** A hash that no other token has. */
  newHash(): string {
    this.#grants += 1;
    return `hash-${this.#grants}`;
  }

  async register(name: string): Promise<Person> {
    const grant = { hash: this.newHash() };
    const { user, token } = await this.do({ type: "register", name, grant });
    return { id: user, name, token };
  }

  /** Registers several, in this order. */
  async people<const Names extends readonly string[]>(
    ...names: Names
  ): Promise<{ readonly [At in keyof Names]: Person }> {
    const people: Person[] = [];
    for (const name of names) people.push(await this.register(name));
    return people as unknown as { readonly [At in keyof Names]: Person };
  }

  async say(author: Person, text: string, place: Place = {}, retry?: Retry): Promise<Message> {
    return (await this.do(saying(author, text, place, retry))).message;
  }

  async markRead(
    reader: Person,
    upto: number,
    { to, room }: { readonly to?: string; readonly room?: number } = {},
  ): Promise<void> {
    await this.do({
      type: "read",
      actor: reader.id,
      ...(to !== undefined && { to: foldName(to) }),
      ...(room !== undefined && { room: room as RoomId }),
      upto,
    });
  }
}

/** The command by which `author` says `text`. */
export function saying(
  author: { readonly id: UserId },
  text: string,
  { to, room, commentOn }: Place = {},
  retry?: Retry,
): Send {
  const destination: Destination = {
    ...(to !== undefined && { to: foldName(to) }),
    ...(room !== undefined && { room: room as RoomId }),
    ...(commentOn !== undefined && { commentOn: commentOn as MessageId }),
  };
  return {
    type: "send",
    actor: author.id,
    destination,
    text,
    ...(retry !== undefined && { retry }),
  };
}

/** What `commands` must know. */
export function needsOf(commands: readonly Command[]): Needs {
  const needs = noNeeds();
  for (const command of commands) need(command, needs);
  return needs;
}
