/**
 * The authority of a URL: the host and the port that a request or an origin names.
 *
 * @module
 */
import { formatAddress, isLoopback, parseAddress } from "../../../lib/text/addresses.ts";

/** Longest authority that can be one of ours: a name of the DNS, its last dot, and a port. */
export const authorityCharactersMax = 260;

/** A host and a port, each in the one form in which they are compared. */
export interface Authority {
  /** A name in lower case without the dot at its end, an IPv4 address, or an IPv6 one in brackets. */
  readonly host: string;
  /** Empty if none is named. */
  readonly port: string;
}

// Less than RFC 3986 §3.2.2 allows a name to be: what else would be encoded can't be resolved.
const hostAndPort = /^(?:\[([\da-f:.]+)\]|([a-z\d_][a-z\d._-]*))(?::(\d{0,5}))?$/i;

/**
 * Reads an authority; `undefined` if nothing can be reached by it.
 *
 * What is read can stand in a URL as it came: nothing in it leads elsewhere.
 */
export function parseAuthority(text: string): Authority | undefined {
  if (text.length > authorityCharactersMax) return undefined;
  const [match, literal, name = "", port = ""] = hostAndPort.exec(text) ?? [];
  if (match === undefined) return undefined;
  if (literal === undefined) return { host: name.toLowerCase().replace(/\.$/, ""), port };
  const address = parseAddress(literal);
  if (address === undefined) return undefined;
  const written = formatAddress(address);
  return { host: written.includes(":") ? `[${written}]` : written, port };
}

/**
 * Whether a machine reaches only itself by `host`: such names are never looked up elsewhere
 * (RFC 6761 §6.3), so that nobody can have one of them lead here.
 */
export function isLocalHost(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") ||
    isLoopback(host.startsWith("[") ? host.slice(1, -1) : host);
}
