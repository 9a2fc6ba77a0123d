/**
 * What is answered to a request that no operation is for.
 *
 * @module
 */
import type { HeaderList, Response } from "../http/mod.ts";
import { Failure } from "./failure.ts";
import type { Route } from "./router.ts";

/** What may be asked of the server as a whole, by `OPTIONS *` (RFC 9110 §9.3.7). */
const allMethods = ["GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"];

/** The methods of RFC 9110 §9.3 and RFC 5789: known, though not all of them are of use here. */
export const knownMethods: readonly string[] = [...allMethods, "PUT", "CONNECT", "TRACE"];

/**
 * The answer to `method` at a path where it leads to no operation.
 *
 * @throws {Failure} `not_implemented` if nobody knows the method, `not_found` if the path leads
 * nowhere, `method_not_allowed` if it does (RFC 9110 §9.1, §15.5.6).
 */
export function answerUnmatched(
  method: string,
  path: string,
  route: Exclude<Route, { readonly kind: "operation" }>,
): Response {
  if (!knownMethods.includes(method)) {
    throw new Failure("not_implemented", "There is no such method here; they are case-sensitive.");
  }
  if (path === "*") return { status: 204, headers: allow(allMethods) };
  if (route.kind === "not_found") {
    throw new Failure("not_found", "There is nothing at this path.");
  }
  const { allowed } = route;
  if (method === "OPTIONS") return { status: 204, headers: allow(allowed) };
  throw new Failure("method_not_allowed", `${allowed.join(", ")} can be used here.`, {
    headers: allow(allowed),
  });
}

function allow(methods: readonly string[]): HeaderList {
  return [["Allow", methods.join(", ")]];
}
