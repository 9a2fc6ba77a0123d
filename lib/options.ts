/**
 * Options of the command line and the environment: tables of them, and how they are read.
 *
 * @module
 */
import { parseArgs } from "@std/cli";
import * as z from "zod/mini";
import { formatDuration, parseDuration } from "./text/durations.ts";
import { formatSize, parseSize } from "./text/sizes.ts";

/** One option: its flag is its key in the table, its variable `CHAT_` and the key. */
export interface Option<Value = unknown> {
  /** Reads the text that was given; its error says what would do. */
  readonly parse: z.ZodMiniType<Value, string>;
  /** What stands for the value in the help, as `PORT`; `undefined` for a switch. */
  readonly placeholder?: string;
  /** The text that holds when none is given; absent: the value is then `undefined`. */
  readonly fallback?: string;
  readonly help: string;
  /** A one-letter flag for it. */
  readonly letter?: string;
  /**
   * Whether it may be given several times. Its value is then all that was given, in order, and in the
   * environment commas or blanks stand between the texts.
   */
  readonly several?: true;
}

export type OptionTable = Readonly<Record<string, Option>>;

type OptionValue<Given extends Option> = Given extends { readonly several: true }
  ? readonly z.infer<Given["parse"]>[]
  : Given extends { readonly fallback: string } ? z.infer<Given["parse"]>
  : z.infer<Given["parse"]> | undefined;

/** The values of a table's options, by flag. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Flag in keyof Table]: OptionValue<Table[Flag]>;
};

/** Where a value came from. */
export type OptionSource = "arguments" | "environment" | "fallback";

/** What was given, understood. */
export interface ReadOptions<Table extends OptionTable> {
  readonly values: OptionValues<Table>;
  /** By flag; absent for an option that has no value. */
  readonly sources: { readonly [Flag in keyof Table]?: OptionSource };
  /** The words that are no option. */
  readonly rest: readonly string[];
}

/** The command line cannot be understood; the message is one line for the person who typed it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A whole number within bounds. */
export function wholeNumber(
  { min, max }: { readonly min: number; readonly max: number },
): z.ZodMiniType<number, string> {
  return reader(`a whole number from ${min} to ${max}`, (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

/** A span of time within bounds, in milliseconds. */
export function duration(
  { minMs, maxMs }: { readonly minMs: number; readonly maxMs: number },
): z.ZodMiniType<number, string> {
  const bounds = `from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`;
  return reader(`a duration like 90s, 10m or 1h ${bounds}`, (text) => {
    const value = parseDuration(text);
    return value !== undefined && value >= minMs && value <= maxMs ? value : undefined;
  });
}

/** An amount of bytes within bounds. */
export function size(
  { min, max }: { readonly min: number; readonly max: number },
): z.ZodMiniType<number, string> {
  const bounds = `from ${formatSize(min)} to ${formatSize(max)}`;
  return reader(`a size like 512, 64KB or 5MB ${bounds}`, (text) => {
    const value = parseSize(text);
    return value !== undefined && value >= min && value <= max ? value : undefined;
  });
}

/** One of a few words. */
export function oneOf<const Word extends string>(
  ...words: readonly Word[]
): z.ZodMiniType<Word, string> {
  return reader(`one of ${words.join(", ")}`, (text) => words.find((word) => word === text));
}

/** Any text but none. */
export function someText(what: string): z.ZodMiniType<string, string> {
  return reader(what, (text) => text === "" ? undefined : text);
}

/** On when it is there. */
export function onOff(): z.ZodMiniType<boolean, string> {
  return reader("on or off", (text) => {
    if (["", "on", "true", "1"].includes(text)) return true;
    if (["off", "false", "0"].includes(text)) return false;
    return undefined;
  });
}

/** What `read` makes of a text; where that is `undefined`, the error says that `expected` would do. */
export function reader<Value>(
  expected: string,
  read: (text: string) => Value | undefined,
): z.ZodMiniType<Value, string> {
  return z.pipe(
    z.string(),
    z.transform((text, context) => {
      const value = read(text);
      if (value !== undefined) return value;
      context.issues.push({ code: "custom", message: expected, input: text });
      return z.NEVER;
    }),
  );
}

/**
 * Reads `args`, then the environment, then the fallbacks.
 *
 * @throws {UsageError} for an unknown flag, a flag without its value, or a value out of its bounds.
 */
export function readOptions<Table extends OptionTable>(
  table: Table,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ReadOptions<Table> {
  const flags = Object.keys(table);
  const switches = flags.filter((flag) => table[flag]?.placeholder === undefined);
  const alias: Record<string, string> = {};
  for (const flag of flags) {
    const letter = table[flag]?.letter;
    if (letter !== undefined) alias[letter] = flag;
  }
  const { plain, texts } = takeSwitchTexts(args, switches);
  const parsed = parseArgs(plain, {
    // `_` keeps what is no flag as it was typed: `007` is a text, not a number.
    string: [...flags.filter((flag) => !switches.includes(flag)), "_"],
    boolean: switches,
    collect: flags.filter((flag) => table[flag]?.several),
    alias,
    unknown(arg, key) {
      if (key !== undefined && /^-./.test(arg)) {
        throw new UsageError(`Unknown option ${arg.split("=")[0]}`);
      }
      return true;
    },
  });
  const values: Record<string, unknown> = {};
  const sources: Record<string, OptionSource> = {};
  for (const flag of flags) {
    const option = table[flag];
    if (option === undefined) continue;
    const found = findTexts(flag, option, texts.get(flag) ?? parsed[flag], environment);
    const read = found?.texts.map((text) => readText(flag, option, text, found.source)) ?? [];
    values[flag] = option.several ? read : read[0];
    if (found !== undefined) sources[flag] = found.source;
  }
  return {
    values: values as OptionValues<Table>,
    sources: sources as ReadOptions<Table>["sources"],
    rest: parsed._.map(String),
  };
}

/**
 * Takes `--switch=TEXT` out of `args`: `parseArgs` has only `false` for off, and can't tell that
 * from a switch that was not given. Where it is given twice, the last one holds.
 */
function takeSwitchTexts(
  args: readonly string[],
  switches: readonly string[],
): { readonly plain: readonly string[]; readonly texts: ReadonlyMap<string, string> } {
  const texts = new Map<string, string>();
  const end = args.indexOf("--");
  const plain = args.filter((arg, at) => {
    if (end !== -1 && at > end) return true;
    const [, flag = "", equals, text = ""] = /^--([^=]*)(=?)(.*)$/s.exec(arg) ?? [];
    // Its own name for what is no flag would make `parseArgs` fail.
    if (flag === "_") throw new UsageError("Unknown option --_");
    if (!switches.includes(flag)) return true;
    if (equals === "") texts.delete(flag);
    else texts.set(flag, text);
    return equals === "";
  });
  return { plain, texts };
}

/** Texts that stand for values, and where they came from. */
interface FoundTexts {
  readonly texts: readonly string[];
  readonly source: OptionSource;
}

function findTexts(
  flag: string,
  { fallback, several }: Option,
  given: unknown,
  environment: Readonly<Record<string, string | undefined>>,
): FoundTexts | undefined {
  if (Array.isArray(given) && given.length > 0) {
    return { texts: given.map(String), source: "arguments" };
  }
  if (typeof given === "string") return { texts: [given], source: "arguments" };
  if (given === true) return { texts: ["on"], source: "arguments" };
  const known = environment[environmentName(flag)] ?? "";
  const texts = several ? known.split(/[\s,]+/).filter((text) => text !== "") : [known];
  if (known !== "" && texts.length > 0) return { texts, source: "environment" };
  return fallback === undefined ? undefined : { texts: [fallback], source: "fallback" };
}

function readText(flag: string, option: Option, text: string, source: OptionSource): unknown {
  const result = option.parse.safeParse(text);
  if (result.success) return result.data;
  const expected = result.error.issues[0]?.message ?? "something else";
  const name = source === "environment" ? environmentName(flag) : `--${flag}`;
  throw new UsageError(`Cannot read ${name}: expected ${expected}, got ${JSON.stringify(text)}`);
}

/** The environment variable of a flag: `message-ttl` is `CHAT_MESSAGE_TTL`. */
export function environmentName(flag: string): string {
  return `CHAT_${flag.replaceAll("-", "_").toUpperCase()}`;
}

/** The table as lines of help. */
export function optionsHelp(table: OptionTable): string {
  const rows = Object.entries(table).map(([flag, option]) => {
    const { placeholder, letter, help, fallback, several } = option;
    const short = letter === undefined ? "" : `-${letter}, `;
    const value = placeholder === undefined ? "" : ` ${placeholder}`;
    const standard = fallback === undefined || placeholder === undefined
      ? ""
      : ` (default ${fallback})`;
    const repeated = several ? "; may be given several times" : "";
    return [`  ${short}--${flag}${value}`, `${help}${standard}${repeated}`] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}\n`).join("");
}
