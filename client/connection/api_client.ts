/**
 * One typed call per operation of the API, derived from the one table of operations.
 *
 * @module
 */
import type * as z from "zod";
import {
  type Operation,
  type OperationName,
  type Operations,
  operations,
} from "../../lib/api/operations.ts";
import { problem } from "../../lib/api/problems.ts";
import type { File } from "../../lib/api/schemas.ts";
import type { Clock } from "../../lib/clock.ts";
import { parseJson } from "../../lib/text/json.ts";
import { readStream, type StreamItem } from "./event_stream.ts";
import { Exchange, mediaType, type Transport } from "./exchange.ts";
import { ApiProblem } from "./failures.ts";
import { Watchdog } from "./watchdog.ts";

/** How long a call may take, answer included. */
export const callTimeoutMs = 15_000;

/** How long a stream may be silent; the server shows every 15 s that it lives. */
export const streamSilenceMaxMs = 40_000;

/** Operations of fields that answer one value; the others have methods of their own. */
export type CallName = Exclude<OperationName, "events" | "uploadFile" | "downloadFile">;

type Part<Key extends string, Value> = Record<never, never> extends Value
  ? { readonly [K in Key]?: Value }
  : { readonly [K in Key]: Value };

/** What a call takes: the parts that its operation has, and how it is made. */
export type CallInput<Name extends CallName> =
  & Part<"path", z.input<Operations[Name]["path"]>>
  & Part<"query", z.input<Operations[Name]["query"]>>
  & Part<"body", z.input<Operations[Name]["body"]>>
  & { readonly idempotencyKey?: string; readonly signal?: AbortSignal };

/** It may be left out if nothing in it must be given. */
export type CallInputs<Name extends CallName> = Record<never, never> extends CallInput<Name>
  ? [input?: CallInput<Name>]
  : [input: CallInput<Name>];

type AnswerSchema<Name extends OperationName> = NonNullable<Operations[Name]["answer"]>;

type AnswerOf<Name extends OperationName> = [AnswerSchema<Name>] extends [z.ZodNever] ? undefined
  : z.output<AnswerSchema<Name>>;

/** What a call brings; `undefined` where the operation answers without a body. */
export type CallAnswer<Name extends CallName> = AnswerOf<Name>;

export type { Transport };

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

/** A file to be uploaded. */
export interface Upload {
  readonly name: string;
  /** Its media type. */
  readonly type: string;
  readonly open: () => Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** Told how many bytes are on their way. */
  readonly progress?: (sentBytes: number) => void;
}

export interface DownloadRequest {
  readonly id: number;
  readonly signal?: AbortSignal;
}

/** A file that comes in. */
export interface Download {
  /** What the server calls it: text from elsewhere, which may name any path. */
  readonly name: string | undefined;
  /** In bytes. */
  readonly size: number | undefined;
  /** Must be read to its end, or left by `return`. */
  readonly bytes: AsyncGenerator<Uint8Array, void, void>;
}

/** A client of one server, with the token of one user or none. */
export class ApiClient {
  readonly #setup: ApiClientSetup;
  readonly #exchange: Exchange;

  constructor(setup: ApiClientSetup) {
    this.#setup = setup;
    this.#exchange = new Exchange(setup);
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
    ...[input]: CallInputs<Name>
  ): Promise<CallAnswer<Name>> {
    const operation: Operation = operations[name];
    const watchdog = this.#watchdog(input?.signal);
    const { signal } = watchdog;
    watchdog.expect(callTimeoutMs, noAnswerInTime);
    try {
      const response = await this.#exchange.open({
        method: operation.method,
        target: targetOf(operation.route, input?.path ?? {}, input?.query ?? {}),
        headers: {
          accept: "application/json",
          ...(input?.body !== undefined && { "content-type": "application/json" }),
          ...keyHeader(input),
        },
        ...(input?.body !== undefined && { body: JSON.stringify(input.body) }),
        signal,
      });
      return this.#answer(name, await this.#exchange.text(response, signal));
    } finally {
      watchdog.stop();
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
  async *events({ after, signal: wish }: StreamRequest): AsyncGenerator<StreamItem, void, void> {
    const watchdog = this.#watchdog(wish);
    const { signal } = watchdog;
    const expectMore = () => watchdog.expect(streamSilenceMaxMs, silence);
    watchdog.expect(callTimeoutMs, noAnswerInTime);
    try {
      const response = await this.#exchange.open({
        method: operations.events.method,
        target: targetOf(operations.events.route, {}, { after }),
        headers: { accept: "text/event-stream" },
        signal,
      });
      if (mediaType(response) !== "text/event-stream" || response.body === null) {
        throw this.#exchange.badAnswer("it is no event stream");
      }
      expectMore();
      yield* readStream(this.#exchange.chunks(response.body, signal), expectMore);
    } finally {
      watchdog.stop();
    }
  }

  /**
   * Uploads a file.
   *
   * @throws as {@linkcode ApiClient.call}; {@linkcode Unreachable} only if nothing moves for
   *   {@linkcode streamSilenceMaxMs}, however long all of it takes.
   */
  async upload(
    { name, type, open, idempotencyKey, signal: wish, progress = () => {} }: Upload,
  ): Promise<File> {
    const watchdog = this.#watchdog(wish);
    const { signal } = watchdog;
    const { method, route } = operations.uploadFile;
    const expectMore = () => watchdog.expect(streamSilenceMaxMs, silence);
    const bytes = await open();
    expectMore();
    let sentBytes = 0;
    const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        controller.enqueue(chunk);
        expectMore();
        progress(sentBytes += chunk.length);
      },
    });
    // A source that breaks, or that nobody wants any more, shows in the answer.
    const poured = bytes.pipeTo(counter.writable, { signal }).catch((failure) => failure);
    try {
      const response = await this.#exchange.open({
        method,
        target: targetOf(route, {}, { name }),
        headers: {
          accept: "application/json",
          "content-type": type,
          ...keyHeader({ idempotencyKey }),
        },
        body: counter.readable,
        signal,
      });
      return this.#answer("uploadFile", await this.#exchange.text(response, signal));
    } finally {
      watchdog.stop();
      await counter.readable.cancel().catch(() => {});
      await poured;
    }
  }

  /**
   * Opens a file.
   *
   * @throws {ApiProblem} if the server refuses.
   * @throws {Unreachable} if no answer comes within {@linkcode callTimeoutMs}; its bytes, if they
   *   break off, or nothing comes for {@linkcode streamSilenceMaxMs}.
   */
  async download({ id, signal: wish }: DownloadRequest): Promise<Download> {
    const watchdog = this.#watchdog(wish);
    const { signal } = watchdog;
    const { method, route } = operations.downloadFile;
    watchdog.expect(callTimeoutMs, noAnswerInTime);
    try {
      const { headers, body } = await this.#exchange.open({
        method,
        target: targetOf(route, { id }, {}),
        headers: { accept: "*/*" },
        signal,
      });
      const length = headers.get("content-length") ?? "";
      const size = /^\d{1,15}$/.test(length) ? Number(length) : undefined;
      return {
        name: dispositionName(headers.get("content-disposition") ?? ""),
        size,
        bytes: withEnd(this.#pour({ body, size }, watchdog), async () => {
          watchdog.stop();
          if (body?.locked === false) await body.cancel();
        }),
      };
    } catch (failure) {
      watchdog.stop();
      throw failure;
    }
  }

  async *#pour(
    { body, size }: {
      readonly body: ReadableStream<Uint8Array> | null;
      readonly size: number | undefined;
    },
    watchdog: Watchdog,
  ): AsyncGenerator<Uint8Array, void, void> {
    const expectMore = () => watchdog.expect(streamSilenceMaxMs, silence);
    let gotBytes = 0;
    expectMore();
    try {
      if (body === null) return;
      for await (const chunk of this.#exchange.chunks(body, watchdog.signal)) {
        // Who takes the bytes may be slow; that is no silence.
        watchdog.stop();
        gotBytes += chunk.length;
        yield chunk;
        expectMore();
      }
      if (size !== undefined && gotBytes !== size) {
        throw this.#exchange.unreachable("the file broke off");
      }
    } finally {
      watchdog.stop();
    }
  }

  #answer<Name extends OperationName>(name: Name, text: string): AnswerOf<Name> {
    const { answer: schema, route }: Operation = operations[name];
    if (schema === undefined) return undefined as AnswerOf<Name>;
    const answer = schema.safeParse(parseJson(text));
    if (answer.success) return answer.data as AnswerOf<Name>;
    const fault = answer.error.issues[0]?.path.join(".") ?? "";
    throw this.#exchange.badAnswer(`${route} answered an unknown form (${fault})`);
  }

  #watchdog(signal: AbortSignal | undefined): Watchdog {
    return new Watchdog({
      clock: this.#setup.clock,
      fault: (why) => this.#exchange.unreachable(why),
      signal,
    });
  }
}

/** Has `end` done when `items` are left, even by one who has not taken the first of them. */
function withEnd<Item>(
  items: AsyncGenerator<Item, void, void>,
  end: () => Promise<void>,
): AsyncGenerator<Item, void, void> {
  // What a generator that was not begun has in its `finally` is never done.
  const leave = items.return.bind(items);
  items.return = async (value) => {
    const left = await leave(value);
    await end();
    return left;
  };
  return items;
}

const noAnswerInTime = "it did not answer in time";
const silence = "it fell silent";

function keyHeader(
  { idempotencyKey }: { readonly idempotencyKey?: string | undefined } = {},
): Readonly<Record<string, string>> {
  return idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey };
}

/** @throws {ApiProblem} for a name that no path can hold. */
function targetOf(
  route: string,
  path: Readonly<Record<string, unknown>>,
  query: Readonly<Record<string, unknown>>,
): string {
  const filled = route.replace(/\{(\w+)\}/g, (_, name) => segmentOf(String(path[name])));
  const fields = Object.entries(query).filter(([, value]) => value !== undefined);
  if (fields.length === 0) return filled;
  return `${filled}?${new URLSearchParams(fields.map(([name, value]) => [name, String(value)]))}`;
}

function segmentOf(text: string): string {
  // Dots alone lead up, coded or not: another operation would be called, and nothing is named so.
  if (/^\.{0,2}$/.test(text)) {
    throw new ApiProblem(problem("not_found", "There is nothing of this name."), {
      retryAfterMs: undefined,
    });
  }
  return encodeURIComponent(text);
}

/** The file name that a `Content-Disposition` tells (RFC 6266 §4.3); as it came, and to be cleaned. */
function dispositionName(header: string): string | undefined {
  const [, coded] = /;\s*filename\*=utf-8'[^']*'([^;\s]*)/i.exec(header) ?? [];
  if (coded !== undefined) {
    try {
      return decodeURIComponent(coded);
    } catch (fault) {
      if (!(fault instanceof URIError)) throw fault;
    }
  }
  return /;\s*filename="([^"]*)"/i.exec(header)?.[1];
}
