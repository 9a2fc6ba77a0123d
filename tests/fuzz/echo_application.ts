/**
 * An application that answers with what it was asked, in every way that an application may go about
 * it. Which way it takes follows from the request alone, so that one who knows the request knows
 * the answer.
 *
 * @module
 */
import type { Handler, Request, Response, ResponseStream } from "../../server/http/exchange.ts";

/** What an application may do with a request. */
export const manners = [
  "plain",
  "later",
  "body",
  "bodyLater",
  "parts",
  "partly",
  "short",
  "throws",
  "rejects",
  "stream",
  "slowStream",
  "sizedStream",
  "unsendable",
  "watch",
  "watchedStream",
] as const;

export type Manner = (typeof manners)[number];

/** Manners that read the body to its end. */
export const readingManners: ReadonlySet<Manner> = new Set(["body", "bodyLater", "parts", "short"]);

/** Largest body that is read. */
export const bodyBytesMax = 1_000_000;
/** Largest body that the manner "short" reads. */
export const shortBodyBytesMax = 4;

const encoder = new TextEncoder();

/** What an answer tells of the request. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly authority: string | undefined;
}

/** How a request is dealt with. */
export function mannerOf({ method, path, query }: Asked): Manner {
  return manners[fingerprint(`${method} ${path}?${query}`) % manners.length] ?? "plain";
}

/** What is answered to a request whose body was read, or was not. */
export function echo({ method, path, query, authority }: Asked, body: string | undefined): string {
  const said = body === undefined ? "unread" : `${body.length} ${fingerprint(body).toString(16)}`;
  return `${method} ${path}?${query} of ${authority}: ${said}\n`;
}

/** FNV-1a over the characters. */
function fingerprint(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
  return hash >>> 0;
}

/** What happens on the way, for those who look on. */
export interface EchoHooks {
  /** While an application watches for its peer to leave, after some turns of doing nothing. */
  readonly onHeld?: () => void;
  readonly onFault?: (what: string) => void;
}

/** An application; those of one connection are told apart by nothing. */
export function echoApplication(hooks: EchoHooks = {}): Handler {
  return (request) => {
    switch (mannerOf(request)) {
      case "plain":
        return answer(echo(request, undefined));
      case "later":
        return turn().then(() => answer(echo(request, undefined)));
      case "body":
        return wholeBody(request, bodyBytesMax);
      case "short":
        return wholeBody(request, shortBodyBytesMax);
      case "bodyLater":
        return turn().then(() => wholeBody(request, bodyBytesMax));
      case "parts":
        return inParts(request);
      case "partly":
        return partly(request);
      case "throws":
        throw new Error("The application fails");
      case "rejects":
        return turn().then(() => Promise.reject(new Error("The application fails")));
      case "stream":
        return streamed(request, pour);
      case "slowStream":
        return streamed(request, (stream, parts) => void pourSlowly(stream, parts));
      case "sizedStream": {
        const bytes = encoder.encode(echo(request, undefined)).length;
        const { stream, status } = streamed(request, pour);
        return { status, headers: [["Content-Length", String(bytes)]], ...stream && { stream } };
      }
      case "unsendable":
        return { status: 200, headers: [["X-A", "b\r\nSet-Cookie: c"]], body: "" };
      case "watch":
        return watched(request, hooks);
      case "watchedStream":
        // As streams do that are for as long as someone listens.
        request.onGone(() => {});
        return streamed(request, (stream, parts) => void pourSlowly(stream, parts));
    }
  };
}

function answer(body: string): Response {
  return { status: 200, headers: [["Content-Type", "text/plain"]], body };
}

function wholeBody(request: Request, limitBytes: number): Response | Promise<Response> {
  const body = request.body.bytes(limitBytes);
  const done = (bytes: Uint8Array) => answer(echo(request, textOf([bytes])));
  return body instanceof Promise ? body.then(done) : done(body);
}

async function inParts(request: Request): Promise<Response> {
  const parts: Uint8Array[] = [];
  for await (const part of request.body.chunks(bodyBytesMax)) {
    parts.push(part);
    if (parts.length % 3 === 0) await turn();
  }
  return answer(echo(request, textOf(parts)));
}

/** Looks at the beginning of the body only. */
async function partly(request: Request): Promise<Response> {
  for await (const _ of request.body.chunks(bodyBytesMax)) break;
  return answer(echo(request, undefined));
}

async function watched(request: Request, { onHeld, onFault }: EchoHooks): Promise<Response> {
  let told = 0;
  const stop = request.onGone(() => {
    if (++told > 1) onFault?.("it tells twice that the peer is gone");
  });
  for (let turns = 0; turns < 3; turns++) await turn();
  onHeld?.();
  stop();
  return answer(echo(request, undefined));
}

function streamed(
  request: Request,
  start: (stream: ResponseStream, parts: readonly Uint8Array[]) => void,
): Response {
  const text = echo(request, undefined);
  const middle = Math.floor(text.length / 2);
  const parts = [text.slice(0, middle), text.slice(middle)].map((part) => encoder.encode(part));
  return { status: 200, headers: [], stream: (stream) => start(stream, parts) };
}

function pour(stream: ResponseStream, parts: readonly Uint8Array[]): void {
  for (const part of parts) stream.write(part);
  void stream.end();
}

async function pourSlowly(stream: ResponseStream, parts: readonly Uint8Array[]): Promise<void> {
  for (const part of parts) {
    await turn();
    stream.write(part);
    await stream.drained();
    await turn();
  }
  await stream.end();
}

/** All that is ready has been handled. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function textOf(parts: readonly Uint8Array[]): string {
  let text = "";
  for (const part of parts) for (const byte of part) text += String.fromCharCode(byte);
  return text;
}
