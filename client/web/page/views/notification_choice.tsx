/**
 * Whether and of what the user is told while they look elsewhere.
 *
 * @module
 */
import { h } from "preact";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { NotificationChoice } from "../attention/notifier.ts";
import {
  askForNotifications,
  chooseNotifications,
  notificationChoice,
  notificationPermission,
} from "../browser/notifications.ts";
import { useWatched } from "./context.ts";
import { Field } from "./dialogs/form.tsx";

const choices: Readonly<Record<NotificationChoice, string>> = {
  direct: "Private chats, rooms, and my name",
  all: "All messages",
  none: "Nothing",
};

export function NotificationSettings(): JSX.Element {
  const permission = useWatched(notificationPermission, (permission) => permission);
  switch (permission) {
    case "impossible":
      return (
        <p class="hint">
          This browser can show notifications only for a page that comes over https or from
          localhost.
        </p>
      );
    case "denied":
      return (
        <p class="hint">
          This browser may not show notifications of this page; its settings can allow it.
        </p>
      );
    case "undecided":
      return (
        <button type="button" onClick={() => askForNotifications().catch(reportError)}>
          Turn on notifications…
        </button>
      );
    case "granted":
      return <Choice />;
  }
}

function Choice(): JSX.Element {
  const [chosen, setChosen] = useState(notificationChoice);
  return (
    <Field
      as="select"
      label="While I look elsewhere, notify me of"
      value={chosen}
      onChange={({ currentTarget }) => {
        chooseNotifications(currentTarget.value as NotificationChoice);
        setChosen(notificationChoice());
      }}
    >
      {Object.entries(choices).map(([choice, words]) => (
        <option key={choice} value={choice}>{words}</option>
      ))}
    </Field>
  );
}
