/**
 * What waits for the user's answer: invitations, and people who ask to enter the user's rooms.
 *
 * @module
 */
import type { JSX } from "preact";
import { useTabState } from "./context.ts";
import { AskerRow, InvitationRow } from "./dialogs/doors.tsx";

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
