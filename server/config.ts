/**
 * The options of `chat serve`: each one once, with its default, its bounds and its help.
 *
 * @module
 */
import { dayMs, hourMs, secondMs } from "../lib/domain/bounds.ts";
import type { Policy } from "../lib/domain/policy.ts";
import { logLevels } from "../lib/log.ts";
import {
  duration,
  oneOf,
  type OptionValues,
  size,
  someText,
  UsageError,
  wholeNumber,
} from "../lib/options.ts";
import { formatDuration } from "../lib/text/durations.ts";

const timeout = duration({ minMs: secondMs, maxMs: hourMs });
const span = duration({ minMs: secondMs, maxMs: 365 * dayMs });

const databaseWords = "a file or :memory:";

export const serveOptions = {
  host: {
    parse: someText("an address or a host name"),
    placeholder: "ADDRESS",
    fallback: "127.0.0.1",
    help: "Address to listen on",
  },
  port: {
    parse: wholeNumber({ min: 0, max: 65_535 }),
    placeholder: "PORT",
    fallback: "8000",
    help: "Port to listen on; 0 takes a free one",
  },
  db: {
    parse: someText(databaseWords).refine((text) => !/^\w+:\/\//.test(text), databaseWords),
    placeholder: "FILE",
    fallback: "chat.db",
    help: "SQLite file that keeps everything, or :memory:",
  },
  durability: {
    parse: oneOf("full", "normal"),
    placeholder: "MODE",
    fallback: "full",
    help: "full waits for the disk; normal may lose the last moment to a power cut",
  },
  recent: {
    parse: wholeNumber({ min: 0, max: 200 }),
    placeholder: "N",
    fallback: "20",
    help: "Messages of the common chat that a newcomer gets",
  },
  "message-ttl": {
    parse: span,
    placeholder: "TIME",
    fallback: "1h",
    help: "How long a message is kept for those who have read it",
  },
  "unread-ttl": {
    parse: duration({ minMs: secondMs, maxMs: 3650 * dayMs }),
    placeholder: "TIME",
    fallback: "30d",
    help: "How long a message is kept for those who have not read it",
  },
  limit: {
    parse: wholeNumber({ min: 0, max: 1_000_000 }),
    placeholder: "N",
    fallback: "20",
    help: "Messages of one user to the common chat in a period; 0 is no limit",
  },
  "limit-period": {
    parse: span,
    placeholder: "TIME",
    fallback: "1h",
    help: "The period of --limit, from a user's first message on",
  },
  "ban-after": {
    parse: wholeNumber({ min: 0, max: 1000 }),
    placeholder: "N",
    fallback: "3",
    help: "Reports that ban a user from sending; 0 never does",
  },
  "ban-for": {
    parse: span,
    placeholder: "TIME",
    fallback: "4h",
    help: "How long a ban lasts",
  },
  "max-file": {
    parse: size({ min: 0, max: 64 * 1024 ** 2 }),
    placeholder: "SIZE",
    fallback: "5MB",
    help: "Largest file that may be sent",
  },
  registration: {
    parse: oneOf("open", "closed"),
    placeholder: "MODE",
    fallback: "open",
    help: "Whether free names may be registered",
  },
  "header-timeout": {
    parse: timeout,
    placeholder: "TIME",
    fallback: "10s",
    help: "Longest time for the head of a request",
  },
  "body-timeout": {
    parse: timeout,
    placeholder: "TIME",
    fallback: "30s",
    help: "Longest pause within the body of a request",
  },
  "idle-timeout": {
    parse: timeout,
    placeholder: "TIME",
    fallback: "60s",
    help: "Longest pause between two requests",
  },
  "max-connections": {
    parse: wholeNumber({ min: 1, max: 1_000_000 }),
    placeholder: "N",
    fallback: "10000",
    help: "Connections at the same time",
  },
  "log-level": {
    parse: oneOf(...logLevels),
    placeholder: "LEVEL",
    fallback: "info",
    help: `Least serious line to log: ${logLevels.join(", ")}`,
  },
  "log-format": {
    parse: oneOf("auto", "pretty", "json"),
    placeholder: "FORMAT",
    fallback: "auto",
    help: "auto is pretty on a terminal and json elsewhere",
  },
} as const;

export type ServeConfig = OptionValues<typeof serveOptions>;

/**
 * The rules' numbers as the options have them.
 *
 * @throws {UsageError} if what was read would outlive what was not.
 */
export function policyOf(config: ServeConfig): Policy {
  const { "message-ttl": messageTtlMs, "unread-ttl": unreadTtlMs } = config;
  if (messageTtlMs > unreadTtlMs) {
    const [message, unread] = [messageTtlMs, unreadTtlMs].map(formatDuration);
    throw new UsageError(
      `Cannot use --message-ttl ${message} with --unread-ttl ${unread}: ` +
        "the first must not be longer than the second",
    );
  }
  return {
    limit: config.limit,
    limitPeriodMs: config["limit-period"],
    messageTtlMs,
    unreadTtlMs,
    banAfter: config["ban-after"],
    banForMs: config["ban-for"],
  };
}
