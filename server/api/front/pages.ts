/**
 * Pages of other origins: what a browser lets them do here and read of it (the Fetch standard).
 *
 * Without a token nearly nothing can be done, and a page has no token that its user has not given
 * it: no cookie goes along by itself. What is left, such as registering names in the name of whoever
 * looks at the page, is refused to pages that are not allowed to.
 *
 * @module
 */
import type { HeaderList, Request, Response } from "../../http/mod.ts";
import { Failure } from "../failure.ts";
import { parseAuthority } from "./authority.ts";
import type { Caller } from "./proxies.ts";

/** Every origin. */
export const anyOrigin = "*";

/** How long a browser may remember what it was told about a path, in seconds; no more is taken. */
export const preflightLifeS = 7200;

/** Longest origin that an answer repeats, in characters. */
export const originCharactersMax = 300;

/** What a page may send beside what every page may. */
export const sendableHeaders: readonly string[] = [
  "Authorization",
  "Content-Type",
  "Idempotency-Key",
  "If-Match",
  "If-None-Match",
  "If-Range",
  "Last-Event-ID",
  "Range",
];

/** What a page may read beside what every page may. */
export const readableHeaders: readonly string[] = [
  "Accept",
  "Accept-Encoding",
  "Accept-Ranges",
  "Allow",
  "Content-Disposition",
  "Content-Encoding",
  "Content-Range",
  "Date",
  "ETag",
  "Idempotency-Replayed",
  "Location",
  "RateLimit",
  "RateLimit-Policy",
  "Retry-After",
  "WWW-Authenticate",
];

// Those of extensions and of applications around a page, as chrome-extension://…
const otherOrigin = /^(?!https?:)[a-z][a-z\d+.-]*:\/\/[\w.-]+$/;

/** Whether `text` can be allowed: an origin exactly as browsers write it, or `*`. */
export function isOrigin(text: string): boolean {
  if (text.length > originCharactersMax) return false;
  if (text === anyOrigin || otherOrigin.test(text)) return true;
  const [, place = ""] = /^https?:\/\/(.*)$/.exec(text) ?? [];
  return parseAuthority(place) !== undefined && URL.canParse(text) &&
    new URL(text).origin === text;
}

const safeMethods: readonly string[] = ["GET", "HEAD", "OPTIONS"];

/** The pages of other origins that may use the API. */
export class Pages {
  readonly #allowsAny: boolean;
  /** What is said to each origin that is allowed. */
  readonly #grants: ReadonlyMap<string, HeaderList>;
  readonly #others: HeaderList;

  /**
   * @param origins What {@linkcode isOrigin} takes; without one, pages of other origins can read
   * nothing, and no answer tells of the matter.
   */
  constructor(origins: readonly string[]) {
    this.#allowsAny = origins.includes(anyOrigin);
    this.#grants = new Map(origins.map((origin) => [origin, grantTo(origin)]));
    this.#others = origins.length === 0 ? noHeaders : [varyByOrigin];
  }

  /**
   * Refuses a write by a page of an origin that is not allowed.
   *
   * Programs that are no browsers name no origin. Newer browsers tell how a page relates to what it
   * asks, which holds whatever proxies have made of the host; of older ones the hosts are compared,
   * and not the schemes: a proxy in between may speak TLS without being known here.
   *
   * @throws {Failure} `forbidden`
   */
  admit({ method, headers }: Request, { authority }: Caller): void {
    if (safeMethods.includes(method)) return;
    const origin = headers.get("origin");
    if (origin === undefined || this.#allowsAny || this.#grants.has(origin)) return;
    const relation = headers.get("sec-fetch-site");
    const isOwn = relation === undefined
      ? isOriginOf(origin, authority)
      : relation === "same-origin" || relation === "none";
    if (!isOwn) throw forbidden(origin);
  }

  /** Adds to `response` what tells the browser who may read it. */
  share({ method, headers }: Request, response: Response): Response {
    if (this.#grants.size === 0) return response;
    const origin = this.#allowsAny ? anyOrigin : headers.get("origin");
    const grant = this.#grants.get(origin ?? "");
    const isPreflight = grant !== undefined && method === "OPTIONS" && response.status === 204 &&
      headers.has("access-control-request-method");
    return {
      ...response,
      headers: [
        ...response.headers,
        ...(grant ?? this.#others),
        ...(isPreflight ? permissions(response.headers) : noHeaders),
      ],
    };
  }
}

const noHeaders: HeaderList = [];
const varyByOrigin = ["Vary", "Origin"] as const;

function grantTo(origin: string): HeaderList {
  return [
    ["Access-Control-Allow-Origin", origin],
    ["Access-Control-Expose-Headers", readableHeaders.join(", ")],
    ...(origin === anyOrigin ? [] : [varyByOrigin]),
  ];
}

/** What a page may do at a path whose methods `headers` tell. */
function permissions(headers: HeaderList): HeaderList {
  const [, methods = ""] = headers.find(([name]) => name === "Allow") ?? [];
  return [
    ["Access-Control-Allow-Methods", methods],
    ["Access-Control-Allow-Headers", sendableHeaders.join(", ")],
    ["Access-Control-Max-Age", String(preflightLifeS)],
  ];
}

/** Whether a page of `origin` can have come from `authority`, by whichever scheme. */
function isOriginOf(origin: string, authority = ""): boolean {
  const [, scheme, place = ""] = /^(https?):\/\/(.*)$/.exec(origin) ?? [];
  const page = parseAuthority(place);
  const own = parseAuthority(authority);
  if (page === undefined || own === undefined || page.host !== own.host) return false;
  const usual = scheme === "https" ? "443" : "80";
  return (page.port || usual) === (own.port || usual);
}

function forbidden(origin: string): Failure {
  // Anything may stand there; what is no origin is not repeated.
  const page = isOrigin(origin) && origin !== anyOrigin ? origin : undefined;
  return new Failure(
    "forbidden",
    page === undefined
      ? "A page of another origin may not do this here."
      : `A page of ${page} may not do this here. If it should, the server is to be started ` +
        `with --cors-origin ${page}.`,
  );
}
