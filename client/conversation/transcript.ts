/**
 * What goes by on a screen: messages in the order in which they are told, with what divides them.
 *
 * @module
 */
import type { Message } from "../../lib/api/schemas.ts";
import type { Sending } from "../connection/outbox.ts";
import type { ConnectionState } from "../connection/session.ts";
import { draftText } from "../lines/draft_text.ts";
import { DaySeparator, messageLines } from "../lines/message_lines.ts";
import { roomTitle } from "../lines/room_titles.ts";
import { styled } from "../lines/safe_line.ts";
import { StateTalk } from "../lines/state_line.ts";
import { Absence } from "./absence.ts";
import type { Model } from "./model.ts";
import { isHere, type Place } from "./model/place.ts";
import type { Screen } from "./screen.ts";

/** Where the reader is, and what they know. */
interface Reader {
  readonly model: Model;
  readonly place: Place;
}

export interface MessageOptions {
  /** It was written here, and the server has it. */
  readonly acknowledged?: boolean;
}

export class Transcript {
  readonly #screen: Screen;
  readonly #days: DaySeparator;
  readonly #states = new StateTalk();
  readonly #absence = new Absence();

  constructor(screen: Screen, { user }: { readonly user: string }) {
    this.#screen = screen;
    this.#days = new DaySeparator({ user, ...screen.layout });
  }

  /** Takes notice of the next state of the connection, and tells of it. */
  follow(state: ConnectionState): void {
    this.#absence.follow(state);
    const words = this.#states.about(state);
    if (words !== undefined) this.#screen.talk([words.styled("dim")]);
  }

  /** What comes next may have been missed: says so before the first of it. */
  divide(): void {
    const divider = this.#absence.divider();
    if (divider !== undefined) this.#screen.print([divider]);
  }

  /** What comes next was missed, and that is said already. */
  divided(): void {
    this.#absence.end();
  }

  show(message: Message, { model, place }: Reader, options: MessageOptions = {}): void {
    const separator = this.#days.before(message);
    const view = { user: model.user, ...this.#screen.layout };
    const elsewhere = isHere(message, place, model) ? undefined : roomTitle(model, message.room);
    const lines = messageLines(message, view, { ...options, elsewhere });
    this.#screen.print(separator === undefined ? lines : [separator, ...lines]);
  }

  /** Shows what waits to be sent. */
  waiting({ draft }: Sending): void {
    this.#screen.print([styled("dim", `… ${draftText(draft)}`)]);
  }
}
