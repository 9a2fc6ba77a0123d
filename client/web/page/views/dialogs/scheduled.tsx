/**
 * What waits to be sent later, and what could not be sent.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Scheduled as Waiting } from "../../../../../lib/api/schemas.ts";
import { ApiProblem } from "../../../../connection/failures.ts";
import { codeWords } from "../../../../lines/failure_words.ts";
import { useTab, useTabState } from "../context.ts";
import { serverNow } from "../now.ts";
import { Loaded, useAnswer } from "./answer.tsx";
import { Action, Field, Form } from "./form.tsx";
import { When } from "./when.tsx";
import { comingMoment, localText, minuteMs } from "./local_time.ts";
import { MomentField, pastFault } from "./moment_field.tsx";

export function Scheduled(): JSX.Element {
  const tab = useTab();
  const [change, setChange] = useState({});
  const waiting = useAnswer(() => tab.call("listScheduled"), [change]);
  useEffect(() => tab.heed(({ type }) => type.startsWith("scheduled.") && setChange({})), [tab]);
  const [late, setLate] = useState(false);
  /** Does something with one that may have been sent meanwhile, so that its row goes. */
  const whileItWaits = async (work: () => Promise<unknown>) => {
    setLate(false);
    try {
      await work();
    } catch (failure) {
      if (!(failure instanceof ApiProblem) || failure.code !== "already_sent") throw failure;
      setLate(true);
    }
    await waiting.reload();
  };
  return (
    <>
      {late && <p class="fault" role="alert">It was sent a moment ago: delete it in its chat.</p>}
      <Loaded of={waiting}>
        {({ items }) =>
          items.length === 0 ? <p class="hint">Nothing waits.</p> : (
            <ul>
              {items.map((item) => <WaitingRow key={item.id} item={item} act={whileItWaits} />)}
            </ul>
          )}
      </Loaded>
    </>
  );
}

function WaitingRow(
  { item: { id, at, room = "common", to, text, files, failed, comment_on }, act }: {
    readonly item: Waiting;
    readonly act: (work: () => Promise<unknown>) => Promise<void>;
  },
): JSX.Element {
  const tab = useTab();
  const name = useTabState(({ model }) => model.rooms.get(room)?.name) ?? room;
  const path = { id };
  return (
    <li class="row tall">
      <p class="hint">
        {failed === undefined
          ? <When at={at} />
          : <span class="fault">Not sent, for {codeWords(failed)}</span>}
        {comment_on === undefined ? ", to " : ", a comment, to "}
        {to === undefined && room === "common" ? "everyone" : <bdi>{to ?? name}</bdi>}
      </p>
      {text !== "" && <blockquote dir="auto">{text}</blockquote>}
      {files.map((file) => <bdi key={file.id} class="hint">{file.name}</bdi>)}
      <details>
        <summary>Change</summary>
        <Form
          cannot="change it"
          label="Keep the change"
          act={(entered) => {
            const said = entered("text");
            const moment = comingMoment(entered("at"), serverNow(tab));
            // The field knows no seconds: a time that is left as it is stays what it was.
            const isMoved = entered("at") !== localText(Date.parse(at));
            if (isMoved && moment === undefined) return pastFault;
            return act(() =>
              tab.call("changeScheduled", {
                path,
                body: {
                  ...(said !== "" && said !== text && { text: said }),
                  ...(isMoved && moment !== undefined && { at: moment }),
                },
              })
            );
          }}
          done="Changed."
        >
          <Field
            as="textarea"
            label="Text"
            name="text"
            dir="auto"
            required={files.length === 0}
            defaultValue={text}
          />
          <MomentField atMs={Math.max(Date.parse(at), serverNow(tab) + minuteMs)} />
        </Form>
      </details>
      <Action
        cannot="take it back"
        look="danger"
        act={() => act(() => tab.call("cancelScheduled", { path }))}
      >
        Do not send
      </Action>
    </li>
  );
}
