/**
 * The client on a terminal, from its first key to the last: signing in, talking, giving the terminal back.
 *
 * @module
 */
import { type Account, type SignedIn, signIn, type Surroundings } from "../account/account.ts";
import { openShelf, waitingWords } from "../account/shelf.ts";
import { Unreachable } from "../connection/failures.ts";
import { Interruption } from "../ending.ts";
import { line, showsColour } from "../lines/safe_line.ts";
import { askSecretly } from "../secret_question.ts";
import type { ReadBytes } from "./keyboard/keyboard.ts";
import { reflows } from "./screen/reflow.ts";
import { systemTerminal, TerminalScreen } from "./screen/screen.ts";
import { Interaction } from "./interaction.ts";

export interface InteractiveSetup {
  readonly account: Account;
  readonly color: "auto" | "always" | "never";
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly surroundings: Surroundings;
}

/** How the program may end beside returning; a failure that nobody caught raises no `unload`. */
const endings = ["unload", "error", "unhandledrejection"] as const;

/**
 * Talks until the user leaves; resolves to the exit code.
 *
 * @throws as {@linkcode signIn}, with the terminal as it was found.
 */
export async function runInteractive(
  { account, color, environment, surroundings }: InteractiveSetup,
): Promise<number> {
  const { clock, random } = surroundings;
  const colour = showsColour({ isTerminal: true, wish: color, environment });
  const screen = new TerminalScreen(systemTerminal, {
    colour,
    reflows: reflows(environment),
    clock,
  });
  const input = Deno.stdin.readable.getReader();
  const read: ReadBytes = async () => (await input.read()).value;
  // Whatever ends the program, the shell must find its terminal as it was.
  const restore = () => screen.close();
  for (const ending of endings) globalThis.addEventListener(ending, restore);
  try {
    // Standard output is the terminal here; where the other one goes, nobody may see the question.
    const askSecret = (question: string) => askSecretly(question, read, systemTerminal.write);
    let signedIn: SignedIn;
    try {
      signedIn = await signIn({ ...account, askSecret });
    } catch (failure) {
      const owner = { environment, origin: account.api.origin, user: account.user };
      const waiting = failure instanceof Unreachable ? await waitingWords(owner) : undefined;
      if (waiting !== undefined) screen.print([line`${waiting}`]);
      throw failure;
    }
    const { api, answer } = signedIn;
    using shelf = await openShelf({
      environment,
      origin: api.origin,
      user: answer.user,
      formerly: account.user,
      clock,
      random,
    });
    const renamed = async (names: { readonly before: string; readonly now: string }) => {
      try {
        await account.tokens.rename(api.origin, names);
      } finally {
        await shelf.rename(names.now);
      }
    };
    const interaction = new Interaction({ signedIn, surroundings, screen, shelf, renamed });
    return await interaction.run(read, shelf.warnings);
  } catch (failure) {
    if (!(failure instanceof Interruption)) throw failure;
    return failure.exitCode;
  } finally {
    screen.close();
    for (const ending of endings) globalThis.removeEventListener(ending, restore);
    await input.cancel();
  }
}
