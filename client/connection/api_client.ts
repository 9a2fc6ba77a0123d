/**
 * One typed call per operation of the API, derived from the one table of operations.
 *
 * @module
 */
import type { z } from "zod";
import {
  type Operation,
  type OperationName,
  type Operations,
  operations,
} from "../../lib/api/operations.ts";
import { problemSchema } from "../../lib/api/problems.ts";
import type { Clock } from "../../lib/clock.ts";
import { parseJson } from "../../lib/text/json.ts";
import { readStream, type StreamItem } from "./event_stream.ts";
import { ApiProblem, BadAnswer, Unreachable } from "./failures.ts";

/** How long a call may take, answer included. */
export const callTimeoutMs = 15_000;

/** How long a stream may be silent; the server shows every 15 s that it lives. */
export const streamSilenceMaxMs = 40_000;

/** Most bytes of an answer: room for a full page of the longest messages. */
export const answerBytesMax = 32 * 1024 * 1024;

/** What carries requests: `fetch`, or a stand-in. */
export type Transport = (url: string, init: RequestInit) => Promise<Response>;

/** Operations whose answer is one value; `events` is a stream. */
export type CallName = Exclude<OperationName, "events">;

type Part<Key extends string, Value> = Record<never, never> extends Value
  ? { readonly [K in Key]?: Value }
  : { readonly [K in Key]: Value };

/** What a call takes: the parts that its operation has, and how it is made. */
export type CallInput<Name extends CallName> =
  & Part<"path", z.input<Operations[Name]["path"]>>
  & Part<"query", z.input<Operations[Name]["query"]>>
  & Part<"body", z.input<Operations[Name]["body"]>>
  & { readonly idempotencyKey?: string; readonly signal?: AbortSignal };

type AnswerSchema<Name extends CallName> = NonNullable<Operations[Name]["answer"]>;

/** What a call brings; `undefined` where the operation answers without a body. */
export type CallAnswer<Name extends CallName> = [AnswerSchema<Name>] extends [z.ZodNever]
  ? undefined
  : z.output<AnswerSchema<Name>>;

export interface ApiClientSetup {
  /** Scheme, host and port, as `http://127.0.0.1:8000`. */
  readonly origin: string;
  readonly token?: string | undefined;
  readonly transport: Transport;
  readonly clock: Clock;
}

/** Where the stream begins, and what ends it. */
export interface StreamRequest {
  readonly after: string;
  readonly signal: AbortSignal;
}

interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** A client of one server, with the token of one user or none. */
export class ApiClient {
  readonly #setup: ApiClientSetup;

  constructor(setup: ApiClientSetup) {
    this.#setup = setup;
  }

  get origin(): string {
    return this.#setup.origin;
  }

  /** The same server with another token. */
  withToken(token: string): ApiClient {
    return new ApiClient({ ...this.#setup, token });
  }

  /**
   * Calls an operation.
   *
   * @throws {ApiProblem} if the server refuses.
   * @throws {Unreachable} if no answer comes within {@linkcode callTimeoutMs}.
   * @throws {BadAnswer} if the answer is not one of this operation.
   */
  async call<Name extends CallName>(
    name: Name,
    ...[input]: Record<never, never> extends CallInput<Name> ? [input?: CallInput<Name>]
      : [input: CallInput<Name>]
  ): Promise<CallAnswer<Name>> {
    const operation: Operation = operations[name];
    const abort = new AbortController();
    const timer = this.#setup.clock.setTimer(
      callTimeoutMs,
      () => abort.abort(this.#unreachable("it did not answer in time")),
    );
    const signal = input?.signal === undefined
      ? abort.signal
      : AbortSignal.any([abort.signal, input.signal]);
    try {
      const response = await this.#open({
        method: operation.method,
        target: targetOf(operation.route, input?.path ?? {}, input?.query ?? {}),
        headers: {
          accept: "application/json",
          ...(input?.body !== undefined && { "content-type": "application/json" }),
          ...(input?.idempotencyKey !== undefined && { "idempotency-key": input.idempotencyKey }),
        },
        ...(input?.body !== undefined && { body: JSON.stringify(input.body) }),
        signal,
      });
      const text = await this.#text(response, signal);
      if (operation.answer === undefined) return undefined as CallAnswer<Name>;
      const answer = operation.answer.safeParse(parseJson(text));
      if (answer.success) return answer.data as CallAnswer<Name>;
      const fault = answer.error.issues[0]?.path.join(".") ?? "";
      throw new BadAnswer(
        this.#badAnswer(`${operation.route} answered an unknown form (${fault})`),
      );
    } finally {
      timer.cancel();
    }
  }

  /**
   * Opens the stream of events and reads it until it ends.
   *
   * @throws {ApiProblem} if the server refuses.
   * @throws {Unreachable} if it can't be opened within {@linkcode callTimeoutMs}, breaks, or says
   *   nothing for {@linkcode streamSilenceMaxMs}.
   * @throws {BadAnswer} if what comes is no event stream.
   */
  async *events({ after, signal }: StreamRequest): AsyncGenerator<StreamItem, void, void> {
    const { clock } = this.#setup;
    const abort = new AbortController();
    const watch = (limitMs: number, why: string) =>
      clock.setTimer(limitMs, () => abort.abort(this.#unreachable(why)));
    const watchSilence = () => watch(streamSilenceMaxMs, "it fell silent");
    let timer = watch(callTimeoutMs, "it did not answer in time");
    const both = AbortSignal.any([abort.signal, signal]);
    try {
      const response = await this.#open({
        method: operations.events.method,
        target: targetOf(operations.events.route, {}, { after }),
        headers: { accept: "text/event-stream" },
        signal: both,
      });
      if (mediaType(response) !== "text/event-stream" || response.body === null) {
        throw new BadAnswer(this.#badAnswer("it is no event stream"));
      }
      timer.cancel();
      timer = watchSilence();
      const body = this.#guarded(response.body, both);
      for await (
        const item of readStream(body, () => {
          timer.cancel();
          timer = watchSilence();
        })
      ) yield item;
    } finally {
      timer.cancel();
      abort.abort();
    }
  }

  /** Sends a request; resolves with a success whose body has not been read. */
  async #open({ method, target, headers, body, signal }: RawRequest): Promise<Response> {
    const { origin, token, transport } = this.#setup;
    let response: Response;
    try {
      response = await transport(origin + target, {
        method,
        headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
        ...(body !== undefined && { body }),
        signal,
        // A token must not follow to wherever a server points.
        redirect: "manual",
      });
    } catch (failure) {
      throw this.#broken(failure, signal);
    }
    if (response.ok) return response;
    throw await this.#refusal(response, signal);
  }

  async #refusal(response: Response, signal: AbortSignal): Promise<Error> {
    const text = await this.#text(response, signal);
    const { status } = response;
    if (mediaType(response) === "application/problem+json") {
      const problem = problemSchema.safeParse(parseJson(text));
      if (problem.success) {
        return new ApiProblem(problem.data, { retryAfterMs: retryAfterMs(response) });
      }
    }
    // What stands between us and the server answers so while the server is away.
    if ([502, 503, 504].includes(status)) {
      return this.#unreachable(`a gateway answered ${status}`);
    }
    return new BadAnswer(this.#badAnswer(`status ${status} without a problem document`));
  }

  async #text(response: Response, signal: AbortSignal): Promise<string> {
    if (response.body === null) return "";
    const decoder = new TextDecoder();
    let text = "";
    let bytes = 0;
    for await (const chunk of this.#guarded(response.body, signal)) {
      bytes += chunk.length;
      if (bytes > answerBytesMax) throw new BadAnswer(this.#badAnswer("it is too long"));
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  }

  /** The chunks of a body; a break becomes {@linkcode Unreachable}. */
  async *#guarded(
    body: ReadableStream<Uint8Array>,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, void> {
    const reader = body.getReader();
    // A body that is not of `fetch` knows nothing of the signal.
    const onAbort = () => void reader.cancel(signal.reason).catch(() => {});
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (signal.aborted) throw signal.reason;
        if (done) return;
        yield value;
      }
    } catch (failure) {
      throw this.#broken(failure, signal);
    } finally {
      signal.removeEventListener("abort", onAbort);
      // What is left of the body is not wanted; a body that broke can't be cancelled any more.
      await reader.cancel().catch(() => {});
    }
  }

  #broken(failure: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    if (failure instanceof BadAnswer || failure instanceof ApiProblem) return failure;
    return this.#unreachable(networkReason(failure), { cause: failure });
  }

  #unreachable(why: string, options?: ErrorOptions): Unreachable {
    return new Unreachable(this.#setup.origin, why, options);
  }

  #badAnswer(why: string): string {
    return `Cannot understand the answer of ${this.#setup.origin}: ${why}`;
  }
}

function targetOf(
  route: string,
  path: Readonly<Record<string, unknown>>,
  query: Readonly<Record<string, unknown>>,
): string {
  const filled = route.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(path[name])));
  const fields = Object.entries(query).filter(([, value]) => value !== undefined);
  if (fields.length === 0) return filled;
  return `${filled}?${new URLSearchParams(fields.map(([name, value]) => [name, String(value)]))}`;
}

function mediaType(response: Response): string {
  return (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

function retryAfterMs(response: Response): number | undefined {
  const text = response.headers.get("retry-after") ?? "";
  return /^\d{1,6}$/.test(text) ? Number(text) * 1000 : undefined;
}

const networkReasons: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/connection refused/i, "nothing listens there"],
  [/dns|lookup|name resolution|resolve/i, "there is no such host"],
  [/certificate|tls/i, "its certificate is not trusted"],
  [/timed out/i, "it did not answer in time"],
  [/unreachable|no route/i, "there is no way to it"],
];

function networkReason(failure: unknown): string {
  const cause = failure instanceof Error && failure.cause instanceof Error
    ? failure.cause.message
    : "";
  const told = `${failure instanceof Error ? failure.message : String(failure)} ${cause}`;
  return networkReasons.find(([pattern]) => pattern.test(told))?.[1] ?? "the connection broke";
}
