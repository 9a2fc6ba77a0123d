/**
 * Tells the user of messages by the notifications of their system, while they look at no tab.
 *
 * @module
 */
import type { Message } from "../../../../lib/api/schemas.ts";
import { countText } from "../../../../lib/text/counts.ts";
import { mentions, type Model } from "../../../conversation/model.ts";
import type { SharedSession } from "../tabs/shared_session.ts";
import type { SharedNews } from "../tabs/shared_state.ts";
import { isolated } from "../words.ts";

/** Most of a text that a notification shows, in UTF-16 units. */
export const notifiedUnitsMax = 200;

/** Of which messages the user is told. */
export const notificationChoices = ["all", "direct", "none"] as const;

/** `direct`: private messages, those of rooms, and those that call the user by name. */
export type NotificationChoice = typeof notificationChoices[number];

/** What is told of a message; the one before it of the same chat goes. */
export interface MessageNotification {
  readonly message: Message;
  readonly title: string;
  readonly body: string;
}

export interface NotifierSetup {
  readonly session: Pick<SharedSession, "model" | "isLeader" | "anyoneLooking">;
  /** What the user wants now. */
  readonly choice: () => NotificationChoice;
  /** Shows one; gives back what takes it away. */
  readonly show: (notification: MessageNotification) => () => void;
  /** Takes a defect. */
  readonly broke: (defect: unknown) => void;
}

export class Notifier {
  readonly #setup: NotifierSetup;
  /** The last message of each chat that is to be told when it is known that nobody looks. */
  readonly #pending = new Map<string, Message>();
  /** What is shown, by chat. */
  readonly #shown = new Map<string, { readonly id: number; readonly close: () => void }>();

  constructor(setup: NotifierSetup) {
    this.#setup = setup;
  }

  /** Takes notice of what has happened, after the model has. */
  heed(news: SharedNews): void {
    if (news.type === "event" && news.event.type === "message") this.#consider(news.event);
    if (news.type === "event" && news.event.type === "message.deleted") this.#forget(news.event.id);
    this.#closeRead();
  }

  /** Takes away all that is shown. */
  close(): void {
    this.#pending.clear();
    for (const room of [...this.#shown.keys()]) this.#take(room);
  }

  #consider(message: Message): void {
    const { session, choice, broke } = this.#setup;
    // Each tab hears of it, and one of them tells it.
    if (!session.isLeader || !isWanted(message, session.model.user, choice())) return;
    const isFirst = this.#pending.size === 0;
    this.#pending.set(message.room, message);
    if (isFirst) this.#tellSoon().catch(broke);
  }

  async #tellSoon(): Promise<void> {
    const isSeen = await this.#setup.session.anyoneLooking();
    const messages = [...this.#pending.values()];
    this.#pending.clear();
    if (isSeen) return;
    for (const message of messages) this.#tell(message);
  }

  #tell(message: Message): void {
    const { session: { model }, show } = this.#setup;
    if (isRead(message, model)) return;
    this.#take(message.room);
    const close = show({ message, ...wordsOf(message, model) });
    this.#shown.set(message.room, { id: message.id, close });
  }

  #forget(id: number): void {
    for (const [room, message] of this.#pending) if (message.id === id) this.#pending.delete(room);
    for (const [room, shown] of this.#shown) if (shown.id === id) this.#take(room);
  }

  /** What was read elsewhere is no news any more. */
  #closeRead(): void {
    for (const [room, { id }] of this.#shown) {
      if (isRead({ room, id }, this.#setup.session.model)) this.#take(room);
    }
  }

  #take(room: string): void {
    this.#shown.get(room)?.close();
    this.#shown.delete(room);
  }
}

/** Whether the user wants to be told of a message. */
export function isWanted(message: Message, user: string, choice: NotificationChoice): boolean {
  if (message.author === user || choice === "none") return false;
  return choice === "all" || message.room_kind !== "common" || mentions(user, message);
}

/** Read, or in a room that is not the user's any more. */
function isRead(
  { room, id }: Pick<Message, "room" | "id">,
  { rooms }: Model,
): boolean {
  return id <= (rooms.get(room)?.readId ?? Infinity);
}

function wordsOf(
  { author, room, room_kind, text, files }: Message,
  { rooms }: Model,
): { readonly title: string; readonly body: string } {
  const name = rooms.get(room)?.name ?? room;
  return {
    title: room_kind === "private" ? isolated(author) : `${isolated(author)} in ${isolated(name)}`,
    body: text === "" ? countText(files.length, "file") : cut(text),
  };
}

/** The beginning of a text, not in the middle of a character. */
function cut(text: string): string {
  if (text.length <= notifiedUnitsMax) return text;
  return `${text.slice(0, notifiedUnitsMax - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
