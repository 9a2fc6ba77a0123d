/**
 * What the owner of a room can do: let people in, name it, delete it.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { knownUsers, type RoomView } from "../../../../conversation/model.ts";
import { copyText } from "../../browser/clipboard.ts";
import { useTab, useTabState } from "../context.ts";
import type { Closing } from "./dialog_host.tsx";
import { AskerRow } from "../doors.tsx";
import { Loaded, useAnswer } from "./answer.tsx";
import { Action, Confirm, Field, Form } from "./form.tsx";
import { When } from "./when.tsx";

export function Ownership(
  { room: { id: room, name }, close }: { readonly room: RoomView } & Closing,
): JSX.Element {
  const tab = useTab();
  return (
    <>
      <Requests room={room} />
      <Invitations room={room} />
      <Links room={room} />
      <details>
        <summary>Rename the room</summary>
        <Form
          cannot="rename the room"
          label="Rename"
          done="Renamed."
          act={async (entered) => {
            await tab.call("changeRoom", {
              path: { room },
              body: { name: entered("name").trim() },
            });
          }}
        >
          <Field label="New name of the room" name="name" required defaultValue={name} />
        </Form>
      </details>
      <Confirm
        label="Delete the room"
        words="The room will be gone for all its members, with all that was said in it."
        cannot="delete the room"
        act={async () => {
          await tab.call("deleteRoom", { path: { room } });
          close();
        }}
      >
        Delete for everyone
      </Confirm>
    </>
  );
}

interface OfRoom {
  readonly room: string;
}

function Requests({ room }: OfRoom): JSX.Element {
  const tab = useTab();
  const askers = useTabState(({ model }) => model.doors.askers);
  const requests = useAnswer(() => tab.call("listRequests", { path: { room } }), [askers]);
  return (
    <Loaded of={requests}>
      {({ items }) =>
        items.length > 0 && (
          <>
            <h3>Asking to enter</h3>
            <ul>
              {items.map(({ user }) => (
                <AskerRow key={user} asker={{ room, user }} answered={requests.reload} />
              ))}
            </ul>
          </>
        )}
    </Loaded>
  );
}

function Invitations({ room }: OfRoom): JSX.Element {
  const tab = useTab();
  const users = knownUsers(useTabState(({ model }) => model));
  return (
    <>
      <h3>Invite</h3>
      <Form
        cannot="invite them"
        label="Invite"
        done="Invited: they are in as soon as they accept."
        empties
        act={async (entered) => {
          await tab.call("invite", { path: { room }, body: { user: entered("user").trim() } });
        }}
      >
        <Field label="Name of a user" name="user" required autocomplete="off" list="known-users" />
        <datalist id="known-users">
          {users.map((user) => <option key={user} value={user} />)}
        </datalist>
      </Form>
    </>
  );
}

/** How long a link leads in: what is chosen, and how the server reads it. */
const lives: readonly (readonly [string, string])[] = [
  ["7d", "a week"],
  ["1h", "an hour"],
  ["1d", "a day"],
  ["30d", "30 days"],
];

function Links({ room }: OfRoom): JSX.Element {
  const tab = useTab();
  const links = useAnswer(() => tab.call("listLinks", { path: { room } }));
  const [url, setUrl] = useState<string>();
  return (
    <>
      <h3>Links</h3>
      <Form
        cannot="make a link"
        label="Make a link"
        act={async (entered) => {
          const uses = entered("uses");
          const link = await tab.call("createLink", {
            path: { room },
            body: {
              expires_in: entered("life"),
              ...(uses !== "" && { max_uses: Number(uses) }),
            },
          });
          setUrl(new URL(link.url, location.href).href);
          await links.reload();
        }}
      >
        <p class="hint">Who has the link can ask to enter; you approve or deny.</p>
        <div class="choices">
          <Field as="select" label="It is good for" name="life">
            {lives.map(([value, words]) => <option key={value} value={value}>{words}</option>)}
          </Field>
          <Field label="and so many people" name="uses" type="number" min="1" placeholder="any" />
        </div>
      </Form>
      {url !== undefined && <NewLink key={url} url={url} />}
      <Loaded of={links}>
        {({ items }) => (
          <ul>
            {items.map(({ id, expires_at, uses, max_uses }) => (
              <li key={id} class="row">
                <span>
                  Link {id}{" "}
                  <span class="hint">
                    until <When at={expires_at} />, used by {uses}
                    {max_uses !== undefined && ` of ${max_uses}`}
                  </span>
                </span>
                <Action
                  cannot="take it back"
                  on={`link ${id}`}
                  act={async () => {
                    await tab.call("revokeLink", { path: { room, id } });
                    setUrl(undefined);
                    await links.reload();
                  }}
                >
                  Revoke
                </Action>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </>
  );
}

/** The link, which nobody can show again. */
function NewLink({ url }: { readonly url: string }): JSX.Element {
  return (
    <>
      <Field
        label="Your link"
        readOnly
        value={url}
        hint="Copy it now: it is shown this once."
        onFocus={(event) => event.currentTarget.select()}
      />
      <div class="actions">
        <Action
          cannot="copy it"
          done="Copied."
          act={async () => await copyText(url) ? undefined : "the browser does not let us"}
        >
          Copy
        </Action>
      </div>
    </>
  );
}
