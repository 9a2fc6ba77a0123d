// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * Measures our HTTP layer beside `Deno.serve` and `node:http` with the same handler, in one run.
 *
 * @module
 */
import { chatCommand } from "./chat_process.ts";
import { grouped, markdownTable, median, ratios, spread, verdict } from "./figures.ts";
import { scratchFolder } from "./leftovers.ts";
import { load, type LoadResult } from "./load.ts";
import { hasProgram, loadCore, onCore, pinLoad, serverCore } from "./pinning.ts";
import {
  browserGet,
  joined,
  keyedPost,
  messageText,
  nthOf,
  peerToken,
  plainGet,
  varied,
} from "./requests.ts";
import { freePort, type ServerProcess, type ServerStart, startProcess } from "./server_process.ts";
import { loadByWrk } from "./wrk.ts";

const connections = 64;
const rounds = 9;
const roundSeconds = 1;
const pipelineDepth = 16;
/** Of its core a server should have this part; with less it was the load that was too slow. */
const busyPartMin = 0.9;

const ours = "our layer";
const denoServe = "Deno.serve";
const denoServeLeast = "Deno.serve, looking at nothing";
const nodeHttp = "node:http";
const bareLoop = "bare loop, looking at nothing";
const chat = "chat, the whole program";

/** A load, and what is to come of it. */
interface Workload {
  readonly what: string;
  /** What is sent, one after another and counted round; all of one length. */
  readonly requests: readonly Uint8Array<ArrayBuffer>[];
  /** How many of them are sent together. */
  readonly depth: number;
  readonly status: number;
  readonly body: string;
  /** What takes part besides ours and the bare loop. */
  readonly servers: readonly string[];
  /** How many times as fast as these ours shall be. */
  readonly goals: Readonly<Record<string, number>>;
}

/** So many differ from each other that none comes again soon. */
const variants = 1024;
const health = { status: 200, body: '{"status":"ok"}' };
const others = [denoServe, denoServeLeast, nodeHttp];
const goals = { [denoServe]: 1, [nodeHttp]: 2 };

const workloads: readonly Workload[] = [
  {
    what: "GET, only Host",
    requests: [plainGet],
    depth: 1,
    ...health,
    servers: [...others, chat],
    goals,
  },
  {
    what: "GET of a browser",
    requests: [browserGet],
    depth: 1,
    ...health,
    servers: others,
    goals,
  },
  {
    what: "GET of a browser, each another",
    requests: varied(browserGet, variants),
    depth: 1,
    ...health,
    servers: others,
    goals,
  },
  {
    what: "POST of JSON with a token, each another",
    requests: varied(keyedPost, variants),
    depth: 1,
    status: 201,
    body: JSON.stringify({ text: messageText }),
    // One that looks at nothing would not read the body, and the chat would keep the message.
    servers: [denoServe, nodeHttp],
    goals,
  },
  {
    what: `GET, ${pipelineDepth} pipelined`,
    requests: [plainGet],
    depth: pipelineDepth,
    ...health,
    servers: [...others, chat],
    goals: { [denoServe]: 2, [nodeHttp]: 2 },
  },
];

/** The rounds of one server. */
interface Measured {
  readonly perSecond: number[];
  readonly cpuMicrosEach: number[];
  /** The part of a core that it had. */
  readonly busy: number[];
}

type Loader = (server: ServerProcess, workload: Workload) => Promise<LoadResult>;

/** Prints requests a second and CPU time, and our ratio to the others. */
export async function benchHttp(): Promise<void> {
  const prefix = onCore(serverCore);
  if (prefix.length > 0) {
    console.log(`Pinned by taskset: servers to core ${serverCore}, the load to core ${loadCore}.`);
    pinLoad();
  }
  const byWrk = hasProgram("wrk");
  console.log(
    byWrk ? "Load by wrk." : "Load by our own client, since there is no wrk: it is slow.",
  );
  console.log(
    `${connections} connections, ${rounds} rounds of ${roundSeconds} s for each server.\n`,
  );
  using folder = scratchFolder();
  await using servers = new AsyncDisposableStack();
  const loader = byWrk ? wrkIn(folder.path) : ownLoad();
  const started: ServerProcess[] = [];
  for (const start of starts(folder.path)) {
    started.push(servers.use(await startProcess({ ...start, prefix })));
  }
  const verdicts: string[] = [];
  for (const workload of workloads) {
    verdicts.push(...await measure(workload, started, prefix, loader));
  }
  console.log(verdicts.join("\n"));
}

/** All servers but the bare loop, which has to be told what is asked. */
function starts(folder: string): readonly ServerStart[] {
  const setup = JSON.stringify({ token: peerToken });
  const port = freePort();
  return [
    { name: ours, command: [...peer("our_layer.ts"), setup], tells: "stdout" },
    { name: denoServe, command: [...peer("deno_serve.ts"), setup], tells: "stdout" },
    { name: denoServeLeast, command: peer("deno_serve_least.ts"), tells: "stdout" },
    { name: nodeHttp, command: ["node", fileOf("node_http.mjs"), setup], tells: "stdout" },
    {
      name: chat,
      command: chatCommand(`${folder}/chat.db`, { flags: ["--port", String(port)] }),
      // Its log is written, but to nowhere.
      tells: { port },
    },
  ];
}

function peer(file: string): readonly [program: string, ...args: string[]] {
  return [Deno.execPath(), "run", "-A", fileOf(file)];
}

function fileOf(name: string): string {
  return new URL(`peers/${name}`, import.meta.url).pathname;
}

/** What a connection sends in one go: `depth` requests. */
function sendingsOf({ requests, depth }: Workload): Uint8Array<ArrayBuffer>[] {
  return requests.map((_, at) =>
    joined(Array.from({ length: depth }, (_, more) => nthOf(requests, at + more)))
  );
}

function wrkIn(folder: string): Loader {
  const prefix = onCore(loadCore);
  return (server, workload) => {
    const sendings = sendingsOf(workload);
    return loadByWrk(server, { sendings, connections, seconds: roundSeconds, folder, prefix });
  };
}

/** It sends a number of requests: as many as the time will do for, by the round before. */
function ownLoad(): Loader {
  const totals = new Map<string, number>();
  return async (server, workload) => {
    const { what, depth, status } = workload;
    const sendings = sendingsOf(workload);
    const bytesOf = (connection: number, round: number) => nthOf(sendings, connection + round);
    const key = `${what} ${server.name}`;
    const total = totals.get(key) ?? 2000 * depth;
    const result = await load(server, { bytesOf, depth, connections, total, status });
    totals.set(key, Math.ceil(roundSeconds * result.requests / result.seconds));
    return result;
  };
}

/** Runs one workload and prints its table; gives what has become of its goals. */
async function measure(
  workload: Workload,
  started: readonly ServerProcess[],
  prefix: readonly string[],
  loader: Loader,
): Promise<string[]> {
  const { what, status, body } = workload;
  const answer = `HTTP/1.1 ${status} Fine\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${body.length}\r\nDate: Fri, 20 Nov 2026 10:00:00 GMT\r\n\r\n${body}`;
  const floor = JSON.stringify({ requestBytes: nthOf(workload.requests, 0).length, answer });
  await using bare = await startProcess({
    name: bareLoop,
    command: [...peer("bare_loop.ts"), floor],
    prefix,
    tells: "stdout",
  });
  const servers = started.filter(({ name }) => name === ours || workload.servers.includes(name));
  for (const server of servers) await check(server, workload);
  const measured = await interleave([...servers, bare], workload, loader);
  printTable(what, measured);
  return judge(workload, measured);
}

/** Sees that a server answers as it should. */
async function check(
  { name, hostname, port }: ServerProcess,
  { requests, status, body }: Workload,
): Promise<void> {
  using conn = await Deno.connect({ hostname, port });
  await conn.write(nthOf(requests, 0));
  let text = "";
  const buffer = new Uint8Array(4096);
  for (;;) {
    const bytes = await conn.read(buffer);
    text += new TextDecoder().decode(buffer.subarray(0, bytes ?? 0));
    const [head = "", content] = text.split("\r\n\r\n");
    const length = /^content-length: (\d+)$/im.exec(head)?.[1];
    if (content !== undefined && content.length >= Number(length)) {
      if (head.startsWith(`HTTP/1.1 ${status} `) && content === body) return;
    } else if (bytes !== null && (content === undefined || length !== undefined)) {
      continue;
    }
    throw new Error(`Cannot measure ${name}: it does not answer as it should, but ${text}`);
  }
}

/** One server after another, again and again, so that what else the machine does befalls all alike. */
async function interleave(
  servers: readonly ServerProcess[],
  workload: Workload,
  loader: Loader,
): Promise<ReadonlyMap<string, Measured>> {
  const measured = new Map<string, Measured>();
  for (const server of servers) {
    await loader(server, workload);
    measured.set(server.name, { perSecond: [], cpuMicrosEach: [], busy: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const server of servers) {
      const cpuBefore = server.cpuMicros();
      const { requests, seconds } = await loader(server, workload);
      const cpuMicros = server.cpuMicros() - cpuBefore;
      const own = measured.get(server.name);
      own?.perSecond.push(requests / seconds);
      own?.cpuMicrosEach.push(cpuMicros / requests);
      own?.busy.push(cpuMicros / 1e6 / seconds);
    }
  }
  return measured;
}

function printTable(what: string, measured: ReadonlyMap<string, Measured>): void {
  const own = measured.get(ours);
  const rows = [...measured].map(([name, { perSecond, cpuMicrosEach, busy }]) => [
    name,
    grouped(median(perSecond)),
    median(cpuMicrosEach).toFixed(1),
    `${(100 * median(busy)).toFixed(0)} %`,
    name === ours || own === undefined ? "" : spread(ratios(own.perSecond, perSecond), 2),
    name === ours || own === undefined
      ? ""
      : median(ratios(cpuMicrosEach, own.cpuMicrosEach)).toFixed(2),
  ]);
  const head = [what, "requests/s", "CPU µs each", "of a core"];
  console.log(markdownTable([...head, "ours is × as fast", "by CPU time"], rows));
  console.log();
}

function judge(
  { what, goals }: Workload,
  measured: ReadonlyMap<string, Measured>,
): string[] {
  const own = measured.get(ours);
  const verdicts = Object.entries(goals).flatMap(([name, least]) => {
    const other = measured.get(name);
    if (own === undefined || other === undefined) return [];
    const value = median(ratios(own.perSecond, other.perSecond));
    const byCpu = median(ratios(other.cpuMicrosEach, own.cpuMicrosEach)).toFixed(2);
    const text = verdict(`${what}, beside ${name}`, { value, least, unit: "×" });
    return `${text}; by CPU time ${byCpu} ×`;
  });
  const slack = [...measured].filter(([, { busy }]) => median(busy) < busyPartMin).length;
  if (slack === 0) return verdicts;
  const part = `${100 * busyPartMin} % of a core`;
  return [
    ...verdicts,
    `- ${what}: ${slack} of ${measured.size} servers had less than ${part}: something else took it, ` +
    "or the load was too slow; go by CPU time",
  ];
}
