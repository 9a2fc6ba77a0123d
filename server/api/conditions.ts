/**
 * Conditional requests: entity tags, and what a request's preconditions come to (RFC 9110 §8.8.3, §13).
 *
 * Nothing here has a date: a tag is the hash of what it stands for and tells all that a date could, and
 * more exactly. So no answer carries `Last-Modified`, and what goes by it, `If-Modified-Since` and
 * `If-Unmodified-Since`, is ignored as it must be then (§13.1.3, §13.1.4).
 *
 * @module
 */
import type { Request } from "../http/mod.ts";
import { Failure } from "./failure.ts";

/** As much of a request as its preconditions are made of. */
export type Conditional = Pick<Request, "method" | "headers">;

/** What preconditions come to: go on; 304, the client has it already; 412, do nothing. */
export type Verdict = "perform" | "not_modified" | "failed";

// An element of a list, which may be empty (RFC 9110 §5.6.1.2), and the comma or the end behind it.
// No two of its loops can take the same blanks, so that it reads a hostile line in one go, too.
const listed = /[\t ]*(?:((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[\t ]*)?(?:,|$)/y;

/**
 * The entity tags of an `If-Match` or `If-None-Match`, each as it stands there, with its quotes and
 * its `W/` if it is weak; `"*"`; or `undefined` if it is neither (RFC 9110 §13.1.1, §13.1.2).
 */
export function parseTags(value: string): "*" | readonly string[] | undefined {
  if (value === "*") return "*";
  const tags: string[] = [];
  listed.lastIndex = 0;
  for (;;) {
    const element = listed.exec(value);
    if (element === null) return undefined;
    if (element[1] !== undefined) tags.push(element[1]);
    if (!element[0].endsWith(",")) return tags;
  }
}

/** Whether two tags stand for the same, byte for byte (RFC 9110 §8.8.3.2). */
export function matchesStrongly(one: string, other: string): boolean {
  return one === other && !one.startsWith("W/");
}

/** Whether two tags stand for what is as good as the same (RFC 9110 §8.8.3.2). */
export function matchesWeakly(one: string, other: string): boolean {
  return opaque(one) === opaque(other);
}

function opaque(tag: string): string {
  return tag.startsWith("W/") ? tag.slice(2) : tag;
}

/**
 * What the preconditions of a request come to, in their order (RFC 9110 §13.2.2).
 *
 * @param tag Of what the request is for, which is there.
 */
export function verdictOf({ method, headers }: Conditional, tag: string): Verdict {
  const wanted = headers.get("if-match");
  if (wanted !== undefined && !names(wanted, tag, matchesStrongly)) return "failed";
  const unwanted = headers.get("if-none-match");
  if (unwanted === undefined || !names(unwanted, tag, matchesWeakly)) return "perform";
  return method === "GET" || method === "HEAD" ? "not_modified" : "failed";
}

/** Whether a field names what there is. What can't be read names nothing. */
function names(
  value: string,
  tag: string,
  matches: (one: string, other: string) => boolean,
): boolean {
  const tags = parseTags(value);
  if (tags === "*") return true;
  return tags !== undefined && tags.some((one) => matches(one, tag));
}

/**
 * Whether the client has what it asks for already, and 304 is due.
 *
 * @throws {Failure} `precondition_failed`
 */
export function isNotModified(request: Conditional, tag: string): boolean {
  const verdict = verdictOf(request, tag);
  if (verdict === "failed") throw preconditionFailed();
  return verdict === "not_modified";
}

/**
 * Whether a request is conditional on a state that cannot be: its `If-Match` names a tag, and what it
 * asks for has none. Whoever says so wants nothing to be done then (RFC 9110 §13.1.1).
 *
 * `If-None-Match` always holds there. With a tag it does by itself; `*` would need a representation
 * that something was selected from, which such a path does not have, and a 304 would send the client
 * to what it has kept of an answer that may not be kept.
 */
export function isUnmet({ headers }: Pick<Conditional, "headers">): boolean {
  const wanted = headers.get("if-match");
  return wanted !== undefined && parseTags(wanted) !== "*";
}

/**
 * Whether a `Range` may be followed: there is no `If-Range`, or it names exactly what there is
 * (RFC 9110 §13.1.5). A date is never that, for there is none.
 */
export function isRangeWanted({ headers }: Conditional, tag: string): boolean {
  const condition = headers.get("if-range");
  return condition === undefined || matchesStrongly(condition, tag);
}

/** What is due if a condition does not hold. */
export function preconditionFailed(): Failure {
  return new Failure(
    "precondition_failed",
    "What is there now is not what If-Match or If-None-Match of the request asks for.",
  );
}
