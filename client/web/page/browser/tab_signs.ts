/**
 * The title and the icon of the tab, which tell what waits for the user.
 *
 * @module
 */
import { tabTitle, waitingFor } from "../attention/tab_title.ts";
import type { Tab } from "../tab.ts";
import { lookedAt } from "./attention.ts";

/** Has both follow a tab; gives back what ends that. */
export function showSigns(tab: Tab): () => void {
  const icon = document.querySelector<HTMLLinkElement>("#icon");
  const { title } = document;
  const readIcon = icon?.href ?? "";
  const show = (shownTitle: string, shownIcon: string) => {
    // Browsers draw both anew, changed or not.
    if (document.title !== shownTitle) document.title = shownTitle;
    if (icon !== null && icon.href !== shownIcon) icon.href = shownIcon;
  };
  const follow = () => {
    const { model, place } = tab.state.value;
    const waiting = waitingFor(model, { place, isLookedAt: lookedAt.value });
    const unreadIcon = new URL(icon?.dataset.unread ?? "", document.baseURI).href;
    show(tabTitle(waiting, model, place), waiting.unread > 0 ? unreadIcon : readIcon);
  };
  const endings = [tab.state.watch(follow), lookedAt.watch(follow)];
  follow();
  return () => {
    for (const end of endings) end();
    show(title, readIcon);
  };
}
