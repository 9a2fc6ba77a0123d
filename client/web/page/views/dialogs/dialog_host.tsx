/**
 * Shows the dialog that is open, above everything else.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useBackStep } from "../back_step.ts";
import { useTabState } from "../context.ts";
import type { Dialog } from "../dialog.ts";
import { Comments } from "./comments.tsx";
import { DeleteMessage } from "./delete_message.tsx";
import { Devices } from "./devices.tsx";
import { Join } from "./join.tsx";
import { NewRoom } from "./new_room.tsx";
import { People } from "./people.tsx";
import { Profile } from "./profile.tsx";
import { Report } from "./report.tsx";
import { Room } from "./room.tsx";
import { Schedule } from "./schedule.tsx";
import { Scheduled } from "./scheduled.tsx";

/** What closes the dialog that a view is in. */
export interface Closing {
  readonly close: () => void;
}

/** The dialog, if one is open; the focus goes into it, and back where it was when it closes. */
export function DialogHost(
  { dialog, close }: { readonly dialog: Dialog | undefined } & Closing,
): JSX.Element | null {
  // One dialog that opens another is gone before that comes.
  return dialog === undefined ? null : <Frame key={dialog.kind} dialog={dialog} close={close} />;
}

function Frame({ dialog, close }: { readonly dialog: Dialog } & Closing): JSX.Element {
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const it = box.current;
    it?.showModal();
    if (it?.querySelector("[autofocus]") === null) it.querySelector("h2")?.focus();
    return () => it?.close();
  }, []);
  useBackStep(close);
  const { title, body } = contentOf(dialog, close);
  // What is told of one that is gone already must not close the next.
  const closed = (event: Event) => box.current === event.target && close();
  return (
    <dialog ref={box} aria-labelledby="dialog-title" onClose={closed}>
      <header>
        <h2 id="dialog-title" tabIndex={-1}>{title}</h2>
        <button type="button" class="quiet" onClick={close}>Close</button>
      </header>
      {body}
    </dialog>
  );
}

interface Content {
  readonly title: ComponentChildren;
  readonly body: JSX.Element;
}

function contentOf(dialog: Dialog, close: () => void): Content {
  switch (dialog.kind) {
    case "people":
      return { title: "People", body: <People close={close} /> };
    case "profile":
      return { title: "You", body: <Profile /> };
    case "devices":
      return { title: "Your devices", body: <Devices /> };
    case "scheduled":
      return { title: "To be sent later", body: <Scheduled /> };
    case "schedule":
      return { title: "Send later", body: <Schedule {...dialog} close={close} /> };
    case "new_room":
      return { title: "New room", body: <NewRoom close={close} /> };
    case "room":
      return {
        title: <RoomTitle room={dialog.room} />,
        body: <Room room={dialog.room} close={close} />,
      };
    case "join":
      return { title: "Enter a room", body: <Join code={dialog.code} close={close} /> };
    case "report":
      return {
        title: (
          <>
            Report <bdi>{dialog.user}</bdi>
          </>
        ),
        body: <Report {...dialog} close={close} />,
      };
    case "delete_message":
      return {
        title: "Delete this message?",
        body: <DeleteMessage message={dialog.message} close={close} />,
      };
    case "comments":
      return { title: "Comments", body: <Comments message={dialog.message} close={close} /> };
  }
}

function RoomTitle({ room }: { readonly room: string }): JSX.Element {
  return <bdi>{useTabState(({ model }) => model.rooms.get(room)?.name) ?? "Room"}</bdi>;
}
