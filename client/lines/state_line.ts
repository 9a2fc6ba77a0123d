/**
 * The state of the connection in words.
 *
 * @module
 */
import { failureReason } from "../connection/failures.ts";
import type { ConnectionState } from "../connection/session.ts";
import { type Line, line } from "./safe_line.ts";

/** As `reconnecting in 4 s`, and why if it is known. */
export function stateLine(state: ConnectionState): Line {
  switch (state.kind) {
    case "connecting":
      return line`connecting`;
    case "live":
      return liveLine(state);
    case "waiting": {
      const seconds = Math.max(1, Math.round(state.retryMs / 1000));
      const why = state.why === undefined ? "the server said goodbye" : failureReason(state.why);
      return line`reconnecting in ${seconds} s: ${why}`;
    }
    case "stopped":
      return state.failure === undefined
        ? line`disconnected`
        : line`disconnected: ${failureReason(state.failure)}`;
  }
}

/** As `live`, or `live (polling)` where something on the way holds streams back. */
export function liveLine({ by }: ConnectionState & { readonly kind: "live" }): Line {
  return by === "poll" ? line`live (polling)` : line`live`;
}

/** Says when the connection is lost and when it is back, not each attempt between. */
export class StateTalk {
  #away = false;

  /** What to say of a state that is the next one; `undefined`: nothing. */
  about(state: ConnectionState): Line | undefined {
    const wasAway = this.#away;
    if (state.kind !== "waiting" && state.kind !== "live") return undefined;
    this.#away = state.kind === "waiting";
    if (this.#away === wasAway) return undefined;
    return this.#away ? stateLine(state) : line`live again`;
  }
}
