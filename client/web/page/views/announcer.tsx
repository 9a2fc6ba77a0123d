/**
 * Reads new messages out to those who listen to the page: them alone, and not what is scrolled to.
 *
 * @module
 */
import { h } from "preact";
import type { JSX } from "preact";
import type { Message } from "../../../../lib/api/schemas.ts";
import { countText } from "../../../../lib/text/counts.ts";

/** Most messages of one moment that are read out; of more, only how many they are. */
export const announcedMax = 5;

/** Most of a message that is read out, in UTF-16 units. */
export const announcedUnitsMax = 300;

/** It must be there before what it is to read out; `news` are the last messages that came in. */
export function Announcer({ news }: { readonly news: readonly Message[] }): JSX.Element {
  const [first] = news;
  return (
    <div
      class="announcer visually-hidden"
      role="log"
      aria-live="polite"
      aria-relevant="additions"
      aria-label="New messages"
    >
      {news.length > announcedMax && first !== undefined
        ? <p key={first.id}>{countText(news.length, "new message")}</p>
        : news.map(({ id, author, text, files }) => (
          <p key={id}>
            <bdi>{author}</bdi>: <bdi>{text.slice(0, announcedUnitsMax)}</bdi>
            {files.length > 0 && ` ${countText(files.length, "file")}`}
          </p>
        ))}
    </div>
  );
}
