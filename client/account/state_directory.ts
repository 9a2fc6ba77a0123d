/**
 * The directory of what the client must remember and its user never edits.
 *
 * @module
 */
import { ShelfFault } from "../connection/outbox.ts";

/**
 * The directory of our state: not to be shared between machines, unlike the configuration.
 *
 * `$XDG_STATE_HOME` counts on every system, so that a test or a container can move it.
 *
 * @throws {ShelfFault} if the environment names no home.
 */
export function stateDirectory(
  environment: Readonly<Record<string, string | undefined>>,
  os: typeof Deno.build.os = Deno.build.os,
): string {
  const xdg = environment["XDG_STATE_HOME"] ?? "";
  // A relative one is to be ignored (XDG Base Directory Specification).
  if (xdg.startsWith("/") || (os === "windows" && xdg !== "")) return `${xdg}/chat`;
  if (os === "windows") {
    const data = environment["LOCALAPPDATA"] ?? "";
    if (data !== "") return `${data}\\chat`;
  }
  const home = environment["HOME"] ?? environment["USERPROFILE"] ?? "";
  if (home === "") {
    throw new ShelfFault("Cannot keep messages: neither XDG_STATE_HOME nor HOME is set");
  }
  return os === "darwin" ? `${home}/Library/Application Support/chat` : `${home}/.local/state/chat`;
}
