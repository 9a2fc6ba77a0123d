/**
 * A strict reader of the text format of Prometheus, version 0.0.4.
 *
 * @module
 */

/** A family as it was written. */
export interface ReadFamily {
  readonly help: string;
  readonly type: string;
  /** By name and labels as they stand there: `chat_streams{kind="poll"}`. */
  readonly samples: ReadonlyMap<string, number>;
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.+)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|\+Inf|NaN)$/;
const labelPair = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/;

/** @throws {Error} at the first line that is not as it should be. */
export function readExposition(text: string): ReadonlyMap<string, ReadFamily> {
  const families = new Map<string, ReadFamily>();
  if (!text.endsWith("\n")) throw new Error("The last line does not end");
  let help: readonly [string, string] | undefined;
  let family: { readonly name: string; readonly type: string; samples: Map<string, number> } = {
    name: "",
    type: "",
    samples: new Map(),
  };
  for (const line of text.slice(0, -1).split("\n")) {
    const fail = (why: string) => new Error(`${why}: ${line}`);
    if (line === "") continue;
    const [, kind, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === "HELP") {
      if (help !== undefined || families.has(name)) throw fail("A second or stray HELP");
      help = [name, rest];
    } else if (kind === "TYPE") {
      if (help?.[0] !== name) throw fail("A TYPE without its HELP");
      family = { name, type: rest, samples: new Map() };
      families.set(name, { help: help[1], type: rest, samples: family.samples });
      help = undefined;
    } else {
      if (help !== undefined) throw fail("A sample between HELP and TYPE");
      const [, sample = "", labels, value = ""] = sampleLine.exec(line) ?? [];
      if (!namesOf(family).includes(sample)) throw fail(`No sample of ${family.name}`);
      checkLabels(labels, fail);
      const key = labels === undefined ? sample : `${sample}{${labels}}`;
      if (family.samples.has(key)) throw fail("A second sample of the same labels");
      family.samples.set(key, value === "+Inf" ? Infinity : Number(value));
    }
  }
  if (help !== undefined) throw new Error(`A HELP without a TYPE: ${help[0]}`);
  for (const [name, read] of families) checkFamily(name, read);
  return families;
}

function namesOf({ name, type }: { readonly name: string; readonly type: string }): string[] {
  if (type === "histogram") return [`${name}_bucket`, `${name}_sum`, `${name}_count`];
  return type === "counter" || type === "gauge" ? [name] : [];
}

function checkLabels(labels: string | undefined, fail: (why: string) => Error): void {
  const names = new Set<string>();
  let rest = labels ?? "";
  while (rest !== "") {
    const [pair = "", name = ""] = labelPair.exec(rest) ?? [];
    if (pair === "") throw fail("Labels that cannot be read");
    if (names.has(name)) throw fail("A label that comes twice");
    names.add(name);
    rest = rest.slice(pair.length);
  }
}

function checkFamily(name: string, { type, samples }: ReadFamily): void {
  if (type === "counter") {
    if (!name.endsWith("_total")) throw new Error(`A counter is no total: ${name}`);
    for (const [key, value] of samples) if (!(value >= 0)) throw new Error(`Below 0: ${key}`);
  }
  if (type === "histogram") checkHistogram(name, samples);
}

/** Buckets grow, and the last one holds all. */
function checkHistogram(name: string, samples: ReadonlyMap<string, number>): void {
  let last: readonly [le: number, count: number] = [-Infinity, 0];
  for (const [key, value] of samples) {
    if (key.startsWith(`${name}_bucket`)) {
      const bound = /[{,]le="([^"]+)"/.exec(key)?.[1];
      const le = bound === "+Inf" ? Infinity : Number(bound);
      if (!(le > last[0] && value >= last[1])) throw new Error(`A bucket out of order: ${key}`);
      last = [le, value];
    } else if (key.startsWith(`${name}_count`)) {
      if (last[0] !== Infinity || last[1] !== value) throw new Error(`Not all counted: ${key}`);
      last = [-Infinity, 0];
    }
  }
}

/** All samples of all families. */
export function samplesOf(text: string): ReadonlyMap<string, number> {
  return new Map([...readExposition(text).values()].flatMap(({ samples }) => [...samples]));
}
