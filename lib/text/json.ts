/**
 * JSON that comes from elsewhere, and JSON that is shown.
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

/** JSON with what a terminal could obey as escapes, which mean the same to every reader of JSON. */
export function terminalJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\x7f-\x9f\p{Cf}\u2028\u2029\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu,
    (character) =>
      character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
        .join(""),
  );
}
