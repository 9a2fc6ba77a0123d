/**
 * What a conversation needs: a screen to be shown on, and what it is held with.
 *
 * @module
 */
import type { ConnectAnswer } from "../../lib/api/schemas.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Random } from "../../lib/random.ts";
import type { ApiClient } from "../connection/api_client.ts";
import type { CallFailure } from "../connection/failures.ts";
import type { OutboxFull, Shelf, ShelfFault } from "../connection/outbox.ts";
import type { LineView } from "../lines/message_lines.ts";
import type { Transfer } from "../lines/progress_bar.ts";
import type { Line } from "../lines/safe_line.ts";
import type { Misunderstood } from "./command_parser.ts";
import type { LocalFileFault } from "./local_files.ts";

/** Where a conversation is shown. */
export interface Screen {
  /** What is said in the chat, and answers to commands. */
  print(lines: readonly Line[]): void;
  /** What is said about the chat: failures, the connection. */
  talk(lines: readonly Line[]): void;
  /** Something that a prompt or status tells has changed. */
  refresh(): void;
  /** How wide it is, and the like. */
  readonly layout: Omit<LineView, "user">;
  /** Whether its user sees what they typed, and wants to see that it arrived. */
  readonly interactive: boolean;
  /** Shows how far a file has come, and that none is on its way any more. */
  progress?(transfer: Transfer | undefined): void;
  /**
   * Gives back what was entered and not sent, to be edited; says whether there was a place for it.
   * Absent: nobody edits.
   */
  takeBack?(typed: string): boolean;
  /** Asks for what nobody may see; absent where nobody can be asked. */
  readonly askSecret?: (question: string) => Promise<string | undefined>;
}

export interface ConversationSetup {
  /** With the user's token. */
  readonly api: ApiClient;
  readonly answer: ConnectAnswer;
  readonly screen: Screen;
  readonly clock: Clock;
  readonly random: Random;
  /** Where what is written outlives the program; left out: nowhere. */
  readonly shelf?: Shelf;
  /**
   * The user has another name from now on; called again only when that is done.
   *
   * @throws {Error} if it can't be kept, which the user is told.
   */
  readonly renamed?: (user: { readonly before: string; readonly now: string }) => Promise<void>;
}

/** What a user is told of that went wrong. */
export type Complaint = CallFailure | OutboxFull | ShelfFault | Misunderstood | LocalFileFault;
