/**
 * Why the page can't be built.
 *
 * @module
 */

/** Something in the sources is wrong, or the bundler can't be had; the message says what. */
export class BuildError extends Error {
  override readonly name = "BuildError";
}
