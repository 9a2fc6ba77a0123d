/**
 * The user: name, password, what they may still send, and the way out.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { JSX } from "preact";
import type { StatusAnswer } from "../../../../../lib/api/schemas.ts";
import { countText } from "../../../../../lib/text/counts.ts";
import { useTab, useTabState } from "../context.ts";
import { NotificationSettings } from "../notification_choice.tsx";
import { Loaded, useAnswer } from "./answer.tsx";
import { Confirm, Field, Form } from "./form.tsx";
import { When } from "./when.tsx";

export function Profile(): JSX.Element {
  const tab = useTab();
  const user = useTabState(({ model }) => model.user);
  const status = useAnswer(() => tab.call("status"), [
    useTabState(({ model }) => model.limit),
    useTabState(({ model }) => model.bannedUntilMs),
  ]);
  return (
    <>
      <p>
        You are <bdi>{user}</bdi>.
      </p>
      <Loaded of={status}>{(answer) => <Standing status={answer} />}</Loaded>
      <NotificationSettings />
      <details>
        <summary>Change your name</summary>
        <Form
          cannot="change your name"
          label="Change the name"
          done="Changed."
          act={async (entered) => {
            await tab.call("changeProfile", { body: { name: entered("name").trim() } });
          }}
        >
          <Field label="New name" name="name" required autocomplete="off" />
        </Form>
      </details>
      <details>
        <summary>Set a password</summary>
        <Password user={user} />
      </details>
      <Leaving />
    </>
  );
}

function Standing({ status: { limit, user } }: { readonly status: StatusAnswer }): JSX.Element {
  return (
    <ul>
      {user.banned_until !== undefined && (
        <li class="fault">
          You are banned from sending until <When at={user.banned_until} />.
        </li>
      )}
      <li>
        {limit === undefined ? "You may send to everyone without a limit." : (
          <>
            {limit.remaining} of {countText(limit.limit, "message")} to everyone left
            {limit.resets_at !== undefined && (
              <>
                ; it begins anew at <When at={limit.resets_at} />
              </>
            )}.
          </>
        )}
      </li>
      {user.reports > 0 && <li>{countText(user.reports, "report")} about you.</li>}
    </ul>
  );
}

function Password({ user }: { readonly user: string }): JSX.Element {
  const tab = useTab();
  return (
    <Form
      cannot="set the password"
      label="Set the password"
      done="It is set. Your other devices are signed out."
      empties
      act={async (entered) => {
        const password = entered("password");
        if (password !== entered("again")) return "these were not the same";
        const old = entered("old");
        await tab.call("changeProfile", {
          body: { password, ...(old !== "" && { old_password: old }) },
        });
      }}
    >
      <p class="hint">
        With it you can sign in on other devices; setting it signs them out.
      </p>
      {/* Tells a keeper of passwords whose it is. */}
      <input hidden autocomplete="username" value={user} readOnly />
      <Field
        label="Old password, if you have one"
        name="old"
        type="password"
        autocomplete="current-password"
      />
      <Field
        label="New password"
        name="password"
        type="password"
        required
        autocomplete="new-password"
      />
      <Field
        label="New password again"
        name="again"
        type="password"
        required
        autocomplete="new-password"
      />
    </Form>
  );
}

function Leaving(): JSX.Element {
  const tab = useTab();
  const waiting = useTabState(({ model, unsent }) => model.outgoing.length + unsent.length);
  return (
    <Confirm
      label="Leave this device"
      words={
        <>
          {waiting > 0 && (
            <>
              <strong>{countText(waiting, "message")} not sent yet would be lost.</strong>
              {" "}
            </>
          )}
          Without a password nobody can sign in under your name again, not even you.
        </>
      }
      cannot="sign out"
      act={() => tab.signOut()}
    >
      Leave
    </Confirm>
  );
}
