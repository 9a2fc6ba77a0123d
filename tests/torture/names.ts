/**
 * Names that tell whose they are, however often their bearers change them.
 *
 * @module
 */
import { must } from "./violation.ts";

/** The number of the user who bears a name: it is in all the names that they take. */
export function userNumber(name: string): number {
  const number = /^u(\d+)v\d+$/.exec(name)?.[1];
  must(number !== undefined, `nobody was ever called ${name}`);
  return Number(number);
}

/** The name that a user takes at their `version`-th renaming. */
export function nameOf(user: number, version: number): string {
  return `u${user}v${version}`;
}
