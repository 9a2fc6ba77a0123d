/**
 * The torture: storms, in which everything goes wrong that can, and quiet points between them.
 *
 * @module
 */
import type { ConnectAnswer } from "../../lib/api/schemas.ts";
import { Dice } from "../simulation/dice.ts";
import { Workspace } from "../support/chat_process.ts";
import { Asker } from "./asker.ts";
import { Disk } from "./disk.ts";
import { duringStorm, type Episode, type Ground, withServerDown } from "./episodes.ts";
import { HttpConnection, jsonOf } from "./http_client.ts";
import type { Wanted } from "./ledger.ts";
import { MortalServer } from "./mortal_server.ts";
import { nameOf } from "./names.ts";
import { pause, Proxy, type ProxyTally } from "./proxy.ts";
import { checkAll, settle, type Town } from "./quiet_point.ts";
import { type Client, type ClientSetup, RawClient } from "./raw_client.ts";
import { SessionClient } from "./session_client.ts";
import { must, shown, Violation } from "./violation.ts";
import { rules, World } from "./world.ts";

/** What everything is served by: bounds that are met, and messages that outlive the torture. */
const serverOptions = [
  ["--limit", String(rules.limit)],
  ["--limit-period", `${rules.limitPeriodMs}ms`],
  ["--ban-after", String(rules.banAfter)],
  ["--ban-for", `${rules.banForMs}ms`],
  ["--message-ttl", "30d"],
].flat();

export interface TortureSetup {
  readonly seed: number;
  readonly seconds: number;
  readonly clients: number;
  /** How long a storm lasts, in milliseconds. */
  readonly stormMs: number;
  /** Ends it before its time. */
  readonly signal: AbortSignal;
  /** Told as it goes. */
  readonly note: (line: string) => void;
}

/** Users who log in on each of their devices; the devices of others share a token. Passwords are slow. */
const loginsMax = 2;

/** What was done, and what came of it. */
export interface Report {
  readonly seconds: number;
  readonly storms: number;
  readonly kills: number;
  readonly network: ProxyTally;
  readonly acknowledged: number;
  readonly givenUp: number;
  readonly events: number;
  readonly resumptions: number;
  /** What else was done to the server, and how often; or why it could not be. */
  readonly episodes: readonly string[];
  /** Of the first promise that was broken. */
  readonly story: string | undefined;
}

export async function torture(setup: TortureSetup): Promise<Report> {
  const startMs = performance.now();
  const world = new World();
  setup.signal.addEventListener("abort", () => world.fail(new Violation("nobody stops it")));
  await using disk = new Disk();
  await using workspace = new Workspace();
  await using proxy = new Proxy(setup.seed);
  const server = new MortalServer({ workspace, database: disk.database, options: serverOptions });
  const episodes = new Map<string, number>();
  let clients: readonly Client[] = [];
  let storms = 0;
  let story: string | undefined;
  try {
    await server.start();
    proxy.serverPort = server.port;
    world.port = proxy.port;
    const town = await populate(setup, world, server);
    clients = town.clients;
    const ground: Ground = { town, disk, server, proxy };
    for (const client of clients) client.start();
    await furnish(town);
    // A storm that would not be over in time is not begun, but for the first.
    const lastMs = startMs + setup.seconds * 1000 - setup.stormMs;
    while (storms === 0 || performance.now() < lastMs) {
      const during = duringStorm[storms % duringStorm.length];
      await storm(ground, setup, during);
      storms += 1;
      await quiet(ground, { all: false });
      const after = withServerDown[(storms - 1) % withServerDown.length];
      for (const episode of [during, after]) {
        if (episode === undefined) continue;
        if (episode === after) await after.run(ground);
        const why = episode.lacking(disk);
        const name = why === undefined ? episode.name : `${episode.name} (skipped: ${why})`;
        episodes.set(name, (episodes.get(name) ?? 0) + 1);
      }
      setup.note(
        `${
          ((performance.now() - startMs) / 1000).toFixed(0)
        } s, storm ${storms}: ${server.kills} kills, ${proxy.tally.cuts} cuts, ` +
          `${world.ledger.done("send").length} messages acknowledged; all is well`,
      );
    }
    await quiet(ground, { all: true });
    for (const client of clients) await client.stop();
    must(await server.stop() === 0, "a server that is told to stop ends well");
    const integrity = disk.integrity();
    must(integrity === "ok", `the database is whole: ${integrity}`);
  } catch (fault) {
    world.fail(fault);
    story = storyOf(world.fault, world, server);
  } finally {
    world.isOver = true;
    await Promise.all(clients.map((client) => client.stop()));
    await server.kill().catch((fault) => story ??= String(fault));
  }
  return {
    seconds: (performance.now() - startMs) / 1000,
    storms,
    kills: server.kills,
    network: proxy.tally,
    acknowledged: world.ledger.done("send", "schedule").length,
    givenUp: world.ledger.intents.filter(({ state }) => state === "given_up").length,
    events: world.chronicle.entries.length,
    resumptions: clients.reduce((sum, { heard }) => sum + heard.resumptions, 0),
    episodes: [...episodes].map(([name, times]) => `${name}: ${times}`),
    story,
  };
}

async function storm(
  { town, server, proxy, ...ground }: Ground,
  { stormMs }: TortureSetup,
  episode: Episode | undefined,
): Promise<void> {
  const { world, dice } = town;
  const endMs = performance.now() + stormMs;
  proxy.calm = false;
  world.isQuiet = false;
  const trouble = episode?.run({ town, server, proxy, ...ground });
  // A fault of it is heard of where it is waited for.
  trouble?.catch(() => {});
  try {
    while (performance.now() < endMs) {
      await Promise.race([pause(dice.between(500, stormMs / 2)), world.failed]);
      await killAndReplace(server, world, dice);
    }
  } finally {
    await trouble;
  }
  if (!world.inTrouble) return;
  // What was due meanwhile is tried again within a minute, or at the next start.
  await server.kill();
  must(await server.start(), "the server starts when the trouble is over");
}

async function killAndReplace(server: MortalServer, world: World, dice: Dice): Promise<void> {
  const inTrouble = () => world.inTrouble;
  await server.kill();
  await pause(dice.between(0, 300));
  const starting = server.start({ inTrouble });
  // Now and then it does not even come to listen, or only just.
  const isKilledAgain = dice.chance(0.15);
  if (isKilledAgain) {
    await pause(dice.between(50, 500));
    await server.kill();
  }
  let isUp = await starting && !isKilledAgain;
  while (!isUp) {
    await pause(100);
    isUp = await server.start({ inTrouble });
  }
}

async function quiet(
  { town, proxy }: Pick<Ground, "town" | "proxy">,
  { all }: { readonly all: boolean },
): Promise<void> {
  const { world } = town;
  proxy.calm = true;
  world.isQuiet = true;
  await settle(town);
  world.inTrouble = false;
  await checkAll(town, { all });
  world.check();
}

/** Registers everyone, while nothing goes wrong yet. */
async function populate(
  { seed, clients: count }: TortureSetup,
  world: World,
  server: MortalServer,
): Promise<Town> {
  const dice = new Dice(seed);
  const users = Math.max(3, Math.ceil(count * 2 / 3));
  const port = () => server.port;
  const connect = async (user: number, client: string) => {
    const connection = await HttpConnection.open(server.port);
    const hasPassword = user < loginsMax;
    const fields = {
      user: nameOf(user, 0),
      client,
      ...(hasPassword && { password: `secret of ${user}` }),
    };
    const answer = await connection.ask({
      method: "POST",
      target: "/connect",
      headers: { "content-type": "application/json" },
      body: new TextEncoder().encode(JSON.stringify(fields)),
    });
    connection.close();
    must(answer.status < 300, `${client} can connect, but is answered with ${answer.status}`);
    return jsonOf(answer) as ConnectAnswer;
  };
  const askers: Asker[] = [];
  const tokens: string[] = [];
  let cursor = "";
  // The last one is the keeper, who only tells everyone that it is quiet.
  for (let user = 0; user <= users; user++) {
    const client = `checker-${user}`;
    const answer = await connect(user, client);
    const { token = "" } = answer;
    cursor = answer.cursor;
    tokens.push(token);
    askers.push(new Asker({ world, dice, client, token, port }));
  }
  const clients: Client[] = [];
  for (let number = 0; number < count; number++) {
    const user = number % users;
    const isOurs = number % 3 === 2;
    const client = `c${number}-u${user}-${isOurs ? "session" : "raw"}`;
    const { token = tokens[user] ?? "" } = user < loginsMax ? await connect(user, client) : {};
    const setup: ClientSetup = {
      world,
      dice: new Dice((seed + Math.imul(number + 1, 0x85ebca6b)) >>> 0),
      user,
      users,
      client,
      token,
      cursor,
    };
    clients.push(isOurs ? new SessionClient(setup) : new RawClient(setup));
  }
  let strikes = 0;
  return {
    world,
    dice,
    clients,
    askers,
    epoch: cursor.replace(/-.*/, ""),
    checkedTo: 0,
    async strike() {
      const text = `all is quiet, for the ${++strikes}. time`;
      const question = ["POST /send", { text }] as const;
      const wanted = { verb: "send", user: users, client: `checker-${users}`, text } as const;
      const intent = world.ledger.open({ ...wanted, question });
      await askers[users]?.pursue(intent, question);
      must(intent.state === "done", `the keeper is heard, but: ${intent.status}`);
      return Number(intent.answer["id"]);
    },
  };
}

/** Makes rooms with some people in each, so that there is something to leave from the beginning. */
async function furnish({ world, askers }: Town): Promise<void> {
  const users = askers.length - 1;
  const wish = async (user: number, wanted: Omit<Wanted, "user" | "client">) => {
    const { question } = wanted;
    const intent = world.ledger.open({ ...wanted, user, client: `checker-${user}` });
    if (question !== undefined) await askers[user]?.pursue(intent, question);
    must(intent.state === "done", () => `there can be rooms, but: ${shown(intent.answer)}`);
    return intent.answer;
  };
  for (let owner = 0; owner < users; owner += 3) {
    const name = `room of ${owner}`;
    const question = ["POST /rooms", { name }] as const;
    const { id: room } = await wish(owner, { verb: "room.create", text: name, question });
    for (let guest = owner + 1; guest < owner + Math.min(users, 6); guest++) {
      const user = guest % users;
      await wish(owner, {
        verb: "invite",
        about: user,
        place: { room: String(room) },
        question: [`POST /rooms/${room}/invitations`, { user: nameOf(user, 0) }],
      });
      await wish(user, {
        verb: "invitation",
        question: [`POST /invitations/${room}`, { accept: true }],
      });
    }
  }
}

function storyOf(fault: unknown, world: World, server: MortalServer): string {
  if (!(fault instanceof Violation)) {
    return fault instanceof Error ? fault.stack ?? fault.message : String(fault);
  }
  const { client } = fault;
  const lines = [`It must be so that ${fault.message}`];
  if (client !== undefined) {
    lines.push("", `What ${client} did and heard last:`, ...world.diary.of(client));
  }
  lines.push("", "What the server logged last:", ...server.lastLines);
  return lines.join("\n");
}
