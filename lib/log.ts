/**
 * The only door to the logging package: who may write a line, and how a line looks.
 *
 * No line ever holds a password, a token, an invite code or the text of a message: callers pass
 * named fields, and only these.
 *
 * @module
 */
import { configureSync, getLogger, type LogRecord, resetSync } from "@logtape/logtape";
import type { Clock } from "./clock.ts";
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
  readonly clock: Pick<Clock, "now">;
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Takes one finished line, its newline included. */
  readonly write: (line: string) => void;
}

const root = "chat";

/** The requests' own line goes to the sink directly; this is set while the log wants it. */
let writeRequest: ((line: RequestLine) => void) | undefined;

/** Starts writing; until then every line is dropped. */
export function startLog({ clock, level, format, write }: LogSetup): void {
  const lineOf = format === "json" ? jsonLine : prettyLine;
  configureSync({
    reset: true,
    sinks: { out: (record: LogRecord) => write(lineOf(record)) },
    loggers: [
      { category: root, sinks: ["out"], lowestLevel: level },
      { category: ["logtape", "meta"], sinks: ["out"], lowestLevel: "error" },
    ],
  });
  if (!getLogger([root, "http"]).isEnabledFor("info")) writeRequest = undefined;
  else if (format === "json") writeRequest = (line) => write(jsonRequestLine(clock.now(), line));
  else writeRequest = (line) => logFor("http").info("request", { ...line });
}

/** Stops writing and lets go of everything. */
export function stopLog(): void {
  writeRequest = undefined;
  resetSync();
}

/** What is told of every request. */
export interface RequestLine {
  readonly method: string;
  /** The template, as `/messages/{id}`: a path may hold what nobody else should know. */
  readonly route: string;
  readonly status: number;
  /** How long it took to answer; of a stream, to begin. */
  readonly ms: number;
  /** By which other lines and the problem sent to the client name the same request. */
  readonly request: string;
  /** The user's id, if they are known. */
  readonly user: number | undefined;
  /** Of a failure: the problem's code, and whom it was told to. */
  readonly code?: string;
  readonly address?: string;
  /** By which whoever collects traces knows it. */
  readonly trace_id?: string | undefined;
}

/**
 * Logs a request.
 *
 * This is the one line that is written for each request of a busy server. The package takes 4 µs
 * for a line, a fifth of all that a small request costs, so this one is put together here.
 */
export function logRequest(line: RequestLine): void {
  writeRequest?.(line);
}

/** The log of one part of the program, as `logFor("http")`. */
export function logFor(part: string): Log {
  const logger = getLogger([root, part]);
  return {
    debug: (sentence, fields) => logger.debug(literal(sentence), fields),
    info: (sentence, fields) => logger.info(literal(sentence), fields),
    warning: (sentence, fields) => logger.warn(literal(sentence), fields),
    error: (sentence, fields) => logger.error(literal(sentence), fields),
  };
}

/** The package reads braces as places for fields; a path or a message may have some of its own. */
function literal(sentence: string): string {
  return /[{}]/.test(sentence) ? sentence.replaceAll(/[{}]/g, "$&$&") : sentence;
}

/** The fields that tell of a failure: what it says, and where it came from. */
export function failureFields(failure: unknown): LogFields {
  if (!(failure instanceof Error)) return { failure: String(failure) };
  return { failure: `${failure.name}: ${failure.message}`, stack: failure.stack };
}

function jsonLine({ timestamp, level, category, message, properties }: LogRecord): string {
  const head = {
    time: isoTime(timestamp),
    level,
    part: category.slice(1).join("."),
    message: message.join(""),
  };
  // Twice: its place is at the beginning, and no field may take its names.
  const line = JSON.stringify({ ...head, ...properties, ...head });
  return `${line.replaceAll(unprintable, escaped)}\n`;
}

// What JSON leaves as it is although a terminal that shows the log would obey it or draw nothing.
const unprintable = /[\u007f-\u009f\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu;

function escaped(character: string): string {
  let text = "";
  for (let at = 0; at < character.length; at++) {
    text += `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`;
  }
  return text;
}

function jsonRequestLine(
  nowMs: number,
  { method, route, status, ms, request, user, code, address, trace_id }: RequestLine,
): string {
  const who = user === undefined ? "" : `,"user":${user}`;
  const why = code === undefined ? "" : `,"code":"${code}","address":"${address}"`;
  const trace = trace_id === undefined ? "" : `,"trace_id":"${trace_id}"`;
  return `{"time":"${isoTime(nowMs)}","level":"info","part":"http","message":"request",` +
    `"method":${JSON.stringify(method)},"route":"${route}","status":${status},"ms":${ms},` +
    `"request":"${request}"${who}${why}${trace}}\n`;
}

let isoMs = NaN;
let isoText = "";

/** ISO 8601 UTC; many lines share a millisecond. */
function isoTime(ms: number): string {
  if (ms !== isoMs) [isoMs, isoText] = [ms, new Date(ms).toISOString()];
  return isoText;
}

const levelMarks: Readonly<Record<string, string>> = {
  debug: "\x1b[2mdebug\x1b[0m",
  info: "\x1b[32minfo\x1b[0m ",
  warning: "\x1b[33mwarn\x1b[0m ",
  error: "\x1b[31merror\x1b[0m",
};

function prettyLine(record: LogRecord): string {
  const time = isoTime(record.timestamp).slice(11, 23);
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
