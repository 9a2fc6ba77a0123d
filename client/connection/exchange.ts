/**
 * One request and its answer over HTTP, with everything that can go wrong between told apart.
 *
 * @module
 */
import { parseJson } from "../../lib/text/json.ts";
import {
  ApiProblem,
  type Arrival,
  BadAnswer,
  foreseen,
  Unreachable,
  type UnreachableOptions,
} from "./failures.ts";
import type { Forms } from "./forms.ts";

/** Most bytes of an answer: room for a full page of the longest messages. */
export const answerBytesMax = 32 * 1024 * 1024;

/** What carries requests: `fetch`, or a stand-in. */
export type Transport = (url: string, init: RequestInit) => Promise<Response>;

/** What a failure of the network means. */
export interface NetworkFault {
  /** In a few words. */
  readonly why: string;
  /** Whether a request can have come through; `elsewhere`: to what does not speak HTTP. */
  readonly arrived: Arrival | "elsewhere";
}

export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Blob | ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly signal: AbortSignal;
}

export interface ExchangeSetup {
  /** Scheme, host and port, as `http://127.0.0.1:8000`. */
  readonly origin: string;
  readonly token?: string | undefined;
  readonly transport: Transport;
  /** How answers are read. */
  readonly forms: Forms;
  /** Reads what the transport fails with; left out: that tells nothing, as in browsers. */
  readonly readFault?: (failure: unknown) => NetworkFault | undefined;
}

const unknownFault: NetworkFault = { why: "the connection broke", arrived: "perhaps" };

/** Sends requests to one server, with one token or none. */
export class Exchange {
  readonly #setup: ExchangeSetup;

  constructor(setup: ExchangeSetup) {
    this.#setup = setup;
  }

  /** Sends a request; resolves with a success whose body has not been read. */
  async open({ method, target, headers, body, signal }: RawRequest): Promise<Response> {
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
    const text = await this.text(response, signal);
    const { status } = response;
    if (mediaType(response) === "application/problem+json") {
      const problem = this.#setup.forms.problem(parseJson(text));
      if (problem !== undefined) {
        return new ApiProblem(problem, { retryAfterMs: retryAfterMs(response) });
      }
    }
    if (status === 413) {
      // The server itself says it in a problem document.
      const detail = "Something on the way, such as a proxy, does not take files this large.";
      return foreseen("too_large", detail);
    }
    // What stands between us and the server answers so while the server is away.
    if ([502, 503, 504].includes(status)) {
      return this.unreachable(`a gateway answered ${status}`);
    }
    // A browser tells that it would lead elsewhere, and not where to.
    const isHidden = response.type === "opaqueredirect";
    const isRedirect = isHidden || (status >= 300 && status < 400);
    const target = response.headers.get("location") ?? "";
    const why = isRedirect && URL.canParse(target)
      ? `it sends us on to ${new URL(target).origin}`
      : isHidden
      ? "it sends us elsewhere"
      : `status ${status} without a problem document`;
    // Whoever sends a request elsewhere has not carried it out.
    return this.badAnswer(why, isRedirect ? { arrived: "never" } : {});
  }

  /** The whole of a body. @throws {BadAnswer} beyond {@linkcode answerBytesMax}. */
  async text(response: Response, signal: AbortSignal): Promise<string> {
    if (response.body === null) return "";
    const decoder = new TextDecoder();
    let text = "";
    let bytes = 0;
    for await (const chunk of this.chunks(response.body, signal)) {
      bytes += chunk.length;
      if (bytes > answerBytesMax) throw this.badAnswer("it is too long");
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  }

  /** The chunks of a body; a break becomes {@linkcode Unreachable}. */
  async *chunks(
    body: ReadableStream<Uint8Array>,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, void> {
    const reader = body.getReader();
    // A body that is not of `fetch` knows nothing of the signal.
    const onAbort = () => void reader.cancel(signal.reason).catch(() => {});
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
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
    const { why, arrived } = this.#setup.readFault?.(failure) ?? unknownFault;
    return arrived === "elsewhere"
      ? this.badAnswer(why)
      : this.unreachable(why, { cause: failure, arrived });
  }

  unreachable(why: string, options?: UnreachableOptions): Unreachable {
    return new Unreachable(this.#setup.origin, why, options);
  }

  badAnswer(why: string, options: { readonly arrived?: Arrival } = {}): BadAnswer {
    return new BadAnswer(
      `Cannot understand the answer of ${this.#setup.origin}: ${why}`,
      options,
    );
  }
}

export function mediaType(response: Response): string {
  return (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

function retryAfterMs(response: Response): number | undefined {
  const text = response.headers.get("retry-after") ?? "";
  return /^\d{1,6}$/.test(text) ? Number(text) * 1000 : undefined;
}
