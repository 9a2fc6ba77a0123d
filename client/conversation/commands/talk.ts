/**
 * Commands for what is said: where it goes, and what was said before.
 *
 * @module
 */
import { type Message, pageSizeMax } from "../../../lib/api/schemas.ts";
import { Unreachable } from "../../connection/failures.ts";
import { line } from "../../lines/safe_line.ts";
import type { GivenArguments } from "../command_parser.ts";
import { chooseRoom } from "../room_choice.ts";
import { commonPlace, destinationOf, type Place } from "../places.ts";
import { type Command, type CommandScope, inRoom, text, user } from "./command.ts";

/** Messages that `/history`, `/query` and `/room` show when no number is given. */
export const historyMessages = 20;

export const talkCommands: readonly Command[] = [
  {
    name: "private",
    aliases: ["priv", "msg"],
    takes: [user, text],
    help: "Send privately",
    run: (scope, { user = "", text = "" }) => scope.send({ text, to: user }),
  },
  {
    name: "query",
    aliases: [],
    takes: [{ ...user, optional: true }],
    help: "Talk privately with USER from now on; without: in the common chat again",
    run: (scope, { user }) =>
      user === undefined ? scope.goTo(commonPlace) : visit(scope, { kind: "private", user }),
  },
  {
    name: "room",
    aliases: [],
    takes: [inRoom],
    help: "Talk in ROOM from now on, by its name or id; without: in the common chat again",
    run: enterRoom,
  },
  {
    name: "comment",
    aliases: ["reply"],
    takes: [{ name: "ID", kind: "number" }, text],
    help: "Comment on a message",
    run: (scope, { number = 0, text = "" }) => scope.send({ text, commentOn: number }),
  },
  {
    name: "delete",
    aliases: [],
    takes: [{ name: "ID", kind: "number" }],
    help: "Delete a message of yours, for everyone",
    run: deleteMessage,
  },
  {
    name: "history",
    aliases: [],
    takes: [{ name: "N", kind: "number", optional: true }],
    help: `Show the last N messages of the current chat (${historyMessages})`,
    run: (scope, { number = historyMessages }) => showHistory(scope, scope.place, number),
  },
  {
    name: "unread",
    aliases: [],
    takes: [],
    help: "Show what you have not read",
    run: showUnread,
  },
  {
    name: "read",
    aliases: [],
    takes: [],
    help: "Mark everything as read",
    run: markAllRead,
  },
];

async function enterRoom(scope: CommandScope, { room }: GivenArguments): Promise<void> {
  if (room === undefined) {
    scope.goTo(commonPlace);
    return;
  }
  const rooms = [...scope.model.rooms.values()].filter(({ kind }) => kind !== "private");
  const { id, kind } = chooseRoom(room, rooms);
  await visit(scope, kind === "common" ? commonPlace : { kind: "room", room: id });
}

/** Goes to a place, and shows what was said there. */
async function visit(scope: CommandScope, place: Place): Promise<void> {
  let said: readonly Message[] | undefined;
  try {
    // Also finds out whether there is such a place.
    said = await fetchHistory(scope, place, historyMessages);
  } catch (failure) {
    // Offline stays usable: whom it is for is found out when it is sent.
    if (!(failure instanceof Unreachable)) throw failure;
  }
  scope.goTo(place);
  if (said !== undefined) show(scope, said);
}

async function showHistory(scope: CommandScope, place: Place, count: number): Promise<void> {
  show(scope, await fetchHistory(scope, place, count));
}

async function fetchHistory(
  scope: CommandScope,
  place: Place,
  count: number,
): Promise<readonly Message[]> {
  const { items } = await scope.call("listMessages", {
    query: { ...destinationOf(place), limit: Math.min(count, pageSizeMax) },
  });
  return items;
}

function show(scope: CommandScope, messages: readonly Message[]): void {
  if (messages.length > 0) scope.show(messages);
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
    if (lastId > readId) await scope.call("read", { body: { room: id, upto: lastId } });
  }
  scope.say([line`Everything is read`]);
}

async function deleteMessage(scope: CommandScope, { number: id = 0 }: GivenArguments) {
  await scope.call("deleteMessage", { path: { id } });
  const room = scope.model.messages.find((message) => message.id === id)?.room ?? "common";
  scope.happened({ type: "message.deleted", room, id });
}
