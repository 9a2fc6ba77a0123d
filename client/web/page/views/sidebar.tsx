/**
 * The list of chats, what waits to be answered, and the ways to everything else.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { ComponentChildren, JSX, Ref } from "preact";
import { useState } from "preact/hooks";
import type { Place } from "../../../conversation/model/place.ts";
import { hashOf } from "../address.ts";
import type { ChatEntry, ChatList } from "./chat_list.ts";
import { useSurroundings, useTabState } from "./context.ts";
import { Doors } from "./doors.tsx";
import { unreadBadge } from "./unread_badge.tsx";

/** Most chats of a kind that are listed at first, beside the current one. */
export const chatsShownMax = 100;

export interface SidebarProps {
  readonly chats: ChatList;
  readonly nav: Ref<HTMLElement>;
  readonly choose: (place: Place) => void;
  /** Back to the chat, where there is no room for both. */
  readonly close: () => void;
}

export function Sidebar({ chats, nav, choose, close }: SidebarProps): JSX.Element {
  const { open } = useSurroundings();
  const user = useTabState(({ model }) => model.user);
  const { common, privates, rooms } = chats;
  return (
    <nav
      ref={nav}
      class="sidebar"
      aria-label="Chats"
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
    >
      <div class="sidebar-head">
        <h1 class="narrow-only visually-hidden">Chats</h1>
        <button type="button" class="quiet me" onClick={() => open({ kind: "profile" })}>
          <bdi>{user}</bdi> <span class="hint">Profile</span>
        </button>
        <button type="button" class="narrow-only" onClick={close}>Back to the chat</button>
      </div>
      <div class="chats">
        <Doors />
        <Chats entries={[{ ...common, name: "Common chat" }]} choose={choose} />
        <Heading title="Private chats">
          <button type="button" class="quiet" onClick={() => open({ kind: "people" })}>
            People
          </button>
        </Heading>
        <Chats entries={privates} choose={choose} />
        <Heading title="Rooms">
          <button type="button" class="quiet" onClick={() => open({ kind: "new_room" })}>
            New <span class="visually-hidden">room</span>
          </button>
          <button type="button" class="quiet" onClick={() => open({ kind: "join" })}>
            Join <span class="visually-hidden">a room by its link</span>
          </button>
        </Heading>
        <Chats entries={rooms} choose={choose} />
      </div>
      <div class="sidebar-foot">
        <button type="button" class="quiet" onClick={() => open({ kind: "scheduled" })}>
          Scheduled
        </button>
        <button type="button" class="quiet" onClick={() => open({ kind: "devices" })}>
          Devices
        </button>
      </div>
    </nav>
  );
}

function Heading(
  { title, children }: { readonly title: string; readonly children: ComponentChildren },
): JSX.Element {
  return (
    <div class="chats-heading">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

interface ChatsProps {
  readonly entries: readonly ChatEntry[];
  readonly choose: (place: Place) => void;
}

function Chats({ entries, choose }: ChatsProps): JSX.Element | null {
  const [showsAll, setShowsAll] = useState(false);
  if (entries.length === 0) return null;
  const shown = entries.filter(({ isCurrent }, at) => showsAll || isCurrent || at < chatsShownMax);
  const more = entries.length - shown.length;
  return (
    <>
      <ul>
        {shown.map((entry) => {
          const address = `/${hashOf({ place: entry.place })}`;
          return <li key={address}>{chatLink(entry, address, choose)}</li>;
        })}
      </ul>
      {more > 0 && (
        <button type="button" class="quiet" onClick={() => setShowsAll(true)}>
          Show {more} more
        </button>
      )}
    </>
  );
}

function chatLink(
  { place, name, unread, calls, isCurrent }: ChatEntry,
  address: string,
  choose: ChatsProps["choose"],
): JSX.Element {
  return (
    <a
      class={unread > 0 ? "chat-link unread" : "chat-link"}
      href={address}
      aria-current={isCurrent ? "page" : undefined}
      onClick={(event) => {
        // With one of these keys it opens in a tab or window of its own.
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        choose(place);
      }}
    >
      <bdi>{name}</bdi>
      {unreadBadge(unread, { calls })}
    </a>
  );
}
