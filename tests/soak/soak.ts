/**
 * A soak: a real server under a steady load for a long time, and whether it stays as it is.
 *
 * @module
 */
import { chatCommand } from "../bench/chat_process.ts";
import { scratchFolder, undoOnSignal } from "../bench/leftovers.ts";
import { pause, type ServerProcess, startProcess } from "../bench/server_process.ts";
import type { CrowdOrder, CrowdReport } from "./crowd.ts";
import { type Flatness, flatnessOf } from "./flatness.ts";
import { type Sample, Sampler } from "./samples.ts";

export interface SoakSetup {
  readonly seconds: number;
  readonly streams: number;
  /** Actions a second: messages, marks, polls, uploads, reconnections. */
  readonly rate: number;
  readonly sampleEverySeconds: number;
  readonly note: (sample: Sample) => void;
}

/** Growth in an hour below which memory counts as flat, in bytes. */
export const heapPerHourMax = 8 * 1024 * 1024;
export const residentPerHourMax = 24 * 1024 * 1024;

/** Descriptors that a server may still have of a load that is gone, such as a log of SQLite. */
export const filesLeftMax = 8;

/** How long the server may take to notice that all have gone. */
const leavingMs = 30_000;

/** Streams that one process holds. */
const streamsPerCrowd = 1000;
const streamsPerUser = 4;

/** So that what is kept is what came in lately, and the database does not grow for ever. */
const serverFlags = ["--message-ttl", "30s", "--unread-ttl", "2m", "--port", "0"];

export interface SoakReport {
  readonly samples: readonly Sample[];
  /** Before anyone came, and after all had gone. */
  readonly filesBefore: number;
  readonly filesAfter: number;
  readonly heap: Flatness;
  readonly resident: Flatness;
  readonly crowds: readonly CrowdReport[];
  /** How much of a core the server has used. */
  readonly coreShare: number;
}

/** Whether all is as it must be; what lasted too short to be judged is no fault. */
export function isWell({ heap, resident, filesBefore, filesAfter, crowds }: SoakReport): boolean {
  return heap.kind !== "grows" && resident.kind !== "grows" &&
    filesAfter <= filesBefore + filesLeftMax &&
    crowds.every(({ faultsCount, endedStreams }) => faultsCount + endedStreams === 0);
}

/** Runs a server and its load until the time is over. */
export async function soak(setup: SoakSetup): Promise<SoakReport> {
  using folder = scratchFolder();
  const database = `${folder.path}/chat.db`;
  // Each user comes from another network: so many new names are too many for one.
  const flags = [...serverFlags, "--trusted-proxy", "loopback"];
  await using server = await startProcess({
    name: "chat",
    command: chatCommand(database, { flags }),
    tells: "stderr",
  });
  const url = `http://${server.hostname}:${server.port}`;
  const users = await register(url, Math.ceil(setup.streams / streamsPerUser));
  const sampler = new Sampler(url, database);
  const { openFiles: filesBefore } = await sampler.take();
  const crowds = await gather(server, users, setup);
  try {
    const samples: Sample[] = [];
    const [startMs, startMicros] = [performance.now(), server.cpuMicros()];
    while (performance.now() - startMs < setup.seconds * 1000) {
      const sample = await sampler.take();
      samples.push(sample);
      setup.note(sample);
      await pause(setup.sampleEverySeconds * 1000);
    }
    const coreShare = (server.cpuMicros() - startMicros) / 1000 / (performance.now() - startMs);
    const reports = await Promise.all(crowds.map((crowd) => crowd.end()));
    const points = (what: "heapUsed" | "resident") =>
      samples.map((sample) => ({ atMs: sample.atMs, value: sample[what] }));
    return {
      samples,
      filesBefore,
      filesAfter: await filesLeft(sampler, filesBefore),
      heap: flatnessOf(points("heapUsed"), heapPerHourMax),
      resident: flatnessOf(points("resident"), residentPerHourMax),
      crowds: reports,
      coreShare,
    };
  } finally {
    for (const crowd of crowds) crowd.kill();
  }
}

async function register(url: string, count: number): Promise<CrowdOrder["users"]> {
  const users: { readonly name: string; readonly token: string }[] = [];
  while (users.length < count) {
    const at = users.length;
    const name = `soak${at}`;
    const response = await fetch(`${url}/connect`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-forwarded-for": `10.${at >> 8}.${at & 255}.1`,
      },
      body: JSON.stringify({ user: name }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Cannot register ${name}: ${text}`);
    users.push({ name, token: JSON.parse(text).token });
  }
  return users;
}

/** How many files are open when all have gone. */
async function filesLeft(sampler: Sampler, before: number): Promise<number> {
  const untilMs = performance.now() + leavingMs;
  for (;;) {
    const { openFiles } = await sampler.take();
    if (openFiles <= before + filesLeftMax || performance.now() > untilMs) return openFiles;
    await pause(500);
  }
}

interface CrowdProcess {
  end(): Promise<CrowdReport>;
  kill(): void;
}

/** Starts as many crowds as the streams take, one after the other. */
async function gather(
  { hostname, port }: ServerProcess,
  users: CrowdOrder["users"],
  { streams, rate }: SoakSetup,
): Promise<readonly CrowdProcess[]> {
  const count = Math.ceil(streams / streamsPerCrowd);
  const crowds: CrowdProcess[] = [];
  for (let at = 0; at < count; at++) {
    const order: CrowdOrder = {
      hostname,
      port,
      users: users.filter((_, user) => user % count === at),
      streams: Math.floor((streams + at) / count),
      rate: rate / count,
    };
    crowds.push(await startCrowd(order));
  }
  return crowds;
}

async function startCrowd(order: CrowdOrder): Promise<CrowdProcess> {
  const program = new URL("crowd.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", program, JSON.stringify(order)],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const calledOff = undoOnSignal(() => child.kill("SIGKILL"));
  const lines = linesOf(child.stdout);
  const first = await lines.next();
  if (first.value !== "ready") throw new Error("Cannot open the streams of a crowd");
  let isOver = false;
  return {
    async end() {
      await child.stdin.close();
      const last = await lines.next();
      await child.status;
      isOver = true;
      calledOff();
      if (last.value === undefined) throw new Error("A crowd ended before its time");
      return JSON.parse(last.value);
    },
    kill() {
      if (!isOver) child.kill("SIGKILL");
      calledOff();
    },
  };
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
