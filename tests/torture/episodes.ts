/**
 * Episodes: what is done to the server's disk, beside killing it.
 *
 * @module
 */
import type { Disk } from "./disk.ts";
import type { MortalServer } from "./mortal_server.ts";
import { pause, type Proxy } from "./proxy.ts";
import type { Town } from "./quiet_point.ts";
import { must, shown } from "./violation.ts";

export interface Ground {
  readonly town: Town;
  readonly disk: Disk;
  readonly server: MortalServer;
  readonly proxy: Proxy;
}

export interface Episode {
  readonly name: string;
  /** Why it can't be; `undefined` if it can. */
  lacking(disk: Disk): string | undefined;
  run(ground: Ground): Promise<void>;
}

/** How long another process holds the database: longer than SQLite waits for it. */
const holdMs = 6000;

/** How long the disk is full. */
const fullMs = 2500;

/** Of these, one is in each storm. */
export const duringStorm: readonly (Episode | undefined)[] = [
  undefined,
  {
    name: "full disk",
    lacking: ({ lacking }) => lacking,
    async run({ town: { world, dice }, disk }) {
      if (disk.lacking !== undefined) return;
      await pause(dice.between(500, 2000));
      world.inTrouble = true;
      disk.fill();
      await pause(fullMs);
      disk.empty();
    },
  },
  {
    name: "database held by another process",
    lacking: () => undefined,
    async run({ town: { world, dice }, disk }) {
      await pause(dice.between(500, 2000));
      world.inTrouble = true;
      const release = disk.hold();
      await pause(holdMs);
      release();
    },
  },
];

/** Of these, one comes after each quiet point. */
export const withServerDown: readonly Episode[] = [
  {
    name: "last page of the write-ahead log spoiled",
    lacking: () => undefined,
    run: spoilLastPage,
  },
  {
    name: "database read-only",
    lacking: ({ lacking }) => lacking,
    run: makeReadOnly,
  },
];

/** Who starts where nothing can be written is told why, and nothing is harmed. */
async function makeReadOnly({ disk, server, town }: Ground): Promise<void> {
  if (disk.lacking !== undefined) return;
  const { world } = town;
  await server.kill();
  disk.readOnly = true;
  const { code, err } = await server.startInVain();
  must(code === 1, `who can't write says so and ends with 1, not ${code}: ${err}`);
  must(/Cannot open \S+chat\.db: /.test(err), `who can't write says what: ${err}`);
  must(!/\n\s+at /.test(err), `who can't write says it in words: ${err}`);
  disk.readOnly = false;
  await server.start();
  world.check();
}

/**
 * Of two messages that are said one after the other, each in a commit of its own, the second may be
 * gone when its page is spoiled. Nothing else may: SQLite leaves out what comes after a bad checksum,
 * and that is all.
 *
 * Nobody is listening, for who had heard of it would have heard what is no more.
 */
async function spoilLastPage({ town, disk, server, proxy }: Ground): Promise<void> {
  const { world, clients, askers, dice } = town;
  const keeper = askers.length - 1;
  await Promise.all(clients.map((client) => client.stopListening()));
  const first = await town.strike();
  const second = await town.strike();
  await server.kill();
  const isSpoiled = disk.spoil();
  await server.start();
  const asker = askers[keeper];
  const isThere = async (id: number) => (await asker?.look(`GET /messages/${id}`))?.status === 200;
  must(await isThere(first), `message ${first} was intact, and is kept`);
  const isKept = await isThere(second);
  must(isSpoiled || isKept, `message ${second} is kept: there was no page to spoil`);
  const [last] = world.ledger.recent("send").slice(-1);
  must(last?.question !== undefined, "the last word was the keeper's");
  if (isKept) {
    await asker?.repeat(last, last.question);
  } else {
    // With it its receipt is gone: asked for again, it is said anew, once.
    const { answer } = last;
    await asker?.pursue(last, last.question);
    must(last.state === "done", () => `what is gone can be said again: ${shown(answer)}`);
  }
  for (const client of clients) client.listenAgain();
  proxy.calm = dice.chance(0.5);
}
