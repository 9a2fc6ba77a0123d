// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * Measures sending and fan-out beside `Deno.serve` and `node:http`, in one run, as ratios.
 *
 * @module
 */
import { streamsPerUserMax } from "../../server/chat/hub.ts";
import { registerUsers, startChat } from "./chat_process.ts";
import { scratchFolder } from "./leftovers.ts";
import { load, type LoadResult, Receivers } from "./load.ts";
import { nthOf, peerToken, plainGet, repeated, requestBytes, sendingOf } from "./requests.ts";
import { type ServerProcess, startProcess } from "./server_process.ts";

const connections = 64;
const totalRequests = 60_000;
const pipelineDepth = 10;
const streams = 500;
const fanOutMessages = 4000;
const sendersInFlight = 16;

const here = new URL(".", import.meta.url).pathname;
/** What the peers answer and stream beside the text: as many bytes as a message of ours has. */
const sample = {
  id: 4187,
  room: "common",
  room_kind: "common",
  author: "bench0",
  at: "2026-11-20T10:00:00.123Z",
  comments: 0,
  files: [],
};
const setup = JSON.stringify({ token: peerToken, sample });

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

async function answering(server: ServerProcess): Promise<void> {
  const wanted = { connections, status: 200 };
  await measure(
    answers,
    server,
    () => load(server, { ...wanted, bytesOf: () => plainGet, total: totalRequests }),
  );
  const together = repeated(plainGet, pipelineDepth);
  const pipelined = { bytesOf: () => together, depth: pipelineDepth };
  await measure(
    pipelinedAnswers,
    server,
    () => load(server, { ...wanted, ...pipelined, total: 4 * totalRequests }),
  );
}

function accepting(what: string, server: ServerProcess, tokens: readonly string[]): Promise<void> {
  const requests = tokens.map((token) => sendingOf(token));
  const bytesOf = (connection: number) => nthOf(requests, connection);
  return measure(
    what,
    server,
    () => load(server, { bytesOf, connections, total: totalRequests, status: 201 }),
  );
}

async function fanOut(
  what: string,
  server: ServerProcess,
  tokens: readonly string[],
): Promise<void> {
  const message = sendingOf(nthOf(tokens, 0));
  const receivers = new Receivers();
  const streamRequests = Array.from({ length: streams }, (_, at) =>
    requestBytes({
      method: "GET",
      path: "/events",
      headers: {
        Authorization: `Bearer ${nthOf(tokens, Math.floor(at / streamsPerUserMax))}`,
        Accept: "text/event-stream",
      },
    }));
  await receivers.open(server, streamRequests);
  await measure(what, server, async () => {
    const startMs = performance.now();
    await load(server, {
      bytesOf: () => message,
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

/** Prints how many messages are taken and handed on, and what else is answered. */
export async function benchChat(): Promise<void> {
  using folder = scratchFolder();
  const db = `${folder.path}/chat.db`;
  const tokens = await registerUsers(db, Math.ceil(streams / streamsPerUserMax) + 1);
  await run(await startChat(db), tokens);
  const denoServe = [Deno.execPath(), "run", "-A", `${here}peers/deno_serve.ts`, setup] as const;
  await run(
    await startProcess({ name: "Deno.serve", command: denoServe, tells: "stdout" }),
    [peerToken],
  );
  const nodeHttp = ["node", `${here}peers/node_http.mjs`, setup] as const;
  await run(
    await startProcess({ name: "node:http", command: nodeHttp, tells: "stdout" }),
    [peerToken],
    { streaming: false },
  );
  console.log();
  printRatios(answers, "Answering");
  printRatios(pipelinedAnswers, "Answering, pipelined,");
  printRatios(sends, "Durable sending");
  printRatios(fanOuts, "Fan-out");
}

async function run(
  started: ServerProcess,
  tokens: readonly string[],
  { streaming } = { streaming: true },
): Promise<void> {
  await using server = started;
  await answering(server);
  await accepting(sends, server, tokens);
  if (streaming) await fanOut(fanOuts, server, tokens);
}
