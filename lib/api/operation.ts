/**
 * What an operation of the API is: its route, its shapes, and what the documentation shows of it.
 *
 * @module
 */
import type * as z from "zod/mini";
import type { ProblemCode } from "./problems.ts";
import { type Call, type CallLine, callOf } from "./routes.ts";
import { nothing } from "./schemas/requests.ts";

/** Whether a request must carry a token, may carry one, or has no use for one. */
export type Access = "token" | "maybe" | "open";

/** The chapters of the documentation, in their order. */
export const topics = [
  "Coming and going",
  "Messages",
  "Events",
  "Scheduled messages",
  "Files",
  "Rooms",
  "People",
  "Moderation",
  "The server",
] as const;
export type Topic = (typeof topics)[number];

/**
 * What the documentation shows a request with.
 *
 * A text like `$ROOM` stands for something that the reader has at hand: the documentation says what.
 */
export interface Example {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The file whose bytes are the body. */
  readonly file?: string;
}

/** One operation of the API. */
export interface Operation<
  Path extends z.ZodMiniObject = z.ZodMiniObject,
  Query extends z.ZodMiniObject = z.ZodMiniObject,
  Body extends z.ZodMiniObject = z.ZodMiniObject,
  Answer extends z.ZodMiniType = z.ZodMiniType,
  Needed extends Access = Access,
> extends Call {
  readonly topic: Topic;
  readonly access: Needed;
  readonly summary: string;
  /** The parameters of the route. */
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  /** `bytes`: the body is a file's content, not fields, and the operation reads it itself. */
  readonly takes: "fields" | "bytes";
  /** The JSON of a success; absent where it has none. */
  readonly answer?: Answer;
  /** The media types of a success that is not JSON, or not only. */
  readonly gives: readonly string[];
  /** Statuses of success. */
  readonly statuses: readonly number[];
  /** Problems beside those that any operation may meet. */
  readonly problems: readonly ProblemCode[];
  readonly example: Example;
}

interface Description<
  Path extends z.ZodMiniObject,
  Query extends z.ZodMiniObject,
  Body extends z.ZodMiniObject,
  Answer extends z.ZodMiniType,
  Needed extends Access,
> {
  readonly access?: Needed;
  readonly summary: string;
  readonly path?: Path;
  readonly query?: Query;
  readonly body?: Body;
  readonly takes?: "bytes";
  readonly answer?: Answer;
  readonly gives?: readonly string[];
  readonly statuses?: readonly number[];
  readonly problems?: readonly ProblemCode[];
  readonly example?: Example;
}

type Nothing = typeof nothing;

/** Fills in what a description leaves out. */
export function operation<
  Path extends z.ZodMiniObject = Nothing,
  Query extends z.ZodMiniObject = Nothing,
  Body extends z.ZodMiniObject = Nothing,
  Answer extends z.ZodMiniType = z.ZodMiniNever,
  const Needed extends Access = "token",
>(
  call: CallLine,
  topic: Topic,
  description: Description<Path, Query, Body, Answer, Needed>,
): Operation<Path, Query, Body, Answer, Needed> {
  return {
    ...callOf(call),
    topic,
    access: description.access ?? "token" as Needed,
    summary: description.summary,
    path: description.path ?? nothing as z.ZodMiniObject as Path,
    query: description.query ?? nothing as z.ZodMiniObject as Query,
    body: description.body ?? nothing as z.ZodMiniObject as Body,
    takes: description.takes ?? "fields",
    ...(description.answer !== undefined && { answer: description.answer }),
    gives: description.gives ?? [],
    statuses: description.statuses ?? [200],
    problems: description.problems ?? [],
    example: description.example ?? {},
  };
}
