// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * Measures the memory that idle streams and idle connections take in a server.
 *
 * @module
 */
import { streamsPerUserMax } from "../../server/chat/hub.ts";
import { registerUsers, startChat } from "./chat_process.ts";
import { grouped, markdownTable, verdict } from "./figures.ts";
import { type HeapUsage, Inspector } from "./inspector.ts";
import { scratchFolder } from "./leftovers.ts";
import { peerToken, plainGet, requestBytes } from "./requests.ts";
import { pause, type ServerProcess, startProcess } from "./server_process.ts";

const streams = 5000;
/** The bound of connections of our layer. */
const keptAlive = 10_000;
const kibPerStreamMax = 16;
/** Streams that come and go before, so that what a server needs once is not counted. */
const warmUp = 500;
/**
 * After so long V8 has noticed that nothing happens and has collected its garbage, and each stream
 * has had its heartbeat; a connection that is only kept alive is not yet closed.
 */
const settlingMs = 45_000;
/** How many are opened at a time. */
const opening = 100;
const spareDescriptors = 200;

const here = new URL(".", import.meta.url).pathname;
const inspect = "--inspect=127.0.0.1:0";
const setup = JSON.stringify({ token: peerToken });

/** A server, and what a client asks it for. */
interface Candidate {
  readonly name: string;
  start(): Promise<ServerProcess>;
  /** The request of the Nth stream. */
  readonly streamRequest: (at: number) => Uint8Array<ArrayBuffer>;
}

/** Memory of a server, in KiB. */
interface Memory {
  readonly residentKib: number;
  readonly heap: HeapUsage;
}

/** What connections made of it. */
interface Growth {
  readonly server: string;
  readonly what: string;
  readonly count: number;
  readonly before: Memory;
  /** Resident as soon as the last was opened, and after the time to settle. */
  readonly openedKib: number;
  readonly settledKib: number;
  /** After it was made to collect its garbage. */
  readonly after: Memory;
}

/** Prints what each idle stream, and each idle connection, costs. */
export async function benchIdle(): Promise<void> {
  const most = descriptorsMax();
  const connections = Math.min(keptAlive, most - spareDescriptors);
  if (connections < streams) {
    throw new Error(`Cannot open ${streams} streams: only ${most} files may be open (ulimit -Hn)`);
  }
  console.log(
    `Idle streams and connections, at once and ${
      settlingMs / 1000
    } s after the last was opened.\n` +
      "It takes about five minutes.\n",
  );
  using folder = scratchFolder();
  const db = `${folder.path}/chat.db`;
  const tokens = await registerUsers(db, Math.ceil(streams / streamsPerUserMax));
  const growths: Growth[] = [];
  for (const candidate of [chatOn(db, tokens), ourLayer, denoServe]) {
    growths.push(await grow(candidate, "streams", streams, candidate.streamRequest));
  }
  for (const candidate of [ourLayer, denoServe]) {
    growths.push(await grow(candidate, "kept alive", connections, () => plainGet));
  }
  print(growths);
}

/** How many files a process may open: Deno raises the soft limit to the hard one itself. */
function descriptorsMax(): number {
  const limits = Deno.readTextFileSync("/proc/self/limits");
  return Number(/^Max open files\s+\d+\s+(\d+)/m.exec(limits)?.[1] ?? 1024);
}

function chatOn(db: string, tokens: readonly string[]): Candidate {
  return {
    name: "chat",
    start: () => startChat(db, { denoFlags: [inspect], inspected: true }),
    streamRequest: (at) => eventsOf(tokens[Math.floor(at / streamsPerUserMax)]),
  };
}

const ourLayer = peer("our layer alone", "our_layer.ts");
const denoServe = peer("Deno.serve", "deno_serve.ts");

function peer(name: string, file: string): Candidate {
  return {
    name,
    start: () =>
      startProcess({
        name,
        command: [Deno.execPath(), "run", "-A", inspect, `${here}peers/${file}`, setup],
        tells: "stdout",
        inspected: true,
      }),
    streamRequest: () => eventsOf(peerToken),
  };
}

function eventsOf(token = ""): Uint8Array<ArrayBuffer> {
  const headers = { Authorization: `Bearer ${token}`, Accept: "text/event-stream" };
  return requestBytes({ method: "GET", path: "/events", headers });
}

async function grow(
  { name, start }: Candidate,
  what: string,
  count: number,
  request: (at: number) => Uint8Array<ArrayBuffer>,
): Promise<Growth> {
  await using server = await start();
  using inspector = await Inspector.open(server.inspector);
  const memory = async (): Promise<Memory> => {
    await inspector.collectGarbage();
    return { residentKib: server.residentKib(), heap: await inspector.heapUsage() };
  };
  closeAll(await open(server, warmUp, request));
  await pause(1000);
  const before = await memory();
  const conns = await open(server, count, request);
  const openedKib = server.residentKib();
  await pause(settlingMs);
  const settledKib = server.residentKib();
  const after = await memory();
  closeAll(conns);
  return { server: name, what, count, before, openedKib, settledKib, after };
}

/** Opens connections, each of which has got the beginning of its answer. */
async function open(
  { hostname, port }: ServerProcess,
  count: number,
  request: (at: number) => Uint8Array<ArrayBuffer>,
): Promise<Deno.Conn[]> {
  const conns: Deno.Conn[] = [];
  for (let from = 0; from < count; from += opening) {
    const some = Array.from({ length: Math.min(opening, count - from) }, async (_, at) => {
      const conn = await Deno.connect({ hostname, port });
      conns.push(conn);
      await conn.write(request(from + at));
      const head = new Uint8Array(1024);
      const bytes = await conn.read(head) ?? 0;
      const text = new TextDecoder().decode(head.subarray(0, bytes));
      if (!text.startsWith("HTTP/1.1 200 ")) throw new Error(`Cannot open a stream: ${text}`);
    });
    await Promise.all(some);
  }
  return conns;
}

function closeAll(conns: readonly Deno.Conn[]): void {
  for (const conn of conns) conn.close();
}

function print(growths: readonly Growth[]): void {
  const rows = growths.map((growth) => {
    const { count, before, openedKib, after } = growth;
    const objects = (after.heap.usedSize - before.heap.usedSize) / count / 1024;
    const buffers = (after.heap.backingStorageSize - before.heap.backingStorageSize) / count / 1024;
    const collected = (after.residentKib - before.residentKib) / count;
    const opened = (openedKib - before.residentKib) / count;
    const each = [opened, settledEach(growth), collected, objects, buffers];
    return [
      `${grouped(count)} ${growth.what}`,
      growth.server,
      (before.residentKib / 1024).toFixed(0),
      ...[...each, collected - objects - buffers].map((kib) => kib.toFixed(1)),
    ];
  });
  console.log(markdownTable(
    [
      "idle",
      "server",
      "MiB before",
      "KiB each at once",
      "settled",
      "collected",
      "objects",
      "buffers",
      "native",
    ],
    rows,
  ));
  console.log();
  const own = growths.find(({ server, what }) => server === "chat" && what === "streams");
  if (own === undefined) return;
  const value = settledEach(own);
  console.log(verdict("an idle stream of the chat", { value, most: kibPerStreamMax, unit: "KiB" }));
}

/** Resident memory of one stream or connection, in KiB. */
function settledEach({ count, before, settledKib }: Growth): number {
  return (settledKib - before.residentKib) / count;
}
