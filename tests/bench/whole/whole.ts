// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * Measures the whole way, from socket to rules to disk to streams, beside peers, in one run.
 *
 * @module
 */
import { grouped, markdownTable } from "../figures.ts";
import { scratchFolder } from "../leftovers.ts";
import { loadCore, onCore, pinLoad, serverCore } from "../pinning.ts";
import { type Candidate, hindrance, type Means } from "./candidate.ts";
import { catchUp } from "./catching_up.ts";
import { comeBack, gather, weighIdle } from "./crowds.ts";
import { goalHead, goalRow, goalsOf } from "./goals.ts";
import { LoadProgram } from "./load_program.ts";
import { chatName, chatWith, settle } from "./peers/chat.ts";
import { jetStream, nats } from "./peers/nats.ts";
import { nchan } from "./peers/nchan.ts";
import { ngircd } from "./peers/ngircd.ts";
import { redis, redisOnDisk } from "./peers/redis.ts";
import { full, quick, type Scale } from "./scale.ts";
import {
  accepting,
  durable,
  fanOut,
  manyRooms,
  middleTurn,
  oneAtATime,
  takeTurn,
  type Turn,
  type Workload,
} from "./sending.ts";

const peers: readonly Candidate[] = [nchan, ngircd, redis, redisOnDisk, nats, jetStream];
const workloads: readonly Workload[] = [fanOut, oneAtATime, manyRooms, accepting, durable];

/** With less of its core it was not the server that the others waited for. */
const busyPartMin = 0.9;

/**
 * Prints a table for each workload, and one of the goals.
 *
 * @param args `--quick` takes a little of everything, to see that all works.
 * @throws {Error} if anything else is asked for, or a server loses or repeats something.
 */
export async function benchWhole(args: readonly string[]): Promise<void> {
  const [option, ...rest] = args;
  if (rest.length > 0 || (option !== undefined && option !== "--quick")) {
    throw new Error("bench whole takes nothing but --quick");
  }
  const scale = option === undefined ? full : quick;
  const prefix = onCore(serverCore);
  if (prefix.length > 0) {
    console.log(`Pinned by taskset: servers to core ${serverCore}, the load to core ${loadCore}.`);
    pinLoad();
  }
  const [busy = NaN] = Deno.loadavg();
  console.log(`Before it, ${busy.toFixed(1)} processes wanted to run.`);
  using scratch = scratchFolder();
  const root = Deno.realPathSync(scratch.path);
  const program = await LoadProgram.compile(root, onCore(loadCore));
  const stage = new Stage({ root, prefix, program, scale });
  const inhabitants = await settle(root, {
    users: Math.max(scale.streams, scale.rooms * scale.membersPerRoom),
    rooms: scale.rooms,
    members: scale.membersPerRoom,
  });
  const candidates = [chatWith(inhabitants), ...peers.filter(isPresent)];
  console.log();
  const turns = new Map<Workload, ReadonlyMap<string, Turn>>();
  for (const workload of workloads) {
    turns.set(workload, await takeTurns(stage, workload, candidates));
  }
  const crowds = await gatherCrowds(stage, candidates);
  const { idleKib = NaN, gatherMs = NaN } = crowds.get(chatName) ?? {};
  const goals = goalsOf({
    scale,
    turn: (workload, name) => turns.get(workload)?.get(name),
    idleKib,
    gatherMs,
    back: await stage.set((means) => comeBack(inhabitants, means)),
    late: await stage.set((means) => catchUp(inhabitants, means)),
  });
  console.log(markdownTable(goalHead, goals.map(goalRow)));
}

function isPresent(peer: Candidate): boolean {
  const why = hindrance(peer);
  if (why !== undefined) console.log(`Without ${peer.name}: ${why}.`);
  return why === undefined;
}

/** Where each has its turn: a new folder each time, which is gone afterwards. */
class Stage {
  readonly scale: Scale;
  readonly #root: string;
  readonly #prefix: readonly string[];
  readonly #program: LoadProgram;

  constructor({ root, prefix, program, scale }: {
    readonly root: string;
    readonly prefix: readonly string[];
    readonly program: LoadProgram;
    readonly scale: Scale;
  }) {
    this.scale = scale;
    this.#root = root;
    this.#prefix = prefix;
    this.#program = program;
  }

  async set<Result>(work: (means: Means) => Promise<Result>): Promise<Result> {
    const folder = Deno.makeTempDirSync({ dir: this.#root });
    try {
      const place = { folder, prefix: this.#prefix };
      return await work({ place, program: this.#program, scale: this.scale });
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  }
}

/** All who can do it, one after another and again, so that what befalls one befalls all. */
async function takeTurns(
  stage: Stage,
  workload: Workload,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<string, Turn>> {
  const able = candidates.filter((candidate) => candidate[workload.speech] !== undefined);
  const taken = new Map<string, Turn[]>(able.map(({ name }) => [name, []]));
  for (let round = 0; round < stage.scale.rounds; round++) {
    for (const candidate of able) {
      const turn = await stage.set((means) => takeTurn(candidate, workload, means))
        .catch((failure) => {
          throw new Error(`Cannot measure ${candidate.name}, ${workload.name}: ${failure.message}`);
        });
      taken.get(candidate.name)?.push(turn);
    }
  }
  const turns = new Map([...taken].map(([name, all]) => [name, middleTurn(all)]));
  printTurns(workload, turns);
  return turns;
}

function printTurns({ name, counts }: Workload, turns: ReadonlyMap<string, Turn>): void {
  const own = turns.get(chatName)?.perSecond ?? NaN;
  const percent = (part: number) => `${(100 * part).toFixed(0)} %`;
  console.log(markdownTable(
    [
      name,
      `${counts}/s`,
      "CPU µs each",
      "ms median",
      "p99",
      "server",
      "load",
      "one order",
      "ours is ×",
    ],
    [...turns].map(([server, turn]) => [
      server,
      grouped(turn.perSecond),
      turn.cpuMicrosEach.toFixed(2),
      turn.medianMs.toFixed(1),
      turn.p99Ms.toFixed(1),
      percent(turn.serverBusy),
      percent(turn.loadBusy),
      turn.oneOrder ? "yes" : "no",
      server === chatName ? "" : (own / turn.perSecond).toFixed(2),
    ]),
  ));
  const limited = [...turns].filter(([, { serverBusy, loadBusy }]) =>
    loadBusy >= busyPartMin && serverBusy < busyPartMin
  );
  for (const [server] of limited) {
    console.log(`\n${server} could do more: here the load was the limit; go by CPU time.`);
  }
  console.log();
}

/** What many who listen and are told nothing take. */
interface Crowd {
  readonly idleKib: number;
  /** Not measured where few can connect at a time: that would take minutes. */
  readonly gatherMs?: number;
}

/** Those who listen and do nothing, at each who has any. */
async function gatherCrowds(
  stage: Stage,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<string, Crowd>> {
  const crowds = new Map<string, Crowd>();
  for (const candidate of candidates) {
    if (candidate.live === undefined) continue;
    const idleKib = await stage.set((means) => weighIdle(candidate, means));
    const gatherMs = candidate.live.window === undefined
      ? await stage.set((means) => gather(candidate, means))
      : undefined;
    crowds.set(candidate.name, { idleKib, ...(gatherMs !== undefined && { gatherMs }) });
  }
  const { idleStreams, crowd } = stage.scale;
  console.log(markdownTable(
    ["who listens", `KiB each of ${grouped(idleStreams)}`, `s until ${grouped(crowd)} do`],
    [...crowds].map(([name, { idleKib, gatherMs }]) => [
      name,
      idleKib.toFixed(1),
      gatherMs === undefined ? "" : (gatherMs / 1000).toFixed(2),
    ]),
  ));
  console.log();
  return crowds;
}
