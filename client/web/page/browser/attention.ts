/**
 * Whether the user sees this tab, whether it sleeps, and whether there is a network.
 *
 * @module
 */
import type { Listener, Watched } from "../state.ts";
import type { TabAttention } from "../tabs/lookout.ts";
import type { SharedSession } from "../tabs/shared_session.ts";

/** Whether the user sees this tab, and what they type goes there. */
export const lookedAt: Watched<boolean> = {
  get value() {
    const { visible, focused } = attentionNow();
    return visible && focused;
  },
  watch: watchChanges,
};

/** Tells a session how it stands with this tab; gives back what ends that. */
export function watchAttention(session: SharedSession): () => void {
  const abort = new AbortController();
  const on = (target: EventTarget, type: string, listener: () => void) =>
    target.addEventListener(type, listener, { signal: abort.signal });
  const attend = () => session.attend(attentionNow());
  const suspend = () => session.suspend();
  const resume = () => {
    session.resume();
    attend();
  };
  on(globalThis, "online", () => session.hurry());
  // A page that is left may be kept and come back as it was.
  on(globalThis, "pagehide", suspend);
  on(globalThis, "pageshow", resume);
  // So may a tab that the browser has put to sleep.
  on(document, "freeze", suspend);
  on(document, "resume", resume);
  const end = watchChanges(attend);
  attend();
  return () => {
    end();
    abort.abort();
  };
}

function attentionNow(): TabAttention {
  return { visible: document.visibilityState === "visible", focused: document.hasFocus() };
}

function watchChanges(listener: Listener): () => void {
  const kinds = [
    [document, "visibilitychange"],
    [globalThis, "focus"],
    [globalThis, "blur"],
  ] as const;
  for (const [target, kind] of kinds) target.addEventListener(kind, listener);
  return () => {
    for (const [target, kind] of kinds) target.removeEventListener(kind, listener);
  };
}
