/**
 * What an operation is handed, and what it gives back.
 *
 * @module
 */
import type * as z from "zod/mini";
import type { OperationName, Operations } from "../../lib/api/operations.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Command, OutcomeOf } from "../../lib/domain/command.ts";
import type { Policy } from "../../lib/domain/policy.ts";
import type { Retry } from "../../lib/domain/receipt.ts";
import type { Missing } from "../../lib/domain/refusal.ts";
import { type Life, lifeAt } from "../../lib/domain/retention.ts";
import type { Decision, Succeeded } from "../../lib/domain/rule.ts";
import type { Random } from "../../lib/random.ts";
import type { Engine } from "../chat/engine.ts";
import type { Hub } from "../chat/hub.ts";
import type { HeaderList, Request, ResponseStream } from "../http/mod.ts";
import type { Measures } from "../metrics/measures.ts";
import type { Store } from "../store/store.ts";
import type { Tracer } from "../tracing/tracer.ts";
import type { StreamFace } from "./event_formats.ts";
import { type Failure, failureOf } from "./failure.ts";
import type { Front } from "./front/front.ts";
import type { Caller } from "./front/proxies.ts";
import type { LoginGuard } from "./login_guard.ts";
import type { PageContents } from "./page.ts";
import type { Passwords } from "./passwords.ts";
import type { Readiness } from "./readiness.ts";
import type { RegistrationMode, Registrations } from "./registrations.ts";
import type { Session, Sessions } from "./sessions.ts";

/** What the operator has chosen, as far as the operations must know. */
export interface ApiSettings {
  /** How many of the common chat's last messages a newcomer gets. */
  readonly recent: number;
  readonly registration: RegistrationMode;
  /** Most bytes of one file. */
  readonly fileBytesMax: number;
  /** What the rules go by. */
  readonly policy: Policy;
}

/** Everything the operations work with. */
export interface Services {
  readonly front: Front;
  readonly store: Store;
  readonly engine: Engine;
  readonly hub: Hub;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly loginGuard: LoginGuard;
  readonly registrations: Registrations;
  readonly faces: readonly StreamFace[];
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: ApiSettings;
  readonly version: string;
  /** The page for browsers; `undefined` if it was not built. */
  readonly page: PageContents | undefined;
  readonly readiness: Readiness;
  /** What the operations add to. */
  readonly measures: Measures;
  /** Absent where nobody collects traces. */
  readonly tracer?: Tracer | undefined;
  /** Writes down all that is measured: the media type, and the text. */
  readonly metricsPage: () => { readonly type: string; readonly text: string };
}

type SessionOf<Access> = Access extends "token" ? Session
  : Access extends "maybe" ? Session | undefined
  : undefined;

/** A request that has been checked against its operation. */
export interface Call<Name extends OperationName> {
  readonly request: Request;
  /** Whom it comes from, which its peer may only have passed on. */
  readonly caller: Caller;
  readonly session: SessionOf<Operations[Name]["access"]>;
  readonly path: z.output<Operations[Name]["path"]>;
  readonly query: z.output<Operations[Name]["query"]>;
  readonly body: z.output<Operations[Name]["body"]>;
  /** If it carried an idempotency key. */
  readonly retry?: Retry;
}

type AnswerOf<Name extends OperationName> = Operations[Name] extends
  { readonly answer?: infer Schema extends z.ZodMiniType } ? z.input<Schema> : never;

/** What an operation answers. */
export interface Answer<Json = unknown> {
  readonly status: number;
  readonly headers?: HeaderList;
  readonly json?: Json;
  /** What is no JSON: its media type, and itself. */
  readonly content?: { readonly type: string; readonly bytes: string | Uint8Array };
  readonly stream?: (stream: ResponseStream) => void;
}

/** One function an operation. */
export type Handlers = {
  readonly [Name in OperationName]: (
    call: Call<Name>,
  ) => Answer<AnswerOf<Name>> | Promise<Answer<AnswerOf<Name>>>;
};

/**
 * Carries a command out.
 *
 * @throws {Failure} if the rules refuse it.
 */
export async function carryOut<C extends Command>(
  { engine, clock }: Pick<Services, "engine" | "clock">,
  command: C,
): Promise<Succeeded<OutcomeOf<C>>> {
  return succeeded(await engine.submit(command), { clock });
}

/**
 * A decision that is no refusal.
 *
 * @throws {Failure} if it is one.
 */
export function succeeded<Outcome>(
  decision: Decision<Outcome>,
  { clock }: Pick<Services, "clock">,
): Succeeded<Outcome> {
  if (!decision.ok) throw failureOf(decision.refusal, clock.now());
  return decision;
}

/** What is missing, as the rules would say it. */
export function missing(what: Missing): Failure {
  return failureOf({ code: "not_found", what }, 0);
}

/** What decides now which messages are still there. */
export function lifeNow({ clock, settings }: Pick<Services, "clock" | "settings">): Life {
  return lifeAt(clock.now(), settings.policy);
}

/** The retry of a call in the form in which commands take it: absent if there is none. */
export function retryOf(call: { readonly retry?: Retry }): { readonly retry?: Retry } {
  return call.retry === undefined ? {} : { retry: call.retry };
}

/** Headers of an answer that was given before. */
export function replayHeaders(decision: { readonly replayed: boolean }): HeaderList {
  return decision.replayed ? [["Idempotency-Replayed", "true"]] : [];
}
