/**
 * What a batch of commands must know before it can be decided; a store loads it in one go.
 *
 * @module
 */
import type { FoldedName } from "../text/names.ts";
import type { FileId, MessageId, RoomId, ScheduledId, UserId } from "./ids.ts";
import type { LimitKind } from "./limit.ts";

/** Someone, as we know them or as a request names them. */
export type Whom = UserId | FoldedName;

/** Filled by the rules, read by the stores. What does not exist is left out of the state. */
export interface Needs {
  /** Users, by id and by name; of a name also who gave it up. */
  readonly users: Set<UserId>;
  readonly names: Set<FoldedName>;
  /** All names that a user has given up, with the user. */
  readonly formerNamesOf: Set<Whom>;
  /** All tokens of a user, with the user. */
  readonly tokensOf: Set<Whom>;
  /** All users who are owners, if it is `true`. */
  owners: boolean;
  /** Someone's membership of a room, and the room with its two or its owner. */
  readonly members: { readonly room: RoomId; readonly user: UserId }[];
  /** All members of a room, each with their user, and the room. */
  readonly membersOf: Set<RoomId>;
  /** All memberships of a user in rooms that have an owner, each with its room, and the user. */
  readonly membershipsOf: Set<Whom>;
  /** Two users and, if they have a private chat, its room with both memberships. */
  readonly privateChats: { readonly user: UserId; readonly with: Whom }[];
  /** A message; and, if a user is given, their membership of its room with the room. */
  readonly messages: { readonly message: MessageId; readonly user?: UserId }[];
  readonly receipts: { readonly user: UserId; readonly key: string }[];
  readonly windows: { readonly user: UserId; readonly kind: LimitKind }[];
  /** All reports about a user, with the user. */
  readonly reportsOn: Set<Whom>;
  /** All reports that a user has made. */
  readonly reportsBy: Set<UserId>;
  readonly scheduled: Set<ScheduledId>;
  /** The scheduled messages of a user that were not sent: they wait, or could not be. */
  readonly unsentBy: Set<UserId>;
  readonly files: Set<FileId>;
  /** The files of a user that are in no message yet. */
  readonly unsentFilesOf: Set<UserId>;
  /** All invitations into a room; all to a user, with the user. */
  readonly invitationsInto: Set<RoomId>;
  readonly invitationsTo: Set<Whom>;
  /** All invitations that a user has sent. */
  readonly invitationsBy: Set<UserId>;
  /** All links into a room. */
  readonly linksInto: Set<RoomId>;
  /** A link by its hash, its room, `user`'s membership of it, and all requests to enter it. */
  readonly links: { readonly hash: string; readonly user: UserId }[];
  /** All requests to enter a room. */
  readonly requestsInto: Set<RoomId>;
  /** All requests of a user to enter rooms. */
  readonly requestsBy: Set<UserId>;
  /** All invitations to register, those that are of no use any more included, if it is `true`. */
  registrationInvites: boolean;
}

export function noNeeds(): Needs {
  return {
    users: new Set(),
    names: new Set(),
    formerNamesOf: new Set(),
    tokensOf: new Set(),
    owners: false,
    members: [],
    membersOf: new Set(),
    membershipsOf: new Set(),
    privateChats: [],
    messages: [],
    receipts: [],
    windows: [],
    reportsOn: new Set(),
    reportsBy: new Set(),
    scheduled: new Set(),
    unsentBy: new Set(),
    files: new Set(),
    unsentFilesOf: new Set(),
    invitationsInto: new Set(),
    invitationsTo: new Set(),
    invitationsBy: new Set(),
    linksInto: new Set(),
    links: [],
    requestsInto: new Set(),
    requestsBy: new Set(),
    registrationInvites: false,
  };
}
