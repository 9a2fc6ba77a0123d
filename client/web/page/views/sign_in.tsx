/**
 * Signing in: a name, and a password where there is one.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import {
  ApiProblem,
  type CallFailure,
  isCallFailure,
  isUnauthorized,
} from "../../../connection/failures.ts";
import { inviteIn } from "../../../connection/invite_link.ts";
import type { Page, PageState, SignedOutBecause } from "../page.ts";
import { explain } from "../words.ts";
import { brokenLink } from "./dialogs/join.tsx";

export interface SignInProps {
  readonly page: Page;
  readonly state: Extract<PageState, { readonly stage: "signed_out" }>;
}

type FieldName = "user" | "password" | "invite";

/** What to say of an attempt, and by which field. */
interface Fault {
  readonly at: FieldName | "all";
  readonly words: string;
}

export function SignIn({ page, state }: SignInProps): JSX.Element {
  const { why, lastUser, joinCode } = state;
  const [user, setUser] = useState(lastUser ?? "");
  const [password, setPassword] = useState("");
  // Not asked for until it is known to be needed.
  const [invite, setInvite] = useState(state.invite);
  const [fault, setFault] = useState<Fault>();
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => {
    const at = fault?.at ?? "user";
    if (at !== "all") form.current?.querySelector<HTMLElement>(`#${at}`)?.focus();
  }, [fault]);

  const join = async (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    const code = invite?.trim();
    try {
      await page.signIn({
        user: user.trim(),
        ...(password && { password }),
        ...(code && { invite: inviteIn(code) ?? code }),
      });
    } catch (failure) {
      if (!isCallFailure(failure)) throw failure;
      const fault = faultOf(failure);
      if (fault.at === "invite") setInvite(code ?? "");
      setFault(fault);
    } finally {
      setBusy(false);
    }
  };

  return (
    <main class="sign-in">
      <form ref={form} onSubmit={join}>
        <h1>Join the chat</h1>
        {why !== undefined && <p role="status">{leftWords(why)}</p>}
        {joinCode !== undefined && (
          <p>
            {joinCode === ""
              ? brokenLink
              : "You have a link into a room. Join first, then ask its owner to let you in."}
          </p>
        )}
        <Entry
          name="user"
          label="Your name"
          dir="auto"
          value={user}
          enter={setUser}
          required
          autocomplete="username"
          fault={fault}
        />
        <Entry
          name="password"
          label={
            <>
              Password <span class="hint">(optional)</span>
            </>
          }
          hint="Needed only to sign in on other devices; you may set it later."
          type="password"
          value={password}
          enter={setPassword}
          autocomplete="current-password"
          fault={fault}
        />
        {invite !== undefined && (
          <Entry
            name="invite"
            label="Invitation"
            hint="The link that you were given, or its code."
            value={invite}
            enter={setInvite}
            autocomplete="off"
            fault={fault}
          />
        )}
        <FaultAt at="all" fault={fault} />
        <button type="submit" class="primary" aria-disabled={isBusy}>
          {isBusy ? "Joining…" : "Join"}
        </button>
      </form>
    </main>
  );
}

interface FaultProps {
  readonly fault: Fault | undefined;
}

type EntryProps = FaultProps & JSX.InputHTMLAttributes<HTMLInputElement> & {
  readonly name: FieldName;
  readonly label: ComponentChildren;
  readonly hint?: string;
  readonly enter: (text: string) => void;
};

/** A field that says what was wrong with it. */
function Entry({ name, label, hint, enter, fault, ...rest }: EntryProps): JSX.Element {
  const isWrong = fault?.at === name;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        onInput={(event) => enter(event.currentTarget.value)}
        autocapitalize="none"
        spellcheck={false}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? `${name}-fault` : hint && `${name}-hint`}
        {...rest}
      />
      <FaultAt at={name} fault={fault} />
      {hint && <p class="hint" id={`${name}-hint`}>{hint}</p>}
    </div>
  );
}

function FaultAt({ at, fault }: FaultProps & Pick<Fault, "at">): JSX.Element | null {
  if (fault?.at !== at) return null;
  return <p class="fault" role="alert" id={`${at}-fault`} dir="auto">{fault.words}</p>;
}

function faultOf(failure: CallFailure): Fault {
  if (failure instanceof ApiProblem) {
    const { code, errors } = failure;
    if (code === "name_taken") {
      return {
        at: "password",
        words: "This name belongs to someone. If it is you, enter its password.",
      };
    }
    if (code === "bad_password") {
      return { at: "password", words: "The password is wrong. Try again, or take another name." };
    }
    if (code === "invite_needed") {
      return { at: "invite", words: "To join you need an invitation that is still good." };
    }
    const [error] = errors;
    if (error?.field === "user") return { at: "user", words: `The name ${error.message}.` };
    if (error?.field === "password") {
      return { at: "password", words: `The password ${error.message}.` };
    }
  }
  return { at: "all", words: `Cannot join: ${explain(failure)}.` };
}

function leftWords(why: SignedOutBecause): string {
  if (why.kind === "left") return "You have signed out.";
  return isUnauthorized(why.failure)
    ? "You were signed out from elsewhere."
    : `You were signed out: ${explain(why.failure)}.`;
}
