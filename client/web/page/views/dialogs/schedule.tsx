/**
 * When a draft is to be sent.
 *
 * @module
 */
import type { JSX } from "preact";
import { systemClock } from "../../../../../lib/clock.ts";
import type { Draft } from "../../../../connection/outbox.ts";
import { whenText } from "../../words.ts";
import { useTab } from "../context.ts";
import type { Closing } from "./dialog_host.tsx";
import { Action, Form } from "./form.tsx";
import { comingMoment, minuteMs, tomorrowMorningMs } from "./local_time.ts";
import { MomentField, pastFault } from "./moment_field.tsx";

/** What is chosen most, and when that is. */
const choices: readonly (readonly [string, (nowMs: number) => number])[] = [
  ["In 10 minutes", (nowMs) => nowMs + 10 * minuteMs],
  ["In 1 hour", (nowMs) => nowMs + 60 * minuteMs],
  ["Tomorrow at 9:00", tomorrowMorningMs],
];

export function Schedule(
  { draft: { text, commentOn, files = [], ...destination }, done, close }: {
    readonly draft: Draft;
    readonly done: () => void;
  } & Closing,
): JSX.Element {
  const tab = useTab();
  const send = async (at: string) => {
    const answer = await tab.call("send", {
      body: {
        ...destination,
        ...(text !== undefined && { text }),
        ...(commentOn !== undefined && { comment_on: commentOn }),
        ...(files.length > 0 && { files: [...files] }),
        at,
      },
    });
    done();
    close();
    tab.tell("news", `It will be sent: ${whenText(answer.at)}`);
  };
  return (
    <>
      <div class="choices">
        {choices.map(([label, atMs]) => (
          <Action
            key={label}
            cannot="send it then"
            act={() => send(new Date(atMs(systemClock.now())).toISOString())}
          >
            {label}
          </Action>
        ))}
      </div>
      <Form
        cannot="send it then"
        label="Send then"
        act={(entered) => {
          const at = comingMoment(entered("at"), systemClock.now());
          return at === undefined ? pastFault : send(at);
        }}
      >
        <MomentField atMs={systemClock.now() + 60 * minuteMs} />
      </Form>
    </>
  );
}
