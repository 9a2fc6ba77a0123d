/**
 * Commands for what is said: where it goes, and what was said before.
 *
 * @module
 */
import { pageSizeMax } from "../../../lib/domain/bounds.ts";
import { foldName } from "../../../lib/text/names.ts";
import { line } from "../../lines/safe_line.ts";
import { type GivenArguments, Misunderstood } from "../command_parser.ts";
import { chooseRoom } from "../room_choice.ts";
import { messageOf } from "../model.ts";
import { commonPlace } from "../model/place.ts";
import { type Command, type CommandScope, inRoom, text, user } from "./command.ts";
import { fetchHistory, historyMessages, visit } from "./visit.ts";

export const talkCommands: readonly Command[] = [
  {
    name: "private",
    aliases: ["priv", "msg"],
    takes: [user, text],
    help: "Send privately to USER, from wherever you are",
    example: "/private bob see you at five",
    see: "who",
    run: (scope, { user = "", text = "" }) => scope.send({ text, to: user }),
  },
  {
    name: "query",
    aliases: [],
    holdsBack: "all",
    takes: [{ ...user, optional: true }],
    help: "Talk privately with USER from now on; without USER: in the common chat again",
    example: "/query bob",
    see: "who",
    run: talkWith,
  },
  {
    name: "room",
    aliases: [],
    holdsBack: "all",
    takes: [inRoom],
    help: "Talk in ROOM from now on, by its name or id; without ROOM: in the common chat again",
    example: "/room garden",
    see: "rooms",
    run: enterRoom,
  },
  {
    name: "comment",
    aliases: ["reply"],
    takes: [{ name: "ID", kind: "number" }, text],
    help: "Comment on a message; ID is the number at its end",
    example: "/comment 4187 well said",
    see: "history",
    run: (scope, { number = 0, text = "" }) => scope.send({ text, commentOn: number }),
  },
  {
    name: "delete",
    aliases: [],
    takes: [{ name: "ID", kind: "number" }],
    help: "Delete a message for everyone, yours or as a moderator; ID is the number at its end",
    example: "/delete 4187",
    see: "history",
    run: deleteMessage,
  },
  {
    name: "history",
    aliases: [],
    takes: [{ name: "N", kind: "number", optional: true }],
    help:
      `Show the last N messages of the current chat: ${historyMessages}, or up to ${pageSizeMax}`,
    example: "/history 50",
    run: showHistory,
  },
  {
    name: "unread",
    aliases: [],
    takes: [],
    help: "Show what you have not read, in all chats; it stays unread until you go there",
    run: showUnread,
  },
  {
    name: "read",
    aliases: [],
    takes: [],
    help: "Mark everything in all chats as read",
    see: "unread",
    run: markAllRead,
  },
];

async function talkWith(scope: CommandScope, { user }: GivenArguments): Promise<void> {
  if (user !== undefined && foldName(user) === foldName(scope.model.user)) {
    throw new Misunderstood("this is you; see /who");
  }
  await visit(scope, user === undefined ? commonPlace : { kind: "private", user });
}

async function enterRoom(scope: CommandScope, { room }: GivenArguments): Promise<void> {
  if (room === undefined) return await visit(scope, commonPlace);
  const rooms = [...scope.model.rooms.values()].filter(({ kind }) => kind !== "private");
  const { id, kind } = chooseRoom(room, rooms);
  await visit(scope, kind === "common" ? commonPlace : { kind: "room", room: id });
}

async function showHistory(
  scope: CommandScope,
  { number = historyMessages }: GivenArguments,
): Promise<void> {
  const said = await fetchHistory(scope, scope.place, number);
  if (said.length > 0) scope.show(said);
  else scope.say([line`Nothing was said here yet`]);
}

async function showUnread(scope: CommandScope): Promise<void> {
  let after: number | undefined;
  for (;;) {
    const { items, has_more } = await scope.call("listMessages", {
      query: { unread: true, limit: pageSizeMax, ...(after !== undefined && { after }) },
    });
    if (items.length > 0) scope.show(items);
    else if (after === undefined) scope.say([line`Nothing is unread`]);
    after = items.at(-1)?.id;
    if (!has_more || after === undefined) return;
  }
}

async function markAllRead(scope: CommandScope): Promise<void> {
  for (const { id, lastId, readId } of scope.model.rooms.values()) {
    if (lastId <= readId) continue;
    const { read_id } = await scope.call("read", { body: { room: id, upto: lastId } });
    scope.happened({ type: "read", room: id, read_id });
  }
  scope.say([line`Everything is read`]);
}

async function deleteMessage(scope: CommandScope, { number: id = 0 }: GivenArguments) {
  await scope.call("deleteMessage", { path: { id } });
  const room = messageOf(scope.model, id)?.room ?? "common";
  scope.happened({ type: "message.deleted", room, id });
}
