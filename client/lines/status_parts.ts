/**
 * How things stand, in the few words of a status row.
 *
 * @module
 */
import type { ConnectionState } from "../connection/session.ts";
import { banEndMs, limitAt, type Model, type RoomView } from "../conversation/model.ts";
import { momentText, type Reading, unreadCountedMax } from "./quantities.ts";
import { roomMark } from "./room_titles.ts";
import { type Line, line, styled } from "./safe_line.ts";
import { liveLine } from "./state_line.ts";

/** Most chats whose unread messages are told one by one. */
export const unreadChatsShownMax = 3;

/** Most columns of a chat's name. */
export const chatNameColumnsMax = 20;

/** A chat as a status row names it. */
export interface Chat {
  readonly kind: RoomView["kind"];
  /** `common`, whom a private chat is with, or the room's own: text from elsewhere. */
  readonly name: string;
  /** The id of its room; `undefined` where nothing was said yet. */
  readonly room: string | undefined;
}

export interface StatusView extends Reading {
  readonly model: Model;
  readonly connection: ConnectionState;
  /** Until the next attempt to connect, while one is waited for. */
  readonly secondsLeft?: number | undefined;
  /** The current chat; nobody has to be told what is unread there. */
  readonly chat: Chat;
}

/**
 * The parts of a status row, the most important first: the connection, what is not sent, the
 * current chat, what is unread elsewhere, a ban, the limit. All say what they do without colours.
 */
export function statusParts(view: StatusView): Line[] {
  const { model, chat } = view;
  const unsent = model.outgoing.length;
  return [
    connectionPart(view),
    ...(unsent === 0 ? [] : [line`${unsent} unsent`]),
    chatName(chat).styled(chat.kind === "private" ? "private" : "bold"),
    ...unreadParts(view),
    ...banParts(view),
    ...limitParts(view),
  ];
}

function connectionPart({ connection, secondsLeft }: StatusView): Line {
  switch (connection.kind) {
    case "live":
      return liveLine(connection);
    case "connecting":
      return styled("mention", "connecting");
    case "waiting":
      return secondsLeft === undefined
        ? styled("mention", "reconnecting")
        : styled("mention", `reconnecting in ${Math.max(0, Math.ceil(secondsLeft))} s`);
    case "stopped":
      return styled("failure", "disconnected");
  }
}

/** As `garden`, `>>bob`: a name that could pass for something else stands in brackets. */
function chatName({ kind, name }: Pick<Chat, "kind" | "name">): Line {
  if (kind === "private") return line`>>${line`${name}`.cut(chatNameColumnsMax)}`;
  return line`${/^[\p{L}\p{N}]/u.test(name) ? name : roomMark(name)}`.cut(chatNameColumnsMax);
}

/** What is unread elsewhere: where the reader is called by name first, then private chats. */
function unreadParts({ model, chat }: StatusView): Line[] {
  const shown: RoomView[] = [];
  let more = 0;
  // A row is drawn for each key, and there may be thousands of chats: they are not sorted for it.
  for (const room of model.rooms.values()) {
    if (room.unread === 0 || room.id === chat.room) continue;
    const behind = shown.findIndex((other) => comesBefore(room, other));
    shown.splice(behind === -1 ? shown.length : behind, 0, room);
    if (shown.length <= unreadChatsShownMax) continue;
    shown.pop();
    more++;
  }
  return [...shown.map(unreadPart), ...(more === 0 ? [] : [line`+${more} more`])];
}

function comesBefore(a: RoomView, b: RoomView): boolean {
  const difference = urgency(a) - urgency(b);
  return difference > 0 || (difference === 0 && a.lastId > b.lastId);
}

function urgency({ mentions, kind }: RoomView): number {
  return mentions.length > 0 ? 2 : kind === "private" ? 1 : 0;
}

/** As `!2 garden 5`: five messages, of which two call the reader by name. */
function unreadPart(room: RoomView): Line {
  const { unread, mentions, kind } = room;
  const more = unread >= unreadCountedMax ? "+" : "";
  const counted = line`${chatName(room)} ${Math.min(unread, unreadCountedMax)}${more}`;
  if (mentions.length > 0) return line`!${mentions.length} ${counted}`.styled("mention");
  return kind === "private" ? counted.styled("private") : counted;
}

function banParts({ model, nowMs, timeZone }: StatusView): Line[] {
  const endMs = banEndMs(model, nowMs);
  if (endMs === undefined) return [];
  return [styled("failure", `banned until ${momentText(endMs, { nowMs, timeZone })}`)];
}

function limitParts({ model, nowMs, timeZone }: StatusView): Line[] {
  if (model.limit === undefined) return [];
  const { limit, remaining, resetsMs } = limitAt(model.limit, nowMs);
  const resets = resetsMs === undefined
    ? ""
    : ` · resets ${momentText(resetsMs, { nowMs, timeZone })}`;
  const part = line`${remaining}/${limit}${resets}`;
  return [remaining === 0 ? part.styled("failure") : part];
}
