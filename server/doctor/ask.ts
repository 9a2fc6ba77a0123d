/**
 * Asks an HTTP server one question, whatever it is, and waits for no longer than it takes.
 *
 * @module
 */
import http from "node:http";
import https from "node:https";
import { getCACertificates, rootCertificates } from "node:tls";
import { problemSchema } from "../../lib/api/schemas/problem.ts";
import type { Clock } from "../../lib/clock.ts";
import { parseJson } from "../../lib/text/json.ts";

/** How long anyone may take to answer. */
export const answerMs = 5000;

/** Most of an answer that is read, in bytes. */
export const answerBytesMax = 1024 ** 2;

/** Where to ask. */
export type Place =
  | { readonly path: string }
  | { readonly hostname: string; readonly port: number; readonly secure: boolean };

export interface Question {
  readonly method?: "GET" | "POST";
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer is at its end for us when it holds this. */
  readonly until?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** All of it, or up to {@linkcode Question.until}, or what had come by then. */
  readonly text: string;
  /** Whether it came to the end that was waited for. */
  readonly isWhole: boolean;
  readonly tookMs: number;
  /** Of the certificate that was shown: its SHA-256, and when it ends. */
  readonly certificate?: { readonly fingerprint: string; readonly endsMs: number };
  /** Why the certificate is not to be trusted, in the words of TLS. */
  readonly distrust?: string;
}

/** The code of {@linkcode NoAnswer} where the answer has not come in time. */
export const late = "LATE";

/** There was no answer; `code` is that of the system, or {@linkcode late}. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";

  constructor(readonly code: string, message: string) {
    super(message);
  }
}

/** What is used of a socket of TLS. */
interface SecureSocket {
  readonly authorized?: boolean;
  readonly authorizationError?: unknown;
  getPeerCertificate?(): { readonly fingerprint256?: string; readonly valid_to?: string } | null;
}

/**
 * Asks once. Whom it asks need not be trusted: the answer tells whether it can be.
 *
 * @throws {NoAnswer}
 */
export function ask(place: Place, question: Question, clock: Clock): Promise<Answer> {
  const { method = "GET", target, headers = {}, until } = question;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const startedMs = clock.monotonic();
  let ended = (_isWhole: boolean, why: NoAnswer = tooLate()): void => reject(why);
  const secure = "secure" in place && place.secure;
  const request = (secure ? https : http).request({
    ...("path" in place ? { socketPath: place.path } : { host: place.hostname, port: place.port }),
    method,
    path: target,
    headers: { ...(method === "POST" && { "content-length": "0" }), ...headers },
    agent: false,
    ...(secure && { rejectUnauthorized: false, ca: roots() }),
  }, (response) => {
    let text = "";
    let bytes = 0;
    const told = secure ? tellOf(response.socket as unknown as SecureSocket) : {};
    ended = (isWhole) =>
      resolve({
        status: response.statusCode ?? 0,
        headers: Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
        ),
        text,
        isWhole,
        tookMs: clock.monotonic() - startedMs,
        ...told,
      });
    const decoder = new TextDecoder();
    response.on("data", (piece: Uint8Array) => {
      bytes += piece.length;
      text += decoder.decode(piece, { stream: true });
      if (until !== undefined && text.includes(until)) ended(true);
      else if (bytes > answerBytesMax) ended(false);
    });
    response.on("end", () => ended(until === undefined));
    response.on("error", () => ended(false));
  });
  request.on("error", (failure: Error & { code?: string }) => {
    ended(false, new NoAnswer(failure.code ?? "", failure.message));
  });
  const timer = clock.setTimer(answerMs, () => ended(false));
  request.end();
  return promise.finally(() => {
    timer.cancel();
    request.destroy();
  });
}

let known: string[] | undefined;

/** Whom this machine trusts, and whom `DENO_CERT` names: those whom `chat client` trusts at most. */
function roots(): string[] {
  if (known !== undefined) return known;
  const own = Deno.env.get("DENO_CERT") ?? "";
  const named = own === "" ? [] : [Deno.readTextFileSync(own)];
  return known = [...rootCertificates, ...getCACertificates("system"), ...named];
}

function tooLate(): NoAnswer {
  return new NoAnswer(late, `no answer within ${answerMs / 1000} s`);
}

function tellOf(socket: SecureSocket): Pick<Answer, "certificate" | "distrust"> {
  const { fingerprint256: fingerprint, valid_to: end } = socket.getPeerCertificate?.() ?? {};
  return {
    ...(fingerprint !== undefined && end !== undefined && {
      certificate: { fingerprint, endsMs: Date.parse(end) },
    }),
    ...(socket.authorized !== true && {
      distrust: String(socket.authorizationError ?? "it is not known why"),
    }),
  };
}

/** The problem that an answer is, as our servers tell them; `undefined` if it is none. */
export function problemOf(
  { headers, text }: Answer,
): { readonly code: string; readonly detail: string } | undefined {
  if (!/^application\/problem\+json\b/.test(headers["content-type"] ?? "")) return undefined;
  const read = problemSchema.safeParse(parseJson(text));
  return read.success && read.data.type === `/docs#${read.data.code}` ? read.data : undefined;
}

/** When the server said it was, by its `Date`; `undefined` if it did not say. */
export function dateOf({ headers }: Answer): number | undefined {
  const ms = Date.parse(headers["date"] ?? "");
  return Number.isNaN(ms) ? undefined : ms;
}
