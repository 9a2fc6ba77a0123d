/**
 * Deletes a message of the user's, for everyone.
 *
 * @module
 */
import { h } from "preact";
import type { JSX } from "preact";
import type { Message } from "../../../../../lib/api/schemas.ts";
import { useTab } from "../context.ts";
import type { Closing } from "./dialog_host.tsx";
import { Form } from "./form.tsx";

export function DeleteMessage(
  { message: { id, text }, close }: { readonly message: Message } & Closing,
): JSX.Element {
  const tab = useTab();
  return (
    <Form
      cannot="delete it"
      label="Delete for everyone"
      look="danger"
      act={async () => {
        await tab.call("deleteMessage", { path: { id } });
        close();
      }}
    >
      {text !== "" && <blockquote dir="auto">{text}</blockquote>}
    </Form>
  );
}
