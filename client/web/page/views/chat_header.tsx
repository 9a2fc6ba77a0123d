/**
 * The head of the current chat: what it is called, who is in it, and the way to the other chats.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { JSX, Ref } from "preact";
import { roomAt } from "../../../conversation/model/place.ts";
import { type ChatList, unreadElsewhere } from "./chat_list.ts";
import { useSurroundings, useTabState } from "./context.ts";
import { unreadBadge } from "./unread_badge.tsx";

/** From here on the unread messages of all other chats are told as this many and more. */
export const totalShownMax = 99;

export interface ChatHeaderProps {
  readonly chats: ChatList;
  /** The button that opens the list of chats, where there is no room for both. */
  readonly opener: Ref<HTMLButtonElement>;
  readonly openList: () => void;
}

export function ChatHeader({ chats, opener, openList }: ChatHeaderProps): JSX.Element {
  const { open } = useSurroundings();
  const user = useTabState(({ model }) => model.user);
  const place = useTabState((state) => state.place);
  const room = useTabState(({ model }) => roomAt(place, model));
  const isOwner = room?.owner === user;
  return (
    <header class="chat-header">
      <button
        ref={opener}
        type="button"
        class="narrow-only"
        onClick={openList}
      >
        Chats {unreadBadge(unreadElsewhere(chats), { shownMax: totalShownMax })}
      </button>
      <div class="chat-title">
        <h1 id="chat-title" tabIndex={-1}>
          {place.kind === "common"
            ? "Common chat"
            : <bdi>{room?.name ?? (place.kind === "private" ? place.user : place.room)}</bdi>}
        </h1>
        <p class="hint">
          {place.kind === "common" && "Everyone on this server"}
          {place.kind === "private" && "Private chat: only the two of you"}
          {place.kind === "room" &&
            (isOwner || room?.owner === undefined ? (isOwner ? "Your room" : "Room") : (
              <>
                Room of <bdi>{room.owner}</bdi>
              </>
            ))}
        </p>
      </div>
      {place.kind === "common" && (
        <button type="button" onClick={() => open({ kind: "people" })}>People</button>
      )}
      {place.kind === "room" && (
        <button
          type="button"
          onClick={() => open({ kind: "room", room: place.room })}
        >
          {isOwner ? "Manage" : "Members"}
        </button>
      )}
      {place.kind === "private" && (
        <button
          type="button"
          class="quiet"
          onClick={() => open({ kind: "report", user: place.user })}
        >
          Report
        </button>
      )}
    </header>
  );
}
