/**
 * Every bound of the HTTP layer, each with a name and a default.
 *
 * @module
 */

/** What one peer may cost. Bytes are counted as they are on the wire. */
export interface HttpLimits {
  /** Method, target and version with the spaces between, without CRLF. Over it: 414. */
  readonly requestLineBytesMax: number;
  /** All field lines with their CRLFs, without the empty line after them. Over it: 431. */
  readonly headerSectionBytesMax: number;
  /** Field lines of one request. Over it: 431. */
  readonly headerLinesMax: number;
  /**
   * Bytes of a request line, and of its field section, that are kept to know them again when the
   * next request of the connection says the same. What is longer is read anew.
   */
  readonly knownHeadBytesMax: number;
  /** Empty lines forgiven before a request line (RFC 9112 §2.2). Over it: 400. */
  readonly leadingEmptyLinesMax: number;
  /** Size and extensions of one chunk, without CRLF. Over it: 400. */
  readonly chunkLineBytesMax: number;
  /** Extensions of all chunks of one body together. Over it: 400. */
  readonly chunkExtensionsBytesMax: number;
  /** Trailer lines with their CRLFs, without the empty line after them. Over it: 431. */
  readonly trailerSectionBytesMax: number;
  /** Trailer lines of one body. Over it: 431. */
  readonly trailerLinesMax: number;
  /**
   * From the first byte of a request to the end of its head. Over it: 408. By TLS also from the
   * connection to the end of the handshake. Over it: closed without a word.
   */
  readonly headerTimeoutMs: number;
  /** Waiting for the next bytes of a body. Over it: 408. */
  readonly bodyTimeoutMs: number;
  /**
   * Bytes for each second that a body is waited for, counted after the first `bodyTimeoutMs` of
   * waiting. Under it: 408. A body of N bytes is thus waited for `bodyTimeoutMs` and N divided by
   * this at most.
   */
  readonly bodyRateBytesPerSecondMin: number;
  /** Waiting for the first byte of a request. Over it: closed without a word. */
  readonly idleTimeoutMs: number;
  /** From handing bytes to the kernel until it takes some of them. Over it: cut. */
  readonly writeTimeoutMs: number;
  /** Open connections of one listener. Over it: 503 and closed. */
  readonly connectionsMax: number;
  /** Open connections of one network, as `ListenerOptions.networkOf` has it. Over it: 503, closed. */
  readonly connectionsPerAddressMax: number;
  /** Connections that are being told 503 at one time. Over it: closed without a word. */
  readonly refusalsMax: number;
  /**
   * Bytes queued for one stream that the kernel has not taken, when the next payload comes. Over it:
   * cut. What waits is thus bounded by this and one payload.
   */
  readonly streamBacklogBytesMax: number;
  /** Answers gathered for one write, in bytes. At it they are written before the next request. */
  readonly gatheredAnswersBytesMax: number;
  /** Input kept for later while the peer is watched for leaving. At it the watch sleeps. */
  readonly watchedInputBytesMax: number;
  /** How much of a body nobody read is thrown away to keep the connection. Over it: closed. */
  readonly discardedBodyBytesMax: number;
  /**
   * Input thrown away after our last byte, so that the peer sees the answer. Over it: cut. Whoever
   * sends a body without waiting for the answer, as a proxy does, may have sent all of it.
   */
  readonly lingerBytesMax: number;
  /** Time for that. Over it: cut. */
  readonly lingerMs: number;
  /** Read buffer of a connection that is only watched, while its peer is being answered. */
  readonly watchBufferBytes: number;
  /** Read buffer of a connection from which little is expected. */
  readonly idleBufferBytes: number;
  /** Read buffer while a body comes in, or after a read has filled the small one. */
  readonly busyBufferBytes: number;
  /** Time between two looks at the deadlines; a timeout may be late by twice this. */
  readonly sweepPeriodMs: number;
  /** Rest after a failed `accept`, such as one for want of file descriptors. */
  readonly acceptPauseMs: number;
  /** Least time between two reports of a failed `accept`. */
  readonly acceptFaultPeriodMs: number;
}

/** What `listen` takes where it is told nothing else. */
export const defaultHttpLimits: HttpLimits = {
  requestLineBytesMax: 8192,
  headerSectionBytesMax: 16_384,
  headerLinesMax: 100,
  knownHeadBytesMax: 2048,
  leadingEmptyLinesMax: 1,
  chunkLineBytesMax: 256,
  chunkExtensionsBytesMax: 4096,
  trailerSectionBytesMax: 4096,
  trailerLinesMax: 20,
  headerTimeoutMs: 10_000,
  bodyTimeoutMs: 30_000,
  bodyRateBytesPerSecondMin: 500,
  idleTimeoutMs: 60_000,
  writeTimeoutMs: 30_000,
  connectionsMax: 10_000,
  connectionsPerAddressMax: 1000,
  refusalsMax: 100,
  streamBacklogBytesMax: 1_048_576,
  gatheredAnswersBytesMax: 65_536,
  watchedInputBytesMax: 16_384,
  discardedBodyBytesMax: 65_536,
  lingerBytesMax: 67_108_864,
  lingerMs: 2000,
  watchBufferBytes: 128,
  idleBufferBytes: 1024,
  busyBufferBytes: 65_536,
  sweepPeriodMs: 250,
  acceptPauseMs: 100,
  acceptFaultPeriodMs: 10_000,
};
