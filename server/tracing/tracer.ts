/**
 * What traces are told with: spans, each of which is one piece of work, and how they belong together.
 *
 * What a span says is for whoever collects traces, often others than those who run the server: words
 * of the program and counts, and nothing that a user has written or is called by.
 *
 * @module
 */

/** By what a span is known to others. */
export interface SpanContext {
  /** 32 hexadecimal digits, not all of them zero. */
  readonly traceId: string;
  /** 16 hexadecimal digits, not all of them zero. */
  readonly spanId: string;
  /** Bits; the lowest says that the trace is kept. */
  readonly traceFlags: number;
}

/** What is told of a span. A whole number is told as such if it is a bigint. */
export type SpanAttributes = Readonly<Record<string, string | number | bigint | boolean>>;

/** How a span begins. */
export interface SpanStart {
  /** `server`: it answers someone outside; `internal` otherwise. */
  readonly kind?: "server" | "internal";
  /** What it is a part of; without one it begins a trace. */
  readonly parent?: SpanContext | undefined;
  /** What it has to do with, but is no part of. */
  readonly links?: readonly SpanContext[];
  readonly attributes?: SpanAttributes;
}

/** How a span ends. */
export interface SpanEnd {
  /** If it is known only now. */
  readonly name?: string;
  readonly attributes?: SpanAttributes;
  /** What kind of failure it ended by, in a word. */
  readonly error?: string;
}

/** A piece of work, from its start to its end. */
export interface Span {
  readonly context: SpanContext;
  /** Names another span that it has to do with. */
  link(to: SpanContext): void;
  /** Ends it, once. */
  end(end?: SpanEnd): void;
}

/** Begins spans. */
export interface Tracer {
  start(name: string, start?: SpanStart): Span;
  /** Runs `work`, with all that it waits for and sets going, as a part of `part`; of nothing if absent. */
  within<Result>(part: SpanContext | undefined, work: () => Result): Result;
  /** What is being worked on now is a part of this. */
  active(): SpanContext | undefined;
}
