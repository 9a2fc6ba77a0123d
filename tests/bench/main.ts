// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * Measures sending and fan-out beside `Deno.serve` and `node:http`, in one run, as ratios.
 *
 * Linux only: the CPU time of the servers is read from `/proc`.
 *
 * @module
 */
import { load, type LoadResult, Receivers, requestBytes, type Target } from "./load.ts";
import { type ServerProcess, startProcess } from "./server_process.ts";

const connections = 64;
const totalRequests = 60_000;
const pipelineDepth = 10;
const streams = 500;
const fanOutMessages = 4000;
const sendersInFlight = 16;
/** No more streams than this may be open for one user. */
const streamsPerUser = 16;

const text = "x".repeat(120);
const here = new URL(".", import.meta.url).pathname;
const deno = Deno.execPath();
/** What the peers answer and stream: as many bytes as a message of ours has. */
const sampleAnswer = JSON.stringify({
  id: 4187,
  room: "common",
  room_kind: "common",
  author: "bench0",
  text,
  at: "2026-11-20T10:00:00.123Z",
  comments: 0,
  files: [],
});

const answers = "answer GET, one at a time";
const pipelinedAnswers = `answer GET, pipelined by ${pipelineDepth}`;
const sends = "POST /send, one at a time";
const fanOuts = `fan-out to ${streams} streams`;

interface Row {
  readonly what: string;
  readonly server: string;
  readonly perSecond: number;
  readonly cpuMicrosEach: number;
}
const rows: Row[] = [];

async function measure(
  what: string,
  server: ServerProcess,
  work: () => Promise<LoadResult>,
): Promise<void> {
  const cpuBefore = server.cpuMicros();
  const { requests, seconds } = await work();
  const row = {
    what,
    server: server.name,
    perSecond: requests / seconds,
    cpuMicrosEach: (server.cpuMicros() - cpuBefore) / requests,
  };
  rows.push(row);
  const perSecond = Math.round(row.perSecond).toLocaleString("en");
  console.log(
    `${what.padEnd(34)} ${server.name.padEnd(11)} ${perSecond.padStart(9)}/s  ` +
      `${row.cpuMicrosEach.toFixed(2).padStart(8)} µs CPU each`,
  );
}

/** Registers users and gives their tokens. */
async function connectUsers({ hostname, port }: Target, count: number): Promise<string[]> {
  const tokens: string[] = [];
  for (let user = 0; user < count; user++) {
    const response = await fetch(`http://${hostname}:${port}/connect`, {
      method: "POST",
      headers: { accept: "text/plain" },
      body: new URLSearchParams({ user: `bench${user}` }),
    });
    tokens.push((await response.text()).trim());
  }
  return tokens;
}

function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { Authorization: `Bearer ${token}` };
}

function sending(token?: string): Uint8Array<ArrayBuffer> {
  return requestBytes({
    method: "POST",
    path: "/send",
    headers: { ...bearer(token), "Content-Type": "application/json" },
    body: JSON.stringify({ text }),
  });
}

async function answering(server: ServerProcess): Promise<void> {
  const requests = [requestBytes({ method: "GET", path: "/healthz" })];
  const wanted = { requests, connections, status: 200 };
  await measure(answers, server, () => load(server, { ...wanted, total: totalRequests }));
  await measure(
    pipelinedAnswers,
    server,
    () => load(server, { ...wanted, total: 4 * totalRequests, depth: pipelineDepth }),
  );
}

function accepting(what: string, server: ServerProcess, tokens: readonly string[]): Promise<void> {
  const requests = tokens.length === 0 ? [sending()] : tokens.map((token) => sending(token));
  return measure(
    what,
    server,
    () => load(server, { requests, connections, total: totalRequests, status: 201 }),
  );
}

async function fanOut(
  what: string,
  server: ServerProcess,
  tokens: readonly string[],
): Promise<void> {
  const receivers = new Receivers();
  const streamRequests = Array.from({ length: streams }, (_, at) =>
    requestBytes({
      method: "GET",
      path: "/events",
      headers: { ...bearer(tokens[Math.floor(at / streamsPerUser)]), Accept: "text/event-stream" },
    }));
  await receivers.open(server, streamRequests);
  await measure(what, server, async () => {
    const startMs = performance.now();
    await load(server, {
      requests: [sending(tokens[0])],
      connections: sendersInFlight,
      total: fanOutMessages,
      status: 201,
    });
    await receivers.reach(streams * fanOutMessages);
    return { requests: streams * fanOutMessages, seconds: (performance.now() - startMs) / 1000 };
  });
  receivers.close();
}

/** Each row of ours beside that of a peer: how much faster, and how much less CPU. */
function printRatios(what: string, title: string): void {
  const own = rows.find((row) => row.server === "chat" && row.what === what);
  for (const peer of rows.filter((row) => row.server !== "chat" && row.what === what)) {
    if (own === undefined) continue;
    const speed = own.perSecond / peer.perSecond;
    const cpu = peer.cpuMicrosEach / own.cpuMicrosEach;
    console.log(
      `${title} beside ${peer.server}: ${speed.toFixed(2)} × the throughput, ` +
        `${cpu.toFixed(2)} × the work per CPU second`,
    );
  }
}

const folder = await Deno.makeTempDir({ dir: ".", prefix: "bench-" });
try {
  const main = new URL("../../main.ts", import.meta.url).pathname;
  const serve = [deno, "run", "-A", main, "serve", "--port", "0", "--limit", "0"] as const;
  const chat = await startProcess(
    "chat",
    [...serve, "--log-format", "json", "--db", `${folder}/chat.db`],
    "stderr",
  );
  const tokens = await connectUsers(chat, Math.ceil(streams / streamsPerUser) + 1);
  await answering(chat);
  await accepting(sends, chat, tokens);
  await fanOut(fanOuts, chat, tokens);
  await chat.stop();

  const denoServe = await startProcess(
    "Deno.serve",
    [deno, "run", "-A", `${here}peers/deno_serve.ts`, sampleAnswer],
    "stdout",
  );
  await answering(denoServe);
  await accepting(sends, denoServe, []);
  await fanOut(fanOuts, denoServe, []);
  await denoServe.stop();

  const nodeHttp = await startProcess(
    "node:http",
    ["node", `${here}peers/node_http.mjs`, sampleAnswer],
    "stdout",
  );
  await answering(nodeHttp);
  await accepting(sends, nodeHttp, []);
  await nodeHttp.stop();

  console.log();
  printRatios(answers, "Answering");
  printRatios(pipelinedAnswers, "Answering, pipelined,");
  printRatios(sends, "Durable sending");
  printRatios(fanOuts, "Fan-out");
} finally {
  await Deno.remove(folder, { recursive: true });
}
