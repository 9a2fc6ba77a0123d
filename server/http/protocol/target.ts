/**
 * The forms of a request target.
 *
 * @module
 */
import { malformed, ProtocolError } from "./events.ts";
import { isHostAndPort } from "./grammar.ts";

/** A request target, reduced to what the application asks for. */
export interface Target {
  /** Of an absolute-form target; undefined in the other forms. */
  readonly scheme: "http" | "https" | undefined;
  /** Host and port of an absolute-form target; undefined in the other forms. */
  readonly authority: string | undefined;
  readonly path: string;
  readonly query: string;
}

const absoluteForm = /^(https?):\/\/([^/?]*)([^?]*)/i;

/**
 * Reads `target`, whose bytes are known to be legal (RFC 9112 §3.2).
 *
 * Throws `ProtocolError`: 501 for CONNECT, since there is nothing here to tunnel to; otherwise 400.
 */
export function parseTarget(method: string, target: string): Target {
  if (method === "CONNECT") {
    throw new ProtocolError(501, "not_implemented", "Cannot connect: this is not a proxy");
  }
  const queryAt = target.indexOf("?");
  const query = queryAt < 0 ? "" : target.slice(queryAt + 1);
  if (target.startsWith("/")) {
    const path = queryAt < 0 ? target : target.slice(0, queryAt);
    return { scheme: undefined, authority: undefined, path, query };
  }
  if (target === "*") {
    if (method !== "OPTIONS") throw malformed("only OPTIONS may have the target *");
    return { scheme: undefined, authority: undefined, path: "*", query: "" };
  }
  const parts = absoluteForm.exec(target);
  if (parts === null) throw malformed("the request target is neither a path nor a URL");
  const [, name = "", authority = "", path = ""] = parts;
  if (!isHostAndPort(authority)) throw malformed("the request target has no valid host");
  // RFC 9112 §3.2.4: OPTIONS for a URL without a path is about the server as a whole.
  const whole = method === "OPTIONS" && path === "" && queryAt < 0;
  const scheme = name.length === 4 ? "http" : "https";
  return { scheme, authority, path: whole ? "*" : path || "/", query };
}
