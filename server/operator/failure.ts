/**
 * Why a command of the operator can't do what it should, and how it ends by it.
 *
 * @module
 */
import { exitCodes } from "../../lib/command_line.ts";
import { writeIfHeard } from "../../lib/output.ts";
import { terminalSafe } from "../../lib/text/terminal.ts";
import { StoreFailure } from "../store/store.ts";

/** The message is one sentence without a period. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  /** How the command ends by it. */
  readonly exitCode: number;

  constructor(
    message: string,
    { exitCode = exitCodes.failed, ...options }: ErrorOptions & { readonly exitCode?: number } = {},
  ) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** Who was asked for something has gone away instead. */
export class Left extends Error {
  override readonly name = "Left";
}

/** Does the work of a command; a failure that is to be expected becomes one line and an exit code. */
export async function explained(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (failure) {
    if (failure instanceof Left) return exitCodes.interrupted;
    if (!(failure instanceof CommandFailure || failure instanceof StoreFailure)) throw failure;
    writeIfHeard(Deno.stderr, `chat: ${terminalSafe(failure.message)}\n`);
    return failure instanceof CommandFailure ? failure.exitCode : exitCodes.failed;
  }
}

/** What the system says of a failure of its own; a defect of ours is thrown on. */
export function systemWords(failure: unknown): string {
  // It is Deno that refuses what the program was not permitted.
  if (failure instanceof Deno.errors.NotCapable) return failure.message;
  // What the system refuses has its code; a defect has none.
  if (!(failure instanceof Error && "code" in failure && typeof failure.code === "string")) {
    throw failure;
  }
  return failure.message.replace(/ \(os error \d+\).*$/, "");
}
