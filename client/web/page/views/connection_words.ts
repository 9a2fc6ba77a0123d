/**
 * How it stands with the connection, in words.
 *
 * @module
 */
import type { ConnectionState } from "../../../connection/session.ts";
import { explain } from "../words.ts";

/** As sentences; `undefined` while all is well, which needs no words. */
export function connectionWords(state: ConnectionState): string | undefined {
  switch (state.kind) {
    case "live":
      return state.by === "stream"
        ? undefined
        : "Something on the way, such as a proxy, holds the live stream back: " +
          "the page asks for news again and again instead.";
    case "connecting":
      return "Connecting…";
    case "waiting":
      return state.why === undefined
        ? "The server has said goodbye; it may be starting anew."
        : `No connection: ${explain(state.why)}.`;
    case "stopped":
      return state.failure === undefined
        ? "Disconnected. Load the page anew to come back."
        : `Disconnected: ${explain(state.failure)}. Load the page anew to come back.`;
  }
}

/** Whole seconds until the next attempt, at least 0. */
export function secondsUntil(atMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((atMs - nowMs) / 1000));
}
