/**
 * A tracer that keeps what it is told.
 *
 * @module
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Span, SpanContext, SpanEnd, SpanStart, Tracer } from "../../server/tracing/tracer.ts";

/** A span and what became of it. */
export class RecordedSpan implements Span {
  readonly context: SpanContext;
  readonly links: SpanContext[];
  readonly ends: SpanEnd[] = [];
  readonly name: string;
  readonly start: SpanStart;

  constructor(name: string, start: SpanStart, context: SpanContext) {
    this.name = name;
    this.start = start;
    this.context = context;
    this.links = [...start.links ?? []];
  }

  link(to: SpanContext): void {
    this.links.push(to);
  }

  end(end: SpanEnd = {}): void {
    this.ends.push(end);
  }
}

export class SpanRecorder implements Tracer {
  /** In the order in which they began. */
  readonly spans: RecordedSpan[] = [];
  readonly #parts = new AsyncLocalStorage<SpanContext | undefined>();

  start(name: string, start: SpanStart = {}): Span {
    const spanId = (this.spans.length + 1).toString(16).padStart(16, "0");
    const traceId = start.parent?.traceId ?? spanId.padStart(32, "0");
    const span = new RecordedSpan(name, start, { traceId, spanId, traceFlags: 1 });
    this.spans.push(span);
    return span;
  }

  within<Result>(part: SpanContext | undefined, work: () => Result): Result {
    return this.#parts.run(part, work);
  }

  active(): SpanContext | undefined {
    return this.#parts.getStore();
  }

  /** Those of a name. */
  named(name: string): RecordedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }
}
