/**
 * Reading JSON that comes from elsewhere.
 *
 * @module
 */

/** JSON as a value; what is none becomes `undefined`, which no schema takes. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (fault) {
    if (fault instanceof SyntaxError) return undefined;
    throw fault;
  }
}
