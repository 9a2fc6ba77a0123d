/**
 * Records: all messages that anyone was ever told of, by any answer or stream.
 *
 * @module
 */
import type { Message } from "../../lib/api/schemas.ts";
import type { Chronicle } from "./chronicle.ts";
import { userNumber } from "./names.ts";
import { must, shown } from "./violation.ts";
import type { World } from "./world.ts";

export interface Record {
  readonly id: number;
  readonly room: string;
  readonly author: number;
  readonly text: string;
  readonly key: string | undefined;
  readonly atMs: number;
  readonly commentOn: number | undefined;
  readonly files: readonly number[];
}

export class Records {
  /** By their ids, in their order. */
  readonly messages: ReadonlyMap<number, Record>;
  readonly byText: ReadonlyMap<string, readonly Record[]>;
  /** Ids of what was deleted, or may have been. */
  readonly deleted: ReadonlySet<number>;

  /** @param histories What histories hold now, beside what streams told. */
  constructor({ chronicle, ledger }: World, histories: readonly Message[]) {
    const known = new Map<number, Record>();
    for (const message of [...told(chronicle), ...histories]) {
      const record = recordOf(message);
      const before = known.get(record.id);
      must(
        before === undefined || shown(before) === shown(record),
        () => `message ${record.id} is told otherwise: ${shown(record)}, ${shown(before)}`,
      );
      known.set(record.id, record);
    }
    this.messages = new Map([...known].sort(([a], [b]) => a - b));
    const byText = new Map<string, Record[]>();
    for (const record of this.messages.values()) {
      byText.set(record.text, [...byText.get(record.text) ?? [], record]);
    }
    this.byText = byText;
    const deleted = new Set<number>();
    for (const { event } of chronicle.entries) {
      if (event.type === "message.deleted") deleted.add(event.id);
    }
    for (const { about, state } of ledger.of("delete")) {
      if (about !== undefined && state === "done") deleted.add(about);
    }
    this.deleted = deleted;
  }

  /** What is there of a room, in its order. */
  inRoom(room: string): readonly Record[] {
    return [...this.messages.values()].filter((one) =>
      one.room === room && !this.deleted.has(one.id)
    );
  }
}

function told(chronicle: Chronicle): Message[] {
  return chronicle.entries.flatMap(({ event }) => event.type === "message" ? [event] : []);
}

function recordOf(message: Message): Record {
  return {
    id: message.id,
    room: message.room,
    author: userNumber(message.author),
    text: message.text,
    key: message.key,
    atMs: Date.parse(message.at),
    commentOn: message.comment_on,
    files: message.files.map(({ id }) => id),
  };
}
