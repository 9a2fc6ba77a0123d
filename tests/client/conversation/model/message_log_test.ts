import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  countBetween,
  deletedMessagesMax,
  drop,
  isKnown,
  keep,
  lastMessages,
  type MessageLog,
  messageOf as find,
  modelMessagesMax,
} from "../../../../client/conversation/model/message_log.ts";
import { messageOf } from "../../stub_server.ts";

const empty: MessageLog = {
  messages: [],
  forgottenId: 0,
  deletedIds: [],
  uncountedIds: [],
};

function logOf(ids: readonly number[]): MessageLog {
  return ids.map((id) => messageOf(id)).reduce(keep<MessageLog>, empty);
}

function idsOf({ messages }: MessageLog): number[] {
  return messages.map(({ id }) => id);
}

Deno.test("keep() keeps each message once, by id, in whatever order they come", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (ids) => {
    assertEquals(idsOf(logOf(ids)), [...new Set(ids)].sort((a, b) => a - b));
  }));
});

Deno.test("keep() forgets the oldest beyond its bound, and does not take it for news again", () => {
  const ids = Array.from({ length: modelMessagesMax }, (_, at) => at + 1);
  const full = logOf(ids);
  assertEquals([full.messages.length, full.forgottenId], [modelMessagesMax, 0]);
  const over = keep(full, messageOf(modelMessagesMax + 1));
  assertEquals([over.messages.length, over.forgottenId], [modelMessagesMax, 1]);
  assert(isKnown(over, 1) && find(over, 1) === undefined && find(over, 2)?.id === 2);
  assert(keep(over, messageOf(1)) === over);
});

Deno.test("drop() takes a message out, and keeps it out if it comes only then", () => {
  const log = logOf([1, 2, 3]);
  const dropped = drop(log, 2);
  assertEquals(idsOf(dropped), [1, 3]);
  assert(isKnown(dropped, 2) && keep(dropped, messageOf(2)) === dropped);
  assert(drop(dropped, 2) === dropped);
  const early = drop(log, 4);
  assert(keep(early, messageOf(4)) === early);
});

Deno.test("drop() keeps a bounded number of messages in mind", () => {
  let log = drop(empty, 1);
  for (let id = 2; id <= deletedMessagesMax; id++) log = drop(log, id);
  assert(isKnown(log, 1));
  const over = drop(log, deletedMessagesMax + 1);
  assertEquals([isKnown(over, 1), isKnown(over, 2)], [false, true]);
});

Deno.test("countBetween() counts what others have said in one room, after one id up to another", () => {
  const log = [
    messageOf(1),
    messageOf(2),
    messageOf(3, { author: "alice" }),
    messageOf(4, { room: "12" }),
    messageOf(5),
    messageOf(6),
  ].reduce(keep<MessageLog>, empty);
  const count = (after: number, upto: number) =>
    countBetween({ ...log, user: "alice" }, "common", after, upto);
  assertEquals([count(0, 6), count(1, 5), count(1, 4), count(5, 5), count(6, 9)], [4, 2, 1, 0, 0]);
});

Deno.test("countBetween() leaves out what the server has not counted", () => {
  const log = { ...logOf([1, 2, 3]), uncountedIds: [1, 2], user: "alice" };
  assertEquals(countBetween(log, "common", 0), 1);
});

Deno.test("lastMessages() gives the newest, oldest first, of one room or of all", () => {
  const log = [messageOf(1), messageOf(2, { room: "12" }), messageOf(3), messageOf(4)]
    .reduce(keep<MessageLog>, empty);
  const ids = (count: number, room?: string) =>
    lastMessages(log, { count, room }).map(({ id }) => id);
  assertEquals(ids(2), [3, 4]);
  assertEquals(ids(2, "12"), [2]);
  assertEquals(ids(9, "common"), [1, 3, 4]);
  assertEquals(ids(0), []);
});
