/**
 * What a file is told by on its way to the server, and on its way back.
 *
 * @module
 */

/** What carries a request. */
type Carry = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Carries a request, and tells how many bytes of it are on their way.
 *
 * @param carry Carries it without that.
 */
export type TellingTransport = (
  url: string,
  init: RequestInit,
  sent: (sentBytes: number) => void,
  carry: Carry,
) => Promise<Response>;

/** A file to be uploaded. */
export interface Upload {
  readonly name: string;
  /** Its media type. */
  readonly type: string;
  readonly body: Blob | ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly send: TellingTransport;
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
  /** What the server says to do with it, its name included: text from elsewhere. */
  readonly disposition: string;
  /** In bytes. */
  readonly size: number | undefined;
  /** Must be read to its end, or left by `return`. */
  readonly bytes: AsyncGenerator<Uint8Array, void, void>;
}

/**
 * The file name that a `Content-Disposition` tells (RFC 6266 §4.3); as it came, which may be any path.
 */
export function dispositionName(header: string): string | undefined {
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
