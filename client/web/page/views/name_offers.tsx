/**
 * Names to choose from while one is being written behind an `@`.
 *
 * @module
 */
import { h } from "preact";
import type { JSX } from "preact";
import { foldName } from "../../../../lib/text/names.ts";

/** Most names that are offered. */
export const nameOffersMax = 5;

/** The names that the word before `caret` may become; none if it is no beginning of a name. */
export function nameOffers(
  text: string,
  caret: number,
  known: () => readonly string[],
): readonly string[] {
  const [, begun] = /(?:^|[\s(])@([^\s@]{1,64})$/.exec(text.slice(0, Math.max(0, caret))) ?? [];
  if (begun === undefined) return [];
  const wanted = foldName(begun);
  return known().filter((name) => foldName(name).startsWith(wanted) && name !== begun)
    .slice(0, nameOffersMax);
}

export interface NameOffersProps {
  readonly names: readonly string[];
  /** Which of them is chosen. */
  readonly chosen: number;
  readonly pick: (name: string) => void;
}

/** The text area keeps the focus, and says which of the options is chosen. */
export function NameOffers({ names, chosen, pick }: NameOffersProps): JSX.Element | null {
  if (names.length === 0) return null;
  return (
    <ul id="name-offers" class="name-offers" role="listbox" aria-label="Names">
      {names.map((name, at) => (
        <li
          key={name}
          id={`name-offer-${at}`}
          role="option"
          aria-selected={at === chosen}
          // Pressed, not clicked: the text area would lose the focus first.
          onPointerDown={(event) => {
            event.preventDefault();
            pick(name);
          }}
        >
          <bdi>{name}</bdi>
        </li>
      ))}
    </ul>
  );
}
