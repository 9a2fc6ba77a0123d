/**
 * The options of `chat serve`: each one once, with its default, its bounds and its help.
 *
 * @module
 */
import { logLevels } from "../lib/log.ts";
import { duration, oneOf, type OptionValues, someText, wholeNumber } from "../lib/options.ts";

const timeout = duration({ minMs: 1000, maxMs: 3_600_000 });

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
