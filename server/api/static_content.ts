/**
 * Static content: bytes that are the same for everyone, sent compressed, and again only when changed.
 *
 * Nothing else that the server sends is compressed. How short an answer becomes tells what repeats in
 * it: where it holds a secret beside something that another could choose, as a token beside a name or
 * one's messages beside those of a stranger, that gives the secret away bit by bit (known as BREACH).
 * What is here holds no secret and repeats nothing of a request. And a stream that is compressed waits
 * in the compressor, where it should be on its way.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { HeaderList } from "../http/mod.ts";
import type { Answer } from "./call.ts";
import { type Conditional, isNotModified } from "./conditions.ts";
import { type Coding, wantedCodings } from "./content_coding.ts";

/**
 * A content in all its codings. None of the bytes may ever change.
 *
 * What is compressed beforehand, as a step of a build can with more time than a server has, is handed
 * in as it is; what is made while the server runs comes from {@linkcode compressedOnDemand}.
 */
export interface StaticContent {
  /** Its media type, with its charset if it is a text. */
  readonly type: string;
  readonly identity: Uint8Array;
  /** Absent, as the next one, if it is not there or no shorter. */
  readonly gzip?: Uint8Array | undefined;
  readonly br?: Uint8Array | undefined;
}

/** How long whoever keeps a content may use it (RFC 9111 §5.2.2, RFC 8246). */
const cacheControls = {
  /** It may be another one the next time, so ask each time. */
  revalidated: "no-cache",
  /** Its address holds its hash, so that another one has another address. */
  immutable: "public, max-age=31536000, immutable",
} as const;

export interface StaticOptions {
  readonly caching: keyof typeof cacheControls;
  /** Beside those that all static content has; not with a 304. */
  readonly headers?: HeaderList;
}

/**
 * Quality of what is compressed while the server runs, of 11: it takes 3 ms for the 80 KB of the API's
 * own description. The best would make it a tenth shorter, but take 180 ms in which nobody else is
 * served: what node:zlib calls asynchronous holds everything up here just the same.
 */
const brotliQuality = 6;
const gzipLevel = 9;

/** Compresses when someone first asks for a coding, and keeps it unless it is no shorter. */
export function compressedOnDemand(
  { type, identity }: Pick<StaticContent, "type" | "identity">,
): StaticContent {
  const shorter = (bytes: Uint8Array) => bytes.length < identity.length ? bytes : undefined;
  const gzip = once(() => shorter(gzipSync(identity, { level: gzipLevel })));
  const br = once(() =>
    shorter(brotliCompressSync(identity, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
        [constants.BROTLI_PARAM_SIZE_HINT]: identity.length,
      },
    }))
  );
  return {
    type,
    identity,
    get gzip() {
      return gzip();
    },
    get br() {
      return br();
    },
  };
}

function once<Made>(make: () => Made): () => Made {
  let kept: { readonly made: Made } | undefined;
  return () => (kept ??= { made: make() }).made;
}

/**
 * What is answered to a GET or HEAD of a content: it, in the coding that suits the client best, or
 * 304 if the client has that already. There are no ranges of it (RFC 9110 §14.2).
 *
 * @throws {Failure} `precondition_failed`
 */
export function staticAnswer(
  content: StaticContent,
  request: Conditional,
  { caching, headers = [] }: StaticOptions,
): Answer<never> {
  const { coding, bytes } = chosen(content, request.headers.get("accept-encoding"));
  const tag = tagOf(bytes);
  // What a 304 must repeat of the answer that it stands for, and no more (RFC 9110 §15.4.5).
  const kept: HeaderList = [
    ["ETag", tag],
    ["Cache-Control", cacheControls[caching]],
    ["Vary", "Accept-Encoding"],
  ];
  if (isNotModified(request, tag)) return { status: 304, headers: kept };
  return {
    status: 200,
    headers: [
      ...kept,
      ...(coding === undefined ? [] : [["Content-Encoding", coding] as const]),
      ["X-Content-Type-Options", "nosniff"],
      ...headers,
    ],
    content: { type: content.type, bytes },
  };
}

function chosen(
  content: StaticContent,
  accept: string | undefined,
): { readonly coding?: Coding; readonly bytes: Uint8Array } {
  for (const coding of wantedCodings(accept)) {
    const bytes = content[coding];
    if (bytes !== undefined) return { coding, bytes };
  }
  return { bytes: content.identity };
}

const tags = new WeakMap<Uint8Array, string>();

/**
 * The entity tag of bytes, strong, for it is their hash. Each coding of a content has its own, as it
 * must (RFC 9110 §8.8.3.3), and so have the results of two compressors.
 */
function tagOf(bytes: Uint8Array): string {
  let tag = tags.get(bytes);
  if (tag === undefined) {
    tag = `"${createHash("sha256").update(bytes).digest("base64url")}"`;
    tags.set(bytes, tag);
  }
  return tag;
}
