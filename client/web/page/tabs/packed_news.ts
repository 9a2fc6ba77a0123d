/**
 * News as it goes from tab to tab: what is no plain data is packed, as copies lose their class.
 *
 * @module
 */
import type { Problem } from "../../../../lib/api/problems.ts";
import {
  ApiProblem,
  BadAnswer,
  type CallFailure,
  ChangeUnsure,
  Unreachable,
} from "../../../connection/failures.ts";
import type { Sending } from "../../../connection/outbox.ts";
import type { ConnectionState } from "../../../connection/session.ts";
import type { LeaderNews, SharedState } from "./shared_state.ts";

export type PackedFailure =
  | {
    readonly class: "problem";
    readonly problem: Problem;
    readonly retryAfterMs: number | undefined;
  }
  | {
    readonly class: "unreachable" | "unsure";
    readonly origin: string;
    readonly why: string;
    readonly arrived: Unreachable["arrived"];
  }
  | {
    readonly class: "bad_answer";
    readonly message: string;
    readonly arrived: BadAnswer["arrived"];
  };

export type PackedConnection =
  | Exclude<ConnectionState, { readonly kind: "waiting" | "stopped" }>
  | {
    readonly kind: "waiting";
    readonly retryMs: number;
    readonly why: PackedFailure | undefined;
  }
  | { readonly kind: "stopped"; readonly failure: PackedFailure | undefined };

export type PackedNews =
  | Exclude<LeaderNews, { readonly type: "state" | "failed" | "mark_refused" }>
  | { readonly type: "state"; readonly state: PackedConnection }
  | { readonly type: "mark_refused"; readonly failure: PackedFailure }
  | {
    readonly type: "failed";
    readonly sending: Sending;
    readonly failure: PackedFailure;
    readonly arrived: Unreachable["arrived"];
  };

export interface PackedState extends Omit<SharedState, "connection"> {
  readonly connection: PackedConnection;
}

export function packNews(news: LeaderNews): PackedNews {
  switch (news.type) {
    case "state":
      return { ...news, state: packConnection(news.state) };
    case "failed":
    case "mark_refused":
      return { ...news, failure: packFailure(news.failure) };
    default:
      return news;
  }
}

export function unpackNews(news: PackedNews): LeaderNews {
  switch (news.type) {
    case "state":
      return { ...news, state: unpackConnection(news.state) };
    case "failed":
    case "mark_refused":
      return { ...news, failure: unpackFailure(news.failure) };
    default:
      return news;
  }
}

export function packState(state: SharedState): PackedState {
  return { ...state, connection: packConnection(state.connection) };
}

export function unpackState(state: PackedState): SharedState {
  return { ...state, connection: unpackConnection(state.connection) };
}

function packConnection(state: ConnectionState): PackedConnection {
  switch (state.kind) {
    case "waiting":
      return { ...state, why: state.why && packFailure(state.why) };
    case "stopped":
      return { ...state, failure: state.failure && packFailure(state.failure) };
    default:
      return state;
  }
}

function unpackConnection(state: PackedConnection): ConnectionState {
  switch (state.kind) {
    case "waiting":
      return { ...state, why: state.why && unpackFailure(state.why) };
    case "stopped":
      return { ...state, failure: state.failure && unpackFailure(state.failure) };
    default:
      return state;
  }
}

function packFailure(failure: CallFailure): PackedFailure {
  if (failure instanceof ApiProblem) {
    const { status, code, detail, errors, retryAfterMs, resetsAt, bannedUntil } = failure;
    return {
      class: "problem",
      problem: {
        type: "",
        title: "",
        status,
        code,
        detail,
        errors: [...errors],
        ...(resetsAt !== undefined && { resets_at: resetsAt }),
        ...(bannedUntil !== undefined && { banned_until: bannedUntil }),
      },
      retryAfterMs,
    };
  }
  if (failure instanceof BadAnswer) {
    return { class: "bad_answer", message: failure.message, arrived: failure.arrived };
  }
  const { origin, why, arrived } = failure;
  return {
    class: failure instanceof ChangeUnsure ? "unsure" : "unreachable",
    origin,
    why,
    arrived,
  };
}

function unpackFailure(packed: PackedFailure): CallFailure {
  switch (packed.class) {
    case "problem":
      return new ApiProblem(packed.problem, packed);
    case "bad_answer":
      return new BadAnswer(packed.message, packed);
    case "unreachable":
      return new Unreachable(packed.origin, packed.why, packed);
    case "unsure":
      return new ChangeUnsure(packed.origin, packed.why, packed);
  }
}
