/**
 * The questions about users.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { UserId } from "../../../../lib/domain/ids.ts";
import type { LimitKind, Window } from "../../../../lib/domain/limit.ts";
import type { Report } from "../../../../lib/domain/report.ts";
import type { Token } from "../../../../lib/domain/token.ts";
import { isDeleted, type User } from "../../../../lib/domain/user.ts";
import type { FoldedName } from "../../../../lib/text/names.ts";
import type { UserPage, UserQuery } from "../../queries.ts";
import {
  reportOf,
  type ReportRow,
  tokenOf,
  type TokenRow,
  userOf,
  type UserRow,
  windowOf,
  type WindowRow,
} from "../rows/users.ts";
import { idList, Selection } from "../statements.ts";

export class UserAnswers {
  readonly #token: Selection<TokenRow>;
  readonly #user: Selection<UserRow>;
  readonly #userNamed: Selection<UserRow>;
  readonly #tokensOf: Selection<TokenRow>;
  readonly #count: Selection<{ readonly count: number }>;
  readonly #users: Selection<UserRow>;
  readonly #usersAmong: Selection<UserRow>;
  readonly #reportsOn: Selection<ReportRow>;
  readonly #window: Selection<WindowRow>;

  constructor(db: DatabaseSync) {
    this.#token = new Selection(db, "SELECT * FROM tokens WHERE hash = ?");
    this.#user = new Selection(db, "SELECT * FROM users WHERE id = ?");
    this.#userNamed = new Selection(
      db,
      "SELECT * FROM users WHERE folded = ? AND deleted_ms IS NULL",
    );
    this.#tokensOf = new Selection(db, "SELECT * FROM tokens WHERE user = ? ORDER BY id");
    this.#count = new Selection(
      db,
      `SELECT count(*) - (SELECT count(*) FROM users INDEXED BY users_deleted
         WHERE deleted_ms IS NOT NULL) AS count FROM users`,
    );
    this.#users = new Selection(
      db,
      "SELECT * FROM users WHERE folded > ? AND deleted_ms IS NULL ORDER BY folded",
    );
    this.#usersAmong = new Selection(
      db,
      `SELECT * FROM users WHERE id IN (SELECT value FROM json_each(?)) AND folded > ?
         AND deleted_ms IS NULL ORDER BY folded`,
    );
    this.#reportsOn = new Selection(
      db,
      "SELECT * FROM reports WHERE target = ? ORDER BY reporter",
    );
    this.#window = new Selection(db, "SELECT * FROM windows WHERE user = ? AND kind = ?");
  }

  token(hash: string): { readonly token: Token; readonly user: User } | undefined {
    const row = this.#token.first(hash);
    const user = row === undefined ? undefined : this.user(row.user);
    if (row === undefined || user === undefined || isDeleted(user)) return undefined;
    return { token: tokenOf(row), user };
  }

  user(id: UserId): User | undefined {
    const row = this.#user.first(id);
    return row && userOf(row);
  }

  userNamed(name: FoldedName): User | undefined {
    const row = this.#userNamed.first(name);
    return row && userOf(row);
  }

  tokensOf(user: UserId): Token[] {
    return this.#tokensOf.all(user).map(tokenOf);
  }

  count(): number {
    return this.#count.first()?.count ?? 0;
  }

  users({ after = "" as FoldedName, limit, only, except }: UserQuery): UserPage {
    const rows = only === undefined
      ? this.#users.each(after)
      : this.#usersAmong.each(idList(only), after);
    const items: User[] = [];
    for (const row of rows) {
      if (except?.has(row.id) === true) continue;
      if (items.length === limit) return { items, hasMore: true };
      items.push(userOf(row));
    }
    return { items, hasMore: false };
  }

  reportsOn(user: UserId): Report[] {
    return this.#reportsOn.all(user).map(reportOf);
  }

  window(user: UserId, kind: LimitKind): Window | undefined {
    const row = this.#window.first(user, kind);
    return row && windowOf(row);
  }
}
