/**
 * Random commands, of which most make sense: batches of steps by a small cast.
 *
 * @module
 */
import * as fc from "fast-check";
import { receiptLifeMs } from "../../lib/domain/bounds.ts";
import type { Command } from "../../lib/domain/command.ts";
import type { MessageId, RoomId, TokenId, UserId } from "../../lib/domain/ids.ts";
import { foldName } from "../../lib/text/names.ts";
import type { Batch } from "./chat.ts";

const kinds = [
  "register",
  "issue",
  "revoke",
  "touch",
  "say",
  "say",
  "say",
  "whisper",
  "whisper",
  "sayInRoom",
  "comment",
  "commentElsewhere",
  "read",
  "readPrivate",
  "readRoom",
  "again",
  "again",
] as const;

const names = ["alice", "Bob", "ИВАН", "иван", "bob", "𝒜da", "ｚed", "😀", "Zoë", "zoe\u0308"];

/** One step, in terms of the cast: its numbers pick someone or something that is there by then. */
export interface Step {
  readonly kind: (typeof kinds)[number];
  readonly who: number;
  readonly what: number;
  readonly text: string;
  /** The number of the idempotency key, if it has one. */
  readonly key: number | undefined;
}

/** Steps that are carried out in one transaction, after some time has passed. */
export interface StepBatch {
  readonly pauseMs: number;
  readonly steps: readonly Step[];
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...kinds),
  who: fc.nat(20),
  what: fc.nat(60),
  text: fc.constantFrom("hi", "привет", "👩‍🚀", "'; DROP TABLE users --", "a\nb"),
  key: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.nat(2)),
});

export const stepBatches: fc.Arbitrary<readonly StepBatch[]> = fc.array(
  fc.record({
    pauseMs: fc.constantFrom(0, 1, 1000, receiptLifeMs - 1, receiptLifeMs),
    steps: fc.array(step, { minLength: 1, maxLength: 6 }),
  }),
  { maxLength: 12 },
).map((batches) => [{ pauseMs: 0, steps: opening }, ...batches]);

/** Three people, so that there is something to do from the start. */
const opening: readonly Step[] = [0, 1, 2].map((what) => (
  { kind: "register", who: 0, what, text: "", key: undefined }
));

/** Who and what there is by now. */
export class Cast {
  readonly users: { readonly id: UserId; readonly name: string }[] = [];
  readonly tokens: TokenId[] = [];
  readonly messages: MessageId[] = [];
  readonly rooms: RoomId[] = [0 as RoomId];
  readonly #retried: Command[] = [];
  #hashes = 0;
  #head = 0;

  /** Takes notice of what a batch has made. */
  follow(batch: Batch): void {
    for (const change of batch.changes) {
      if (change.kind === "user") this.users.push(change.user);
      if (change.kind === "token") this.tokens.push(change.token.id);
      if (change.kind === "room") this.rooms.push(change.room.id);
    }
    for (const event of batch.events) {
      if (event.type === "message") this.messages.push(event.message.id);
    }
    this.#head = batch.head;
  }

  commandOf(step: Step): Command {
    const command = this.#commandOf(step);
    if ("retry" in command && step.kind !== "again") this.#retried.push(command);
    return command;
  }

  #commandOf({ kind, who, what, text, key }: Step): Command {
    const actor = pick(this.users, who)?.id ?? 999 as UserId;
    const name = foldName(pick(this.users, what)?.name ?? "nobody");
    const message = pick(this.messages, what) ?? 999 as MessageId;
    const room = pick(this.rooms, what) ?? 999 as RoomId;
    const retry = key === undefined
      ? {}
      : { retry: { key: `key-${key}`, fingerprint: `${kind} ${what} ${text}` } };
    switch (kind) {
      case "register":
        this.#hashes += 1;
        return {
          type: "register",
          name: names[what % names.length] ?? "",
          grant: { hash: `registered-${this.#hashes}` },
        };
      case "issue":
        this.#hashes += 1;
        return {
          type: "token.issue",
          actor,
          grant: { hash: `issued-${this.#hashes}`, client: text },
        };
      case "revoke":
        return {
          type: "token.revoke",
          actor,
          token: pick(this.tokens, what) ?? 999 as TokenId,
          ...retry,
        };
      case "touch":
        return { type: "token.touch", tokens: [pick(this.tokens, what) ?? 999 as TokenId] };
      case "again":
        return this.#retried.at(-1 - (what % 4)) ?? { type: "send", actor, destination: {}, text };
      case "say":
        return { type: "send", actor, destination: {}, text, ...retry };
      case "whisper":
        return { type: "send", actor, destination: { to: name }, text, ...retry };
      case "sayInRoom":
        return { type: "send", actor, destination: { room }, text, ...retry };
      case "comment":
        return { type: "send", actor, destination: { commentOn: message }, text, ...retry };
      case "commentElsewhere":
        return {
          type: "send",
          actor,
          destination: { commentOn: message, to: name },
          text,
          ...retry,
        };
      case "read":
        return { type: "read", actor, upto: what % (this.#head + 2), ...retry };
      case "readPrivate":
        return { type: "read", actor, to: name, upto: message, ...retry };
      case "readRoom":
        return { type: "read", actor, room, upto: message, ...retry };
    }
  }
}

/** One of `things`; now and then none, so that what isn't there is asked for too. */
function pick<Thing>(things: readonly Thing[], number: number): Thing | undefined {
  return things[number % (things.length + (number % 7 === 6 ? 1 : 0))];
}
