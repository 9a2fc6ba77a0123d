/**
 * What someone who is signed in sees: the chats, and the one they are in.
 *
 * @module
 */
import { h } from "preact";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Place } from "../../../conversation/model/place.ts";
import { ChatHeader } from "./chat_header.tsx";
import { chatList, neighbour } from "./chat_list.ts";
import { Composer } from "./composer.tsx";
import { ConnectionBar } from "./connection_bar.tsx";
import { useTab, useTabState } from "./context.ts";
import { type ListPanel, useListPanel } from "./list_panel.ts";
import { MessageLog } from "./message_log.tsx";
import { Notices } from "./notices.tsx";
import { Sidebar } from "./sidebar.tsx";

export function ChatScreen(): JSX.Element {
  const tab = useTab();
  const place = useTabState((state) => state.place);
  const rooms = useTabState(({ model }) => model.rooms);
  // There may be thousands to be sorted.
  const chats = useMemo(() => chatList({ rooms }, place), [rooms, place]);
  const list = useListPanel(place);
  const nav = useRef<HTMLElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useNeighbourKeys();
  useFocusThatFollows(list, { nav, opener });
  const choose = (place: Place) => {
    list.leave();
    tab.go(place);
    focusChat();
  };
  return (
    <div class={list.isOpen ? "screen listing" : "screen"}>
      <a
        class="skip visually-hidden"
        href="#compose"
        onClick={(event) => {
          // What stands behind # is the chat one is in.
          event.preventDefault();
          list.leave();
          focusSoon(composer());
        }}
      >
        Skip to the message box
      </a>
      <Sidebar chats={chats} nav={nav} choose={choose} close={list.close} />
      <main class="chat" aria-labelledby="chat-title">
        <ChatHeader chats={chats} opener={opener} openList={list.open} />
        <ConnectionBar />
        <MessageLog />
        <Composer />
      </main>
      <Notices />
    </div>
  );
}

function composer(): HTMLElement | null {
  return document.getElementById("compose");
}

/** To where one writes; where that would bring up a keyboard on the screen, to the title. */
function focusChat(): void {
  const isHandy = matchMedia("(hover: hover)").matches;
  focusSoon(isHandy ? composer() : document.getElementById("chat-title"));
}

/** The chat can't take the focus while the list covers it. */
function focusSoon(target: HTMLElement | null): void {
  requestAnimationFrame(() => target?.focus());
}

/** Alt and an arrow up or down go to the previous and the next chat, but not out of a text. */
function useNeighbourKeys(): void {
  const tab = useTab();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isArrow = event.key === "ArrowUp" || event.key === "ArrowDown";
      if (!isArrow || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (document.querySelector("dialog[open]") !== null) return;
      // Where something is written, some systems move by paragraphs so.
      if (event.target instanceof HTMLTextAreaElement && event.target.value !== "") return;
      event.preventDefault();
      const { model, place } = tab.state.value;
      const direction = event.key === "ArrowUp" ? "previous" : "next";
      const other = neighbour(chatList(model, place), direction);
      if (other !== undefined) tab.go(other);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [tab]);
}

/** Into the list when it opens, and back to what opened it. */
function useFocusThatFollows(
  { isOpen }: ListPanel,
  { nav, opener }: {
    readonly nav: { readonly current: HTMLElement | null };
    readonly opener: { readonly current: HTMLElement | null };
  },
): void {
  const wasOpen = useRef(false);
  useLayoutEffect(() => {
    if (isOpen) nav.current?.querySelector<HTMLElement>("[aria-current]")?.focus();
    else if (wasOpen.current) opener.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
}
