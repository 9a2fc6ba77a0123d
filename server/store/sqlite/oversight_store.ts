/**
 * The part of the store on SQLite that answers those who look after the chat.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Position, RoomId, UserId } from "../../../lib/domain/ids.ts";
import type {
  AccountPage,
  AccountQuery,
  AuditPage,
  AuditQuery,
  AuthoredPage,
  NamedRegistrationInvite,
  OpenReportPage,
  OpenReportQuery,
  OversightQueries,
  RoomAccountPage,
  RoomAccountQuery,
  Stats,
} from "../oversight.ts";
import type { UserPage } from "../queries.ts";
import type { Medium } from "./medium.ts";
import { OversightAnswers } from "./queries/oversight.ts";

export class OversightStore implements OversightQueries {
  readonly #medium: Medium;
  readonly #answers: OversightAnswers;

  constructor(db: DatabaseSync, medium: Medium) {
    this.#medium = medium;
    this.#answers = new OversightAnswers(db);
  }

  accounts(query: AccountQuery, nowMs: number): Promise<AccountPage> {
    return this.#medium.ask(() => this.#answers.accounts(query, nowMs));
  }

  withRole(query: AccountQuery): Promise<UserPage> {
    return this.#medium.ask(() => this.#answers.withRole(query));
  }

  banned(query: AccountQuery, nowMs: number): Promise<UserPage> {
    return this.#medium.ask(() => this.#answers.banned(query, nowMs));
  }

  openReports(query: OpenReportQuery, nowMs: number): Promise<OpenReportPage> {
    return this.#medium.ask(() => this.#answers.openReports(query, nowMs));
  }

  audit(query: AuditQuery): Promise<AuditPage> {
    return this.#medium.ask(() => this.#answers.audit(query));
  }

  registrationInvites(nowMs: number): Promise<readonly NamedRegistrationInvite[]> {
    return this.#medium.ask(() => this.#answers.registrationInvites(nowMs));
  }

  allRooms(query: RoomAccountQuery): Promise<RoomAccountPage> {
    return this.#medium.ask(() => this.#answers.allRooms(query));
  }

  stats(nowMs: number): Promise<Stats> {
    return this.#medium.ask(() => this.#answers.stats(nowMs));
  }

  authored(user: UserId, after: Position, limit: number): Promise<AuthoredPage> {
    return this.#medium.ask(() => this.#answers.authored(user, after, limit));
  }

  roomsOf(user: UserId, limit: number): Promise<readonly RoomId[]> {
    return this.#medium.ask(() => this.#answers.roomsOf(user, limit));
  }

  usersToErase(limit: number): Promise<readonly UserId[]> {
    return this.#medium.ask(() => this.#answers.usersToErase(limit));
  }
}
