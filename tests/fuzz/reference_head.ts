/**
 * What a request's head means, read the slow way: each rule by itself, from the whole list of fields.
 *
 * @module
 */

/** A field line: name and value, without the blanks around it. */
export type Line = readonly [name: string, value: string];

/** A head that is good. */
export interface Head {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly minor: 0 | 1;
  readonly scheme: string | undefined;
  readonly authority: string | undefined;
  readonly lines: readonly Line[];
  /** Undefined when chunked. */
  readonly bodyBytes: number | undefined;
  readonly keepAlive: boolean;
  readonly expectsContinue: boolean;
}

/** A head that must be refused, with one of several statuses: which fault is told first is free. */
export class HeadFault extends Error {
  constructor(readonly statuses: readonly number[]) {
    super(`refused: ${statuses.join(" or ")}`);
  }
}

/** Throws `HeadFault`. */
export function interpretHead(
  method: string,
  asked: Asked,
  minor: 0 | 1,
  lines: readonly Line[],
): Head {
  const faults: number[] = [];
  const valuesOf = (wanted: string) =>
    lines.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const hosts = valuesOf("host");
  const lengths = valuesOf("content-length");
  const codings = valuesOf("transfer-encoding");
  const options = members(valuesOf("connection"));
  const expectations = minor === 0 ? [] : members(valuesOf("expect"));

  // RFC 9112 §3.2: exactly one Host, and a good one; in HTTP/1.0 it may be missing.
  if (hosts.length > 1 || (hosts.length === 0 && minor === 1)) faults.push(400);
  if (!hosts.every(isHostAndPort)) faults.push(400);

  // RFC 9112 §6.1 and §6.3, nothing forgiven.
  let bodyBytes: number | undefined = 0;
  if (codings.length > 0) {
    bodyBytes = undefined;
    if (minor === 0 || lengths.length > 0) faults.push(400);
    const names = members(codings);
    if (codings.join(", ").toLowerCase() !== "chunked") {
      if (names.slice(0, -1).includes("chunked")) faults.push(400);
      // What is left is not known, or is known and strangely put, such as "chunked,".
      else faults.push(501, ...names.join() === "chunked" ? [400] : []);
    }
  } else if (lengths.length > 0) {
    bodyBytes = Number(lengths[0]);
    const isLength = /^[0-9]{1,16}$/.test(lengths[0] ?? "") && Number.isSafeInteger(bodyBytes);
    if (lengths.length > 1 || !isLength) faults.push(400);
  }

  // RFC 9110 §10.1.1.
  if (expectations.some((expectation) => expectation !== "100-continue")) faults.push(417);

  if (faults.length > 0) throw new HeadFault(faults);
  return {
    method,
    path: asked.path,
    query: asked.query,
    minor,
    scheme: asked.scheme,
    // RFC 9112 §3.2.2: an absolute-form target decides.
    authority: asked.authority ?? hosts[0],
    lines,
    bodyBytes,
    // RFC 9112 §9.3.
    keepAlive: !options.includes("close") && (minor === 1 || options.includes("keep-alive")),
    expectsContinue: expectations.length > 0 && bodyBytes !== 0,
  };
}

/** Members of a list field that are not empty, RFC 9110 §5.6.1, in lower case. */
function members(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(","))
    .map((member) => member.replace(/^[\t ]+|[\t ]+$/g, "").toLowerCase())
    .filter((member) => member !== "");
}

/** What a target asks for. */
export interface Asked {
  readonly path: string;
  readonly query: string;
  readonly scheme?: string;
  readonly authority?: string;
}

/** The target in one of its four forms, RFC 9112 §3.2. Throws `HeadFault`. */
export function readTarget(method: string, target: string): Asked {
  if (method === "CONNECT") throw new HeadFault([501]);
  const origin = /^(\/[^?]*)(?:\?(.*))?$/.exec(target);
  if (origin !== null) return { path: origin[1] ?? "", query: origin[2] ?? "" };
  if (target === "*" && method === "OPTIONS") return { path: "*", query: "" };
  const absolute = /^(https?):\/\/([^/?]+)(\/[^?]*)?(?:\?(.*))?$/i.exec(target);
  const [, scheme = "", authority = "", path = "", query] = absolute ?? [];
  if (!isHostAndPort(authority)) throw new HeadFault([400]);
  const isServer = method === "OPTIONS" && path === "" && query === undefined;
  return {
    scheme: scheme.toLowerCase(),
    authority,
    path: isServer ? "*" : path || "/",
    query: query ?? "",
  };
}

/** RFC 3986 §3.2.2 and §3.2.3, with a host that is not empty and a port that there can be. */
function isHostAndPort(text: string): boolean {
  const parts = /^(?:\[([^\]]*)\]|([^:[\]]+))(?::([0-9]*))?$/.exec(text);
  if (parts === null) return false;
  const [, address, name = "", port = ""] = parts;
  if (port.length > 5 || Number(port) > 65_535) return false;
  if (address !== undefined) return isIpv6(address);
  return /^(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/.test(name);
}

function isIpv6(text: string): boolean {
  // A dotted address at the end stands for two groups.
  const dotted = /^(.*:)([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)$/.exec(text);
  if (dotted !== null) {
    const isOctet = (part: string) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255;
    if (!dotted.slice(2).every(isOctet)) return false;
    text = `${dotted[1]}0:0`;
  }
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => half === "" ? [] : half.split(":"));
  if (!groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  return halves.length === 1 ? groups.length === 8 : groups.length <= 7;
}
