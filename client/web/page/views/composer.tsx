/**
 * Where one writes: to the place one is at, or in answer to a message there.
 *
 * @module
 */
import { h } from "preact";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message } from "../../../../lib/api/schemas.ts";
import { textCharactersMax } from "../../../../lib/domain/bounds.ts";
import { countText } from "../../../../lib/text/counts.ts";
import type { Draft } from "../../../connection/outbox.ts";
import { knownUsers } from "../../../conversation/model.ts";
import { destinationOf, isHere, placeKey } from "../../../conversation/model/place.ts";
import { uploadsOf } from "../browser/uploader.ts";
import { uploaded, uploadsFault } from "../files/uploads.ts";
import { answeringOf } from "./answering.ts";
import { Attach } from "./attach.tsx";
import { useSurroundings, useTabState, useWatched } from "./context.ts";
import { towards } from "./destinations.ts";
import { useHindrance } from "./hindrance.ts";
import { NameOffers, nameOffers } from "./name_offers.tsx";

/** So many characters before the bound, those that are left are told. */
export const charactersLeftTold = 200;

export function Composer(): JSX.Element {
  const { tab, open } = useSurroundings();
  const place = useTabState((state) => state.place);
  const model = useTabState((state) => state.model);
  const answering = answeringOf(tab);
  const uploads = uploadsOf(tab);
  const message = useWatched(answering, (message) => message);
  const key = placeKey(place);
  const [text, setText] = useState(() => tab.draftAt(place));
  const [caret, setCaret] = useState(-1);
  const [offered, setOffered] = useState(0);
  const [refusal, refuse] = useState<string>();
  const form = useRef<HTMLFormElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const hindrance = useHindrance();

  const answeredBy = (message: Message | undefined) =>
    message !== undefined && isHere(message, place, model) ? message : undefined;
  const answered = answeredBy(message);
  const offers = nameOffers(text, caret, () => knownUsers(model));
  const left = charactersLeft(text);

  const write = (changed: string) => {
    setText(changed);
    tab.keepDraft(place, changed);
    refuse(undefined);
  };
  const clear = () => {
    uploads.clear(key);
    // Behind a dialog the place may have become another.
    if (placeKey(tab.state.value.place) !== key) return tab.keepDraft(place, "");
    write("");
    answering.set(undefined);
  };
  /** What is written, drawn or not; `undefined` if nothing is, or too much. */
  const draft = (): Draft | undefined => {
    const text = tab.draftAt(place);
    const left = charactersLeft(text);
    const answered = answeredBy(answering.value);
    const said = text.replace(/^\s*\n/, "").trimEnd();
    const attached = uploads.value.filter((upload) => upload.place === key);
    const files = uploaded(attached);
    const fault = uploadsFault(attached);
    if (fault !== undefined) refuse(fault);
    else if (left < 0) {
      refuse(`it is ${countText(-left, "character")} too long`);
    } else if (said !== "" || files.length > 0) {
      return {
        ...destinationOf(place),
        // Named, so that a comment on what is not at hand any more is seen to wait here.
        ...(answered?.room === "common" && { room: "common" }),
        ...(said !== "" && { text: said }),
        ...(answered !== undefined && { commentOn: answered.id }),
        ...(files.length > 0 && { files: files.map(({ id }) => id) }),
      };
    }
    area.current?.focus();
    return undefined;
  };
  const send = () => {
    if (hindrance.send !== undefined) return;
    const written = draft();
    if (written === undefined) return;
    const why = tab.send(written);
    if (why === undefined) clear();
    else refuse(why);
    area.current?.focus();
  };
  const schedule = () => {
    const written = draft();
    if (written !== undefined) open({ kind: "schedule", draft: written, done: clear });
  };
  const pick = (name: string) => {
    const start = text.lastIndexOf("@", caret - 1) + 1;
    const end = start + name.length + 1;
    write(`${text.slice(0, start)}${name} ${text.slice(caret).replace(/^ /, "")}`);
    setCaret(-1);
    // Once the text is there.
    requestAnimationFrame(() => area.current?.setSelectionRange(end, end));
  };
  const press = (event: KeyboardEvent) => {
    // An Enter that ends the choice of a character sends nothing; Safari tells it by its code.
    if (event.isComposing || event.keyCode === 229) return;
    if (offers.length > 0 && pressInOffers(event)) return event.preventDefault();
    if (event.key === "Escape" && answered !== undefined) {
      event.preventDefault();
      answering.set(undefined);
    }
    const isSending = event.ctrlKey || event.metaKey ||
      (!event.shiftKey && !event.altKey && !matchMedia("(pointer: coarse)").matches);
    if (event.key === "Enter" && isSending) {
      event.preventDefault();
      send();
    }
  };
  const pressInOffers = ({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean => {
    if (shiftKey || ctrlKey || metaKey || altKey) return false;
    const name = offers[offered % offers.length];
    if (key === "ArrowDown") setOffered((offered + 1) % offers.length);
    else if (key === "ArrowUp") setOffered((offered + offers.length - 1) % offers.length);
    else if (key === "Escape") setCaret(-1);
    else if ((key === "Tab" || key === "Enter") && name !== undefined) pick(name);
    else return false;
    return true;
  };

  useLayoutEffect(() => {
    setText(tab.draftAt(place));
    setCaret(-1);
    refuse(undefined);
  }, [key]);
  // Another tab may have gone on writing, or sent it.
  useEffect(
    () => tab.watchDrafts(() => setText(tab.draftAt(tab.state.value.place))),
    [tab],
  );
  useLayoutEffect(() => {
    if (area.current !== null) grow(area.current);
  }, [text]);
  useEffect(() => {
    if (answered !== undefined) area.current?.focus();
  }, [answered]);

  const label = `Message ${towards(place, model)}`;
  return (
    <form
      ref={form}
      class="composer"
      aria-label="Write"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {answered !== undefined && (
        <p class="answering">
          <span>
            Answering #{answered.id} <bdi>{answered.author}</bdi>
          </span>
          <button
            type="button"
            class="quiet"
            aria-label="Stop answering"
            onClick={() => {
              answering.set(undefined);
              area.current?.focus();
            }}
          >
            ✕
          </button>
        </p>
      )}
      <div role="alert">
        {refusal !== undefined && <p class="fault" dir="auto">Not sent: {refusal}</p>}
      </div>
      <p id="hindrance" class="hint" role="status">
        {hindrance.send ?? hindrance.soon}
        {left <= charactersLeftTold &&
          ` ${
            left < 0
              ? `${countText(-left, "character")} too many`
              : `${countText(left, "character")} left`
          }`}
      </p>
      <div class="entry">
        <div class="field-of-text">
          <NameOffers names={offers} chosen={offered % (offers.length || 1)} pick={pick} />
          <textarea
            ref={area}
            id="compose"
            rows={1}
            dir="auto"
            value={text}
            placeholder={label}
            aria-label={label}
            aria-describedby="hindrance"
            aria-autocomplete="list"
            aria-controls={offers.length > 0 ? "name-offers" : undefined}
            aria-activedescendant={offers.length > 0
              ? `name-offer-${offered % offers.length}`
              : undefined}
            onInput={({ currentTarget: { value, selectionEnd } }) => {
              write(value);
              setCaret(selectionEnd);
              setOffered(0);
            }}
            onKeyDown={press}
            onBlur={() => setCaret(-1)}
          />
        </div>
        <Attach key={key} place={key} area={form} />
        <button type="button" onClick={schedule} disabled={hindrance.isBanned}>Later…</button>
        <button type="submit" class="primary" disabled={hindrance.send !== undefined}>Send</button>
      </div>
    </form>
  );
}

/** How many characters may still be written; of short texts, they are not counted. */
function charactersLeft(text: string): number {
  const isShort = text.length < textCharactersMax - charactersLeftTold;
  return isShort ? textCharactersMax : textCharactersMax - [...text].length;
}

/** As high as its text; the style bounds it. */
function grow(area: HTMLTextAreaElement): void {
  area.style.height = "auto";
  // To ask for heights is to have all of the page laid out, which nobody needs at first.
  if (area.value === "") return;
  area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
}
