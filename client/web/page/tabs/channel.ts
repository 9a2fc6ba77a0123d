/**
 * What joins the tabs of a browser.
 *
 * @module
 */

/** One tab's end of what joins the tabs. */
export interface TabChannel {
  /** Tells all other tabs; the messages of one tab come in their order. */
  post(message: unknown): void;
  close(): void;
}

/** Opens the channel of a name; `hear` takes what other tabs post. */
export type OpenChannel = (name: string, hear: (message: unknown) => void) => TabChannel;

/** The channel of a browser; without one, this tab is alone. */
export function openBroadcastChannel(name: string, hear: (message: unknown) => void): TabChannel {
  if (typeof BroadcastChannel === "undefined") return { post() {}, close() {} };
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => hear(data);
  return {
    post: (message) => channel.postMessage(message),
    close: () => channel.close(),
  };
}
