/**
 * Reports someone; enough reports ban them from sending for a while.
 *
 * @module
 */
import { h } from "preact";
import type { JSX } from "preact";
import type { Message } from "../../../../../lib/api/schemas.ts";
import { countText, isolated, spanText, whenText } from "../../words.ts";
import { useTab, useTabState } from "../context.ts";
import type { Closing } from "./dialog_host.tsx";
import { Field, Form } from "./form.tsx";

export function Report(
  { user, message, close }: { readonly user: string; readonly message?: Message } & Closing,
): JSX.Element {
  const tab = useTab();
  const settings = useTabState((state) => state.settings);
  return (
    <Form
      cannot="report them"
      label="Report"
      look="danger"
      act={async (entered) => {
        const reason = entered("reason").trim();
        const { reports, banned_until } = await tab.call("report", {
          body: {
            user,
            ...(reason !== "" && { reason }),
            ...(message !== undefined && { message: message.id }),
          },
        });
        close();
        const open = `${countText(reports, "report")} about ${isolated(user)}`;
        tab.tell(
          "news",
          banned_until === undefined
            ? `You have reported: ${open}`
            : `${open}: no messages from there until ${whenText(banned_until)}`,
        );
      }}
    >
      {message !== undefined && message.text !== "" && (
        <blockquote dir="auto">{message.text}</blockquote>
      )}
      <Field
        as="textarea"
        label="Why (may be left empty)"
        name="reason"
        autofocus
        hint={settings !== undefined && settings.ban_after > 0 &&
          `${
            countText(settings.ban_after, "report")
          } by different people keep someone from sending for ${spanText(settings.ban_for_s)}.`}
      />
    </Form>
  );
}
