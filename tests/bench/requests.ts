/**
 * Requests as bytes: those that the benchmarks send, and those that they only read.
 *
 * @module
 */

const encoder = new TextEncoder();

/** What a request says. */
export interface RequestParts {
  readonly method: string;
  readonly path: string;
  /** Beside Host and Content-Length, in this order. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One request as bytes. */
export function requestBytes(
  { method, path, headers = {}, body = "" }: RequestParts,
): Uint8Array<ArrayBuffer> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const length = body === "" ? "" : `Content-Length: ${encoder.encode(body).length}\r\n`;
  return encoder.encode(
    `${method} ${path} HTTP/1.1\r\nHost: localhost:8000\r\n${lines}${length}\r\n${body}`,
  );
}

/** The Nth of `all`, counted round. */
export function nthOf<Item>(all: readonly Item[], at: number): Item {
  const item = all[at % all.length];
  if (item === undefined) throw new Error("There is nothing to choose from");
  return item;
}

/** `bytes` one time after another. */
export function repeated(bytes: Uint8Array<ArrayBuffer>, times: number): Uint8Array<ArrayBuffer> {
  return joined(Array.from({ length: times }, () => bytes));
}

/** All of `parts` as one. */
export function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Stands where requests of one kind can differ from each other. */
const serial = "000000";

/**
 * `count` requests like `request`, each with another serial in its target and in its fields.
 *
 * A client that says the same thing again is the exception; a server that knows again what it has
 * just read must not be measured by that alone.
 */
export function varied(
  request: Uint8Array<ArrayBuffer>,
  count: number,
): Uint8Array<ArrayBuffer>[] {
  const text = new TextDecoder().decode(request);
  return Array.from(
    { length: count },
    (_, at) => encoder.encode(text.replaceAll(serial, String(at).padStart(serial.length, "1"))),
  );
}

/** The text of a message in all benchmarks. */
export const messageText = "x".repeat(120);

/** The bearer token that the peers want to see; as long as one of the chat. */
export const peerToken = "bench-token-of-the-length-that-ours-have-too";

/** What a browser says when it opens a page, but for Host. */
const browserHeaders: Readonly<Record<string, string>> = {
  "Connection": "keep-alive",
  "sec-ch-ua": '"Not_A Brand";v="99", "Chromium";v="142"',
  "sec-ch-ua-mobile": "?0",
  "sec-ch-ua-platform": '"Linux"',
  "Upgrade-Insecure-Requests": "1",
  "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) " +
    "Chrome/142.0.0.0 Safari/537.36",
  "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp," +
    "image/apng,*/*;q=0.8",
  "Sec-Fetch-Site": "same-origin",
  "Sec-Fetch-Mode": "navigate",
  "Sec-Fetch-User": "?1",
  "Sec-Fetch-Dest": "document",
  "Referer": "http://localhost:8000/",
  "Accept-Encoding": "gzip, deflate, br, zstd",
  "Accept-Language": "en-GB,en;q=0.9,ru;q=0.8",
  "Cookie": `theme=dark; visit=${serial}`,
};

/** A GET with nothing but Host, as wrk sends it. */
export const plainGet: Uint8Array<ArrayBuffer> = requestBytes({ method: "GET", path: "/healthz" });

/** The same with a query. */
export const queryGet: Uint8Array<ArrayBuffer> = requestBytes({
  method: "GET",
  path: `/healthz?after=k3f9-${serial}`,
});

/** A GET with 16 field lines, as a browser sends it. */
export const browserGet: Uint8Array<ArrayBuffer> = requestBytes({
  method: "GET",
  path: `/healthz?after=k3f9-${serial}`,
  headers: browserHeaders,
});

/** As many bytes as {@linkcode browserGet} has, in 5 field lines. */
export const fewLinesGet: Uint8Array<ArrayBuffer> = fewLines(browserGet.length);

function fewLines(bytes: number): Uint8Array<ArrayBuffer> {
  const names = ["Accept", "Referer", "User-Agent"];
  const headers = Object.fromEntries(names.map((name) => [name, "x".repeat(150)]));
  const parts = { method: "GET", path: `/healthz?after=k3f9-${serial}` };
  const missing = bytes - requestBytes({ ...parts, headers: { ...headers, Cookie: "" } }).length;
  return requestBytes({
    ...parts,
    headers: { ...headers, Cookie: `${"x".repeat(missing - serial.length)}${serial}` },
  });
}

/** The sending of a message, in JSON. */
export function sendingOf(
  token: string,
  headers: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  return requestBytes({
    method: "POST",
    path: "/send",
    headers: {
      "Authorization": `Bearer ${token}`,
      ...headers,
      "Accept": "*/*",
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ text: messageText }),
  });
}

/** The same with a key that says which one it is if it comes twice. */
export const keyedPost: Uint8Array<ArrayBuffer> = sendingOf(peerToken, {
  "Idempotency-Key": `3f9a4c51-8d1e-4a77-9b52-0c1d2e${serial}`,
});

/** 64 KiB in 16 chunks. */
export const chunkedPost: Uint8Array<ArrayBuffer> = chunked(65_536, 4096);

function chunked(bodyBytes: number, chunkBytes: number): Uint8Array<ArrayBuffer> {
  const head = `POST /send?part=${serial} HTTP/1.1\r\nHost: localhost:8000\r\n` +
    `X-Part: ${serial}\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const chunk = `${chunkBytes.toString(16)}\r\n${"x".repeat(chunkBytes)}\r\n`;
  return encoder.encode(`${head}${chunk.repeat(bodyBytes / chunkBytes)}0\r\n\r\n`);
}
