/**
 * When a draft is to be sent.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { JSX } from "preact";
import type { Draft } from "../../../../connection/outbox.ts";
import { whenText } from "../../words.ts";
import { useTab } from "../context.ts";
import { serverNow } from "../now.ts";
import type { Closing } from "./dialog_host.tsx";
import { Action, Form } from "./form.tsx";
import { comingMoment, minuteMs, tomorrowMorningMs } from "./local_time.ts";
import { MomentField, pastFault } from "./moment_field.tsx";

/** A time, or how long until then. */
type When = { readonly at: string } | { readonly in: string };

/** What is chosen most, and when that is. */
const choices: readonly (readonly [string, (nowMs: number) => When])[] = [
  ["In 10 minutes", () => ({ in: "10m" })],
  ["In 1 hour", () => ({ in: "1h" })],
  ["Tomorrow at 9:00", (nowMs) => ({ at: new Date(tomorrowMorningMs(nowMs)).toISOString() })],
];

export function Schedule(
  { draft: { text, commentOn, files = [], ...destination }, done, close }: {
    readonly draft: Draft;
    readonly done: () => void;
  } & Closing,
): JSX.Element {
  const tab = useTab();
  const send = async (when: When) => {
    const answer = await tab.call("send", {
      body: {
        ...destination,
        ...(text !== undefined && { text }),
        ...(commentOn !== undefined && { comment_on: commentOn }),
        ...(files.length > 0 && { files: [...files] }),
        ...when,
      },
    });
    done();
    close();
    tab.tell("news", `It will be sent: ${whenText(answer.at)}`);
  };
  return (
    <>
      <div class="choices">
        {choices.map(([label, whenFrom]) => (
          <Action
            key={label}
            cannot="send it then"
            act={() => send(whenFrom(serverNow(tab)))}
          >
            {label}
          </Action>
        ))}
      </div>
      <Form
        cannot="send it then"
        label="Send then"
        act={(entered) => {
          const at = comingMoment(entered("at"), serverNow(tab));
          return at === undefined ? pastFault : send({ at });
        }}
      >
        <MomentField atMs={serverNow(tab) + 60 * minuteMs} />
      </Form>
    </>
  );
}
