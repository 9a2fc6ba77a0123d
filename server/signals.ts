/**
 * What the system tells the server while it runs: to end, or to look at its files anew.
 *
 * @module
 */
import { systemClock } from "../lib/clock.ts";
import { exitCodes } from "../lib/command_line.ts";

/** Signals that come within this time of the first are taken for the same press of Ctrl-C. */
const onePressMs = 1000;

/**
 * Resolves when the system asks the program to end; when it is asked again later, it ends at once.
 *
 * A `deno task` or `npx` in between passes on the Ctrl-C that the terminal has sent to all of them,
 * so one press may come several times.
 *
 * A hang-up asks it to end where the terminal that it was started on is gone. By any other, as by
 * `kill -HUP`, an operator asks to `reload`.
 */
export function toldToStop({ reload }: { readonly reload: () => void }): Promise<void> {
  const isWindows = Deno.build.os === "windows";
  const signals: Deno.Signal[] = isWindows ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  const terminals = [Deno.stdin, Deno.stdout, Deno.stderr].filter((file) => file.isTerminal());
  return new Promise((resolve) => {
    let toldMs = Infinity;
    for (const signal of signals) {
      Deno.addSignalListener(signal, () => {
        const nowMs = systemClock.monotonic();
        if (nowMs - toldMs > onePressMs) Deno.exit(exitCodes.interrupted);
        toldMs = Math.min(toldMs, nowMs);
        resolve();
      });
    }
    if (isWindows) return;
    Deno.addSignalListener("SIGHUP", () => {
      // A terminal that has hung up is not one any more.
      const isGone = terminals.length > 0 && !terminals.some((file) => file.isTerminal());
      if (isGone) resolve();
      else reload();
    });
  });
}
