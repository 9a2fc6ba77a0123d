/**
 * Quiet points: everything comes to its end, and all that was promised is looked at.
 *
 * @module
 */
import type {
  Event,
  Message,
  RoomSummary,
  Scheduled,
  StatusAnswer,
} from "../../lib/api/schemas.ts";
import type { Dice } from "../simulation/dice.ts";
import type { Asker } from "./asker.ts";
import type { Chronicle } from "./chronicle.ts";
import { checkDeeds, type LinksByRoom } from "./deed_check.ts";
import { Heard } from "./heard.ts";
import { checkMessages, checkScheduled } from "./message_check.ts";
import { userNumber } from "./names.ts";
import { pause } from "./proxy.ts";
import type { Client } from "./raw_client.ts";
import { Records } from "./records.ts";
import { checkRules } from "./rule_check.ts";
import { checkStreams, type Replay } from "./stream_check.ts";
import { must, shown } from "./violation.ts";
import type { World } from "./world.ts";

/** How long everything may take to come to its end, in milliseconds. */
const settleMsMax = 90_000;

/** What is asked again, or is none of one's business, at a time. */
const samples = 12;

export interface Town {
  readonly world: World;
  readonly dice: Dice;
  readonly clients: readonly Client[];
  /** One for each user, by their numbers, straight to the server. */
  readonly askers: readonly Asker[];
  /** Of the log. */
  readonly epoch: string;
  /** Up to where the log has been checked. */
  checkedTo: number;
  /** Says something to everyone; gives where in the log that is. */
  readonly strike: () => Promise<number>;
}

/** Waits until nothing is under way. */
export async function settle(town: Town): Promise<void> {
  const { world, clients, askers } = town;
  const lazy = () => clients.filter(({ isIdle }) => !isIdle);
  await world.until(
    () => lazy().length === 0,
    () => `everything is answered at last, but not to ${lazy().map(({ client }) => client).join()}`,
    settleMsMax,
  );
  for (const asker of askers) {
    for (let tries = 0;; tries++) {
      const { items } = await asker.get<{ items: Scheduled[] }>("/scheduled");
      const waiting = items.filter(({ failed }) => failed === undefined);
      if (waiting.length === 0) break;
      must(tries < 200, () => `what is due is sent at last, but not ${shown(waiting)}`);
      await pause(100);
    }
  }
  const struck = await town.strike();
  const late = () => clients.filter(({ heard }) => heard.position < struck);
  await world.until(
    () => late().length === 0,
    () =>
      `every stream comes to ${struck} at last, but not ` +
      late().map(({ client, heard }) => `${client}, at ${heard.position}`).join("; "),
    settleMsMax,
  );
}

/** Looks at everything. With `all`, at what was looked at before, too. */
export async function checkAll(town: Town, { all }: { readonly all: boolean }): Promise<void> {
  const { world, clients, askers } = town;
  const after = all ? 0 : town.checkedTo;
  const replays: Replay[] = [];
  for (const [user, asker] of askers.entries()) {
    replays.push(await replay(town, user, asker, after));
  }
  checkStreams(world, clients.map(({ heard }) => heard), replays);
  const headBefore = world.chronicle.head;
  const histories = new Map<string, readonly Message[]>();
  const summaries = new Map<number, readonly RoomSummary[]>();
  const statuses = new Map<number, StatusAnswer>();
  const failed = new Set<number>();
  for (const [user, asker] of askers.entries()) {
    const { items } = await asker.get<{ items: RoomSummary[] }>("/rooms");
    summaries.set(user, items);
    for (const { id } of items) {
      histories.set(`${user} ${id}`, await history(asker, id, after));
    }
    statuses.set(user, await asker.get<StatusAnswer>("/status"));
    const scheduled = await asker.get<{ items: Scheduled[] }>("/scheduled");
    for (const { id } of scheduled.items) failed.add(id);
  }
  const records = new Records(world, [...histories.values()].flat());
  checkMessages(world, records);
  checkScheduled(world, records, failed);
  checkRules(world, records, statuses);
  checkDeeds(world, await linksOf(askers, summaries));
  checkRooms(town, records, { after, headBefore, histories, summaries });
  await checkStrangers(town, records);
  await checkFiles(town, records);
  await checkRepetitions(town);
  town.checkedTo = Math.min(...clients.map(({ heard }) => heard.position));
  for (const { heard } of clients) heard.settle();
}

/** Of each room, asked for by who owns it. */
async function linksOf(
  askers: readonly Asker[],
  summaries: ReadonlyMap<number, readonly RoomSummary[]>,
): Promise<LinksByRoom> {
  const links = new Map<string, readonly { readonly id: number }[]>();
  for (const [user, asker] of askers.entries()) {
    for (const { id, owner } of summaries.get(user) ?? []) {
      if (owner === undefined || userNumber(owner) !== user) continue;
      links.set(id, (await asker.get<{ items: { id: number }[] }>(`/rooms/${id}/links`)).items);
    }
  }
  return links;
}

/** The log as a user may see it, told from `after` on. */
async function replay(town: Town, user: number, asker: Asker, after: number): Promise<Replay> {
  const { world, epoch } = town;
  const client = `log of ${user}`;
  const heard = new Heard({
    user,
    client,
    cursor: `${epoch}-${after}`,
    chronicle: world.chronicle,
    note: (line) => world.diary.note(client, line),
  });
  for (const told of await asker.log(heard.cursor)) {
    const { type, cursor } = told as { type: string; cursor: string };
    must(type !== "reset", () => `the log is there from ${after} on: ${shown(told)}`);
    if (type === "caught_up") heard.caughtUp(cursor);
    else heard.event(told as unknown as Event, cursor);
  }
  return { user, after, upTo: heard.position, positions: new Set(heard.positions) };
}

/** All of a room's history after a message. */
async function history(asker: Asker, room: string, start: number): Promise<readonly Message[]> {
  const all: Message[] = [];
  for (let after = start;;) {
    const target = `/messages?room=${room}&limit=200&after=${after}`;
    const page = await asker.get<{ items: Message[]; has_more: boolean }>(target);
    for (const message of page.items) {
      must(message.id > after, () => `a history comes in its order: ${shown(message)}`);
      after = message.id;
    }
    all.push(...page.items);
    if (!page.has_more) return all;
  }
}

/** Who is in which room sees what was said there, and how much of it they have not read. */
function checkRooms(
  { world: { chronicle, ledger }, askers }: Town,
  records: Records,
  { after, headBefore, histories, summaries }: {
    readonly after: number;
    /** The last position that anyone was told of before the summaries were asked for. */
    readonly headBefore: number;
    readonly histories: ReadonlyMap<string, readonly Message[]>;
    readonly summaries: ReadonlyMap<number, readonly RoomSummary[]>;
  },
): void {
  // The chat's own client marks what it has shown a little later, so maybe while others are asked.
  const marksThen = marksUpTo(headBefore, chronicle);
  const marksNow = marksUpTo(Infinity, chronicle);
  const rooms = new Set([...summaries.values()].flat().map(({ id }) => id));
  for (const room of rooms) {
    const said = records.inRoom(room);
    for (const user of askers.keys()) {
      const summary = summaries.get(user)?.find(({ id }) => id === room);
      const stay = chronicle.stayOf(user, room);
      const where = `user ${user} in room ${room}`;
      must((summary === undefined) === (stay === undefined), () => `${where}: ${shown(stay)}`);
      if (summary === undefined || stay === undefined) continue;
      const is = (histories.get(`${user} ${room}`) ?? []).map(({ id }) => id).join();
      const mustBe = said.filter(({ id }) => id > after).map(({ id }) => id).join();
      must(is === mustBe, () => `${where} sees\n  ${is}\n  and must see\n  ${mustBe}`);
      const expected = [marksThen, marksNow].map((marks) => {
        const readId = Math.max(stay.joined, marks.get(`${user} ${room}`) ?? 0);
        const unread = said.filter(({ id, author }) => id > readId && author !== user).length;
        const last = said.at(-1)?.id ?? 0;
        return shown({ read_id: readId, unread: Math.min(1000, unread), last_id: last });
      });
      const { read_id, unread, last_id } = summary;
      const told = shown({ read_id, unread, last_id });
      must(
        expected.includes(told),
        () => `${where} is told ${told} and must be told ${expected.join(", or ")}`,
      );
    }
  }
  for (const { user, about = 0, place, endMs, client, startMs } of ledger.done("read")) {
    const summary = summaries.get(user)?.find(({ id }) => id === place?.room);
    const stay = chronicle.stayOf(user, String(place?.room));
    if (summary === undefined || stay === undefined || stay.joined > about) continue;
    must(
      summary.read_id >= about,
      () => `what was read (${startMs}–${endMs}) stays read: ${about}, ${shown(summary)}`,
      client,
    );
  }
}

/** How far each user has read each room that they are in, by what was told up to a position. */
function marksUpTo(head: number, chronicle: Chronicle): ReadonlyMap<string, number> {
  const marks = new Map<string, number>();
  for (const { event, position, heardBy } of chronicle.entries) {
    if (event.type !== "read" || position > head) continue;
    const [user = -1] = heardBy;
    const stay = chronicle.stayOf(user, event.room);
    if (stay !== undefined && stay.joined < position) {
      marks.set(`${user} ${event.room}`, event.read_id);
    }
  }
  return marks;
}

/** What is said among some is none of the others' business. */
async function checkStrangers({ world, dice, askers }: Town, records: Records): Promise<void> {
  const { chronicle } = world;
  const all = [...records.messages.values()].filter(({ room }) => room !== "common");
  for (let sample = 0; sample < samples && all.length > 0; sample++) {
    const { id, room, files } = dice.pick(all) ?? all[0] ?? { id: 0, room: "", files: [] };
    const user = dice.below(askers.length);
    if (chronicle.stayOf(user, room) !== undefined) continue;
    const targets = [`/messages/${id}`, `/rooms/${room}`, `/messages?room=${room}`]
      .concat(files.map((file) => `/files/${file}`));
    for (const target of targets) {
      const answer = await askers[user]?.look(`GET ${target}`);
      must(
        answer?.status === 404,
        () => `user ${user}, who is not there, gets ${answer?.status} for ${target}`,
      );
    }
  }
}

async function checkFiles({ world, dice, askers }: Town, records: Records): Promise<void> {
  const all = [...records.messages.values()].filter(({ files, id }) =>
    files.length > 0 && !records.deleted.has(id)
  );
  for (let sample = 0; sample < samples && all.length > 0; sample++) {
    const { room, files: [file = 0] } = dice.pick(all) ?? { room: "", files: [] };
    const readers = [...askers.keys()].filter((user) => world.chronicle.stayOf(user, room));
    const user = dice.pick(readers);
    if (user === undefined) continue;
    const answer = await askers[user]?.look(`GET /files/${file}`);
    const bytes = world.files.get(file);
    const isSame = answer?.status === 200 && answer.body.length === bytes?.length &&
      bytes.every((byte, at) => byte === answer.body[at]);
    must(isSame, () => `file ${file} is as it was for user ${user}, not ${answer?.status}`);
  }
}

/** What was acknowledged may be asked for again, and is not done again. */
async function checkRepetitions({ world, dice, askers }: Town): Promise<void> {
  const verbs = ["send", "schedule", "upload", "report", "room.create", "delete"] as const;
  for (let sample = 0; sample < samples; sample++) {
    const verb = dice.pick(verbs) ?? "send";
    const intent = dice.pick(world.ledger.recent(verb).filter(({ state }) => state === "done"));
    if (intent?.question === undefined) continue;
    await askers[intent.user]?.repeat(intent, intent.question);
  }
}
