/**
 * The link by which someone is invited to register.
 *
 * @module
 */

/** The code in a link `…/#invite=CODE`, or in its hash; `undefined` for what is no such link. */
export function inviteIn(link: string): string | undefined {
  return link.split("#invite=")[1];
}
