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
  reader,
  size,
  someText,
  UsageError,
  wholeNumber,
} from "../lib/options.ts";
import { formatDuration } from "../lib/text/durations.ts";
import { isHost } from "./api/front/hosts.ts";
import { isOrigin } from "./api/front/pages.ts";
import { namesProxies } from "./api/front/proxies.ts";
import { registrationModes } from "./api/registrations.ts";
import { endpoint } from "./listening.ts";

const timeout = duration({ minMs: secondMs, maxMs: hourMs });
const span = duration({ minMs: secondMs, maxMs: 365 * dayMs });

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
  listen: {
    parse: endpoint,
    placeholder: "ADDRESS:PORT",
    several: true,
    help: "Instead of --host and --port; unix:FILE for a Unix socket",
  },
  "tls-cert": {
    parse: someText("a file"),
    placeholder: "FILE",
    help: "Certificate chain in PEM, to speak TLS; read anew on SIGHUP",
  },
  "tls-key": {
    parse: someText("a file"),
    placeholder: "FILE",
    help: "Private key of the certificate in PEM",
  },
  db: {
    parse: reader(
      "a file or :memory:",
      (text) => text === "" || /^\w+:\/\//.test(text) ? undefined : text,
    ),
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
    parse: oneOf(...registrationModes),
    placeholder: "MODE",
    fallback: "open",
    help: "Who may take a free name: open for anyone, invite for who has an invitation, closed",
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
  "max-connections-per-address": {
    parse: wholeNumber({ min: 1, max: 1_000_000 }),
    placeholder: "N",
    fallback: "1000",
    help: "Of these, connections of one address or IPv6 network",
  },
  "stop-delay": {
    parse: duration({ minMs: 0, maxMs: 5 * 60 * secondMs }),
    placeholder: "TIME",
    fallback: "0s",
    help: "How long /readyz says no before a server that is told to stop does so",
  },
  "trusted-proxy": {
    parse: reader(
      "an address, a network like 10.0.0.0/8, loopback or unix",
      (text) => namesProxies(text) ? text : undefined,
    ),
    placeholder: "NETWORK",
    several: true,
    help: "Proxy whose Forwarded or X-Forwarded-For is believed; loopback; unix for the socket",
  },
  "allowed-host": {
    parse: reader(
      "the name or the address of a host, without a port",
      (text) => isHost(text) ? text : undefined,
    ),
    placeholder: "NAME",
    several: true,
    help: "Host to answer for beside localhost; without it, on the open network, any",
  },
  "cors-origin": {
    parse: reader(
      "an origin like https://app.example, as browsers write it, or *",
      (text) => isOrigin(text) ? text : undefined,
    ),
    placeholder: "ORIGIN",
    several: true,
    help: "Origin whose pages may use the API; * for all",
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
