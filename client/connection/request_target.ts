/**
 * The target of a request: the path of its operation, filled in, and its query.
 *
 * @module
 */
import { foreseen } from "./failures.ts";

/** @throws {ApiProblem} for a name that no path can hold. */
export function targetOf(
  route: string,
  path: Readonly<Record<string, unknown>>,
  query: Readonly<Record<string, unknown>>,
): string {
  const filled = route.replace(/\{(\w+)\}/g, (_, name) => segmentOf(String(path[name])));
  const fields = Object.entries(query).filter(([, value]) => value !== undefined);
  if (fields.length === 0) return filled;
  return `${filled}?${new URLSearchParams(fields.map(([name, value]) => [name, String(value)]))}`;
}

function segmentOf(text: string): string {
  // Dots alone lead up, coded or not: another operation would be called, and nothing is named so.
  if (/^\.{0,2}$/.test(text)) {
    throw foreseen("not_found", "There is nothing of this name.");
  }
  return encodeURIComponent(text);
}
