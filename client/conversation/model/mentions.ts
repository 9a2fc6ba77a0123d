/**
 * Messages that call their reader by name.
 *
 * @module
 */
import type { Message } from "../../../lib/api/schemas.ts";
import { foldName } from "../../../lib/text/names.ts";

/** Most unread mentions that are counted in a room. */
export const roomMentionsMax = 1000;

/** What becomes `@` where names are compared. */
const anyAt = /[@\ufe6b\uff20]/;

/** Whether a message calls its reader by name, as `@alice`. */
export function mentions(user: string, { text, author }: Message): boolean {
  if (author === user || !anyAt.test(text)) return false;
  const wanted = `@${foldName(user)}`;
  const folded = foldName(text);
  for (let at = folded.indexOf(wanted); at !== -1; at = folded.indexOf(wanted, at + 1)) {
    const before = folded.slice(0, at);
    const after = folded.slice(at + wanted.length);
    if (!/[\p{L}\p{N}_]$/u.test(before) && !/^[\p{L}\p{M}\p{N}_]/u.test(after)) return true;
  }
  return false;
}

/** A room with a message among its mentions, if it is an unread one. */
export function withMention<
  Room extends { readonly mentions: readonly number[]; readonly readId: number },
>(room: Room, message: Message, user: string): Room {
  const { id } = message;
  if (id <= room.readId || room.mentions.length >= roomMentionsMax) return room;
  if (!mentions(user, message) || room.mentions.includes(id)) return room;
  return { ...room, mentions: [...room.mentions, id].sort((a, b) => a - b) };
}
