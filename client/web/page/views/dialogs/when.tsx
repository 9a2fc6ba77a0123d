/**
 * A time as its reader's clock shows it.
 *
 * @module
 */
import { h } from "preact";
import type { JSX } from "preact";
import { whenText } from "../../words.ts";

export function When({ at }: { readonly at: string }): JSX.Element {
  return <time dateTime={at}>{whenText(at)}</time>;
}
