/**
 * Takes in what OpenTelemetry sends away (OTLP over HTTP, as JSON), for tests to look at.
 *
 * @module
 */

/** A span as it was sent. */
export interface CollectedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty if it begins a trace. */
  readonly parentSpanId: string;
  /** 1: internal, 2: server. */
  readonly kind: number;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** 2: an error. */
  readonly status: { readonly code: number; readonly message: string };
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  /** Of whichever type; whole numbers as text, as OTLP has them. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface SentAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface SentTraces {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string };
      readonly spans: readonly (Omit<CollectedSpan, "attributes"> & {
        readonly attributes: readonly SentAttribute[];
      })[];
    }[];
  }[];
}

export class Collector implements AsyncDisposable {
  /** All that was sent, of whatever kind, by path, as it came. */
  readonly received: { readonly path: string; readonly text: string }[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(options, async (request) => {
      this.received.push({ path: new URL(request.url).pathname, text: await request.text() });
      return Response.json({});
    });
  }

  /** What a program is told, so that it sends here all that it would send. */
  get environment(): Record<string, string> {
    return {
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${this.#server.addr.port}`,
      OTEL_SERVICE_NAME: "chat",
    };
  }

  /** The spans that the program itself has begun, as they came. */
  get spans(): readonly CollectedSpan[] {
    return this.received.filter(({ path }) => path === "/v1/traces").flatMap(({ text }) =>
      (JSON.parse(text) as SentTraces).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans)
        .filter(({ scope }) => scope.name === "chat")
        .flatMap(({ spans }) => spans)
        .map((span) => ({ ...span, attributes: plain(span.attributes) }))
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function plain(attributes: readonly SentAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
