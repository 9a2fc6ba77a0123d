/**
 * The whole page: signing in, or the chat with the dialog that is open over it.
 *
 * @module
 */
import { h } from "preact";
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Page } from "../page.ts";
import type { Tab } from "../tab.ts";
import { ChatScreen } from "./chat_screen.tsx";
import { Surrounding, useWatched } from "./context.ts";
import type { Dialog } from "./dialog.ts";
import { DialogHost } from "./dialogs/dialog_host.tsx";
import { SignIn } from "./sign_in.tsx";

export function App({ page }: { readonly page: Page }): JSX.Element {
  const state = useWatched(page.state, (state) => state);
  return state.stage === "signed_out"
    ? <SignIn page={page} state={state} />
    : <SignedIn page={page} tab={state.tab} joinCode={state.joinCode} />;
}

interface SignedInProps {
  readonly page: Page;
  readonly tab: Tab;
  readonly joinCode: string | undefined;
}

function SignedIn({ page, tab, joinCode }: SignedInProps): JSX.Element {
  const [dialog, open] = useState<Dialog>();
  const surroundings = useMemo(() => ({ tab, open }), [tab]);
  useEffect(() => {
    if (joinCode === undefined) return;
    open({ kind: "join", code: joinCode });
    page.clearJoinCode();
  }, [joinCode]);
  return (
    <Surrounding.Provider value={surroundings}>
      <ChatScreen />
      <DialogHost dialog={dialog} close={() => open(undefined)} />
    </Surrounding.Provider>
  );
}
