/**
 * What proxies say of a request that they pass on: `Forwarded` (RFC 7239) and `X-Forwarded-…`.
 *
 * Each proxy adds its part at the end, so all is read from there: what stands before may be anything
 * that a client has made up, and must not change what is read.
 *
 * @module
 */
import type { FieldLines } from "../../http/mod.ts";
import { type IpAddress, parseAddress } from "../../../lib/text/addresses.ts";
import { Failure } from "../failure.ts";

/** What one proxy says of the request that it got. */
export interface Hop {
  /** Who sent it to the proxy; absent if it does not say so, or hides it. */
  readonly address?: IpAddress | undefined;
  readonly scheme?: "http" | "https" | undefined;
  /**
   * For which host, as it stands there, like the one of the request itself. What is no authority
   * must not be taken for silence: then the name by which the proxy knows us would stand in for that
   * of a page which has chosen one that nobody can read.
   */
  readonly authority?: string | undefined;
}

/**
 * What `Forwarded` says, the nearest proxy first.
 *
 * @throws {Failure} `malformed` when what cannot be read is reached. A proxy has written it, perhaps
 * around what its client has sent, so what it says is more than nothing.
 */
export function* forwardedHops(headers: FieldLines): Iterable<Hop> {
  const field = headers.get("forwarded") ?? "";
  let end = field.length;
  while (end > 0) {
    const element = lastElement(field, end);
    if (element === undefined) {
      throw new Failure("malformed", "What the proxy in front says in Forwarded cannot be read.");
    }
    end = element.comma;
    if (element.pairs.size > 0) yield hopOf(element.pairs);
  }
}

interface Element {
  /** Where the comma before it is; -1 if there is none. */
  readonly comma: number;
  readonly pairs: ReadonlyMap<string, string>;
}

/**
 * The last element before `end`: the shortest that is whole.
 *
 * A comma inside of quotes is none that divides, and what follows it is never whole: it has the
 * quotes' end without their beginning. But quotes that a client has opened end nothing.
 */
function lastElement(field: string, end: number): Element | undefined {
  let comma = end;
  do {
    comma = commaBefore(field, comma);
    const pairs = readPairs(field.slice(comma + 1, end).trim());
    if (pairs !== undefined) return { comma, pairs };
  } while (comma >= 0);
  return undefined;
}

/** Where the last comma before `end` is; -1 if there is none. */
function commaBefore(field: string, end: number): number {
  // What is looked for up to a place before the first is looked for at the first.
  return end === 0 ? -1 : field.lastIndexOf(",", end - 1);
}

const token = "[\\w!#$%&'*+.^`|~-]+";
const pairPattern = new RegExp(
  `(?:(${token})=(?:(${token})|"((?:[^"\\\\]|\\\\.)*)"))?(?:;[ \\t]*|$)`,
  "y",
);

/** The parameters of one element, by name; `undefined` if it is none, or has one of them twice. */
function readPairs(element: string): Map<string, string> | undefined {
  const pairs = new Map<string, string>();
  pairPattern.lastIndex = 0;
  while (pairPattern.lastIndex < element.length) {
    const match = pairPattern.exec(element);
    if (match === null) return undefined;
    const [, name, plain, quoted = ""] = match;
    if (name === undefined) continue;
    const key = name.toLowerCase();
    if (pairs.has(key)) return undefined;
    pairs.set(key, plain ?? quoted.replaceAll(/\\(.)/g, "$1"));
  }
  return pairs;
}

function hopOf(pairs: ReadonlyMap<string, string>): Hop {
  return {
    address: nodeAddress(pairs.get("for") ?? ""),
    scheme: schemeOf(pairs.get("proto")),
    authority: pairs.get("host"),
  };
}

/** The address of a node (RFC 7239 §6); `undefined` if it is hidden, or not known to the proxy. */
function nodeAddress(node: string): IpAddress | undefined {
  const [, literal, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::[\w.-]{1,64})?$/.exec(node) ?? [];
  const isBracketed = literal !== undefined;
  const text = literal ?? plain ?? "";
  return text.includes(":") === isBracketed ? parseAddress(text) : undefined;
}

/**
 * What `X-Forwarded-For`, `-Proto` and `-Host` say, the nearest proxy first.
 *
 * Where a proxy replaces a field to which others add, the one value stands for the nearest.
 */
export function* customaryHops(headers: FieldLines): Iterable<Hop> {
  const addresses = partsFromEnd(headers.get("x-forwarded-for"));
  const schemes = partsFromEnd(headers.get("x-forwarded-proto"));
  const authorities = partsFromEnd(headers.get("x-forwarded-host"));
  for (;;) {
    const address = addresses.next().value;
    const scheme = schemes.next().value;
    const authority = authorities.next().value;
    if (address === undefined && scheme === undefined && authority === undefined) return;
    yield {
      // Unlike in `Forwarded`, an IPv6 address needs no brackets.
      address: address === undefined ? undefined : parseAddress(address) ?? nodeAddress(address),
      scheme: schemeOf(scheme),
      authority,
    };
  }
}

/** The elements of a list, the last one first, without those that are empty (RFC 9110 §5.6.1). */
function* partsFromEnd(field = ""): Generator<string, undefined> {
  for (let end = field.length; end > 0;) {
    const comma = commaBefore(field, end);
    const part = field.slice(comma + 1, end).trim();
    if (part !== "") yield part;
    end = comma;
  }
}

function schemeOf(text = ""): "http" | "https" | undefined {
  const scheme = text.toLowerCase();
  return scheme === "http" || scheme === "https" ? scheme : undefined;
}
