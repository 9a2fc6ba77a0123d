/**
 * Holds what each stream told against the log: all that its user may see, in order, once, and
 * nothing else.
 *
 * @module
 */
import { type Chronicle, type Entry, entryWords, roomOf } from "./chronicle.ts";
import type { Batch, Heard } from "./heard.ts";
import type { World } from "./world.ts";
import { must } from "./violation.ts";

/** A user's log as the server tells it to one who has missed all of it. */
export interface Replay {
  readonly user: number;
  readonly after: number;
  readonly upTo: number;
  readonly positions: ReadonlySet<number>;
}

export function checkStreams(
  { chronicle, ledger }: World,
  streams: readonly Heard[],
  replays: readonly Replay[],
): void {
  const deleted = new Set<number>();
  for (const { event } of chronicle.entries) {
    if (event.type === "message.deleted") deleted.add(event.id);
  }
  for (const { about } of ledger.of("delete")) if (about !== undefined) deleted.add(about);
  const excuse: Excuse = { chronicle, deleted };
  for (const heard of streams) {
    const told = new Set(heard.positions);
    const { user, client, checked: after, position: upTo } = heard;
    for (const batch of heard.batches) {
      for (const position of placesOf(chronicle, user, batch, client)) told.add(position);
    }
    check(excuse, { user, after, upTo, positions: told }, `the stream of ${client}`, {
      wasLiveAt: (position) => heard.wasLiveAt(position),
      client,
    });
  }
  for (const replay of replays) {
    check(excuse, replay, `the log of user ${replay.user}, read again,`, {
      wasLiveAt: () => false,
    });
  }
}

/** Where the events of a batch are in the log: in their order, between its ends. */
function placesOf(
  chronicle: Chronicle,
  user: number,
  { after, upTo, events }: Batch,
  client: string,
): readonly number[] {
  const within = chronicle.entries.filter((entry) =>
    after < entry.position && entry.position <= upTo && chronicle.mayHear(user, entry)
  );
  const known = new Set(within.map(({ text }) => text));
  // Of a room that nobody is in any more nobody can tell where in the log something was.
  const placed = events.filter(({ text, room }) =>
    known.has(text) || room === undefined || !chronicle.isDeserted(room)
  );
  const places: number[] = [];
  for (const { position, text } of within) {
    if (text === placed[places.length]?.text) places.push(position);
  }
  must(
    places.length === placed.length,
    () =>
      `a poll tells what the log says between ${after} and ${upTo}, in its order, and not ` +
      placed[places.length]?.text,
    client,
  );
  return places;
}

interface Excuse {
  readonly chronicle: Chronicle;
  readonly deleted: ReadonlySet<number>;
}

function check(
  excuse: Excuse,
  { user, after, upTo, positions }: Replay,
  where: string,
  { wasLiveAt, client }: {
    readonly wasLiveAt: (position: number) => boolean;
    readonly client?: string;
  },
): void {
  const { chronicle } = excuse;
  for (const entry of chronicle.entries) {
    const { position } = entry;
    if (position <= after || position > upTo) continue;
    const mayHear = chronicle.mayHear(user, entry) && isForOne(entry);
    if (positions.has(position)) {
      must(mayHear, () => `${where} tells what is not for user ${user}: ${words(entry)}`, client);
    } else if (mayHear && !(isExcused(excuse, user, entry) && !wasLiveAt(position))) {
      must(
        false,
        () =>
          `${where} leaves out ${words(entry)}\n  between ${after} and ${upTo}; it was ` +
          `${wasLiveAt(position) ? "live then" : "catching up then"}`,
        client,
      );
    }
  }
}

/** What is for one user alone is told to nobody else. */
function isForOne(entry: Entry): boolean {
  return roomOf(entry) !== undefined || entry.heardBy.size === 1;
}

/** Whether who was not there at the time need not be told any more. */
function isExcused({ chronicle, deleted }: Excuse, user: number, entry: Entry): boolean {
  const { event, position } = entry;
  if (event.type === "message" && deleted.has(event.id)) return true;
  const room = roomOf(entry);
  if (room === undefined) return false;
  const stay = chronicle.staysOf(user, room)
    .find(({ joined, left }) => joined <= position && position < left);
  return stay !== undefined && stay.left !== Infinity;
}

function words(entry: Entry): string {
  return `${entryWords(entry)} (told to users ${[...entry.heardBy].sort((a, b) => a - b).join()})`;
}
