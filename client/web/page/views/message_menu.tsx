/**
 * What can be done with a message: a menu beside its button.
 *
 * @module
 */
import { h } from "preact";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Message } from "../../../../lib/api/schemas.ts";
import { foldName } from "../../../../lib/text/names.ts";
import type { Place } from "../../../conversation/model/place.ts";
import { hashOf } from "../address.ts";
import { copyText } from "../browser/clipboard.ts";
import { answeringOf } from "./answering.ts";
import { useSurroundings } from "./context.ts";

/** A message, and the button by which it was chosen. */
export interface Chosen {
  readonly message: Message;
  readonly button: HTMLElement;
}

export interface MessageMenuProps {
  readonly chosen: Chosen;
  readonly place: Place;
  readonly user: string;
  readonly close: () => void;
}

export function MessageMenu({ chosen, place, user, close }: MessageMenuProps): JSX.Element {
  const { tab, open } = useSurroundings();
  const menu = useRef<HTMLDivElement>(null);
  const { message, button } = chosen;
  const { id, author } = message;
  useLayoutEffect(() => {
    const element = menu.current;
    if (element === null) return;
    if (!element.matches(":popover-open")) element.showPopover();
    placeBeside(element, button);
    itemsOf(element)[0]?.focus({ preventScroll: true });
  }, [chosen]);
  const item = (label: string, act: () => void) => (
    <button
      type="button"
      role="menuitem"
      class="quiet"
      tabIndex={-1}
      onClick={() => {
        // Closed first, so that what is done can take the focus from the button.
        menu.current?.hidePopover();
        button.focus({ preventScroll: true });
        act();
      }}
    >
      {label}
    </button>
  );
  const isWithAuthor = place.kind === "private" && foldName(place.user) === foldName(author);
  return (
    <div
      ref={menu}
      class="menu"
      popover="auto"
      role="menu"
      aria-label={`Message ${id}`}
      onKeyDown={(event) => walk(event, event.currentTarget)}
      onToggle={(event) => {
        if (!event.currentTarget.matches(":popover-open")) close();
      }}
    >
      {item("Comment", () => answeringOf(tab).set(message))}
      {message.comments > 0 && item("Show comments", () => open({ kind: "comments", message }))}
      {item("Copy link", () => {
        const isCopied = copyText(new URL(hashOf({ place, message: id }), location.origin).href);
        void isCopied.then((isDone) => {
          if (isDone) tab.tell("news", "The link to the message is copied.");
          else tab.tell("failure", "Cannot copy the link: the browser does not let the page");
        });
      })}
      {author !== user && !isWithAuthor &&
        item("Write privately", () => tab.go({ kind: "private", user: author }))}
      {author !== user && item("Report…", () => open({ kind: "report", user: author, message }))}
      {author === user && item("Delete…", () => open({ kind: "delete_message", message }))}
    </div>
  );
}

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>("[role=menuitem]")];
}

/** Goes through the items as in any menu. */
function walk(event: KeyboardEvent, menu: HTMLElement): void {
  const items = itemsOf(menu);
  const at = items.findIndex((item) => item === document.activeElement);
  const to = new Map([
    ["ArrowDown", at + 1],
    ["ArrowUp", at - 1],
    ["Home", 0],
    ["End", -1],
  ]).get(event.key);
  if (event.key === "Tab") menu.hidePopover();
  if (to === undefined) return;
  event.preventDefault();
  items.at(to % items.length)?.focus();
}

/** Below the button, or above it where there is more room; never beyond the edges. */
function placeBeside(menu: HTMLElement, button: HTMLElement): void {
  const edge = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const isAbove = edge.bottom + height > innerHeight && edge.top > height;
  menu.style.top = `${isAbove ? edge.top - height : edge.bottom}px`;
  menu.style.left = `${Math.max(0, Math.min(edge.right - width, innerWidth - width))}px`;
}
