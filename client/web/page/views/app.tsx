/**
 * The whole page: signing in, or the chat with the dialog that is open over it.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Page } from "../page.ts";
import type { Tab } from "../tab.ts";
import { ChatScreen } from "./chat_screen.tsx";
import { surround, useWatched } from "./context.ts";
import type { Dialog } from "./dialog.ts";
import { DialogHost } from "./dialogs/dialog_host.tsx";
import { SignIn } from "./sign_in.tsx";

export function App({ page }: { readonly page: Page }): JSX.Element {
  const state = useWatched(page.state, (state) => state);
  if (state.stage === "signed_out") {
    return <SignIn key={state.invite} page={page} state={state} />;
  }
  const { tab, joinCode } = state;
  // Whoever signs in next finds nothing of what was open, or half written, before.
  return <SignedIn key={tab} page={page} tab={tab} joinCode={joinCode} />;
}

interface SignedInProps {
  readonly page: Page;
  readonly tab: Tab;
  readonly joinCode: string | undefined;
}

function SignedIn({ page, tab, joinCode }: SignedInProps): JSX.Element {
  const [dialog, open] = useState<Dialog>();
  surround({ tab, open });
  useEffect(() => {
    if (joinCode === undefined) return;
    open({ kind: "join", code: joinCode });
    page.clearJoinCode();
  }, [joinCode]);
  return (
    <>
      <ChatScreen />
      <DialogHost dialog={dialog} close={() => open(undefined)} />
    </>
  );
}
