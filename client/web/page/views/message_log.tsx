/**
 * The messages of the chat that one is in, scrolled to where its reader is.
 *
 * @module
 */
import { h } from "preact";
import type { ComponentChildren, JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import type { Message as Said } from "../../../../lib/api/schemas.ts";
import { messageOf } from "../../../conversation/model.ts";
import { placeKey, roomAt } from "../../../conversation/model/place.ts";
import { unreadText } from "../../../lines/quantities.ts";
import type { Timeline } from "../history/timeline.ts";
import { explain } from "../words.ts";
import { Announcer } from "./announcer.tsx";
import { useSurroundings, useTabState } from "./context.ts";
import { KeptParts } from "./kept_parts.ts";
import { type Direction, useLogView } from "./log_view.ts";
import { Message, type MessageActions } from "./message.tsx";
import { type Chosen, MessageMenu } from "./message_menu.tsx";
import { dayText } from "./moments.ts";
import { firstNew, goesOn } from "./new_line.ts";
import { Outgoing } from "./outgoing.tsx";

export function MessageLog(): JSX.Element {
  const timeline = useTabState((state) => state.timeline);
  // Each chat has a log of its own, which is where its reader is from its beginning on.
  return <ChatLog key={placeKey(timeline.place)} timeline={timeline} />;
}

function ChatLog({ timeline }: { readonly timeline: Timeline }): JSX.Element {
  const { tab, open } = useSurroundings();
  const user = useTabState(({ model }) => model.user);
  const unread = useTabState(({ model }) => roomAt(timeline.place, model)?.unread ?? 0);
  const [currentId, setCurrent] = useState<number>();
  const [chosen, choose] = useState<Chosen>();
  const openAtPress = useRef<number>();
  const view = useLogView(timeline);
  const { place, messages, hasOlder, hasNewer, loading, failure } = timeline;
  // What could not be loaded has no end to be shown.
  const isCut = hasNewer && messages.length > 0;
  const actions = useMemo<MessageActions>(() => ({
    choose: (message, button) => {
      // A press on the button of an open menu has closed it already.
      if (openAtPress.current !== message.id) choose({ message, button });
      openAtPress.current = undefined;
    },
    showComments: (message) => open({ kind: "comments", message }),
    jump: (id) => view.jump.current(id),
  }), [open]);
  const newId = firstNew(messages, { afterId: view.afterId, user })?.id;
  const lastId = messages.at(-1)?.id;
  const tabbedId = messages.some(({ id }) => id === currentId) ? currentId : lastId;
  const keep = useRef(new KeptParts<(JSX.Element | false)[]>()).current.next();
  const row = (message: Said, at: number) => {
    const { id, comment_on: on } = message;
    const above = messages[at - 1];
    const [isNew, isCurrent] = [id === newId, id === tabbedId];
    const quoted = on === undefined
      ? undefined
      : messages.find((other) => other.id === on) ?? messageOf(tab.state.value.model, on);
    return keep(id, [message, above, place, user, isNew, isCurrent, quoted], () => {
      const day = dayText(message.at);
      const isNewDay = above === undefined || day !== dayText(above.at);
      return [
        isNewDay && <h2 key={`day ${id}`} class="day">{day}</h2>,
        isNew && <p key="new" class="new-line">New messages</p>,
        <Message
          key={id}
          message={message}
          place={place}
          user={user}
          goesOn={!isNewDay && !isNew && goesOn(message, above)}
          isCurrent={isCurrent}
          quoted={quoted}
          actions={actions}
        />,
      ].filter(Boolean);
    });
  };
  return (
    <div class="log-frame">
      <div
        ref={view.log}
        class="log"
        role="log"
        // Others than new ones come in as well: the announcer reads out what is to be read out.
        aria-live="off"
        aria-label="Messages"
        tabIndex={0}
        onScroll={view.scrolled}
        onKeyDown={(event) => {
          openAtPress.current = undefined;
          view.walk(event);
        }}
        onFocusIn={(event) => setCurrent(messageIdOf(event.target) ?? currentId)}
        onPointerDown={() => openAtPress.current = chosen?.message.id}
      >
        <div ref={view.content} class="log-content">
          {hasOlder && (
            <More
              loads="older"
              timeline={timeline}
              ask={view.ask}
              isFailing={view.asked === "older"}
            >
              Show older messages
            </More>
          )}
          {loading === "first" && messages.length === 0 && <p class="log-note">Loading…</p>}
          {messages.length === 0 && loading === undefined && failure === undefined && (
            <p class="log-note">Nothing is here to read yet.</p>
          )}
          {messages.flatMap(row)}
          {failure !== undefined && messages.length === 0 && (
            <div class="log-note">
              <p class="fault" role="alert">Cannot load the messages: {explain(failure)}</p>
              <button type="button" onClick={view.toNewest}>Try again</button>
            </div>
          )}
          {isCut && (
            <More
              loads="newer"
              timeline={timeline}
              ask={view.ask}
              isFailing={view.asked === "newer"}
            >
              Show newer messages
            </More>
          )}
          {!isCut && <Outgoing />}
        </div>
      </div>
      {(isCut || !view.isAtEnd) && (
        <button type="button" class="to-newest" onClick={view.toNewest}>
          Jump to the newest{unread > 0 && ` (${unreadText(unread)} new)`}
        </button>
      )}
      {chosen !== undefined && (
        <MessageMenu
          chosen={chosen}
          place={place}
          user={user}
          close={() => choose(undefined)}
        />
      )}
      <Announcer news={view.news} />
    </div>
  );
}

interface MoreProps {
  readonly loads: Direction;
  readonly timeline: Timeline;
  readonly ask: (direction: Direction) => void;
  /** Whether the failure, if there is one, is of this direction. */
  readonly isFailing: boolean;
  readonly children: ComponentChildren;
}

/** A button for what scrolling does as well. */
function More({ loads, timeline, ask, isFailing, children }: MoreProps): JSX.Element {
  const { loading, failure } = timeline;
  const fault = isFailing ? failure : undefined;
  return (
    <div class="log-note">
      {fault !== undefined && (
        <p class="fault" role="alert">Cannot load {loads} messages: {explain(fault)}</p>
      )}
      <button type="button" class="quiet" onClick={() => ask(loads)}>
        {loading === loads ? "Loading…" : fault === undefined ? children : "Try again"}
      </button>
    </div>
  );
}

function messageIdOf(target: EventTarget | null): number | undefined {
  const message = target instanceof Element ? target.closest<HTMLElement>("[data-id]") : null;
  return message === null ? undefined : Number(message.dataset.id);
}
