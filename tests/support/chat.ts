/**
 * A chat without a network: a store, the rules, and a time that stands still.
 *
 * @module
 */
import type { AuditEntry } from "../../lib/domain/audit.ts";
import type { Command, OutcomeOf } from "../../lib/domain/command.ts";
import { decide, need } from "../../lib/domain/decide.ts";
import type { Event } from "../../lib/domain/event.ts";
import type { StoredFile } from "../../lib/domain/file.ts";
import type { FileId, MessageId, RoomId, TokenId, UserId } from "../../lib/domain/ids.ts";
import type { Message } from "../../lib/domain/message.ts";
import { type Needs, noNeeds } from "../../lib/domain/needs.ts";
import { defaultPolicy, type Policy } from "../../lib/domain/policy.ts";
import type { Retry } from "../../lib/domain/receipt.ts";
import { type Life, lifeAt } from "../../lib/domain/retention.ts";
import type { Role } from "../../lib/domain/role.ts";
import type { Decision } from "../../lib/domain/rule.ts";
import type { Destination } from "../../lib/domain/rules/destinations.ts";
import type { AddFile } from "../../lib/domain/rules/files.ts";
import type { Schedule } from "../../lib/domain/rules/scheduling.ts";
import type { Send } from "../../lib/domain/rules/sending.ts";
import type { Scheduled } from "../../lib/domain/scheduled.ts";
import type { State } from "../../lib/domain/state.ts";
import type { Change } from "../../lib/domain/table.ts";
import { foldName } from "../../lib/text/names.ts";
import { MemoryStore } from "../../server/store/memory/store.ts";
import type { Store } from "../../server/store/store.ts";

/** What one command did to the state. */
export interface Effect {
  readonly changes: number;
  readonly events: number;
  /** Positions that were given out. */
  readonly positions: number;
}

/** What a command does that is refused, or was carried out before. */
export const noEffect: Effect = { changes: 0, events: 0, positions: 0 };

/** What a batch of commands led to. */
export interface Batch {
  /** One a command, in their order. */
  readonly decisions: readonly Decision<unknown>[];
  /** One a command, in their order. */
  readonly effects: readonly Effect[];
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

/** Where a message goes, with names as people write them, and what goes with it. */
export interface Place {
  readonly to?: string;
  readonly room?: number;
  readonly commentOn?: number;
  readonly files?: readonly FileId[];
}

export class Chat {
  readonly store: Store;
  policy: Policy = defaultPolicy;
  nowMs = Date.UTC(2026, 10, 20, 10);
  #grants = 0;

  constructor(store: Store = new MemoryStore("epoch")) {
    this.store = store;
  }

  /** What is still there by now. */
  get life(): Life {
    return lifeAt(this.nowMs, this.policy);
  }

  /** Carries `commands` out in one transaction. */
  batch(commands: readonly Command[]): Promise<Batch> {
    return this.store.transact(needsOf(commands), (state) => this.decideAll(commands, state));
  }

  /** Carries `commands` out on `state`. */
  decideAll(commands: readonly Command[], state: State): Batch {
    const { nowMs, policy } = this;
    const before = state.head;
    const decisions: Decision<unknown>[] = [];
    const effects: Effect[] = [];
    for (const command of commands) {
      const [changes, events, positions] = extentOf(state);
      decisions.push(decide(command, state, { nowMs, policy }));
      const [changesNow, eventsNow, positionsNow] = extentOf(state);
      effects.push({
        changes: changesNow - changes,
        events: eventsNow - events,
        positions: positionsNow - positions,
      });
    }
    const { changes, events, head } = state;
    return { decisions, effects, changes, events, before, head };
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

  /** A hash that no other token, link or file has. */
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

  /** Makes a room with an owner, and with others whom they invite. */
  async makeRoom(owner: Person, name: string, ...others: readonly Person[]): Promise<RoomId> {
    const { room } = await this.do({ type: "room.create", actor: owner.id, name });
    for (const other of others) await this.letIn(owner, room.id, other);
    return room.id;
  }

  /** Invites someone, who accepts. */
  async letIn(owner: Person, room: RoomId, other: Person): Promise<void> {
    await this.do({ type: "invite", actor: owner.id, room, user: foldName(other.name) });
    await this.do({ type: "invitation.answer", actor: other.id, room, accept: true });
  }

  /** Leaves a room, or puts someone out of it. */
  async remove(actor: Person, room: RoomId, user: Person): Promise<void> {
    const name = foldName(user.name);
    await this.do({ type: "member.remove", actor: actor.id, room, user: name });
  }

  /** Has the operator give someone a role. */
  async promote({ name }: Person, role: Role): Promise<void> {
    await this.do({ type: "role.set", user: foldName(name), role });
  }

  /** What was written into the audit log, the oldest first. */
  async audit(): Promise<readonly AuditEntry[]> {
    return (await this.store.audit({ limit: 1000 })).items.toReversed();
  }

  async addFile(owner: Person, name = "a.txt", text = "abc"): Promise<StoredFile> {
    return (await this.do(adding(owner, { name, bytes: new TextEncoder().encode(text) }))).file;
  }

  async schedule(
    author: Person,
    text: string,
    inMs: number,
    place: Place = {},
    retry?: Retry,
  ): Promise<Scheduled> {
    return (await this.do(scheduling(author, text, inMs, place, retry))).scheduled;
  }

  /** Sends what is due, in one batch, as the clockwork does. */
  async sendDue(): Promise<Batch> {
    const due = await this.store.due(this.nowMs, 1000);
    return await this.batch(due.map((scheduled) => ({ type: "scheduled.send", scheduled })));
  }

  /** Has each of `reporters` report `target`; as many as the policy says make a ban. */
  async report(target: Person, ...reporters: readonly Person[]): Promise<void> {
    for (const { id } of reporters) {
      await this.do({ type: "report", actor: id, target: foldName(target.name) });
    }
  }
}

function extentOf({ changes, events, head }: State): readonly [number, number, number] {
  return [changes.length, events.length, head];
}

/** A batch, but for the order of its changes where that is the one in which rows were loaded. */
export function inAnyOrder({ changes, ...batch }: Batch): unknown {
  return { ...batch, changes: changes.map(canonical).toSorted() };
}

/** A row as text, whatever the order of its fields. */
export function canonical(row: object): string {
  return JSON.stringify(
    row,
    (_, value) =>
      value !== null && typeof value === "object" && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => a < b ? -1 : 1))
        : value,
  );
}

/** The command by which `author` says `text`. */
export function saying(
  author: { readonly id: UserId },
  text: string,
  place: Place = {},
  retry?: Retry,
): Send {
  return {
    type: "send",
    actor: author.id,
    destination: destinationOf(place),
    text,
    files: place.files ?? [],
    ...(retry !== undefined && { retry }),
  };
}

/** The command by which `author` has `text` sent later. */
export function scheduling(
  author: { readonly id: UserId },
  text: string,
  inMs: number,
  place: Place = {},
  retry?: Retry,
): Schedule {
  return { ...saying(author, text, place, retry), type: "schedule", when: { field: "in", inMs } };
}

/** The command by which `owner` uploads a file. */
export function adding(
  owner: { readonly id: UserId },
  { name = "a.txt", bytes = new Uint8Array(3) }: {
    readonly name?: string;
    readonly bytes?: Uint8Array;
  } = {},
  retry?: Retry,
): AddFile {
  return {
    type: "file.add",
    actor: owner.id,
    name,
    mediaType: "text/plain",
    bytes,
    sha256: `sha of ${name}`,
    ...(retry !== undefined && { retry }),
  };
}

function destinationOf({ to, room, commentOn }: Place): Destination {
  return {
    ...(to !== undefined && { to: foldName(to) }),
    ...(room !== undefined && { room: room as RoomId }),
    ...(commentOn !== undefined && { commentOn: commentOn as MessageId }),
  };
}

/** What `commands` must know. */
export function needsOf(commands: readonly Command[]): Needs {
  const needs = noNeeds();
  for (const command of commands) need(command, needs);
  return needs;
}
