/**
 * What a message says: as text alone, whatever it holds.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Message } from "../../../../lib/api/schemas.ts";
import { textParts } from "./text_parts.ts";

/** Most lines, and most UTF-16 units, of a text that is shown whole without being asked for it. */
export const shownLinesMax = 30;
export const shownUnitsMax = 2000;

export interface MessageTextProps {
  readonly message: Message;
  /** Who reads it. */
  readonly user: string;
}

export function MessageText({ message, user }: MessageTextProps): JSX.Element | null {
  const { text } = message;
  const [isWhole, showWhole] = useState(!isLong(text));
  if (text === "") return null;
  return (
    <>
      <div class={isWhole ? "text" : "text clipped"} dir="auto">
        {textParts(message, user).map(({ kind, text }, at) => {
          switch (kind) {
            case "text":
              return text;
            case "mention":
              return <mark key={at}>{text}</mark>;
            case "link":
              return (
                <a key={at} href={text} dir="ltr" target="_blank" rel="noopener noreferrer">
                  {text}
                </a>
              );
          }
        })}
      </div>
      {!isWhole && (
        <button type="button" class="quiet whole" onClick={() => showWhole(true)}>
          Show all of it
        </button>
      )}
    </>
  );
}

function isLong(text: string): boolean {
  return text.length > shownUnitsMax || text.split("\n", shownLinesMax + 1).length > shownLinesMax;
}
