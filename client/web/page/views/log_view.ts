/**
 * What of a log is not drawn: where it is scrolled to, and what its reader has seen of it.
 *
 * @module
 */
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message } from "../../../../lib/api/schemas.ts";
import { placeKey, roomAt } from "../../../conversation/model/place.ts";
import { lookedAt } from "../browser/attention.ts";
import type { Timeline } from "../history/timeline.ts";
import { useTab, useTabState } from "./context.ts";
import { placeOfDraft } from "./destinations.ts";
import { firstNew } from "./new_line.ts";
import { ScrollKeeper } from "./scroll_keeper.ts";

/** How far down a message is put that one goes to, as a share of the height of the log. */
const jumpShare = 0.3;

/** With so many messages at hand, no more are asked for to open a log at the first unread one. */
export const openingMessagesMax = 300;

export type Direction = "older" | "newer";

export interface LogView {
  readonly log: RefObject<HTMLDivElement>;
  readonly content: RefObject<HTMLDivElement>;
  readonly isAtEnd: boolean;
  /** After which message the line of what is new stands. */
  readonly afterId: number;
  /** What came in last, to be read out. */
  readonly news: readonly Message[];
  /** What was asked for last. */
  readonly asked: Direction | undefined;
  readonly jump: { readonly current: (id: number) => void };
  ask(direction: Direction): void;
  toNewest(): void;
  scrolled(): void;
  walk(event: KeyboardEvent): void;
}

/** To be used where the log of one place is drawn, and of no other. */
export function useLogView(timeline: Timeline): LogView {
  const tab = useTab();
  const user = useTabState(({ model }) => model.user);
  const log = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const keeper = useRef<ScrollKeeper<HTMLElement>>();
  const [isAtEnd, setAtEnd] = useState(true);
  const [news, setNews] = useState<readonly Message[]>([]);
  const asked = useRef<Direction>();
  const shown = useRef<Timeline>();
  const afterId = useRef(timeline.readId);
  const connection = useTabState((state) => state.connection.kind);
  const attended = useRef({ id: 0, connection });
  const jumpedTo = useRef<number>();
  const wantsEnd = useRef(false);
  const isOpening = useRef(false);

  const isSeeingEnd = () =>
    keeper.current?.isAtEnd === true && !tab.state.value.timeline.hasNewer &&
    isLookedAt(log.current);

  const before = shown.current;
  const isFirst = before === undefined ||
    (before.messages.length === 0 && before.loading !== undefined);
  if (isFirst) afterId.current = timeline.readId;
  else if (isNext(before, timeline) && isSeeingEnd()) {
    // What comes in before the reader's eyes is not what they have missed, unless there is more.
    const isAllSeen = firstNew(before.messages, { afterId: afterId.current, user }) === undefined;
    if (isAllSeen) afterId.current = newestId(timeline);
  }

  const goTo = (id: number) => {
    isOpening.current = false;
    const message = keeper.current?.toMessage(id, jumpShare);
    if (message === undefined || Number(message.dataset.id) !== id) return;
    for (const other of log.current?.querySelectorAll(".jumped") ?? []) {
      other.classList.remove("jumped");
    }
    message.classList.add("jumped");
    message.focus({ preventScroll: true });
  };

  const ask = (direction: Direction) => {
    if (tab.state.value.timeline.loading !== undefined) return;
    asked.current = direction;
    tab[direction]();
  };

  /** Does what follows from where the reader is now. */
  const look = () => {
    const { timeline, place, model } = tab.state.value;
    const at = keeper.current;
    if (at === undefined || placeKey(timeline.place) !== placeKey(place)) return;
    setAtEnd(at.isAtEnd);
    const { messages, hasOlder, hasNewer, loading, failure } = timeline;
    if (loading !== undefined) return;
    const now = { id: newestId(timeline), connection: tab.state.value.connection.kind };
    // While the server is away not all is known that there is to read; what was unread may be gone.
    const isMore = now.id > attended.current.id ||
      now.connection !== attended.current.connection || (roomAt(place, model)?.unread ?? 0) > 0;
    if (isMore && isSeeingEnd()) {
      attended.current = now;
      tab.attend();
    }
    if (failure !== undefined || messages.length === 0) return;
    if (hasOlder && at.isNearTop) ask("older");
    else if (hasNewer && at.isNearBottom) ask("newer");
  };

  const toNewest = () => {
    isOpening.current = false;
    const { hasNewer, messages } = tab.state.value.timeline;
    wantsEnd.current = hasNewer || messages.length === 0;
    if (wantsEnd.current) tab.newest();
    keeper.current?.toEnd();
    look();
  };

  const jump = useRef((_id: number) => {});
  jump.current = (id) => {
    // To a message that one was sent to before, no new way leads.
    if (timeline.target === id) goTo(id);
    else tab.go(timeline.place, id);
  };

  useLayoutEffect(() => {
    const [element, inner] = [log.current, content.current];
    if (element === null || inner === null) return;
    const scroll = new ScrollKeeper(element, () => messagesIn(element));
    keeper.current = scroll;
    // Images load, keyboards open, windows turn.
    const observer = new ResizeObserver(() => scroll.settle());
    observer.observe(element);
    observer.observe(inner);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const scroll = keeper.current;
    const previous = shown.current;
    if (scroll === undefined || previous === timeline) return;
    shown.current = timeline;
    const { messages, target, hasOlder, hasNewer, readId } = timeline;
    scroll.isCut = hasNewer;
    if (messages.length === 0) return;
    if (target !== jumpedTo.current) {
      jumpedTo.current = undefined;
      if (target !== undefined && messages.some(({ id }) => id === target)) {
        jumpedTo.current = target;
        goTo(target);
        return;
      }
    }
    const isSameStretch = previous !== undefined && goesOnFrom(previous, timeline);
    if (isSameStretch && isNext(previous, timeline)) {
      const newest = newestId(previous);
      const more = messages.filter(({ id, author }) => id > newest && author !== user);
      if (more.length > 0) setNews(more);
    }
    if (isSameStretch && !isOpening.current) {
      scroll.settle();
      return;
    }
    const unread = firstNew(messages, { afterId: readId, user });
    if (wantsEnd.current && !hasNewer) scroll.toEnd();
    else if (target !== undefined) scroll.toMessage(target, jumpShare);
    else if (unread !== undefined) scroll.toMessage(unread.id, jumpShare);
    else scroll.toEnd();
    wantsEnd.current = false;
    // The first unread one may be further up: being near the top asks for what is there.
    isOpening.current = unread !== undefined && target === undefined && hasOlder &&
      (messages[0]?.id ?? 0) > readId &&
      messages.length < openingMessagesMax;
  });

  // Whoever has written something wants to see it.
  const written = useTabState(({ model }) =>
    model.outgoing.findLast(({ draft }) => {
      const to = placeOfDraft(draft, model);
      return to !== undefined && placeKey(to) === placeKey(timeline.place);
    })?.key
  );
  const lastWritten = useRef(written);
  useLayoutEffect(() => {
    if (written !== undefined && written !== lastWritten.current) toNewest();
    lastWritten.current = written;
  }, [written]);

  useEffect(look);

  useEffect(() => {
    const leave = () => {
      // What comes from now on is new when the reader is back.
      const { timeline } = tab.state.value;
      if (attended.current.id === newestId(timeline)) afterId.current = newestId(timeline);
    };
    const turn = () => lookedAt.value ? look() : leave();
    const end = lookedAt.watch(turn);
    // A list of chats that covered the log may be gone, or a dialog.
    document.addEventListener("focusin", look);
    document.addEventListener("close", look, true);
    return () => {
      end();
      document.removeEventListener("focusin", look);
      document.removeEventListener("close", look, true);
    };
  }, [tab]);

  return {
    log,
    content,
    isAtEnd,
    afterId: afterId.current,
    news,
    asked: asked.current,
    jump,
    ask,
    toNewest,
    scrolled: () => {
      if (keeper.current?.note()) isOpening.current = false;
      look();
    },
    walk: (event) => {
      const isArrow = event.key === "ArrowUp" || event.key === "ArrowDown";
      if (!isArrow || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const messages = messagesIn(log.current);
      const at = messages.findIndex((message) => message.contains(event.target as Node));
      const other = at === -1 ? undefined : messages[event.key === "ArrowUp" ? at - 1 : at + 1];
      if (other === undefined) return;
      event.preventDefault();
      other.querySelector<HTMLElement>(".more")?.focus();
    },
  };
}

function messagesIn(log: HTMLElement | null): HTMLElement[] {
  return [...log?.querySelectorAll<HTMLElement>("[data-id]") ?? []];
}

function newestId({ messages }: Timeline): number {
  return messages.at(-1)?.id ?? 0;
}

/** Whether both show the same stretch of the chat, or stretches that overlap. */
function goesOnFrom(before: Timeline, after: Timeline): boolean {
  const [first, last] = [before.messages[0], before.messages.at(-1)];
  // Where nothing was said, what comes in is seen from the beginning.
  if (first === undefined || last === undefined) return before.loading === undefined;
  return first.id <= newestId(after) && (after.messages[0]?.id ?? Infinity) <= last.id;
}

/** Whether what is after the end of one came in at the end of the chat, rather than by paging. */
function isNext(before: Timeline, { hasNewer }: Timeline): boolean {
  return !before.hasNewer && !hasNewer && before.loading !== "first";
}

/** Whether a reader has the log before them, and the page the keyboard. */
function isLookedAt(log: HTMLElement | null): boolean {
  return log !== null && lookedAt.value &&
    getComputedStyle(log).visibility === "visible" &&
    document.querySelector("dialog[open]") === null;
}
