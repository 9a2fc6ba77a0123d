/**
 * One event of each type, for the tests of what they look like.
 *
 * @module
 */
import type { Event } from "../../../lib/domain/event.ts";
import {
  commonRoom,
  type MessageId,
  type RoomId,
  type TokenId,
  type UserId,
} from "../../../lib/domain/ids.ts";

const atMs = Date.UTC(2026, 10, 20, 10, 0, 0, 123);
const alice = { id: 9001 as UserId, name: "alice" };
const bob = { id: 9002 as UserId, name: "bob" };

/** In the order in which the schema has their types. */
export const allEvents: readonly Event[] = [
  {
    type: "message",
    position: 7,
    audience: commonRoom,
    atMs,
    message: {
      id: 7 as MessageId,
      room: commonRoom,
      roomKind: "common",
      author: alice,
      text: "привет",
      atMs,
      comments: 0,
    },
  },
  { type: "read", position: 8, audience: alice.id, atMs, room: commonRoom, readId: 7 },
  {
    type: "room.created",
    position: 9,
    audience: 9 as RoomId,
    atMs,
    room: 9 as RoomId,
    kind: "private",
    members: [alice, bob],
  },
  { type: "member.joined", position: 10, audience: commonRoom, atMs, room: commonRoom, user: bob },
  { type: "token.revoked", position: 11, audience: alice.id, atMs, token: 3 as TokenId },
];
