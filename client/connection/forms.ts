/**
 * How a client talks with a server: how operations are called, and what is answered is read.
 *
 * @module
 */
import type * as z from "zod/mini";
import type { OperationName, Operations } from "../../lib/api/operations.ts";
import type { Call } from "../../lib/api/route.ts";
import type { Event, StreamNotice } from "../../lib/api/schemas.ts";
import type { Problem } from "../../lib/api/problems.ts";

type AnswerSchema<Name extends OperationName> = NonNullable<Operations[Name]["answer"]>;

/** What an operation answers; `undefined` where it answers without a body. */
export type AnswerOf<Name extends OperationName> = [AnswerSchema<Name>] extends [z.ZodMiniNever]
  ? undefined
  : z.output<AnswerSchema<Name>>;

/** What is no answer of an operation. */
export class FormFault extends Error {
  override readonly name = "FormFault";
  /** Where it is another, as `items.0.id`; `""`: as a whole. */
  readonly path: string;

  constructor(path: string) {
    super(`Cannot read answer: it has an unknown form (${path})`);
    this.path = path;
  }
}

/** Of answers: takes JSON for what it is to be, if it is that; `undefined` is what is no JSON. */
export interface Forms {
  /** How an operation is called. */
  call(name: OperationName): Call;
  /** @throws {FormFault} if it is no answer of this operation. */
  answer<Name extends OperationName>(name: Name, value: unknown): AnswerOf<Name>;
  /** `undefined`: a newer server's, whose type this client does not know, or not this form of it. */
  event(value: unknown): Event | undefined;
  /** As {@linkcode Forms.event}. */
  notice(value: unknown): StreamNotice | undefined;
  /** `undefined`: it is no problem of the API. */
  problem(value: unknown): Problem | undefined;
}

const notices = {
  caught_up: true,
  reset: true,
  heartbeat: true,
  bye: true,
} as const satisfies Readonly<Record<StreamNotice["type"], true>>;

/** Whether a stream tells of itself by this type. */
export function isNoticeType(type: string): type is StreamNotice["type"] {
  return Object.hasOwn(notices, type);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
