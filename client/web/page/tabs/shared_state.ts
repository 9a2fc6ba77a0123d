/**
 * What the tabs of a browser know alike, and how each piece of news changes it.
 *
 * @module
 */
import type { StatusAnswer } from "../../../../lib/api/schemas.ts";
import type { ConnectionState, Position, SessionNews } from "../../../connection/session.ts";
import { emptyModel, type Model, update } from "../../../conversation/model.ts";
import type { DoorList } from "../../../conversation/model/doors.ts";

/** What the leading tab tells. */
export type LeaderNews =
  | SessionNews
  | {
    readonly type: "status";
    readonly status: StatusAnswer;
    /** When it came, in milliseconds since 1970 UTC by the clock of this machine. */
    readonly atMs: number;
  }
  | DoorList;

/** What every tab is told, in the same order, after its model has taken it in. */
export type SharedNews =
  | LeaderNews
  | {
    readonly type: "joined";
    /**
     * Anything may have happened between: what is shown beside the model must be asked for anew.
     * Otherwise the model is another one that stands at the same place.
     */
    readonly missed: boolean;
  };

/** Never changed in place. */
export interface SharedState {
  readonly model: Model;
  readonly connection: ConnectionState;
  /** The defaults in force; `undefined` until they are known. */
  readonly settings: StatusAnswer["settings"] | undefined;
  /** How far the server's clock is ahead of this one, in milliseconds; `undefined`: not known. */
  readonly aheadMs: number | undefined;
  /** Where the model stands; `undefined` before the user was connected. */
  readonly position: Position | undefined;
}

/** Before anything is known. */
export function emptyState(user: string): SharedState {
  return {
    model: emptyModel(user),
    connection: { kind: "connecting" },
    settings: undefined,
    aheadMs: undefined,
    position: undefined,
  };
}

/** The state after some news. */
export function stateAfter(before: SharedState, news: LeaderNews): SharedState {
  const state = {
    ...before,
    position: positionAfter(before.position, news),
    model: update(before.model, news.type === "event" ? news.event : news),
  };
  switch (news.type) {
    case "state":
      return { ...state, connection: news.state };
    case "status": {
      const { server, settings } = news.status;
      const aheadMs = Date.parse(server.time) - news.atMs;
      return { ...state, settings, ...(!Number.isNaN(aheadMs) && { aheadMs }) };
    }
    default:
      return state;
  }
}

/** Where a session has come to that has told this. */
function positionAfter(before: Position | undefined, news: LeaderNews): Position | undefined {
  switch (news.type) {
    case "connected": {
      const { cursor, unread, unread_more } = news.answer;
      const last = unread_more ? unread.at(-1) : undefined;
      return { cursor, ...(last !== undefined && { backlogAfter: last.id }) };
    }
    case "backlog": {
      const last = news.messages.at(-1);
      if (before?.backlogAfter === undefined || last === undefined) return before;
      return { ...before, backlogAfter: last.id };
    }
    case "event":
      return news.cursor === undefined ? before : { cursor: news.cursor };
    case "state":
      // Nothing is live before all that was unread is told.
      return before === undefined || news.state.kind !== "live"
        ? before
        : { cursor: before.cursor };
    default:
      return before;
  }
}

/** Whether nothing has happened between two positions. */
export function isSamePosition(one: Position | undefined, other: Position | undefined): boolean {
  return one?.cursor === other?.cursor && one?.backlogAfter === other?.backlogAfter;
}
