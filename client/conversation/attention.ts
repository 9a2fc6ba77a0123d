/**
 * Up to where a chat may be marked as read when its reader attends to it.
 *
 * @module
 */
import type { ConnectAnswer } from "../../lib/api/schemas.ts";
import type { SessionNews } from "../connection/session.ts";
import type { RoomView } from "./model.ts";

/** Messages of a room up to this one are read. */
export interface ReadMark {
  readonly room: string;
  readonly id: number;
}

/**
 * Knows up to which id every message has been told.
 *
 * What was said is told in order of its ids, beside own messages, whose answers may come before it,
 * and pages of history: a mark beyond would make read what nobody has seen.
 */
export class Attention {
  #toldId = 0;
  /** Up to here, all is told once what was unread has come to its end. */
  #arrivedId = 0;

  /** Takes notice of what is told now. */
  heed(news: SessionNews): void {
    switch (news.type) {
      case "connected":
        this.#arrive(news.answer);
        return;
      case "backlog":
        this.#toldId = Math.max(this.#toldId, news.messages.at(-1)?.id ?? 0);
        return;
      case "event":
        this.#catchUp();
        if (news.event.type === "message") this.#toldId = Math.max(this.#toldId, news.event.id);
        return;
      case "state":
        if (news.state.kind === "live") this.#catchUp();
    }
  }

  /** The mark that makes a room read up to `id`, as far as may be; `undefined`: none is due. */
  markFor(room: RoomView | undefined, id: number): ReadMark | undefined {
    const readId = Math.min(id, this.#toldId);
    return room === undefined || readId <= room.readId ? undefined : { room: room.id, id: readId };
  }

  #arrive({ rooms, recent, unread, unread_more }: ConnectAnswer): void {
    const newest = [...recent, ...unread].reduce((most, { id }) => Math.max(most, id), 0);
    this.#arrivedId = rooms.reduce((most, { last_id }) => Math.max(most, last_id), newest);
    this.#toldId = unread_more ? unread.at(-1)?.id ?? 0 : this.#arrivedId;
  }

  #catchUp(): void {
    this.#toldId = Math.max(this.#toldId, this.#arrivedId);
  }
}
