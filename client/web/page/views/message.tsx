/**
 * One message of the log.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { JSX } from "preact";
import type { Message as Said } from "../../../../lib/api/schemas.ts";
import { countText } from "../../../../lib/text/counts.ts";
import { mentions } from "../../../conversation/model.ts";
import type { Place } from "../../../conversation/model/place.ts";
import { hashOf } from "../address.ts";
import { Attachments } from "./attachments.tsx";
import { MessageText } from "./message_text.tsx";
import { clockText, dateTimeText } from "./moments.ts";

/** Most of a message that is quoted where it is answered, in UTF-16 units. */
export const quotedUnitsMax = 150;

/** What can be done with the messages of a log. */
export interface MessageActions {
  /** Opens what can be done with a message, beside its button. */
  readonly choose: (message: Said, button: HTMLElement) => void;
  readonly showComments: (message: Said) => void;
  /** Goes to another message of the same chat. */
  readonly jump: (id: number) => void;
}

export interface MessageProps {
  readonly message: Said;
  /** Where it was said. */
  readonly place: Place;
  /** Who reads it. */
  readonly user: string;
  /** Whether it goes on from the one above, by the same author. */
  readonly goesOn: boolean;
  /** Whether its button is the one that is reached by Tab. */
  readonly isCurrent: boolean;
  /** What it comments on, if that is at hand. */
  readonly quoted: Said | undefined;
  /** The same for all messages and drawings. */
  readonly actions: MessageActions;
}

export function Message(props: MessageProps): JSX.Element {
  const { message, user, goesOn, isCurrent, actions } = props;
  const { id, author, at, comments, files } = message;
  const marks = [
    "message",
    author === user && "own",
    goesOn && "goes-on",
    mentions(user, message) && "calls",
  ];
  return (
    <article
      class={marks.filter(Boolean).join(" ")}
      data-id={id}
      tabIndex={-1}
      aria-labelledby={`head-${id}`}
    >
      <p id={`head-${id}`} class={goesOn ? "head visually-hidden" : "head"}>
        <bdi class="author">{author}</bdi>{" "}
        {message.room_kind === "private" && message.to !== undefined && (
          <span class="to">
            <span aria-hidden="true">→</span>
            <span class="visually-hidden">to</span> <bdi>{message.to}</bdi>
            {" "}
          </span>
        )}
        <time dateTime={at} title={dateTimeText(at)}>{clockText(at)}</time>
      </p>
      {message.comment_on !== undefined && <Quote {...props} id={message.comment_on} />}
      <MessageText message={message} user={user} />
      {files.length > 0 && <Attachments files={files} />}
      {comments > 0 && (
        <button
          type="button"
          class="quiet comments"
          onClick={() => actions.showComments(message)}
        >
          {countText(comments, "comment")}
        </button>
      )}
      <button
        type="button"
        class="quiet more"
        tabIndex={isCurrent ? 0 : -1}
        aria-label={`What to do with message ${id}`}
        aria-haspopup="menu"
        onClick={(event) => actions.choose(message, event.currentTarget)}
      >
        ⋯
      </button>
    </article>
  );
}

function Quote(
  { id, place, quoted, actions }: MessageProps & { readonly id: number },
): JSX.Element {
  return (
    <p class="quote">
      <a
        href={hashOf({ place, message: id })}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          actions.jump(id);
        }}
      >
        in answer to #{id}
        {quoted !== undefined && (
          <>
            {" "}
            <bdi class="author">{quoted.author}</bdi>: <bdi>{beginning(quoted)}</bdi>
          </>
        )}
      </a>
    </p>
  );
}

/** How a message begins, on one line. */
function beginning({ text, files }: Said): string {
  if (text === "") return countText(files.length, "file");
  // Half of a character would be shown as such.
  return text.slice(0, quotedUnitsMax).replace(/[\ud800-\udbff]$/, "").replaceAll(/\s+/g, " ");
}
