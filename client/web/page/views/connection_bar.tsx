/**
 * What stands between the user and the others: the connection, and the limit of the common chat.
 *
 * @module
 */
import { countText } from "../../../../lib/text/counts.ts";
import { h } from "preact";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { limitAt } from "../../../conversation/model.ts";
import { momentText } from "../../../lines/quantities.ts";
import { connectionWords, secondsUntil } from "./connection_words.ts";
import { useTabState } from "./context.ts";
import { messagesLeftTold } from "./hindrance.ts";
import { useNow } from "./now.ts";

export function ConnectionBar(): JSX.Element {
  return (
    <div class="bar">
      <Connection />
      <Limit />
    </div>
  );
}

function Connection(): JSX.Element {
  const connection = useTabState((state) => state.connection);
  const waiting = useTabState((state) => state.model.outgoing.length);
  const words = connectionWords(connection);
  const retryMs = connection.kind === "waiting" ? connection.retryMs : undefined;
  const nowMs = useNow(retryMs === undefined ? 0 : Infinity);
  const sinceMs = useMemo(() => nowMs, [connection]);
  return (
    <p class={words === undefined ? "nothing" : connection.kind === "live" ? "aside" : "trouble"}>
      <span role="status">
        {words}
        {words !== undefined && waiting > 0 &&
          ` ${countText(waiting, "message")} ${waiting === 1 ? "waits" : "wait"} to be sent.`}
      </span>
      {/* Each second of it would be announced, if it stood in the status. */}
      {retryMs !== undefined && (
        <span>{` Next attempt in ${secondsUntil(sinceMs + retryMs, nowMs)} s.`}</span>
      )}
    </p>
  );
}

/** What is left to be said in the common chat; the composer tells of the last ones, and of a ban. */
function Limit(): JSX.Element | null {
  const told = useTabState(({ model, place }) => place.kind === "common" ? model.limit : undefined);
  const nowMs = useNow(told?.resetsMs ?? 0);
  if (told === undefined) return null;
  const { limit, remaining, resetsMs } = limitAt(told, nowMs);
  if (resetsMs === undefined || remaining <= messagesLeftTold) return null;
  return (
    <p class="aside">
      {remaining} of {countText(limit, "message")} to the common chat left until{" "}
      <time dateTime={new Date(resetsMs).toISOString()}>{momentText(resetsMs, { nowMs })}</time>
    </p>
  );
}
