/**
 * What is told once: news, which go by themselves, and failures, which stay until dismissed.
 *
 * @module
 */
import { h } from "preact";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { systemClock } from "../../../../lib/clock.ts";
import { lookedAt } from "../browser/attention.ts";
import type { Notice } from "../tab.ts";
import { useTab, useTabState, useWatched } from "./context.ts";

/** How long news are shown to someone who looks, in milliseconds. */
export const newsShownMs = 10_000;

export function Notices(): JSX.Element {
  const notices = useTabState((state) => state.notices);
  const of = (kind: Notice["kind"]) =>
    notices.filter((notice) => notice.kind === kind).map((notice) => (
      <NoticeBox key={notice.id} notice={notice} />
    ));
  // What is announced has to come into a place that is there already.
  return (
    <div class="notices">
      <div role="status">{of("news")}</div>
      <div role="alert">{of("failure")}</div>
    </div>
  );
}

function NoticeBox({ notice }: { readonly notice: Notice }): JSX.Element {
  const tab = useTab();
  const isSeen = useWatched(lookedAt, (isSeen) => isSeen);
  useEffect(() => {
    if (notice.kind === "failure" || !isSeen) return;
    const timer = systemClock.setTimer(newsShownMs, () => tab.dismiss(notice));
    return () => timer.cancel();
  }, [notice.id, isSeen]);
  return (
    <div class={`notice ${notice.kind}`}>
      <p dir="auto">{notice.words}</p>
      <button type="button" class="quiet" onClick={() => tab.dismiss(notice)}>
        Dismiss
      </button>
    </div>
  );
}
