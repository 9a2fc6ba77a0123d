/**
 * What was written here and is not in the chat: what waits to be sent, and what could not be.
 *
 * @module
 */
import { countText } from "../../../../lib/text/counts.ts";
import { Fragment, h } from "preact";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Draft } from "../../../connection/outbox.ts";
import { placeKey } from "../../../conversation/model/place.ts";
import type { Unsent } from "../tab.ts";
import { useTab, useTabState } from "./context.ts";
import { placeOfDraft, towards } from "./destinations.ts";

/** What waits is shown where it goes; what could not be sent everywhere, so that it is not missed. */
export function Outgoing(): JSX.Element | null {
  const model = useTabState((state) => state.model);
  const place = useTabState((state) => state.place);
  const unsent = useTabState((state) => state.unsent);
  const connection = useTabState((state) => state.connection.kind);
  const isHere = (draft: Draft) => {
    const to = placeOfDraft(draft, model);
    return to !== undefined && placeKey(to) === placeKey(place);
  };
  const waiting = model.outgoing.filter(({ draft }) => isHere(draft));
  if (waiting.length === 0 && unsent.length === 0) return null;
  return (
    <ul class="outgoing">
      {unsent.map((each) => {
        const to = placeOfDraft(each.sending.draft, model);
        const where = to === undefined || isHere(each.sending.draft)
          ? ""
          : ` ${towards(to, model)}`;
        return <UnsentDraft key={each.sending.key} unsent={each} where={where} />;
      })}
      {waiting.map(({ key, draft }) => (
        <li key={key} class="waiting">
          <DraftContent draft={draft} />
          <p class="hint">
            {connection === "live" ? "Being sent…" : "Will be sent when the server can be reached"}
          </p>
        </li>
      ))}
    </ul>
  );
}

/** A draft that could not be sent, and what can be done with it. */
export function UnsentDraft(
  { unsent, where }: { readonly unsent: Unsent; readonly where: string },
): JSX.Element {
  const tab = useTab();
  const [refusal, refuse] = useState<string>();
  return (
    <li class="unsent">
      <DraftContent draft={unsent.sending.draft} />
      <p class="fault" dir="auto">Not sent{where}: {unsent.why}</p>
      {unsent.arrived === "perhaps" && (
        <p class="hint">It may be in the chat all the same: look there before you send it again.</p>
      )}
      {refusal !== undefined && <p class="fault" role="alert">Not sent: {refusal}</p>}
      <div class="actions">
        <button type="button" onClick={() => tab.discard(unsent)}>Discard</button>
        <button type="button" onClick={() => refuse(tab.sendAgain(unsent))}>Send again</button>
      </div>
    </li>
  );
}

function DraftContent({ draft }: { readonly draft: Draft }): JSX.Element {
  const { text, commentOn, files = [] } = draft;
  return (
    <>
      {commentOn !== undefined && <p class="hint">in answer to #{commentOn}</p>}
      {text !== undefined && <div class="text" dir="auto">{text}</div>}
      {files.length > 0 && <p class="hint">with {countText(files.length, "file")}</p>}
    </>
  );
}
