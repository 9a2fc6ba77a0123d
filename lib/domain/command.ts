/**
 * Commands: all that can be asked of the rules, and what each gives back.
 *
 * @module
 */
import type { Send, Sent } from "./rules/sending.ts";
import type { IssueToken, RevokeToken, TokenIssued, TouchTokens } from "./rules/tokens.ts";
import type { MarkRead, ReadMarked } from "./rules/reading.ts";
import type { Register, Registered } from "./rules/registration.ts";

interface Exchange<C, O> {
  readonly command: C;
  readonly outcome: O;
}

/** Every command by its type. */
export interface Exchanges {
  readonly "register": Exchange<Register, Registered>;
  readonly "token.issue": Exchange<IssueToken, TokenIssued>;
  readonly "token.revoke": Exchange<RevokeToken, null>;
  readonly "token.touch": Exchange<TouchTokens, null>;
  readonly "send": Exchange<Send, Sent>;
  readonly "read": Exchange<MarkRead, ReadMarked>;
}

export type CommandType = keyof Exchanges;
export type Command = Exchanges[CommandType]["command"];
export type OutcomeOf<C extends Command> = Exchanges[C["type"]]["outcome"];
