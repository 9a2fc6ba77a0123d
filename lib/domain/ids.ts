/**
 * The numbers by which things are known.
 *
 * Everything gets its number from the one event log: an id is the log position of the event that
 * made it (a user's is the one of their joining, a message's its own). So ids never collide,
 * whatever they name, and only grow.
 *
 * @module
 */

declare const kind: unique symbol;
type Id<Kind extends string> = number & { readonly [kind]: Kind };

/** A place in the event log; the first is 1. */
export type Position = number;
export type UserId = Id<"user">;
export type RoomId = Id<"room">;
export type MessageId = Id<"message">;
export type TokenId = Id<"token">;
export type ScheduledId = Id<"scheduled">;
export type FileId = Id<"file">;
export type LinkId = Id<"link">;
export type RegistrationInviteId = Id<"registration invite">;

/** Who an event is for: the members of a room, or one user. */
export type AudienceId = RoomId | UserId;

/** The room that everyone is in; the only id that is no log position. */
export const commonRoom = 0 as RoomId;
