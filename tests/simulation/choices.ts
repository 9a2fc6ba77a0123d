/**
 * What someone may do next: commands of every type, of which most make sense.
 *
 * @module
 */
import {
  banMsMax,
  banMsMin,
  dayMs,
  hourMs,
  linkLifeMaxMs,
  registrationInviteLifeMaxMs,
  registrationInviteLifeMinMs,
  scheduleAheadMaxMs,
  secondMs,
} from "../../lib/domain/bounds.ts";
import type { Command, CommandType } from "../../lib/domain/command.ts";
import type {
  FileId,
  LinkId,
  MessageId,
  RegistrationInviteId,
  RoomId,
  ScheduledId,
  TokenId,
  UserId,
} from "../../lib/domain/ids.ts";
import type { When } from "../../lib/domain/rules/scheduling.ts";
import type { Destination } from "../../lib/domain/rules/destinations.ts";
import { type FoldedName, foldName } from "../../lib/text/names.ts";
import type { Dice } from "./dice.ts";
import { bytesOf } from "./model/answers.ts";
import type { ModelRows } from "./model/rows.ts";

/** The commands that users give: the others are the server's own, or its operator's. */
export type UserCommand =
  | Extract<Command, { readonly actor: UserId }>
  | (KeepingCommand & { readonly actor: UserId });
export type UserCommandType = UserCommand["type"];

/** What keeps order: those who have a role do it, and the operator. */
type KeepingCommand = Extract<Command, { readonly type: KeepingCommandType }>;
type KeepingCommandType =
  | "message.delete"
  | "user.ban"
  | "user.unban"
  | "reports.dismiss"
  | "role.set"
  | "user.delete"
  | "registration.invite"
  | "registration.revoke";

/** What only the operator can do. */
type OperatorCommand =
  | KeepingCommand
  | Extract<Command, { readonly type: "password.reset" | "clients.revoke" }>;

/** How likely the operator does each. */
const operatorWeights: Readonly<Record<OperatorCommand["type"], number>> = {
  "role.set": 8,
  "user.ban": 2,
  "user.unban": 2,
  "reports.dismiss": 1,
  "message.delete": 1,
  "user.delete": 1,
  "password.reset": 1,
  "clients.revoke": 1,
  "registration.invite": 2,
  "registration.revoke": 1,
};

/** How likely each is. */
const weights: Readonly<Record<UserCommandType, number>> = {
  "send": 30,
  "read": 14,
  "message.delete": 3,
  "schedule": 7,
  "scheduled.change": 3,
  "scheduled.cancel": 2,
  "file.add": 5,
  "report": 5,
  "profile.change": 3,
  "token.issue": 1,
  "token.revoke": 1,
  "room.create": 2,
  "room.change": 2,
  "room.delete": 0.6,
  "invite": 5,
  "invitation.answer": 5,
  "link.create": 2,
  "link.revoke": 1,
  "join": 5,
  "request.answer": 4,
  "member.remove": 3,
  "user.ban": 2,
  "user.unban": 2,
  "reports.dismiss": 1,
  "role.set": 1,
  "user.delete": 0.5,
  "registration.invite": 1,
  "registration.revoke": 0.5,
};

const names = ["ann", "Bea", "Cid", "dan", "Eve", "Fay", "gus", "Hal"];
const newNames = [...names, "ANN", "bea", "Ivy", "joe", "Kim", "Lee", "mia"];
const roomNames = ["den", "attic", "cellar"];
const fileSizes = [0, 1, 10, 300];

export class Choices {
  readonly #dice: Dice;
  readonly #rows: ModelRows;
  readonly #now: () => number;
  #hashes = 0;

  constructor(dice: Dice, rows: ModelRows, now: () => number) {
    this.#dice = dice;
    this.#rows = rows;
    this.#now = now;
  }

  newHash(): string {
    this.#hashes += 1;
    return `hash-${this.#hashes}`;
  }

  registration(): Extract<Command, { type: "register" }> {
    const dice = this.#dice;
    const name = dice.pick(names) ?? "ann";
    const invites = this.#rows.registrationInvites;
    return {
      type: "register",
      name,
      grant: { hash: this.newHash() },
      ...(dice.chance(0.5) && { invite: dice.pick(invites)?.hash ?? "invented" }),
      ...(dice.chance(0.1) && { role: "owner" }),
    };
  }

  /** Something that the operator does. */
  operation(): OperatorCommand {
    const dice = this.#dice;
    const type = dice.weighted(operatorWeights);
    switch (type) {
      case "password.reset": {
        return { type, user: this.#name(), passwordHash: `password-${dice.below(1000)}` };
      }
      case "clients.revoke": {
        const token = dice.pick(this.#rows.tokens);
        const user = token === undefined ? this.#name() : foldName(this.#rows.ref(token.user).name);
        return { type, user, ...(token !== undefined && dice.chance(0.7) && { token: token.id }) };
      }
      default:
        return this.#keeping(type);
    }
  }

  #keeping(type: KeepingCommandType): KeepingCommand {
    const dice = this.#dice;
    switch (type) {
      case "message.delete":
        return { type, message: this.#message() };
      case "user.ban":
        return {
          type,
          user: this.#name(),
          forMs: dice.one(banMsMin, hourMs, dice.between(1, 300) * 60_000, 1, banMsMax + 1),
          ...(dice.chance(0.5) && { reason: "spam" }),
        };
      case "role.set": {
        const role = dice.one("moderator", "owner", undefined);
        return { type, user: this.#name(), ...(role !== undefined && { role }) };
      }
      case "registration.invite":
        return {
          type,
          hash: this.newHash(),
          ...(dice.chance(0.7) && {
            lifeMs: dice.one(hourMs, registrationInviteLifeMinMs, registrationInviteLifeMaxMs + 1),
          }),
          ...(dice.chance(0.5) && { usesMax: dice.one(1, 2, 3, 0) }),
        };
      case "registration.revoke": {
        const invite = dice.pick(this.#rows.registrationInvites);
        return { type, invite: invite?.id ?? 1 as RegistrationInviteId };
      }
      case "user.unban": {
        const banned = this.#rows.living.filter((user) => user.bannedUntilMs !== undefined);
        const some = dice.chance(0.8) ? dice.pick(banned) : undefined;
        return { type, user: some === undefined ? this.#name() : foldName(some.name) };
      }
      case "reports.dismiss":
      case "user.delete":
        return { type, user: this.#name() };
    }
  }

  /** Something that a user may do. */
  command(actor: UserId): UserCommand {
    return this.commandOf(actor, this.#dice.weighted(weights));
  }

  commandOf(actor: UserId, type: UserCommandType): UserCommand {
    const dice = this.#dice;
    const rows = this.#rows;
    switch (type) {
      case "send":
        return {
          type,
          actor,
          destination: this.#destination(actor),
          text: this.#text(),
          files: this.#files(actor),
        };
      case "schedule":
        return {
          type,
          actor,
          destination: this.#destination(actor),
          text: this.#text(),
          files: this.#files(actor),
          when: this.#when(),
        };
      case "read": {
        const ids = rows.messages.slice(-30).map(({ id }) => id);
        const upto = dice.one<number>(
          dice.pick(ids) ?? 0,
          ids.at(-1) ?? 0,
          rows.head,
          rows.head + 9,
        );
        const place = dice.below(3);
        return {
          type,
          actor,
          ...(place === 1 && { room: this.#room(actor) }),
          ...(place === 2 && { to: this.#name() }),
          upto,
        };
      }
      case "message.delete":
        return { type, actor, message: this.#message(actor) };
      case "user.ban":
      case "user.unban":
      case "reports.dismiss":
      case "role.set":
      case "user.delete":
      case "registration.invite":
      case "registration.revoke":
        return { ...this.#keeping(type), actor };
      case "scheduled.change":
        return {
          type,
          actor,
          scheduled: this.#scheduled(actor),
          ...(dice.chance(0.5) && { text: this.#text() }),
          ...(dice.chance(0.6) && { when: this.#when() }),
        };
      case "scheduled.cancel":
        return { type, actor, scheduled: this.#scheduled(actor) };
      case "file.add": {
        const bytes = bytesOf(dice.pick(fileSizes) ?? 0);
        const name = `file-${dice.below(99)}`;
        return { type, actor, name, mediaType: "text/plain", bytes, sha256: `sha-${bytes.length}` };
      }
      case "report":
        return {
          type,
          actor,
          target: this.#name(),
          ...(dice.chance(0.3) && { reason: "rude" }),
          ...(dice.chance(0.3) && { message: this.#message(actor) }),
        };
      case "profile.change":
        return this.#profile(actor);
      case "token.issue":
        return { type, actor, grant: { hash: this.newHash() }, ...this.#proof(actor) };
      case "token.revoke": {
        const mine = rows.tokens.filter(({ user }) => user === actor);
        const [any] = rows.tokens;
        const token = dice.pick(mine)?.id ?? any?.id ?? 1 as TokenId;
        return { type, actor, token };
      }
      default:
        return this.#roomCommand(actor, type);
    }
  }

  #roomCommand(
    actor: UserId,
    type: Exclude<UserCommandType, Exclude<CommandType, RoomCommandType>>,
  ): UserCommand {
    const dice = this.#dice;
    const rows = this.#rows;
    switch (type) {
      case "room.create":
        return { type, actor, name: dice.pick(roomNames) ?? "den" };
      case "room.change":
        return {
          type,
          actor,
          room: this.#ownRoom(actor),
          ...(dice.chance(0.6) && { name: dice.pick(roomNames) ?? "den" }),
          ...(dice.chance(0.4) && { owner: this.#name() }),
        };
      case "room.delete":
        return { type, actor, room: this.#ownRoom(actor) };
      case "invite":
        return { type, actor, room: this.#ownRoom(actor), user: this.#name() };
      case "invitation.answer": {
        const mine = rows.invitations.filter(({ user }) => user === actor);
        const room = dice.pick(mine)?.room ?? this.#room(actor);
        return { type, actor, room, accept: dice.chance(0.8) };
      }
      case "link.create": {
        const room = this.#ownRoom(actor);
        // The code is made from the request: one that is repeated for long makes the same one.
        const known = rows.links.filter((link) => link.room === room);
        return {
          type,
          actor,
          room,
          hash: (dice.chance(0.1) ? dice.pick(known)?.hash : undefined) ?? this.newHash(),
          ...(dice.chance(0.7) && {
            lifeMs: dice.one(hourMs, secondMs, 60 * secondMs, dayMs, 1, linkLifeMaxMs + 1),
          }),
          ...(dice.chance(0.5) && { usesMax: dice.between(1, 2) }),
        };
      }
      case "link.revoke": {
        const mine = rows.links.filter(({ room }) => rows.room(room)?.owner === actor);
        const link = dice.pick(mine) ?? dice.pick(rows.links);
        const room = link !== undefined && dice.chance(0.9) ? link.room : this.#ownRoom(actor);
        return { type, actor, room, link: link?.id ?? 1 as LinkId };
      }
      case "join":
        return { type, actor, hash: dice.pick(rows.links.slice(-6))?.hash ?? "invented" };
      case "request.answer": {
        const request = dice.pick(
          rows.requests.filter(({ room }) => rows.room(room)?.owner === actor),
        );
        const user = request === undefined ? this.#name() : foldName(rows.ref(request.user).name);
        const room = request?.room ?? this.#ownRoom(actor);
        return { type, actor, room, user, approve: dice.chance(0.8) };
      }
      case "member.remove": {
        const isMine = dice.chance(0.5);
        const user = isMine ? foldName(rows.ref(actor).name) : this.#name();
        const room = dice.chance(0.5) ? this.#ownRoom(actor) : this.#room(actor);
        return { type, actor, room, user };
      }
    }
  }

  /** What the password was checked against, which may have been another since. */
  #proof(actor: UserId): { readonly passwordHash?: string } {
    const hash = this.#dice.chance(0.8) ? this.#rows.user(actor)?.passwordHash : "wrong";
    return hash === undefined ? {} : { passwordHash: hash };
  }

  #profile(actor: UserId): UserCommand {
    const dice = this.#dice;
    const user = this.#rows.user(actor);
    const tokens = this.#rows.tokens.filter((one) => one.user === actor);
    const isPassword = dice.chance(0.3);
    const oldHash = dice.chance(0.9) ? user?.passwordHash : "wrong";
    return {
      type: "profile.change",
      actor,
      ...(!isPassword && { name: dice.pick(newNames) ?? "ann" }),
      ...(isPassword && {
        password: {
          hash: `password-${dice.below(1000)}`,
          oldHash,
          token: dice.pick(tokens)?.id ?? 1 as TokenId,
        },
      }),
    };
  }

  #destination(actor: UserId): Destination {
    const dice = this.#dice;
    const place = dice.weighted({ common: 5, to: 4, room: 4, comment: 3, commentThere: 1 });
    switch (place) {
      case "common":
        return dice.chance(0.1) ? { room: 0 as RoomId } : {};
      case "to":
        return { to: this.#name() };
      case "room":
        return { room: this.#room(actor) };
      case "comment":
        return { commentOn: this.#message(actor) };
      case "commentThere": {
        const commentOn = this.#message(actor);
        const message = this.#rows.messages.find(({ id }) => id === commentOn);
        const other = message?.author === actor ? message.to : message?.author;
        if (other !== undefined && dice.chance(0.5)) {
          return { to: foldName(this.#rows.ref(other).name), commentOn };
        }
        if (dice.chance(0.3)) return { room: this.#room(actor), commentOn };
        return { room: message?.room ?? 0 as RoomId, commentOn };
      }
    }
  }

  #text(): string {
    return this.#dice.one("hi", "привет", "👩‍🚀", "a\nb", "'; DROP TABLE users --");
  }

  #name(): FoldedName {
    const user = this.#dice.pick(this.#rows.living);
    if (user === undefined || this.#dice.chance(0.03)) return foldName("nobody");
    return foldName(user.name);
  }

  #room(actor: UserId): RoomId {
    const dice = this.#dice;
    const mine = this.#rows.members.filter(({ user }) => user === actor);
    if (dice.chance(0.1)) return dice.pick(this.#rows.rooms)?.id ?? 0 as RoomId;
    if (dice.chance(0.02)) return 999_999 as RoomId;
    return dice.pick(mine)?.room ?? 0 as RoomId;
  }

  #ownRoom(actor: UserId): RoomId {
    const mine = this.#rows.rooms.filter(({ owner, closed }) => owner === actor && !closed);
    return (this.#dice.chance(0.9) ? this.#dice.pick(mine)?.id : undefined) ?? this.#room(actor);
  }

  #message(actor?: UserId): MessageId {
    const dice = this.#dice;
    const { messages } = this.#rows;
    const mine = messages.filter(({ author }) => author === actor);
    const choices = dice.one(messages.slice(-15), mine.slice(-10), messages);
    return dice.pick(choices)?.id ?? 999_999 as MessageId;
  }

  #scheduled(actor: UserId): ScheduledId {
    const { scheduled } = this.#rows;
    const mine = scheduled.filter(({ author }) => author === actor);
    const choices = this.#dice.chance(0.9) ? mine : scheduled;
    return this.#dice.pick(choices)?.id ?? 999_999 as ScheduledId;
  }

  #files(actor: UserId): FileId[] {
    const dice = this.#dice;
    if (dice.chance(0.7)) return [];
    const { files } = this.#rows;
    const loose = files.filter(({ owner, message, scheduled }) =>
      owner === actor && message === undefined && scheduled === undefined
    );
    const choices = dice.chance(0.9) ? loose : files;
    const ids = choices.filter(() => dice.chance(0.4)).slice(0, 3).map(({ id }) => id);
    const [first] = ids;
    return first !== undefined && dice.chance(0.03) ? [first, ...ids] : ids;
  }

  #when(): When {
    const dice = this.#dice;
    const inMs = dice.one(
      dice.between(1, 90) * secondMs,
      dice.between(1, 90) * secondMs,
      dice.between(1, 5) * hourMs,
      secondMs,
      dice.between(0, secondMs),
      scheduleAheadMaxMs + 1,
    );
    if (dice.chance(0.5)) return { field: "in", inMs };
    return { field: "at", atMs: this.#now() + inMs };
  }
}

type RoomCommandType =
  | "room.create"
  | "room.change"
  | "room.delete"
  | "invite"
  | "invitation.answer"
  | "link.create"
  | "link.revoke"
  | "join"
  | "request.answer"
  | "member.remove";
