/**
 * The message that the user is answering: chosen in the log, written in the composer.
 *
 * @module
 */
import type { Message } from "../../../../lib/api/schemas.ts";
import { State } from "../state.ts";
import type { Tab } from "../tab.ts";

const answeringByTab = new WeakMap<Tab, State<Message | undefined>>();

/** What the user of a tab is answering; `undefined` while they just write. */
export function answeringOf(tab: Tab): State<Message | undefined> {
  let answering = answeringByTab.get(tab);
  if (answering === undefined) {
    answering = new State<Message | undefined>(undefined);
    answeringByTab.set(tab, answering);
  }
  return answering;
}
