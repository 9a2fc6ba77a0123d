/**
 * What the browser does beside the views while someone is signed in in this tab.
 *
 * @module
 */
import type { Tab } from "../tab.ts";
import type { SharedSession } from "../tabs/shared_session.ts";
import { watchAttention } from "./attention.ts";
import { notifyOf } from "./notifications.ts";
import { showSigns } from "./tab_signs.ts";
import { uploadsOf } from "./uploader.ts";

/** Begins it; gives back what ends it. */
export function accompany(session: SharedSession, tab: Tab): () => void {
  const endings = [
    watchAttention(session),
    notifyOf(session, tab),
    showSigns(tab),
    () => uploadsOf(tab).close(),
  ];
  return () => {
    for (const end of endings) end();
  };
}
