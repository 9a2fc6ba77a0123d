/**
 * Which version of the program this is.
 *
 * @module
 */

/** Semantic version; the changelog has a section of that name. */
export const version = "0.1.0";
