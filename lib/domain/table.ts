/**
 * Tables: the rows of one kind that a batch of decisions has at hand, and what became of them.
 *
 * @module
 */
import type { AuditEntry } from "./audit.ts";
import type { FileContent, StoredFile } from "./file.ts";
import type { TokenId } from "./ids.ts";
import type { Invitation, JoinRequest, Link } from "./invitation.ts";
import type { Window } from "./limit.ts";
import type { Message } from "./message.ts";
import type { Receipt } from "./receipt.ts";
import type { RegistrationInvite } from "./registration_invite.ts";
import type { Report } from "./report.ts";
import type { Member, Room } from "./room.ts";
import type { Scheduled } from "./scheduled.ts";
import type { Token } from "./token.ts";
import type { FormerName, User } from "./user.ts";

/** Everything that is kept, by table. A message gets there as an event. */
export interface Rows {
  readonly user: User;
  readonly formerName: FormerName;
  readonly token: Token;
  readonly room: Room;
  readonly member: Member;
  readonly message: Message;
  readonly receipt: Receipt;
  readonly window: Window;
  readonly report: Report;
  readonly scheduled: Scheduled;
  readonly file: StoredFile;
  readonly content: FileContent;
  readonly invitation: Invitation;
  readonly link: Link;
  readonly request: JoinRequest;
  readonly registrationInvite: RegistrationInvite;
  /** Rows are only added. */
  readonly audit: AuditEntry;
}

export type TableName = keyof Rows;

/** One thing for a store to save; applied in order. */
export type Change =
  | {
    readonly [Name in TableName]: {
      readonly kind: "put" | "removed";
      readonly table: Name;
      readonly row: Rows[Name];
    };
  }[TableName]
  | { readonly kind: "seen"; readonly token: TokenId; readonly atMs: number };

type Key = string | number;

const keyOf: { readonly [Name in TableName]: (row: Rows[Name]) => Key } = {
  user: ({ id }) => id,
  formerName: ({ folded }) => folded,
  token: ({ id }) => id,
  room: ({ id }) => id,
  member: ({ room, user }) => pairKey(room, user),
  message: ({ id }) => id,
  receipt: ({ user, key }) => pairKey(user, key),
  window: ({ user, kind }) => pairKey(user, kind),
  report: ({ reporter, target }) => pairKey(reporter, target),
  scheduled: ({ id }) => id,
  file: ({ id }) => id,
  content: ({ file }) => file,
  invitation: ({ room, user }) => pairKey(room, user),
  link: ({ id }) => id,
  request: ({ room, user }) => pairKey(room, user.id),
  registrationInvite: ({ id }) => id,
  audit: ({ id }) => id,
};

/** The key of a row that two things together name. */
export function pairKey(one: Key, other: Key): string {
  return `${one},${other}`;
}

/** The rows of one table that were loaded, with the changes of this batch made to them. */
export class Table<Name extends TableName> implements Iterable<Rows[Name]> {
  readonly #name: Name;
  readonly #changes: Change[];
  readonly #otherKeyOf: (row: Rows[Name]) => Key | undefined;
  readonly #rows = new Map<Key, Rows[Name]>();
  readonly #byOtherKey = new Map<Key, Rows[Name]>();

  /** @param otherKeyOf A second key by which {@linkcode Table.find} finds rows; some have none. */
  constructor(
    name: Name,
    changes: Change[],
    otherKeyOf: (row: Rows[Name]) => Key | undefined = () => undefined,
  ) {
    this.#name = name;
    this.#changes = changes;
    this.#otherKeyOf = otherKeyOf;
  }

  /** Takes a row as the store has it. */
  learn(row: Rows[Name]): void {
    const key = keyOf[this.#name](row);
    this.#forget(key);
    this.#rows.set(key, row);
    const other = this.#otherKeyOf(row);
    if (other !== undefined) this.#byOtherKey.set(other, row);
  }

  /** Lets go of a row as if it had not been learnt. */
  unlearn(row: Rows[Name]): void {
    this.#forget(keyOf[this.#name](row));
  }

  get(key: Key): Rows[Name] | undefined {
    return this.#rows.get(key);
  }

  has(key: Key): boolean {
    return this.#rows.has(key);
  }

  /** The row with a second key. */
  find(otherKey: Key): Rows[Name] | undefined {
    return this.#byOtherKey.get(otherKey);
  }

  [Symbol.iterator](): Iterator<Rows[Name]> {
    return this.#rows.values();
  }

  /** The rows that something holds for. */
  where(holds: (row: Rows[Name]) => boolean): Rows[Name][] {
    return [...this.#rows.values()].filter(holds);
  }

  /** Adds a row, or replaces the one of the same key. */
  put(row: Rows[Name]): void {
    this.learn(row);
    this.#note("put", row);
  }

  remove(row: Rows[Name]): void {
    this.unlearn(row);
    this.#note("removed", row);
  }

  #forget(key: Key): void {
    const row = this.#rows.get(key);
    const other = row === undefined ? undefined : this.#otherKeyOf(row);
    if (other !== undefined) this.#byOtherKey.delete(other);
    this.#rows.delete(key);
  }

  #note(kind: "put" | "removed", row: Rows[Name]): void {
    // It is of this table by construction, which TypeScript can't see for a name it does not know.
    this.#changes.push({ kind, table: this.#name, row } as Change);
  }
}
