/**
 * The page for browsers as the program serves it, built when a test needs it.
 *
 * @module
 */
import { isFresh } from "../../client/web/build.ts";

const root = new URL("../../", import.meta.url);

let built: Promise<void> | undefined;

/**
 * Sees to it that a server that is started from now on has the page as its sources are now.
 *
 * Test processes that run side by side may all call it: one of them builds, the others wait for it.
 */
export function builtPage(): Promise<void> {
  return built ??= build();
}

async function build(): Promise<void> {
  if (await isFresh()) return;
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "page", "--if-stale"],
    cwd: root,
    stderr: "piped",
  }).output();
  // One that weighs too much is there; its own test tells.
  if (!success && !await isFresh()) throw new Error(new TextDecoder().decode(stderr));
}
