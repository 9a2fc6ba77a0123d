/**
 * Makes a room, which the user owns.
 *
 * @module
 */
import { h } from "preact";
import type { JSX } from "preact";
import { useTab } from "../context.ts";
import type { Closing } from "./dialog_host.tsx";
import { enter } from "./entering.ts";
import { Field, Form } from "./form.tsx";

export function NewRoom({ close }: Closing): JSX.Element {
  const tab = useTab();
  return (
    <Form
      cannot="make the room"
      label="Make the room"
      act={async (entered) => {
        const { id } = await tab.call("createRoom", { body: { name: entered("name").trim() } });
        await enter(tab, id);
        close();
      }}
    >
      <Field
        label="Name of the room"
        name="name"
        required
        autofocus
        autocomplete="off"
        hint="Only those whom you invite or let in can see what is said there."
      />
    </Form>
  );
}
