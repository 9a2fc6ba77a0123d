/**
 * The text format of Prometheus.
 *
 * @module
 */
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

/** Version 0.0.4 of the format, which every Prometheus reads. */
const mediaType = "text/plain; version=0.0.4; charset=utf-8";

/** Writes families down as they are now. */
export function exposition(families: readonly Family[]): Exposition {
  return { type: mediaType, text: families.map(familyText).join("\n") };
}

function familyText({ name, help, type, samples }: Family): string {
  const lines = samples().map(({ value, labels = {}, metricName = name }) =>
    `${metricName}${labelsText(labels)} ${numberText(value)}`
  );
  return [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`, ...lines, ""].join("\n");
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) =>
    `${label}="${escaped(value).replaceAll('"', '\\"')}"`
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function numberText(value: number): string {
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}
