/**
 * What the rules refuse to the operator, in a sentence and an exit code.
 *
 * @module
 */
import { exitCodes } from "../../lib/command_line.ts";
import type { Command } from "../../lib/domain/command.ts";
import type { Missing, Refusal, RefusalCode } from "../../lib/domain/refusal.ts";
import { CommandFailure } from "../operator/failure.ts";
import type { Flag } from "./action.ts";

/** What a command was about, as far as it is told. */
export interface About {
  readonly type?: Command["type"];
  readonly user?: unknown;
  readonly message?: unknown;
  readonly token?: unknown;
  readonly invite?: unknown;
}

/** What the fields of commands are called here, if it is not what they are. */
const flags: Readonly<Record<string, Flag>> = {
  for: "for",
  expires_in: "for",
  max_uses: "uses",
  reason: "reason",
};

const codes: { readonly [Code in RefusalCode]?: number } = {
  not_found: exitCodes.notFound,
  forbidden: exitCodes.forbidden,
  invalid: exitCodes.usage,
};

/** A command that was refused. */
export function refusalOf(refusal: Refusal, about: About): CommandFailure {
  return new CommandFailure(sentenceOf(refusal, about), {
    exitCode: codes[refusal.code] ?? exitCodes.failed,
  });
}

function sentenceOf(refusal: Refusal, about: About): string {
  switch (refusal.code) {
    case "not_found":
      return `There is no ${missingText(refusal.what, about)}`;
    case "invalid":
      return refusal.errors.map(({ field, message }) => {
        const flag = flags[field];
        return `${flag === undefined ? field : `--${flag}`} ${message}`.trim();
      }).join("; ");
    case "forbidden":
      return refusal.why;
    default:
      return `The rules refuse it: ${refusal.code}`;
  }
}

function missingText(what: Missing, { user, message, token, invite }: About): string {
  const name = user === undefined ? "" : JSON.stringify(user);
  switch (what) {
    case "user":
      return `user ${name}`.trim();
    case "ban":
    case "report":
      return `${what} on ${name}`;
    case "token":
      return `client ${token} of ${name}`;
    case "message":
      return `message ${message}`;
    case "invite":
      return `invitation ${invite}`;
    default:
      return what;
  }
}
