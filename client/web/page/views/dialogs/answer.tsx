/**
 * What the server answers to a question, and how it is drawn while it is waited for.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { systemClock, type Timer } from "../../../../../lib/clock.ts";
import { isCallFailure } from "../../../../connection/failures.ts";
import { explain } from "../../words.ts";

/** How long an answer is left as it is when what it depends on changes, in milliseconds. */
const answerRestMs = 1000;

interface Got<Answer> {
  /** The last one that came. */
  readonly answer: Answer | undefined;
  readonly fault: string | undefined;
}

export interface Answered<Answer> extends Got<Answer> {
  /** Asks anew. */
  readonly reload: () => Promise<void>;
}

/** What outlives a drawing. */
interface Latest<Answer> {
  ask: () => Promise<Answer>;
  /** Counts the questions. */
  turn: number;
  timer: Timer | undefined;
}

/** Asks, and asks again a little after any of `on` has changed. */
export function useAnswer<Answer>(
  ask: () => Promise<Answer>,
  on: readonly unknown[] = [],
): Answered<Answer> {
  const [got, setGot] = useState<Got<Answer>>({ answer: undefined, fault: undefined });
  const latest = useRef<Latest<Answer>>({ ask, turn: 0, timer: undefined }).current;
  latest.ask = ask;
  const reload = async () => {
    const turn = ++latest.turn;
    let fault: string | undefined;
    let answer: Answer | undefined;
    try {
      answer = await latest.ask();
    } catch (failure) {
      if (!isCallFailure(failure)) throw failure;
      fault = `Cannot load this: ${explain(failure)}`;
    }
    // What was asked later knows better.
    if (turn === latest.turn) setGot((before) => ({ answer: answer ?? before.answer, fault }));
  };
  useEffect(() => {
    latest.timer ??= systemClock.setTimer(latest.turn === 0 ? 0 : answerRestMs, () => {
      latest.timer = undefined;
      void reload();
    });
  }, [...on]);
  useEffect(() => () => latest.timer?.cancel(), []);
  return { ...got, reload };
}

/** What is drawn of an answer, once it is there. */
export function Loaded<Answer>(
  { of: { answer, fault, reload }, children }: {
    readonly of: Answered<Answer>;
    readonly children: (answer: Answer) => ComponentChildren;
  },
): JSX.Element {
  return (
    <>
      {fault !== undefined && (
        <>
          <p class="fault" role="alert">{fault}</p>
          <button type="button" onClick={() => void reload()}>Try again</button>
        </>
      )}
      {answer !== undefined
        ? children(answer)
        : fault === undefined && <p class="hint" role="status">Loading…</p>}
    </>
  );
}
