/**
 * What the dialogs are made of: fields, buttons that call the server, and lists that it answers.
 *
 * @module
 */
import { type ComponentChildren, Fragment, h, type JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { isCallFailure } from "../../../../connection/failures.ts";
import { explain } from "../../words.ts";

/** What a button does; gives back why it could not, in words to stand after a colon. */
export type Work = () => Promise<string | void> | string | void;

/** How it stands with what a button does. */
export interface Doing {
  readonly busy: boolean;
  /** The last time, it went well. */
  readonly done: boolean;
  readonly fault: string | undefined;
  /** Does it, unless it is being done. */
  readonly run: (work: Work) => Promise<void>;
}

/** @param cannot What is told to be impossible if it fails, as "rename the room". */
export function useDoing(cannot: string): Doing {
  const [state, setState] = useState<Omit<Doing, "run">>(idle);
  const run = async (work: Work) => {
    if (state.busy) return;
    setState({ ...idle, busy: true });
    let fault: string | void = "something went wrong here";
    try {
      fault = await work();
    } catch (failure) {
      if (!isCallFailure(failure)) throw failure;
      fault = explain(failure);
    } finally {
      setState(
        fault === undefined ? { ...idle, done: true } : {
          ...idle,
          fault: `Cannot ${cannot}: ${fault}`,
        },
      );
    }
  };
  return { ...state, run };
}

const idle = { busy: false, done: false, fault: undefined };

/** What became of it: told to who cannot see it, too. */
export function Outcome(
  { of: { done, fault }, words }: { readonly of: Doing; readonly words?: string | undefined },
): JSX.Element | null {
  if (fault !== undefined) return <p class="fault" role="alert">{fault}</p>;
  return done && words !== undefined ? <p class="hint" role="status">{words}</p> : null;
}

export interface ActionProps {
  readonly cannot: string;
  readonly act: Work;
  /** How it looks, as "primary", "danger" or "quiet". */
  readonly look?: string;
  /** What it is done to, where the label alone does not tell those who cannot see. */
  readonly on?: string;
  /** What is told once it is done. */
  readonly done?: string;
  readonly children: ComponentChildren;
}

/** A button that waits for what it does, and says so if it fails. */
export function Action({ cannot, act, look, on, done, children }: ActionProps): JSX.Element {
  const doing = useDoing(cannot);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const it = button.current;
    return () => {
      // The focus of a button that goes with its row would be nowhere.
      if (document.activeElement === it) it?.closest("dialog")?.querySelector("h2")?.focus();
    };
  }, []);
  return (
    <>
      <button
        type="button"
        ref={button}
        class={look}
        {...waiting(doing)}
        onClick={() => void doing.run(act)}
      >
        {children}
        <Unseen words={on} />
      </button>
      <Outcome of={doing} words={done} />
    </>
  );
}

/** One that is `disabled` would lose the focus. */
function waiting({ busy }: Doing): JSX.HTMLAttributes<HTMLButtonElement> {
  return busy ? { "aria-busy": true, "aria-disabled": true } : {};
}

/** An action that is asked about first. */
export function Confirm(
  { label, words, ...action }: ActionProps & {
    readonly label: ComponentChildren;
    readonly words: ComponentChildren;
  },
): JSX.Element {
  return (
    <details>
      <summary>
        {label}
        <Unseen words={action.on} />
      </summary>
      <p>{words}</p>
      <Action look="danger" {...action} />
    </details>
  );
}

/** What was entered into a field of this name. */
export type Entered = (name: string) => string;

export interface FormProps {
  readonly cannot: string;
  readonly act: (entered: Entered) => ReturnType<Work>;
  /** Of its button. */
  readonly label: string;
  readonly look?: string;
  readonly done?: string;
  /** Whether its fields are emptied once it is done. */
  readonly empties?: boolean;
  readonly children?: ComponentChildren;
}

/** Fields, and the button that does something with what is entered. */
export function Form(
  { cannot, act, label, look = "primary", done, empties, children }: FormProps,
): JSX.Element {
  const doing = useDoing(cannot);
  const submit = (event: JSX.TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    void doing.run(async () => {
      const fault = await act((name) => String(fields.get(name) ?? ""));
      if (fault === undefined && empties) form.reset();
      return fault;
    });
  };
  return (
    <form class="stack" onSubmit={submit}>
      {children}
      <Outcome of={doing} words={done} />
      <div class="actions">
        <button type="submit" class={look} {...waiting(doing)}>{label}</button>
      </div>
    </form>
  );
}

export type FieldProps = JSX.InputHTMLAttributes<HTMLInputElement> & {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly as?: "input" | "textarea" | "select";
};

let fieldsCount = 0;

/** A labelled field; what stands in it goes with its form. */
export function Field(
  { label, hint, as = "input", children, ...rest }: FieldProps,
): JSX.Element {
  const [id] = useState(() => `field-${++fieldsCount}`);
  const hintId = `${id}-hint`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {h(as as "input", { id, ...(hint && { "aria-describedby": hintId }), ...rest }, children)}
      {hint && <p class="hint" id={hintId}>{hint}</p>}
    </div>
  );
}

/** Goes on with what is seen, for those who only hear it. */
export function Unseen({ words }: { readonly words: string | undefined }): JSX.Element | null {
  return words === undefined ? null : <span class="visually-hidden">{` ${words}`}</span>;
}
