/**
 * Why a command of the operator can't do what it should, and how it ends by it.
 *
 * @module
 */
import { exitCodes } from "../../lib/command_line.ts";
import { writeIfHeard } from "../../lib/output.ts";
import { StoreFailure } from "../store/store.ts";

/** The message is one sentence without a period. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
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
    writeIfHeard(Deno.stderr, `chat: ${failure.message}\n`);
    return exitCodes.failed;
  }
}

/** What the system says of a failure of its own; a defect of ours is thrown on. */
export function systemWords(failure: unknown): string {
  // What the system refuses has its code; a defect has none.
  if (!(failure instanceof Error && "code" in failure && typeof failure.code === "string")) {
    throw failure;
  }
  return failure.message.replace(/ \(os error \d+\).*$/, "");
}
