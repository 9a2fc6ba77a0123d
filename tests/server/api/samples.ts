/**
 * One event of each type, for the tests of what they look like.
 *
 * @module
 */
import type { Event } from "../../../lib/domain/event.ts";
import {
  commonRoom,
  type FileId,
  type MessageId,
  type RoomId,
  type ScheduledId,
  type TokenId,
  type UserId,
} from "../../../lib/domain/ids.ts";

const atMs = Date.UTC(2026, 10, 20, 10, 0, 0, 123);
const dueMs = Date.UTC(2026, 10, 20, 11);
const alice = { id: 9001 as UserId, name: "alice" };
const bob = { id: 9002 as UserId, name: "bob" };
const garden = 10 as RoomId;
const scheduled = 22 as ScheduledId;

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
      expiresMs: dueMs,
      comments: 0,
      files: [{ id: 6 as FileId, name: "кот.png", type: "image/png", size: 3 }],
    },
  },
  {
    type: "message.deleted",
    position: 8,
    audience: commonRoom,
    atMs,
    room: commonRoom,
    message: 7 as MessageId,
  },
  { type: "read", position: 9, audience: alice.id, atMs, room: commonRoom, readId: 7 },
  {
    type: "room.created",
    position: 10,
    audience: garden,
    atMs,
    room: garden,
    kind: "room",
    name: "garden",
    owner: alice,
    members: [alice],
  },
  {
    type: "room.updated",
    position: 11,
    audience: garden,
    atMs,
    room: garden,
    name: "back garden",
    owner: bob,
  },
  { type: "room.deleted", position: 12, audience: bob.id, atMs, room: garden },
  {
    type: "member.joined",
    position: 13,
    audience: garden,
    atMs,
    room: garden,
    name: "garden",
    user: bob,
  },
  { type: "member.left", position: 14, audience: garden, atMs, room: garden, user: bob },
  {
    type: "invitation",
    position: 15,
    audience: bob.id,
    atMs,
    room: garden,
    name: "garden",
    by: alice,
  },
  { type: "invitation.closed", position: 15, audience: bob.id, atMs, room: garden },
  {
    type: "join.answered",
    position: 16,
    audience: alice.id,
    atMs,
    room: garden,
    user: bob,
    approved: true,
  },
  { type: "join.requested", position: 16, audience: alice.id, atMs, room: garden, user: bob },
  { type: "join.approved", position: 17, audience: bob.id, atMs, room: garden, name: "garden" },
  { type: "join.denied", position: 18, audience: bob.id, atMs, room: garden, name: "garden" },
  {
    type: "user.renamed",
    position: 19,
    audience: commonRoom,
    atMs,
    user: { ...bob, name: "robert" },
    before: "bob",
  },
  { type: "user.deleted", position: 19, audience: commonRoom, atMs, user: bob },
  { type: "user.banned", position: 20, audience: bob.id, atMs, untilMs: dueMs },
  { type: "user.unbanned", position: 20, audience: bob.id, atMs },
  { type: "role.changed", position: 20, audience: bob.id, atMs, role: "moderator" },
  { type: "scheduled.created", position: 22, audience: alice.id, atMs, scheduled, dueMs },
  { type: "scheduled.updated", position: 23, audience: alice.id, atMs, scheduled, dueMs },
  { type: "scheduled.cancelled", position: 24, audience: alice.id, atMs, scheduled },
  {
    type: "scheduled.sent",
    position: 26,
    audience: alice.id,
    atMs,
    scheduled,
    message: 25 as MessageId,
  },
  {
    type: "scheduled.failed",
    position: 27,
    audience: alice.id,
    atMs,
    scheduled,
    code: "rate_limited",
  },
  { type: "token.revoked", position: 28, audience: alice.id, atMs, token: 3 as TokenId },
];
