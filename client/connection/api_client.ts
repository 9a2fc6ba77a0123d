/**
 * One typed call per operation of the API, derived from the one table of operations.
 *
 * @module
 */
import type * as z from "zod/mini";
import type { OperationName, Operations } from "../../lib/api/operations.ts";
import type { Call } from "../../lib/api/route.ts";
import type { File } from "../../lib/api/schemas.ts";
import type { Clock } from "../../lib/clock.ts";
import { parseJson } from "../../lib/text/json.ts";
import { type Poll, readPoll, readStream, type StreamItem } from "./event_stream.ts";
import {
  type Download,
  type DownloadRequest,
  type TellingTransport,
  type Upload,
} from "./file_transfer.ts";
import { type AnswerOf, FormFault } from "./forms.ts";
import {
  Exchange,
  type ExchangeSetup,
  mediaType,
  type RawRequest,
  type Transport,
} from "./exchange.ts";
import { targetOf } from "./request_target.ts";
import { callTimeoutMs, Watchdog } from "./watchdog.ts";

export { callTimeoutMs, streamSilenceMaxMs } from "./watchdog.ts";

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

/** What a call brings; `undefined` where the operation answers without a body. */
export type CallAnswer<Name extends CallName> = AnswerOf<Name>;

export type { Download, DownloadRequest, TellingTransport, Transport, Upload };

export interface ApiClientSetup extends ExchangeSetup {
  readonly clock: Clock;
}

/** Where the stream begins, and what ends it. */
export interface StreamRequest {
  readonly after: string;
  readonly signal: AbortSignal;
}

/** Where a poll begins, how long it waits for news, and what ends it. */
export interface PollRequest extends StreamRequest {
  readonly waitSeconds: number;
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

  /** How an operation is called. */
  callOf(name: OperationName): Call {
    return this.#setup.forms.call(name);
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
    const { method, route } = this.callOf(name);
    const body = input?.body === undefined ? undefined : JSON.stringify(input.body);
    const text = await this.#text({
      method,
      target: targetOf(route, input?.path ?? {}, input?.query ?? {}),
      headers: {
        accept: "application/json",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...keyHeader(input),
      },
      ...(body !== undefined && { body }),
    }, { limitMs: callTimeoutMs, signal: input?.signal });
    return this.#answer(name, text);
  }

  /**
   * Asks for the events since a cursor; if there are none, for the first ones that come.
   *
   * @throws as {@linkcode ApiClient.call}, where the time to wait is not counted.
   */
  async poll({ after, waitSeconds, signal }: PollRequest): Promise<Poll> {
    const { method, route } = this.callOf("events");
    const text = await this.#text({
      method,
      target: targetOf(route, {}, { after, wait: waitSeconds }),
      headers: { accept: "application/json" },
    }, { limitMs: waitSeconds * 1000 + callTimeoutMs, signal });
    const poll = readPoll(parseJson(text), this.#setup.forms);
    if (poll === undefined) throw this.#exchange.badAnswer(`${route} answered an unknown form`);
    return poll;
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
    const { method, route } = this.callOf("events");
    watchdog.expectAnswer();
    try {
      const response = await this.#exchange.open({
        method,
        target: targetOf(route, {}, { after }),
        headers: { accept: "text/event-stream" },
        signal,
      });
      if (mediaType(response) !== "text/event-stream" || response.body === null) {
        throw this.#exchange.badAnswer("it is no event stream");
      }
      watchdog.expectMore();
      const bytes = this.#exchange.chunks(response.body, signal);
      yield* readStream(bytes, this.#setup.forms, () => watchdog.expectMore());
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
    { name, type, body, send, idempotencyKey, signal: wish, progress = () => {} }: Upload,
  ): Promise<File> {
    const watchdog = this.#watchdog(wish);
    const { signal } = watchdog;
    const moved = (sentBytes: number) => {
      watchdog.expectMore();
      progress(sentBytes);
    };
    const { transport: carry } = this.#setup;
    const transport: Transport = (url, init) => send(url, init, moved, carry);
    watchdog.expectMore();
    try {
      const exchange = new Exchange({ ...this.#setup, transport });
      const { method, route } = this.callOf("uploadFile");
      const response = await exchange.open({
        method,
        target: targetOf(route, {}, { name }),
        headers: {
          accept: "application/json",
          "content-type": type,
          ...keyHeader({ idempotencyKey }),
        },
        body,
        signal,
      });
      return this.#answer("uploadFile", await exchange.text(response, signal));
    } finally {
      watchdog.stop();
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
    const { method, route } = this.callOf("downloadFile");
    watchdog.expectAnswer();
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
        disposition: headers.get("content-disposition") ?? "",
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
    let gotBytes = 0;
    watchdog.expectMore();
    try {
      if (body === null) return;
      for await (const chunk of this.#exchange.chunks(body, watchdog.signal)) {
        // Who takes the bytes may be slow; that is no silence.
        watchdog.stop();
        gotBytes += chunk.length;
        yield chunk;
        watchdog.expectMore();
      }
      if (size !== undefined && gotBytes !== size) {
        throw this.#exchange.unreachable("the file broke off");
      }
    } finally {
      watchdog.stop();
    }
  }

  /** The whole answer to a request. */
  async #text(
    request: Omit<RawRequest, "signal">,
    { limitMs, signal: wish }: {
      readonly limitMs: number;
      readonly signal: AbortSignal | undefined;
    },
  ): Promise<string> {
    const watchdog = this.#watchdog(wish);
    const { signal } = watchdog;
    watchdog.expectAnswer(limitMs);
    try {
      return await this.#exchange.text(await this.#exchange.open({ ...request, signal }), signal);
    } finally {
      watchdog.stop();
    }
  }

  #answer<Name extends OperationName>(name: Name, text: string): AnswerOf<Name> {
    try {
      return this.#setup.forms.answer(name, parseJson(text));
    } catch (fault) {
      if (!(fault instanceof FormFault)) throw fault;
      const { route } = this.callOf(name);
      throw this.#exchange.badAnswer(`${route} answered an unknown form (${fault.path})`);
    }
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

function keyHeader(
  { idempotencyKey }: { readonly idempotencyKey?: string | undefined } = {},
): Readonly<Record<string, string>> {
  return idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey };
}
