/**
 * The chats of a user as the sidebar lists them: the common one, private ones, rooms.
 *
 * @module
 */
import type { Model, RoomView } from "../../../conversation/model.ts";
import { commonPlace, type Place, roomAt } from "../../../conversation/model/place.ts";

export interface ChatEntry {
  readonly place: Place;
  /** Whom a private chat is with, or the room's own: text from elsewhere. */
  readonly name: string;
  /** Unread messages; the server counts no further than 1,000. */
  readonly unread: number;
  /** How many of them call the user by name, as far as it is known. */
  readonly calls: number;
  readonly isCurrent: boolean;
}

export interface ChatList {
  readonly common: ChatEntry;
  /** Those in which something was said last come first. */
  readonly privates: readonly ChatEntry[];
  readonly rooms: readonly ChatEntry[];
}

/** All chats, and the current one even if nothing was said there yet. */
export function chatList({ rooms }: Pick<Model, "rooms">, place: Place): ChatList {
  const current = roomAt(place, { rooms });
  const entryOf = (room: RoomView): ChatEntry => ({
    place: placeOf(room),
    name: room.name,
    unread: room.unread,
    calls: room.mentions.length,
    isCurrent: room === current,
  });
  const lately = [...rooms.values()].sort((a, b) => b.lastId - a.lastId);
  const entriesOf = (kind: RoomView["kind"]) =>
    lately.filter((room) => room.kind === kind).map(entryOf);
  const isCommon = place.kind === "common";
  const nothingSaid = { unread: 0, calls: 0, isCurrent: true };
  return {
    common: entriesOf("common")[0] ??
      { ...nothingSaid, place: commonPlace, name: "common", isCurrent: isCommon },
    privates: current === undefined && place.kind === "private"
      ? [{ ...nothingSaid, place, name: place.user }, ...entriesOf("private")]
      : entriesOf("private"),
    rooms: entriesOf("room"),
  };
}

/** The chat before or after the current one, in the order of the list; `undefined` at its ends. */
export function neighbour(
  { common, privates, rooms }: ChatList,
  direction: "previous" | "next",
): Place | undefined {
  const all = [common, ...privates, ...rooms];
  const at = all.findIndex(({ isCurrent }) => isCurrent);
  // With none current, the next one is the first.
  return all[direction === "next" ? at + 1 : at - 1]?.place;
}

/** Unread messages in all chats but the current one. */
export function unreadElsewhere({ common, privates, rooms }: ChatList): number {
  return [common, ...privates, ...rooms].reduce(
    (sum, { unread, isCurrent }) => isCurrent ? sum : sum + unread,
    0,
  );
}

function placeOf({ id, kind, name }: RoomView): Place {
  switch (kind) {
    case "common":
      return commonPlace;
    case "private":
      return { kind: "private", user: name };
    case "room":
      return { kind: "room", room: id };
  }
}
