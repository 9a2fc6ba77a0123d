/**
 * A field for a time to come, by its reader's clock.
 *
 * @module
 */
import { h } from "preact";
import type { JSX } from "preact";
import { Field } from "./form.tsx";
import { localText } from "./local_time.ts";

export const pastFault = "this time is past";

/** @param atMs What stands in it at first. */
export function MomentField({ atMs }: { readonly atMs: number }): JSX.Element {
  return (
    <Field
      label="When, by your clock"
      type="datetime-local"
      name="at"
      required
      defaultValue={localText(atMs)}
    />
  );
}
