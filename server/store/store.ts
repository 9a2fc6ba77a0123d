/**
 * The contract of a store: it loads, saves and queries, and knows no rule.
 *
 * Every implementation passes the suite in `tests/contract`. Failures of the medium reject with
 * {@linkcode StoreFailure}; what was not acknowledged may then be there once or not at all.
 *
 * @module
 */
import type { Position } from "../../lib/domain/ids.ts";
import type { Needs } from "../../lib/domain/needs.ts";
import type { State } from "../../lib/domain/state.ts";
import type { OversightQueries } from "./oversight.ts";
import type {
  FileQueries,
  LogQueries,
  MessageQueries,
  RoomQueries,
  ScheduledQueries,
  UserQueries,
} from "./queries.ts";
import type { Upkeep } from "./upkeep.ts";

/** The medium failed: disk full, file damaged, database away, or kept busy by another process. */
export class StoreFailure extends Error {
  override readonly name = "StoreFailure";
}

/**
 * Several stores may be open on one medium, in one process or in many: what one has resolved MUST be
 * in every answer that another gives from then on.
 */
export interface Store
  extends
    UserQueries,
    RoomQueries,
    MessageQueries,
    LogQueries,
    ScheduledQueries,
    FileQueries,
    OversightQueries,
    Upkeep {
  /** Names this log; drawn when the database was made, so that cursors of another are known. */
  readonly epoch: string;
  /** Known to this database alone; what is made from it and a client's key can be made again. */
  readonly secret: string;

  /**
   * Runs `work` on what `needs` names, then saves what it changed, in one transaction.
   *
   * 1. MUST load all that `Needs` says, as it is now: a message with the names, comments and files
   *    that it has now. What does not exist is left out. The order is nobody's business.
   * 2. MUST save all changes and events, or none, and MUST have them on disk before it resolves. The
   *    bytes of a file that is removed MUST go with it.
   * 3. MUST NOT give out a position again that an earlier state gave out, after a restart either.
   * 4. MUST NOT run two at the same time, whichever store of this medium they are of; MUST NOT call
   *    `work` twice.
   * 5. The order of commits MUST be that of their positions: whoever has seen the head has seen all
   *    that will ever be at it or before.
   * 6. If `work` throws, MUST save nothing and reject with what was thrown.
   */
  transact<Result>(needs: Needs, work: (state: State) => Result): Promise<Result>;

  /** The last position given out. */
  head(): Promise<Position>;

  /**
   * Tries whether the medium takes what is written to it, with room for more than a message.
   *
   * MUST NOT change anything that is stored, nor give out a position.
   */
  probe(): Promise<void>;

  /** Lets go of the medium. Nothing may be called afterwards. */
  close(): Promise<void>;
}
