/**
 * Whether the list of chats covers the chat, where there is no room for both.
 *
 * @module
 */
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { Place } from "../../../conversation/model/place.ts";

export interface ListPanel {
  readonly isOpen: boolean;
  readonly open: () => void;
  /** As the browser's way back does. */
  readonly close: () => void;
  /** Without a step back: the browser goes on, to another chat. */
  readonly leave: () => void;
}

/** The mark of a step of the browser's history at which the list is open. */
const listStep = { list: true };

/** It closes where the user goes to another chat, whichever way. */
export function useListPanel(place: Place): ListPanel {
  const [isOpen, setOpen] = useState(false);
  // Back from a chat that was chosen in the list leads to the list.
  const look = () => setOpen(history.state?.list === true);
  useLayoutEffect(look, [place]);
  useEffect(() => {
    addEventListener("popstate", look);
    return () => removeEventListener("popstate", look);
  }, []);
  return {
    isOpen,
    open: () => {
      history.pushState(listStep, "");
      setOpen(true);
    },
    close: () => {
      if (history.state?.list === true) history.back();
      else setOpen(false);
    },
    leave: () => setOpen(false),
  };
}
