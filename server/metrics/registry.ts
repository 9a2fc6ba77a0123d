/**
 * The text format of Prometheus: the only file that names the package which writes it.
 *
 * @module
 */
import type { Metric, Registry } from "prom-client";

/** One number of a family. */
export interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** Where it is not that of the family, as `…_bucket`. */
  readonly metricName?: string;
}

/** What is measured under one name. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** Read anew each time. */
  readonly samples: () => readonly Sample[];
}

/** All families as text, with their media type. */
export interface Exposition {
  readonly type: string;
  readonly text: string;
}

/** Writes `families` down; gives what writes them down again. */
export async function openRegistry(
  families: readonly Family[],
): Promise<() => Promise<Exposition>> {
  // Only when it is asked for, and only this part: all of the package takes longer to load than the
  // rest of the server.
  const { default: AnyRegistry }: { default: typeof Registry } = await import(
    "prom-client/lib/registry.js"
  );
  const registry = new AnyRegistry();
  for (const { name, help, type, samples } of families) {
    const metric = { name, get: () => ({ name, help, type, values: samples() }) };
    // What the registry asks of a metric. Its own kinds would keep numbers that we keep already.
    registry.registerMetric(metric as unknown as Metric);
  }
  return async () => ({ type: registry.contentType, text: await registry.metrics() });
}
