/**
 * The cast of a random story: who and what there is by now, and what a step means to them.
 *
 * @module
 */
import { dayMs, hourMs } from "../../lib/domain/bounds.ts";
import type { Command } from "../../lib/domain/command.ts";
import { endsBatch } from "../../lib/domain/decide.ts";
import type {
  FileId,
  LinkId,
  MessageId,
  RoomId,
  ScheduledId,
  TokenId,
  UserId,
} from "../../lib/domain/ids.ts";
import type { OwnedRoom } from "../../lib/domain/room.ts";
import type { When } from "../../lib/domain/rules/scheduling.ts";
import type { Scheduled } from "../../lib/domain/scheduled.ts";
import type { State } from "../../lib/domain/state.ts";
import type { Change } from "../../lib/domain/table.ts";
import type { User } from "../../lib/domain/user.ts";
import { type FoldedName, foldName } from "../../lib/text/names.ts";
import { MemoryRows } from "../../server/store/memory/rows.ts";
import { adding, type Batch, saying } from "./chat.ts";
import { moderatingCommand } from "./moderation.ts";
import { isModeration, type Step } from "./random_commands.ts";

const names = ["alice", "Bob", "ИВАН", "иван", "bob", "𝒜da", "ｚed", "😀", "Zoë", "zoe\u0308"];
const missing = 999;

export class Cast {
  /** Everything that ever was, the newest last, whatever became of it. */
  readonly users: UserId[] = [];
  readonly tokens: TokenId[] = [];
  readonly messages: MessageId[] = [];
  readonly rooms: RoomId[] = [0 as RoomId];
  readonly files: FileId[] = [];
  readonly scheduled: ScheduledId[] = [];
  readonly links: { readonly id: LinkId; readonly room: RoomId; readonly hash: string }[] = [];
  readonly hashes: string[] = [];
  readonly #rows = new MemoryRows();
  /** As each scheduled message was last seen. */
  readonly #waited = new Map<ScheduledId, Scheduled>();
  readonly #retried: Command[] = [];
  #head = 0;

  /** What there is by now. */
  get all(): State {
    return this.#rows.all;
  }

  /** Takes notice of what a batch has made. */
  follow(batch: Batch): void {
    for (const change of batch.changes) {
      this.#rows.apply(structuredClone(change));
      if (change.kind === "put") this.#note(change);
    }
    for (const event of batch.events) {
      if (event.type !== "message") continue;
      this.messages.push(event.message.id);
      this.all.messages.learn(event.message);
    }
    this.#head = batch.head;
  }

  #note(change: Exclude<Change, { readonly kind: "seen" }>): void {
    switch (change.table) {
      case "user":
        return addOnce(this.users, change.row.id);
      case "token":
        return addOnce(this.tokens, change.row.id);
      case "room":
        return addOnce(this.rooms, change.row.id);
      case "file":
        return addOnce(this.files, change.row.id);
      case "scheduled":
        this.#waited.set(change.row.id, change.row);
        return addOnce(this.scheduled, change.row.id);
      case "link": {
        const { id, room, hash } = change.row;
        if (!this.links.some((link) => link.id === id)) this.links.push({ id, room, hash });
      }
    }
  }

  /** What some steps are, now, in an order in which they can be one batch. */
  commandsOf(steps: readonly Step[], nowMs: number): readonly Command[] {
    const commands = steps.map((step) => this.#commandOf(step, nowMs));
    return [...commands.filter((command) => !endsBatch(command)), ...commands.filter(endsBatch)];
  }

  #commandOf(step: Step, nowMs: number): Command {
    if (step.kind === "again") {
      return this.#retried.at(-1 - (step.what % 4)) ?? saying({ id: this.#actor(step) }, step.text);
    }
    const command = this.#meant(step, nowMs);
    if (step.key === undefined || !("actor" in command) || command.type === "token.issue") {
      return command;
    }
    // The fingerprint of a request tells it from every other.
    const retry = { key: `key-${step.key}`, fingerprint: JSON.stringify(command) };
    const retried = { ...command, retry };
    this.#retried.push(retried);
    return retried;
  }

  #actor({ who }: Step): UserId {
    return pick(this.users, who) ?? missing as UserId;
  }

  /** A hash that nothing has yet. */
  newHash(): string {
    const hash = `hash-${this.hashes.length}`;
    this.hashes.push(hash);
    return hash;
  }

  #meant(step: Step, nowMs: number): Command {
    const { kind, what, text, amiss } = step;
    const { all } = this;
    const actor = this.#actor(step);
    const isDue = (id: ScheduledId) => {
      const one = all.scheduled.get(id);
      return one !== undefined && one.end === undefined && one.dueMs <= nowMs;
    };
    const named = all.users.get(pick(this.users, what) ?? missing);
    const name = foldName(named?.name ?? "nobody");
    const message = pick(this.messages, what) ?? missing as MessageId;
    const room = this.#roomOf(actor, step);
    const owned = this.#ownedBy(actor, step);
    if (isModeration(kind)) {
      return moderatingCommand({ ...step, kind }, { cast: this, actor, message, nowMs });
    }
    switch (kind) {
      case "register": {
        const grant = { hash: this.newHash() };
        return { type: "register", name: nameOption(what), grant };
      }
      case "issue": {
        const grant = { hash: this.newHash(), client: text };
        const checked = amiss ? "another" : all.users.get(actor)?.passwordHash;
        const proof = checked === undefined ? {} : { passwordHash: checked };
        return { type: "token.issue", actor, grant, ...proof };
      }
      case "revoke": {
        const token = pick(amiss ? this.tokens : tokensOf(actor, all), what) ?? missing as TokenId;
        return { type: "token.revoke", actor, token };
      }
      case "touch":
        return { type: "token.touch", tokens: [pick(this.tokens, what) ?? missing as TokenId] };
      case "say":
      case "again":
        return saying({ id: actor }, text);
      case "whisper":
        return saying({ id: actor }, text, { to: name });
      case "sayInRoom":
        return saying({ id: actor }, text, { room });
      case "sayWithFiles":
        return saying({ id: actor }, text, { room, files: this.#filesOf(actor, step) });
      case "comment":
        return saying({ id: actor }, text, { commentOn: message });
      case "commentElsewhere":
        return saying({ id: actor }, text, { commentOn: message, to: name });
      case "takeBack": {
        const own = [...all.messages].filter(({ author }) => author.id === actor);
        const id = pick(own.map(({ id }) => id), what) ?? message;
        return { type: "message.delete", actor, message: amiss ? message : id };
      }
      case "read":
        return { type: "read", actor, upto: what % (this.#head + 2) };
      case "readPrivate":
        return { type: "read", actor, to: name, upto: message };
      case "readRoom":
        return { type: "read", actor, room, upto: Math.max(message, this.#head - what) };
      case "schedule":
      case "scheduleWithFiles": {
        const files = kind === "schedule" ? [] : this.#filesOf(actor, step);
        const place = what % 3 === 0 ? { to: name } : what % 3 === 1 ? { room } : {};
        const when = whenOf(step, nowMs);
        return { ...saying({ id: actor }, text, { ...place, files }), type: "schedule", when };
      }
      case "changeScheduled": {
        const unsent = [...all.scheduled].filter(({ end }) => end?.kind !== "sent");
        const one = pick(amiss ? [...this.#waited.values()] : unsent, what);
        return {
          type: "scheduled.change",
          actor: one?.author ?? actor,
          scheduled: one?.id ?? missing as ScheduledId,
          ...(what % 3 !== 0 && { text: `${text}!` }),
          ...(what % 3 !== 1 && { when: whenOf(step, nowMs) }),
        };
      }
      case "cancelScheduled": {
        const waiting = [...all.scheduled].filter(({ end }) => end === undefined);
        const one = pick(amiss ? [...this.#waited.values()] : waiting, what);
        return {
          type: "scheduled.cancel",
          actor: one?.author ?? actor,
          scheduled: one?.id ?? missing as ScheduledId,
        };
      }
      case "sendScheduled": {
        // What was found to be due may have been sent, put off or cancelled meanwhile.
        const scheduled = pick(
          [...this.#waited.values()].filter(({ id }) => amiss || isDue(id)),
          what,
        );
        return scheduled === undefined
          ? saying({ id: actor }, text, { room })
          : { type: "scheduled.send", scheduled };
      }
      case "report": {
        // The first two are reported most, so that someone is banned.
        const target = pick(this.users, what % 2) ?? missing as UserId;
        const about = pick([...all.messages].filter(({ author }) => author.id === target), what);
        return {
          type: "report",
          actor: amiss || actor !== target ? actor : pick(this.users, 2) ?? actor,
          target: amiss ? name : nameOf(target, all),
          ...(what % 2 === 0 && { reason: text }),
          ...(what % 3 === 0 && { message: amiss ? message : about?.id ?? message }),
        };
      }
      case "upload": {
        const bytes = new TextEncoder().encode(text.repeat(what % 4));
        return adding({ id: actor }, { name: `${what}.txt`, bytes });
      }
      case "createRoom":
        return { type: "room.create", actor, name: `${text} ${what}` };
      case "renameRoom":
        return { type: "room.change", ...owned, name: `${text} ${what}` };
      case "handOver":
        return {
          type: "room.change",
          ...owned,
          owner: amiss ? name : this.#someoneIn(owned.room, what),
          ...(what % 2 === 0 && { name: text }),
        };
      case "deleteRoom":
        return { type: "room.delete", ...owned };
      case "invite":
        return { type: "invite", ...owned, user: name };
      case "answerInvitation": {
        const one = pick([...all.invitations], what);
        return {
          type: "invitation.answer",
          actor: amiss ? actor : one?.user ?? actor,
          room: one?.room ?? room,
          accept: what % 4 !== 0,
        };
      }
      case "createLink":
        return {
          type: "link.create",
          ...owned,
          hash: this.newHash(),
          ...(what % 3 !== 0 && { lifeMs: [hourMs, dayMs, 5][what % 3] ?? hourMs }),
          ...(what % 4 !== 0 && { usesMax: what % 5 === 0 ? 2 : 1 }),
        };
      case "revokeLink": {
        const link = pick(amiss ? this.links : [...all.links], what);
        const owner = amiss ? undefined : ownerOf(link?.room, all);
        return {
          type: "link.revoke",
          actor: owner ?? actor,
          room: link?.room ?? room,
          link: link?.id ?? missing as LinkId,
        };
      }
      case "join": {
        const link = pick(amiss ? this.links : [...all.links], what);
        return { type: "join", actor, hash: link?.hash ?? "invented" };
      }
      case "answerRequest": {
        const request = pick([...all.requests], what);
        const owner = amiss ? undefined : ownerOf(request?.room, all);
        return {
          type: "request.answer",
          actor: owner ?? actor,
          room: request?.room ?? room,
          user: request === undefined ? name : nameOf(request.user.id, all),
          approve: what % 4 !== 0,
        };
      }
      case "leave": {
        const others = all.members.where((member) => member.user === actor && member.room !== 0);
        const left = pick(others, what)?.room ?? room;
        return { type: "member.remove", actor, room: left, user: nameOf(actor, all) };
      }
      case "putOut": {
        const user = amiss ? name : this.#someoneIn(owned.room, what);
        return { type: "member.remove", ...owned, user };
      }
      case "setPassword": {
        const oldHash = all.users.get(actor)?.passwordHash;
        const token = pick(tokensOf(actor, all), what) ?? missing as TokenId;
        const hash = `password-${what}`;
        return {
          type: "profile.change",
          actor,
          password: { hash, oldHash: amiss ? "wrong" : oldHash, token },
        };
      }
      case "rename":
        return { type: "profile.change", actor, name: nameOption(what) };
    }
  }

  /** One of someone's rooms, the common one and private chats among them. */
  #roomOf(actor: UserId, { what, amiss }: Step): RoomId {
    const own = this.all.members.where(({ user }) => user === actor).map(({ room }) => room);
    return pick(amiss ? this.rooms : own, what) ?? missing as RoomId;
  }

  /** A room with an owner and, unless something is amiss, that one. */
  #ownedBy(actor: UserId, { what, amiss }: Step) {
    const open = [...this.all.rooms].flatMap((room) => isOpen(room) ? [room.id] : []);
    const room = pick(amiss ? this.rooms : open, what) ?? missing as RoomId;
    return { actor: amiss ? actor : ownerOf(room, this.all) ?? actor, room };
  }

  #filesOf(actor: UserId, { what, amiss }: Step): FileId[] {
    const own = [...this.all.files].filter(({ owner, message, scheduled }) =>
      owner === actor && message === undefined && scheduled === undefined
    ).map(({ id }) => id);
    return amiss ? [pick(this.files, what) ?? missing as FileId] : own.slice(0, what % 3);
  }

  #someoneIn(room: RoomId, what: number) {
    const members = this.all.members.where((member) => member.room === room);
    return nameOf(pick(members, what)?.user, this.all);
  }
}

/** What a user may be called. */
export function nameOption(number: number): string {
  return names[number % names.length] ?? "";
}

/** One of `things`; now and then none, so that what isn't there is asked for too. */
export function pick<Thing>(things: readonly Thing[], number: number): Thing | undefined {
  return things[number % (things.length + (number % 13 === 12 ? 1 : 0))];
}

function addOnce<Id>(ids: Id[], id: Id): void {
  if (!ids.includes(id)) ids.push(id);
}

function whenOf({ what, who }: Step, nowMs: number): When {
  const inMs = [1000, 60_000, hourMs, 5 * hourMs, 25 * hourMs, 999, 366 * dayMs][what % 7] ?? 1000;
  return who % 2 === 0 ? { field: "in", inMs } : { field: "at", atMs: nowMs + inMs };
}

function isOpen(room: { readonly kind: string; readonly closed?: boolean }): boolean {
  return room.kind === "room" && room.closed === false;
}

function ownerOf(id: RoomId | undefined, all: State): UserId | undefined {
  const room = id === undefined ? undefined : all.rooms.get(id);
  return room?.kind === "room" ? (room as OwnedRoom).owner.id : undefined;
}

export function nameOf(id: UserId | undefined, all: State): FoldedName {
  const user: User | undefined = id === undefined ? undefined : all.users.get(id);
  return foldName(user?.name ?? "nobody");
}

function tokensOf(user: UserId, all: State): TokenId[] {
  return all.tokensOf(user).map(({ id }) => id);
}
