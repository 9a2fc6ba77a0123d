/**
 * What a command is, and what it can do.
 *
 * @module
 */
import type { Event, Message, StatusAnswer } from "../../../lib/api/schemas.ts";
import type { ApiClient } from "../../connection/api_client.ts";
import type { UploadStream } from "../../connection/stream_upload.ts";
import type { Draft } from "../../connection/outbox.ts";
import type { Random } from "../../../lib/random.ts";
import type { Line } from "../../lines/safe_line.ts";
import type { Transfer } from "../../lines/progress_bar.ts";
import { type Argument, type CommandShape, type GivenArguments } from "../command_parser.ts";
import type { Model } from "../model.ts";
import type { Invitation } from "../model/doors.ts";
import type { Place } from "../model/place.ts";

/** What a command can do. */
export interface CommandScope {
  readonly model: Model;
  readonly place: Place;
  /** Whether its user sits before a terminal, with keys to be told of. */
  readonly interactive: boolean;
  goTo(place: Place): void;
  /** Marks what was told of the current chat as read. */
  attend(): void;
  /** Sends as soon as it can be, however often it must be tried. */
  send(draft: Draft): void;
  /** Calls an operation; one that changes something happens once, even if its answer is lost. */
  readonly call: ApiClient["call"];
  readonly upload: UploadStream;
  readonly download: ApiClient["download"];
  readonly random: Random;
  /** Shows how far a file has come; `undefined`: there is none on its way any more. */
  progress(transfer: Transfer | undefined): void;
  /** Asks for what nobody may see; `undefined` if the user would not say. Absent: nobody to ask. */
  readonly askSecret?: ((question: string) => Promise<string | undefined>) | undefined;
  /** The time now, in milliseconds. */
  readonly nowMs: number;
  /** IANA name; `undefined`: that of the system. */
  readonly timeZone: string | undefined;
  /** How wide lines may be; `undefined`: as they come. */
  readonly columns: number | undefined;
  /** Answers the user. */
  say(lines: readonly Line[]): void;
  /** Shows messages; those of the current chat are then read. */
  show(messages: readonly Message[]): void;
  /** Takes notice of how things stand with the user. */
  learn(status: StatusAnswer): void;
  /** Takes notice of all invitations that are open. */
  invited(invitations: readonly Invitation[]): void;
  /**
   * Tells what a call has brought about, as the event that comes of it; whichever of both is there
   * first is shown, and the other one is not.
   *
   * @returns whether this was first.
   */
  happened(event: Event): boolean;
  leave(): void;
}

export interface Command extends CommandShape {
  /** One sentence without a period. */
  readonly help: string;
  /** How it may be typed, as `/delay 10 tea is ready`; absent where there is nothing to add. */
  readonly example?: string;
  /** The command that shows what this one can be about, without its slash. */
  readonly see?: string;
  /** Told where what it is about is not there; absent: the server's words will do. */
  readonly missing?: string;
  /** It may ask: what is typed while it is under way answers its questions, and is nothing else. */
  readonly asks?: true;
  /**
   * What waits, of that which is entered after it, until it is done: all, as it may change where a
   * text goes or what a name means, or other uses of the same command. Left out: nothing.
   */
  readonly holdsBack?: "all" | "same";
  /** What it sends goes to the current chat, which must be the one that it was typed for. */
  readonly sendsHere?: true;
  /** Only moderators can do it, so that others are not told of it unless they ask. */
  readonly forModerators?: true;
  /** It waits for nothing that was entered before it. */
  readonly atOnce?: true;
  /** @throws {CallFailure | Misunderstood | LocalFileFault} which the caller tells the user. */
  run(scope: CommandScope, given: GivenArguments): void | Promise<void>;
}

// The arguments that several commands take.
export const user = { name: "USER", kind: "user" } as const satisfies Argument;
export const text = { name: "TEXT", kind: "text" } as const satisfies Argument;
export const inRoom = { name: "ROOM", kind: "room", optional: true } as const satisfies Argument;
