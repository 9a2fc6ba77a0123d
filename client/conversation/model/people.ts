/**
 * Those of whom a user has heard.
 *
 * @module
 */
import type { Model } from "../model.ts";

/** Most people who are kept in mind; of a crowd, those lately heard of. */
export const modelPeopleMax = 2000;

/** The people but one. */
export function without(before: ReadonlySet<string>, name: string): Set<string> {
  const people = new Set(before);
  people.delete(name);
  return people;
}

/** The people with one who was heard of now; the last of the set is the one heard of last. */
export function heardOf(before: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const people = without(before, name).add(name);
  letGoOldest(people, modelPeopleMax);
  return people;
}

/** Takes out what is in it for the longest time, if it is more than `max`. */
export function letGoOldest(kept: Set<string> | Map<string, unknown>, max: number): void {
  const [oldest] = kept.keys();
  if (kept.size > max && oldest !== undefined) kept.delete(oldest);
}

/** Everyone whom the model has heard of, but the user. */
export function knownUsers(model: Model): string[] {
  const names = new Set(model.people);
  for (const { kind, name } of model.rooms.values()) if (kind === "private") names.add(name);
  for (const { author, to } of model.messages) {
    names.add(author);
    if (to !== undefined) names.add(to);
  }
  names.delete(model.user);
  return [...names].sort();
}
