/**
 * Long work in small steps, beside a server that writes to the same database.
 *
 * @module
 */
import { othersTurn } from "../../lib/clock.ts";
import type { OpenChat } from "./open_chat.ts";

/**
 * Takes steps until there are no more. Beside a server it rests after each for as long as it took:
 * while one process writes, a server that wants to can do nothing else either but wait for it.
 *
 * @param step Tells whether there is another one to take.
 */
export async function takeSteps(
  { clock, isServed }: Pick<OpenChat, "clock" | "isServed">,
  step: () => Promise<boolean>,
): Promise<void> {
  for (;;) {
    const sinceMs = clock.monotonic();
    if (!await step()) return;
    const tookMs = clock.monotonic() - sinceMs;
    await othersTurn(clock);
    if (isServed()) await new Promise<void>((resolve) => clock.setTimer(tookMs, resolve));
  }
}
