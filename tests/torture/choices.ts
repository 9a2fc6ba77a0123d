/**
 * What a raw client does next.
 *
 * @module
 */
import type { Dice } from "../simulation/dice.ts";
import type { Place, Question, Wanted } from "./ledger.ts";
import { nameOf } from "./names.ts";
import type { World } from "./world.ts";

/** Something to be wanted, and how it is asked for. */
export interface Choice {
  readonly wanted: Omit<Wanted, "user" | "client" | "question">;
  readonly question: Question;
  readonly mayGiveUp?: boolean;
}

/** How likely each thing is to be chosen. */
const weights = {
  say: 30,
  comment: 10,
  schedule: 8,
  reschedule: 3,
  cancel: 3,
  upload: 6,
  remove: 5,
  read: 10,
  makeRoom: 2,
  renameRoom: 1,
  invite: 5,
  answerInvitation: 8,
  link: 2,
  join: 3,
  answerRequest: 4,
  leave: 4,
  report: 6,
  rename: 1,
} as const;

/** Longest file. */
const fileBytesMax = 40_000;

/** Largest user's number, and all below it are users. */
export interface Someone {
  readonly user: number;
  readonly client: string;
  readonly users: number;
}

export class Chooser {
  readonly #world: World;
  readonly #dice: Dice;
  readonly #who: Someone;
  #count = 0;

  constructor(world: World, dice: Dice, who: Someone) {
    this.#world = world;
    this.#dice = dice;
    this.#who = who;
  }

  /** The next thing to do; `undefined` if there is no occasion for it. */
  next(): Choice | undefined {
    return this[this.#dice.weighted(weights)]();
  }

  /** A text that nothing else has. */
  text(): string {
    const filler = "·".repeat(this.#dice.chance(0.1) ? this.#dice.between(100, 2000) : 0);
    return `${this.#who.client}/${this.#count++} says ${this.#dice.below(1000)}${filler}`;
  }

  place(): Place {
    const kind = this.#dice.weighted({ common: 45, private: 25, room: 30 });
    const room = this.#dice.pick(this.#atlas.roomsOf(this.#who.user));
    if (kind === "room" && room !== undefined) return { room: room.id };
    return kind === "private" ? { to: this.#other() } : {};
  }

  say(): Choice {
    const [text, place] = [this.text(), this.place()];
    return {
      wanted: { verb: "send", text, place },
      question: ["POST /send", { text, ...this.#fieldsOf(place) }],
      mayGiveUp: true,
    };
  }

  /** A message that carries a file that was uploaded. */
  sayWith(file: number): Choice {
    const choice = this.say();
    const [what, fields] = choice.question;
    return {
      ...choice,
      wanted: { ...choice.wanted, files: [file] },
      question: [what, { ...fields, files: [file] }],
    };
  }

  comment(): Choice | undefined {
    const about = this.#message();
    if (about === undefined) return undefined;
    const text = this.text();
    return {
      wanted: { verb: "send", text, place: { commentOn: about.id } },
      question: ["POST /comment", { message: about.id, text }],
      mayGiveUp: true,
    };
  }

  schedule(): Choice {
    const [text, place] = [this.text(), this.place()];
    const seconds = this.#dice.between(1, 4);
    return {
      wanted: { verb: "schedule", text, place, inMs: 1000 * seconds },
      question: ["POST /send", { text, in: `${seconds}s`, ...this.#fieldsOf(place) }],
      mayGiveUp: true,
    };
  }

  reschedule(): Choice | undefined {
    const about = this.#scheduled();
    if (about === undefined) return undefined;
    const text = this.text();
    const fields = this.#dice.chance(0.5) ? { text } : { text, in: "2s" };
    return {
      wanted: { verb: "reschedule", text, about },
      question: [`PATCH /scheduled/${about}`, fields],
    };
  }

  cancel(): Choice | undefined {
    const about = this.#scheduled();
    if (about === undefined) return undefined;
    return { wanted: { verb: "cancel", about }, question: [`DELETE /scheduled/${about}`] };
  }

  upload(): Choice {
    const size = Math.floor(Math.exp(this.#dice.random.number() * Math.log(fileBytesMax)));
    const bytes = this.#dice.random.bytes(size) as Uint8Array<ArrayBuffer>;
    return {
      wanted: { verb: "upload", bytes },
      question: [`POST /files?name=${this.#who.client}-${this.#count++}.bin`],
      mayGiveUp: true,
    };
  }

  remove(): Choice | undefined {
    const mine = this.#atlas.messages.filter(({ author }) => author === this.#who.user);
    const about = this.#dice.chance(0.9) ? this.#dice.pick(mine) : this.#message();
    if (about === undefined) return undefined;
    return {
      wanted: { verb: "delete", about: about.id },
      question: [`DELETE /messages/${about.id}`],
    };
  }

  read(): Choice | undefined {
    const upto = this.#message();
    if (upto === undefined) return undefined;
    return {
      wanted: { verb: "read", about: upto.id, place: { room: upto.room } },
      question: ["POST /read", { room: upto.room, upto: upto.id }],
    };
  }

  makeRoom(): Choice {
    const name = `room ${this.#who.client} ${this.#count++}`;
    return { wanted: { verb: "room.create", text: name }, question: ["POST /rooms", { name }] };
  }

  renameRoom(): Choice | undefined {
    const room = this.#ownRoom();
    if (room === undefined) return undefined;
    const name = `room ${this.#who.client} ${this.#count++}`;
    return {
      wanted: { verb: "room.rename", text: name, place: { room } },
      question: [`PATCH /rooms/${room}`, { name }],
    };
  }

  invite(): Choice | undefined {
    const room = this.#ownRoom();
    if (room === undefined) return undefined;
    const waiting = this.#atlas.invitations.filter((one) => one.room === room);
    const again = this.#dice.chance(0.5) ? this.#dice.pick(waiting)?.user : undefined;
    const about = again ?? this.#other();
    return {
      wanted: { verb: "invite", about, place: { room } },
      question: [`POST /rooms/${room}/invitations`, { user: this.#nameOf(about) }],
    };
  }

  answerInvitation(): Choice | undefined {
    const mine = this.#atlas.invitations.filter(({ user }) => user === this.#who.user);
    const invitation = this.#dice.pick(mine);
    if (invitation === undefined) return undefined;
    const { room } = invitation;
    return {
      wanted: { verb: "invitation", place: { room } },
      question: [`POST /invitations/${room}`, { accept: this.#dice.chance(0.8) }],
    };
  }

  link(): Choice | undefined {
    const room = this.#ownRoom();
    if (room === undefined) return undefined;
    return {
      wanted: { verb: "link", place: { room } },
      question: [`POST /rooms/${room}/links`, { max_uses: this.#dice.between(1, 5) }],
    };
  }

  join(): Choice | undefined {
    const code = this.#dice.pick(this.#world.codes.slice(-20));
    if (code === undefined) return undefined;
    return { wanted: { verb: "join", text: code }, question: ["POST /join", { code }] };
  }

  answerRequest(): Choice | undefined {
    const { requests, rooms } = this.#atlas;
    const request = this.#dice.pick(
      requests.filter(({ room }) => rooms.get(room)?.owner === this.#who.user),
    );
    if (request === undefined) return undefined;
    const { user, room } = request;
    return {
      wanted: { verb: "request", about: user, place: { room } },
      question: [
        `POST /rooms/${room}/requests/${this.#nameOf(user)}`,
        { approve: this.#dice.chance(0.8) },
      ],
    };
  }

  /** Leaves a room, or puts someone out of it. */
  leave(): Choice | undefined {
    const room = this.#dice.pick(this.#atlas.roomsOf(this.#who.user));
    if (room === undefined) return undefined;
    const about = room.owner === this.#who.user && this.#dice.chance(0.7)
      ? this.#dice.pick([...room.members]) ?? this.#who.user
      : this.#who.user;
    return {
      wanted: { verb: "leave", about, place: { room: room.id } },
      question: [`DELETE /rooms/${room.id}/members/${this.#nameOf(about)}`],
    };
  }

  report(): Choice {
    // Enough of them come together only if they are mostly about the same few.
    const few = this.#dice.below(3);
    const about = few === this.#who.user || this.#dice.chance(0.2) ? this.#other() : few;
    return {
      wanted: { verb: "report", about },
      question: ["POST /report", { user: this.#nameOf(about), reason: "noise" }],
    };
  }

  rename(): Choice {
    const { user } = this.#who;
    const version = (this.#world.versions.get(user) ?? 0) + 1;
    this.#world.versions.set(user, version);
    const name = nameOf(user, version);
    return { wanted: { verb: "rename", text: name }, question: ["PATCH /me", { name }] };
  }

  get #atlas() {
    return this.#world.chronicle.atlas;
  }

  #message() {
    return this.#dice.pick(this.#atlas.messagesFor(this.#who.user));
  }

  #ownRoom(): string | undefined {
    const { user } = this.#who;
    return this.#dice.pick(this.#atlas.roomsOf(user).filter(({ owner }) => owner === user))?.id;
  }

  #scheduled(): number | undefined {
    const mine = this.#world.ledger.recent("schedule").filter((one) =>
      one.user === this.#who.user && one.state === "done"
    );
    const id = this.#dice.pick(mine)?.answer["id"];
    return id === undefined ? undefined : Number(id);
  }

  #other(): number {
    const { user, users } = this.#who;
    return (user + 1 + this.#dice.below(users - 1)) % users;
  }

  /** As far as is known; who was renamed since keeps their former name, too. */
  #nameOf(user: number): string {
    return this.#atlas.nameOf(user);
  }

  #fieldsOf({ to, room }: Place): Record<string, string> {
    if (room !== undefined) return { room };
    return to === undefined ? {} : { to: this.#nameOf(to) };
  }
}
