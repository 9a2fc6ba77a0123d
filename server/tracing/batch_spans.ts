/**
 * The spans of the engine: a command that waits and is carried out, and the batch that does it.
 *
 * A batch serves many commands but can be a part of one trace alone: that of the first of them. The
 * others and the batch name each other.
 *
 * @module
 */
import type { Span, SpanContext, Tracer } from "./tracer.ts";

/** Most commands that a batch names; more are counted, but not named. */
export const batchLinksMax = 128;

/** Begins the span of a command; `undefined` if it is no part of a trace. */
export function beginCommand(tracer: Tracer, type: string): Span | undefined {
  const parent = tracer.active();
  if (parent === undefined) return undefined;
  return tracer.start("engine.command", { parent, attributes: { "chat.command": type } });
}

/** Passes on what became of a command, and ends its span with it. */
export function endWith<Result>(span: Span, done: Promise<Result>): Promise<Result> {
  return done.then((result) => {
    span.end();
    return result;
  }, (failure) => {
    span.end({ error: kindOf(failure) });
    throw failure;
  });
}

/** A batch on its way. */
export interface BatchTrace {
  /** Saves it. */
  commit<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Tells of it. */
  publish(events: number, work: () => void): void;
  end(): void;
}

/** That of a batch of which nobody wants to know. */
export const untracedBatch: BatchTrace = {
  commit: (work) => work(),
  publish: (_events, work) => work(),
  end: () => {},
};

/** Begins the spans of a batch of `commands`, some of which may be no part of a trace. */
export function beginBatch(
  tracer: Tracer,
  commands: readonly { readonly span: Span | undefined }[],
): BatchTrace {
  const asked = commands.flatMap(({ span }) => span === undefined ? [] : [span]);
  const [first, ...others] = asked;
  const batch = tracer.start("engine.batch", {
    parent: first?.context,
    links: others.slice(0, batchLinksMax).map(({ context }) => context),
    attributes: { "chat.batch.commands": BigInt(commands.length) },
  });
  for (const other of others) other.link(batch.context);
  return new TracedBatch(tracer, batch);
}

class TracedBatch implements BatchTrace {
  readonly #tracer: Tracer;
  readonly #batch: Span;
  #events = 0;
  #error: string | undefined;

  constructor(tracer: Tracer, batch: Span) {
    this.#tracer = tracer;
    this.#batch = batch;
  }

  async commit<Result>(work: () => Promise<Result>): Promise<Result> {
    const span = this.#tracer.start("commit", { parent: this.#parent });
    try {
      const result = await work();
      span.end();
      return result;
    } catch (failure) {
      this.#error = kindOf(failure);
      span.end({ error: this.#error });
      throw failure;
    }
  }

  publish(events: number, work: () => void): void {
    this.#events = events;
    const span = this.#tracer.start("publish", {
      parent: this.#parent,
      attributes: { "chat.batch.events": BigInt(events) },
    });
    try {
      work();
      span.end();
    } catch (failure) {
      span.end({ error: kindOf(failure) });
      throw failure;
    }
  }

  end(): void {
    this.#batch.end({
      attributes: { "chat.batch.events": BigInt(this.#events) },
      ...this.#error !== undefined && { error: this.#error },
    });
  }

  get #parent(): SpanContext {
    return this.#batch.context;
  }
}

/** The name of its class: what a failure says may hold what nobody else should know. */
function kindOf(failure: unknown): string {
  return failure instanceof Error ? failure.name : typeof failure;
}
