/**
 * What waits for the user's answer: invitations, and people who ask to enter the user's rooms.
 *
 * @module
 */
import { h } from "preact";
import type { JSX } from "preact";
import type { Asker, Invitation } from "../../../conversation/model/doors.ts";
import { useTab, useTabState } from "./context.ts";
import { enter } from "./dialogs/entering.ts";
import { Action } from "./dialogs/form.tsx";

export function Doors(): JSX.Element | null {
  const { invitations, askers } = useTabState(({ model }) => model.doors);
  if (invitations.length + askers.length === 0) return null;
  return (
    <section aria-label="To be answered">
      <ul class="doors">
        {invitations.map((invitation) => (
          <InvitationRow key={invitation.room} invitation={invitation} />
        ))}
        {askers.map((asker) => <AskerRow key={`${asker.room} ${asker.user}`} asker={asker} />)}
      </ul>
    </section>
  );
}

/** A room that the user may enter, to be accepted or declined. */
function InvitationRow(
  { invitation: { room, name } }: { readonly invitation: Invitation },
): JSX.Element {
  const tab = useTab();
  const answer = (accept: boolean) =>
    tab.call("answerInvitation", { path: { room }, body: { accept } });
  return (
    <li class="door">
      <p>
        You are invited to <bdi>{name}</bdi>
      </p>
      <div class="actions">
        <Action
          cannot="decline"
          look="quiet"
          on={name}
          act={async () => void await answer(false)}
        >
          Decline
        </Action>
        <Action
          cannot="join"
          look="primary"
          on={name}
          act={async () => {
            await answer(true);
            await enter(tab, room);
          }}
        >
          Join
        </Action>
      </div>
    </li>
  );
}

/** Someone who asks to enter a room of the user's. */
export function AskerRow(
  { asker: { room, user }, answered }: {
    readonly asker: Asker;
    /** Awaited once the server knows. */
    readonly answered?: () => Promise<void>;
  },
): JSX.Element {
  const tab = useTab();
  const name = useTabState(({ model }) => model.rooms.get(room)?.name) ?? room;
  const answer = async (approve: boolean) => {
    await tab.call("answerRequest", { path: { room, user }, body: { approve } });
    await answered?.();
  };
  return (
    <li class="door">
      <p>
        <bdi>{user}</bdi> asks to enter <bdi>{name}</bdi>
      </p>
      <div class="actions">
        <Action cannot="deny" look="quiet" on={user} act={() => answer(false)}>Deny</Action>
        <Action cannot="let them in" look="primary" on={user} act={() => answer(true)}>
          Let in
        </Action>
      </div>
    </li>
  );
}
