/**
 * Those of whom a user has heard.
 *
 * @module
 */

/** Most people who are kept in mind; of a crowd, those lately heard of. */
export const modelPeopleMax = 2000;

/** The people with one who was heard of now; the last of the set is the one heard of last. */
export function heardOf(before: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const people = new Set(before);
  people.delete(name);
  people.add(name);
  const [longestQuiet] = people;
  if (people.size > modelPeopleMax && longestQuiet !== undefined) people.delete(longestQuiet);
  return people;
}
