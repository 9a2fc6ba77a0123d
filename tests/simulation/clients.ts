/**
 * All clients of a world, who come and go, and what they must know at a quiet point.
 *
 * @module
 */
import type { Message } from "../../lib/domain/message.ts";
import type { MessageId, RoomId, UserId } from "../../lib/domain/ids.ts";
import { hashOf } from "../../server/api/secrets.ts";
import { Client } from "./client.ts";
import { Desk } from "./desk.ts";
import { must, mustEqual } from "./fault.ts";
import type { ModelEntry } from "./model/rows.ts";
import { unread } from "./model/views.ts";
import { mustBeOfTheMedium } from "./weather.ts";
import type { World } from "./world.ts";

/** Clients at a time. */
const clientsMax = 4;

export class Clients {
  readonly list: Client[] = [];
  readonly #world: World;
  readonly #desks: Desk[] = [];
  /** All messages that were ever said, by id. */
  readonly #said = new Map<MessageId, Message>();
  readonly #deleted = new Map<MessageId, number>();
  #secrets = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Hears of everything that happens. */
  follow(entries: readonly ModelEntry[]): void {
    for (const { event } of entries) {
      if (event.type === "message") this.#said.set(event.message.id, event.message);
      if (event.type === "message.deleted") this.#deleted.set(event.message, event.position);
    }
  }

  /** The wall clock has been moved, or time has passed. */
  notice(): void {
    const nowMs = this.#world.clock.now();
    for (const desk of this.#desks) desk.notice(nowMs);
    for (const client of this.list) client.latestMs = Math.max(client.latestMs, nowMs);
  }

  /** When a timer of theirs is due next, in monotonic time. */
  get nextMs(): number {
    return Math.min(Infinity, ...this.list.map(({ clock }) => clock.nextMs));
  }

  /** Someone sits down at a new desk, or at one of theirs, and gets a token for a client. */
  join(): string {
    const { dice, model, server } = this.#world;
    const user = dice.pick(model.living);
    if (user === undefined || !server?.isOpen || this.list.length >= clientsMax) return "nobody";
    const desk = this.#deskOf(user.id);
    this.#secrets += 1;
    const secret = `secret-${this.#secrets}`;
    const grant = { hash: hashOf(secret) };
    server.engine.submit({ type: "token.issue", actor: user.id, grant }).then(
      (decision) => {
        // It may have been refused, or someone else has sat down meanwhile.
        if (decision.ok && !this.list.some(({ setup }) => setup.desk === desk)) {
          this.list.push(this.#open(desk, secret));
        }
      },
      (failure) => this.#world.guard(() => mustBeOfTheMedium(failure)),
    );
    return desk.label;
  }

  /** A client ends without notice, and mostly begins anew. */
  restart(): string {
    const { dice } = this.#world;
    const client = dice.pick(this.list);
    if (client === undefined) return "no client";
    const memory = client.die();
    const { desk, secret } = client.setup;
    this.list.splice(this.list.indexOf(client), 1);
    const way = dice.weighted({ on: 50, anew: 35, gone: 15 });
    if (way === "gone") return `${client.label} is gone`;
    this.list.push(this.#open(desk, secret, way === "on" ? memory : undefined));
    return `${client.label} begins ${way === "on" && memory ? "where it was" : "anew"}`;
  }

  /** The server has died, and all connections with it. */
  lose(): void {
    for (const { network } of this.list) network.cut();
  }

  end(): void {
    for (const client of this.list.splice(0)) client.die();
  }

  /** Those that were refused for good go. */
  clear(): void {
    for (const client of this.list.filter(({ isShutOut }) => isShutOut)) {
      must(!this.#isWelcome(client), `${client.label} was shut out, with a token that holds`);
      this.#world.tally.note("client: shut out");
      this.#remove(client);
    }
  }

  /** Those go whose token is no longer good for anything, which nobody has told their server. */
  #clearUnwelcome(): void {
    const { tally } = this.#world;
    for (const client of this.list.filter((client) => !this.#isWelcome(client))) {
      // The real server also reads what its log has that was not published; this one does not.
      const isExcused = tally.counts.has("something was not published");
      must(isExcused, `${client.label} goes on, with a token that was taken back`);
      this.#remove(client);
    }
  }

  #isWelcome({ setup: { secret } }: Client): boolean {
    const hash = hashOf(secret);
    return this.#world.model.tokens.some((token) => token.hash === hash);
  }

  #remove(client: Client): void {
    client.die();
    this.list.splice(this.list.indexOf(client), 1);
  }

  /** What each of them shows, and what has become of what they wrote. */
  check(): void {
    this.#clearUnwelcome();
    for (const client of this.list) {
      must(client.isSettled, () => `${client.label} is connected and has nothing left to send`);
      this.#checkRooms(client);
      this.#checkMessages(client);
    }
    const byText = Map.groupBy(this.#said.values(), ({ text }) => text);
    for (const desk of this.#desks) checkDesk(desk, byText);
    this.#world.tally.note(this.list.length > 0 ? "client: checked" : "no client to check");
  }

  #checkRooms(client: Client): void {
    const { label, model: shown, setup: { desk: { user } }, latestMs } = client;
    const { model, clock, policy, tally } = this.#world;
    mustEqual(shown.user, model.ref(user).name, `the name of ${label}`);
    const rooms = model.rooms.filter(({ id }) => model.member(id, user) !== undefined);
    const names = rooms.map(({ id }) => nameOf(id));
    mustEqual([...shown.rooms.keys()].sort(), names.sort(), `the rooms of ${label}`);
    const moments = [clock.now(), latestMs].map((nowMs) => ({ nowMs, policy }));
    const [now, later] = moments.map((moment) => new Set(unread(model, user, moment)));
    for (const room of rooms) {
      const view = shown.rooms.get(nameOf(room.id));
      const member = model.member(room.id, user);
      if (view === undefined || member === undefined) continue;
      const what = `${label} in ${view.id}`;
      const other = room.pair?.find((id) => id !== user);
      const name = other === undefined ? room.name : model.ref(other).name;
      mustEqual(view.name, name, what);
      // Who was let in is told of the owner only by the next change, or connect.
      if (view.owner !== undefined && room.owner !== undefined) {
        mustEqual(view.owner, model.ref(room.owner).name, `the owner: ${what}`);
      }
      const { joined } = member;
      mustEqual(Math.max(view.readId, joined), Math.max(member.readId, joined), `mark: ${what}`);
      // What expires while it is unread is not told, and is counted until the next connect.
      const least = [...now ?? []].filter((one) => one.room === room.id && later?.has(one)).length;
      const said = [...this.#said.values()].filter((message) => message.room === room.id);
      const most = said.filter(({ id, author }) =>
        author.id !== user && id > Math.max(member.readId, joined) && !this.#deleted.has(id)
      ).length;
      must(
        view.unread >= least && view.unread <= most,
        () =>
          `${what} has ${view.unread} unread, of ${least} to ${most}`,
      );
      tally.note(least === most ? "client: unread to the one" : "client: unread about");
    }
  }

  #checkMessages(client: Client): void {
    const { label, model: shown, setup: { desk } } = client;
    const { user } = desk;
    const { model, clock, policy } = this.#world;
    let last = 0;
    for (const { id, text, author, room } of shown.messages) {
      must(id > last, `${label} shows ${id} after ${last}`);
      last = id;
      const said = this.#said.get(id as MessageId);
      must(said !== undefined, `${label} shows ${id}, which nobody has said`);
      mustEqual(text, said.text, `message ${id} of ${label}`);
      mustEqual(room, nameOf(said.room), `the room of ${id}`);
      if (id <= client.baseline) continue;
      if (model.user(said.author.id) !== undefined) {
        mustEqual(author, model.ref(said.author.id).name, `the author of ${id}`);
      }
      const joined = model.member(said.room, user)?.joined ?? Infinity;
      const deleted = this.#deleted.get(said.id) ?? 0;
      must(deleted <= Math.max(client.baseline, joined), `${label} shows ${id}, which was deleted`);
    }
    const ids = new Set(shown.messages.map(({ id }) => id));
    for (const message of model.messages) {
      if (message.id <= Math.max(client.baseline, shown.forgottenId)) continue;
      const isOwed = [clock.now(), client.latestMs].every((nowMs) =>
        model.sees(user, message, { nowMs, policy })
      );
      const joined = model.member(message.room, user)?.joined ?? Infinity;
      if (!isOwed || message.id < joined) continue;
      must(ids.has(message.id), `${label} does not show ${message.id}`);
    }
  }

  #open(desk: Desk, secret: string, memory?: ReturnType<Client["die"]>): Client {
    const { dice, clock, tally, guard, sabotage } = this.#world;
    return new Client({
      desk,
      secret,
      clock,
      dice,
      sabotage,
      tally,
      guard,
      network: {
        dice,
        sabotage,
        weather: () => this.#world.weather,
        server: () => this.#world.server,
      },
    }, memory);
  }

  #deskOf(user: UserId): Desk {
    const own = this.#desks.filter((desk) =>
      desk.user === user && !this.list.some(({ setup }) => setup.desk === desk)
    );
    const old = this.#world.dice.pick(own);
    if (old !== undefined) return old;
    const desk = new Desk(user, `desk ${this.#desks.length + 1} of user ${user}`);
    this.#desks.push(desk);
    return desk;
  }
}

/** A room as the wire names it. */
function nameOf(room: RoomId): string {
  return room === 0 ? "common" : String(room);
}

function checkDesk({ written, outlived, label }: Desk, said: Map<string, Message[]>): void {
  let last = 0;
  for (const { text, outcome, id } of written.values()) {
    const messages = said.get(text) ?? [];
    must(messages.length <= 1 || outlived.has(text), `${text} was said ${messages.length} times`);
    must(outcome !== "not there" || messages.length === 0, `${text} was said after all`);
    if (outcome !== "sent") continue;
    mustEqual(messages.some((message) => message.id === id), true, `${text} was said, as ${id}`);
    must(id > last, `${label} is in order: ${text}`);
    last = id;
  }
}
