/**
 * News as it goes from tab to tab: what is no plain data is packed, as copies lose their class.
 *
 * @module
 */
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

const classes = [ApiProblem, BadAnswer, ChangeUnsure, Unreachable] as const;

export interface PackedFailure {
  /** Which of the classes it has. */
  readonly class: number;
  readonly message: string;
  /** All else that it tells. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The forms that news have with failures of one kind. */
type ConnectionWith<Failure> =
  | Exclude<ConnectionState, { readonly kind: "waiting" | "stopped" }>
  | { readonly kind: "waiting"; readonly retryMs: number; readonly why: Failure | undefined }
  | { readonly kind: "stopped"; readonly failure: Failure | undefined };

type NewsWith<Failure> =
  | Exclude<LeaderNews, { readonly type: "state" | "failed" | "mark_refused" }>
  | { readonly type: "state"; readonly state: ConnectionWith<Failure> }
  | { readonly type: "mark_refused"; readonly failure: Failure }
  | {
    readonly type: "failed";
    readonly sending: Sending;
    readonly failure: Failure;
    readonly arrived: Unreachable["arrived"];
  };

export type PackedNews = NewsWith<PackedFailure>;

export interface PackedState extends Omit<SharedState, "connection"> {
  readonly connection: ConnectionWith<PackedFailure>;
}

export function packNews(news: LeaderNews): PackedNews {
  return newsWith(news, packFailure);
}

export function unpackNews(news: PackedNews): LeaderNews {
  return newsWith(news, unpackFailure);
}

export function packState(state: SharedState): PackedState {
  return { ...state, connection: connectionWith(state.connection, packFailure) };
}

export function unpackState(state: PackedState): SharedState {
  return { ...state, connection: connectionWith(state.connection, unpackFailure) };
}

function newsWith<From, To>(news: NewsWith<From>, change: (failure: From) => To): NewsWith<To> {
  switch (news.type) {
    case "state":
      return { ...news, state: connectionWith(news.state, change) };
    case "failed":
    case "mark_refused":
      return { ...news, failure: change(news.failure) };
    default:
      return news;
  }
}

function connectionWith<From, To>(
  state: ConnectionWith<From>,
  change: (failure: From) => To,
): ConnectionWith<To> {
  switch (state.kind) {
    case "waiting":
      return { ...state, why: state.why && change(state.why) };
    case "stopped":
      return { ...state, failure: state.failure && change(state.failure) };
    default:
      return state;
  }
}

function packFailure(failure: CallFailure): PackedFailure {
  return {
    class: classes.findIndex((known) => failure.constructor === known),
    message: failure.message,
    fields: { ...failure },
  };
}

function unpackFailure({ class: known, message, fields }: PackedFailure): CallFailure {
  const failure = Object.setPrototypeOf(new Error(message), classes[known]?.prototype ?? null);
  return Object.assign(failure, fields);
}
