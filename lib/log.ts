/**
 * The only door to the logging package: who may write a line, and how a line looks.
 *
 * No line ever holds a password, a token, an invite code or the text of a message: callers pass
 * named fields, and only these.
 *
 * @module
 */
import {
  configureSync,
  getJsonLinesFormatter,
  getLogger,
  type LogRecord,
  resetSync,
} from "@logtape/logtape";
import { terminalSafe } from "./text/terminal.ts";

/** From the chattiest to the most serious. */
export const logLevels = ["debug", "info", "warning", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** `pretty` is for a person at a terminal, `json` is one object a line. */
export type LogFormat = "pretty" | "json";

/** What a line may tell beside its sentence. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes lines of one part of the program. */
export interface Log {
  debug(sentence: string, fields?: LogFields): void;
  info(sentence: string, fields?: LogFields): void;
  warning(sentence: string, fields?: LogFields): void;
  error(sentence: string, fields?: LogFields): void;
}

/** Where lines go and which ones. */
export interface LogSetup {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Takes one finished line, its newline included. */
  readonly write: (line: string) => void;
}

const root = "chat";

/** Starts writing; until then every line is dropped. */
export function startLog(setup: LogSetup): void {
  const format = setup.format === "json" ? jsonLine : prettyLine;
  configureSync({
    reset: true,
    sinks: { out: (record: LogRecord) => setup.write(format(record)) },
    loggers: [
      { category: root, sinks: ["out"], lowestLevel: setup.level },
      { category: ["logtape", "meta"], sinks: ["out"], lowestLevel: "error" },
    ],
  });
}

/** Stops writing and lets go of everything. */
export function stopLog(): void {
  resetSync();
}

/** The log of one part of the program, as `logFor("http")`. */
export function logFor(part: string): Log {
  const logger = getLogger([root, part]);
  return {
    debug: (sentence, fields) => logger.debug(sentence, fields),
    info: (sentence, fields) => logger.info(sentence, fields),
    warning: (sentence, fields) => logger.warn(sentence, fields),
    error: (sentence, fields) => logger.error(sentence, fields),
  };
}

/** The fields that tell of a failure: what it says, and where it came from. */
export function failureFields(failure: unknown): LogFields {
  if (!(failure instanceof Error)) return { failure: String(failure) };
  return { failure: `${failure.name}: ${failure.message}`, stack: failure.stack };
}

const jsonFormatter = getJsonLinesFormatter({
  categorySeparator: ".",
  message: "rendered",
  properties: "flatten",
});

function jsonLine(record: LogRecord): string {
  return jsonFormatter(record);
}

const levelMarks: Readonly<Record<string, string>> = {
  debug: "\x1b[2mdebug\x1b[0m",
  info: "\x1b[32minfo\x1b[0m ",
  warning: "\x1b[33mwarn\x1b[0m ",
  error: "\x1b[31merror\x1b[0m",
};

function prettyLine(record: LogRecord): string {
  const time = new Date(record.timestamp).toISOString().slice(11, 23);
  const fields: string[] = [];
  let stack = "";
  for (const [name, value] of Object.entries(record.properties)) {
    if (value === undefined) continue;
    if (name === "stack") stack = `\n${terminalSafe(String(value), { keepNewlines: true })}`;
    else fields.push(` \x1b[2m${name}=\x1b[0m${terminalSafe(String(value))}`);
  }
  const sentence = terminalSafe(record.message.join(""));
  const mark = levelMarks[record.level] ?? record.level;
  return `\x1b[2m${time}\x1b[0m ${mark} ${sentence}${fields.join("")}${stack}\n`;
}
