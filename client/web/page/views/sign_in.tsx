/**
 * Signing in: a name, and a password where there is one.
 *
 * @module
 */
import { h } from "preact";
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import {
  ApiProblem,
  type CallFailure,
  isCallFailure,
  isUnauthorized,
} from "../../../connection/failures.ts";
import type { Page, PageState, SignedOutBecause } from "../page.ts";
import { explain } from "../words.ts";
import { brokenLink } from "./dialogs/join.tsx";

export interface SignInProps {
  readonly page: Page;
  readonly state: Extract<PageState, { readonly stage: "signed_out" }>;
}

/** What to say of an attempt, and by which field. */
interface Fault {
  readonly at: "user" | "password" | "all";
  readonly words: string;
}

export function SignIn({ page, state }: SignInProps): JSX.Element {
  const { why, lastUser, joinCode } = state;
  const [user, setUser] = useState(lastUser ?? "");
  const [password, setPassword] = useState("");
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
    try {
      await page.signIn({ user: user.trim(), ...(password !== "" && { password }) });
    } catch (failure) {
      if (!isCallFailure(failure)) throw failure;
      setFault(faultOf(failure));
    } finally {
      setBusy(false);
    }
  };
  const describe = (at: "user" | "password", hint?: string) => ({
    "aria-invalid": fault?.at === at,
    "aria-describedby": fault?.at === at ? `${at}-fault` : hint,
  });

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
        <div class="field">
          <label for="user">Your name</label>
          <input
            id="user"
            name="user"
            dir="auto"
            value={user}
            onInput={(event) => setUser(event.currentTarget.value)}
            required
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            {...describe("user")}
          />
          <FaultAt at="user" fault={fault} />
        </div>
        <div class="field">
          <label for="password">
            Password <span class="hint">(optional)</span>
          </label>
          <input
            id="password"
            name="password"
            type="password"
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
            autocomplete="current-password"
            {...describe("password", "password-hint")}
          />
          <FaultAt at="password" fault={fault} />
          <p class="hint" id="password-hint">
            Needed only to sign in on other devices; you may set it later.
          </p>
        </div>
        <FaultAt at="all" fault={fault} />
        <button type="submit" class="primary" aria-disabled={isBusy}>
          {isBusy ? "Joining…" : "Join"}
        </button>
      </form>
    </main>
  );
}

function FaultAt(
  { at, fault }: { readonly at: Fault["at"]; readonly fault: Fault | undefined },
): JSX.Element | null {
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
