/**
 * A room: who is in it, and the way out; for its owner, all that an owner can do.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useTab, useTabState } from "../context.ts";
import type { Closing } from "./dialog_host.tsx";
import { Loaded, useAnswer } from "./answer.tsx";
import { Action, Confirm, Unseen } from "./form.tsx";
import { Person } from "./person.tsx";
import { Ownership } from "./room_ownership.tsx";

export function Room({ room: id, close }: { readonly room: string } & Closing): JSX.Element {
  const tab = useTab();
  const user = useTabState(({ model }) => model.user);
  const view = useTabState(({ model }) => model.rooms.get(id));
  const people = useTabState(({ model }) => model.people);
  const detail = useAnswer(
    () => tab.call("getRoom", { path: { room: id } }),
    [view?.name, view?.owner, people],
  );
  const wasThere = useRef(false);
  useEffect(() => {
    // One that was made just now may not be known yet.
    if (wasThere.current && view === undefined) close();
    wasThere.current = view !== undefined;
  }, [view]);
  return (
    <Loaded of={detail}>
      {({ owner, members, members_more }) => {
        const isOwner = owner === user;
        /** Changes who is in the room, or whose it is. */
        const change = async (work: Promise<unknown>) => {
          await work;
          await detail.reload();
        };
        return (
          <>
            <h3>Members</h3>
            <ul>
              {members.map(({ name, online }) => (
                <li key={name} class="row">
                  <span>
                    <Person name={name} online={online} />{" "}
                    {name === owner && <span class="hint">owner</span>}
                  </span>
                  {isOwner && name !== user && (
                    <details>
                      <summary>
                        Change<Unseen words={name} />
                      </summary>
                      <span class="actions">
                        <Action
                          cannot="hand the room over"
                          on={name}
                          act={() =>
                            change(
                              tab.call("changeRoom", { path: { room: id }, body: { owner: name } }),
                            )}
                        >
                          Hand the room over
                        </Action>
                        <Action
                          cannot="remove them"
                          look="danger"
                          on={name}
                          act={() =>
                            change(
                              tab.call("removeMember", { path: { room: id, user: name } }),
                            )}
                        >
                          Remove
                        </Action>
                      </span>
                    </details>
                  )}
                </li>
              ))}
              {members_more && <li class="hint">and more</li>}
            </ul>
            {isOwner && view !== undefined && <Ownership room={view} close={close} />}
            <Confirm
              label="Leave the room"
              words={!isOwner
                ? "You will not see what is said here until you are let in again."
                : members.length === 1
                ? "You are the only member: the room and all that was said in it will be gone."
                : "The one who has been here longest will own it. You will not see what is said here until you are let in again."}
              cannot="leave"
              act={async () => {
                await tab.call("removeMember", { path: { room: id, user } });
                close();
              }}
            >
              Leave
            </Confirm>
          </>
        );
      }}
    </Loaded>
  );
}
