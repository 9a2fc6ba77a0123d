/**
 * What keeps the user from sending to the place they are at: a ban, or a limit that is used up.
 *
 * @module
 */
import { countText } from "../../../../lib/text/counts.ts";
import { banEndMs, limitAt } from "../../../conversation/model.ts";
import { momentText } from "../../../lines/quantities.ts";
import { useTabState } from "./context.ts";
import { useNow } from "./now.ts";

/** With so many messages left, their number is told. */
export const messagesLeftTold = 3;

export interface Hindrance {
  /** Why nothing can be sent now, as a sentence; `undefined` if it can. */
  readonly send: string | undefined;
  /** What will soon be in the way. */
  readonly soon: string | undefined;
  readonly isBanned: boolean;
}

export function useHindrance(): Hindrance {
  const model = useTabState((state) => state.model);
  const place = useTabState((state) => state.place);
  const { bannedUntilMs, limit } = model;
  const isLimited = place.kind === "common" && limit !== undefined;
  const nowMs = useNow(Math.max(bannedUntilMs ?? 0, (isLimited && limit.resetsMs) || 0));
  const free = { send: undefined, soon: undefined, isBanned: false };
  const banEnd = banEndMs(model, nowMs);
  if (banEnd !== undefined) {
    const send = `You are banned from sending until ${momentText(banEnd, { nowMs })}.`;
    return { ...free, send, isBanned: true };
  }
  if (!isLimited) return free;
  const { remaining, limit: all, resetsMs } = limitAt(limit, nowMs);
  if (remaining > messagesLeftTold || remaining >= all) return free;
  const then = resetsMs === undefined ? "later" : `at ${momentText(resetsMs, { nowMs })}`;
  if (remaining > 0) {
    const left = countText(remaining, "message");
    return { ...free, soon: `${left} to the common chat left; the count begins anew ${then}.` };
  }
  const used = `Your limit of ${countText(all, "message")} to the common chat is used up`;
  return { ...free, send: `${used}. You can send again ${then}, or choose “Later…” now.` };
}
