/**
 * The door to the telemetry of the runtime, which sends spans away by itself.
 *
 * @module
 */
import { version } from "../../lib/version.ts";
import type { Span, SpanAttributes, SpanContext, SpanEnd, SpanStart, Tracer } from "./tracer.ts";

// What is used of the interfaces of `@opentelemetry/api`, which those of the runtime are.
interface RuntimeSpan {
  spanContext(): SpanContext;
  addLink(link: { readonly context: SpanContext }): void;
  setAttributes(attributes: SpanAttributes): void;
  setStatus(status: { readonly code: number }): void;
  updateName(name: string): void;
  end(): void;
}

interface RuntimeTracer {
  startSpan(name: string, options: {
    readonly kind: number;
    readonly root: boolean;
    readonly links: readonly { readonly context: SpanContext }[];
    readonly attributes: SpanAttributes;
  }, context: Context): RuntimeSpan;
}

interface Context {
  getValue(key: symbol): Pick<RuntimeSpan, "spanContext"> | undefined;
  setValue(key: symbol, value: Pick<RuntimeSpan, "spanContext">): Context;
}

interface ContextManager {
  active(): Context;
  with<Result>(context: Context, work: () => Result): Result;
}

const spanKey = Symbol.for("OpenTelemetry Context Key SPAN");
const kinds = { internal: 0, server: 1 } as const;
const errorStatus = 2;

/**
 * The tracer of the runtime; `undefined` unless its telemetry is on.
 *
 * The runtime reads the variables that say so, and where to: `OTEL_DENO`, `OTEL_EXPORTER_OTLP_…`.
 */
export function runtimeTracer(): Tracer | undefined {
  const tracer: RuntimeTracer = Deno.telemetry.tracerProvider.getTracer("chat", version);
  const manager: ContextManager = Deno.telemetry.contextManager;
  const made = new TelemetryTracer(tracer, manager);
  try {
    // It does not say whether it is on, but while it is off no span can be begun. This one is never
    // told, for it does not end.
    made.start("probe");
  } catch {
    return undefined;
  }
  return made;
}

class TelemetryTracer implements Tracer {
  readonly #tracer: RuntimeTracer;
  readonly #manager: ContextManager;
  /** That of no span. */
  readonly #nothing: Context;

  constructor(tracer: RuntimeTracer, manager: ContextManager) {
    this.#tracer = tracer;
    this.#manager = manager;
    this.#nothing = manager.active();
  }

  start(name: string, start: SpanStart = {}): Span {
    const { kind = "internal", parent, links = [], attributes = {} } = start;
    return new TelemetrySpan(this.#tracer.startSpan(name, {
      kind: kinds[kind],
      root: parent === undefined,
      links: links.map((context) => ({ context })),
      attributes,
    }, this.#contextOf(parent)));
  }

  within<Result>(part: SpanContext | undefined, work: () => Result): Result {
    return this.#manager.with(this.#contextOf(part), work);
  }

  active(): SpanContext | undefined {
    return this.#manager.active().getValue(spanKey)?.spanContext();
  }

  #contextOf(part: SpanContext | undefined): Context {
    if (part === undefined) return this.#nothing;
    return this.#nothing.setValue(spanKey, { spanContext: () => part });
  }
}

class TelemetrySpan implements Span {
  readonly #span: RuntimeSpan;
  readonly context: SpanContext;

  constructor(span: RuntimeSpan) {
    this.#span = span;
    this.context = span.spanContext();
  }

  link(to: SpanContext): void {
    this.#span.addLink({ context: to });
  }

  end({ name, attributes, error }: SpanEnd = {}): void {
    if (name !== undefined) this.#span.updateName(name);
    if (attributes !== undefined) this.#span.setAttributes(attributes);
    if (error !== undefined) {
      this.#span.setAttributes({ "error.type": error });
      this.#span.setStatus({ code: errorStatus });
    }
    this.#span.end();
  }
}
