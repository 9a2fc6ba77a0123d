// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * Measures what one waits for in a browser: the first message, where the network and the machine are
 * slow, and how much comes over the wire until then.
 *
 * @module
 */
import type { CDPSession, Page } from "puppeteer-core";
import { browserPath, openBrowser } from "../support/browser.ts";
import { builtPage } from "../support/page.ts";
import { registerUsers, startChat } from "./chat_process.ts";
import { grouped, markdownTable, median, spread, verdict } from "./figures.ts";
import { scratchFolder } from "./leftovers.ts";
import type { ServerProcess } from "./server_process.ts";

const rounds = 5;
const warmUps = 2;
const messages = 60;
const firstMessageMsMax = 1000;

/** A "slow 4G": each answer comes 150 ms later, at 1.6 Mbit/s; 750 kbit/s go out. */
const network = {
  offline: false,
  latency: 150,
  downloadThroughput: 1.6e6 / 8,
  uploadThroughput: 750e3 / 8,
};

/** The processor's own speed, and the quarter of it that Lighthouse takes along with this network. */
const slowdowns = [1, 4];

/** Prints how long the page takes to show a message, and what it weighs. */
export async function benchPage(): Promise<void> {
  if (browserPath === undefined) throw new Error("Cannot open the page: there is no browser here");
  console.log(
    `A user who is signed in opens the page, ${rounds} times each way, on "slow 4G": ` +
      `${network.latency} ms,\n1.6 Mbit/s down, 750 kbit/s up, with a processor at its own speed ` +
      "and at a quarter of it. It takes a minute.",
  );
  const [busy = NaN] = Deno.loadavg();
  const cores = navigator.hardwareConcurrency;
  console.log(`Before it, ${busy.toFixed(1)} processes wanted to run on ${cores} cores.\n`);
  await builtPage();
  using scratch = scratchFolder();
  const db = `${scratch.path}/chat.db`;
  const [token = ""] = await registerUsers(db, 1);
  await using server = await startChat(db);
  await fill(server, token);
  await weigh(server);
  await using browser = await openBrowser();
  const page = await browser.newPage();
  const session = await page.createCDPSession();
  const address = urlOf(server);
  // What an earlier visit has left.
  await page.goto(`${address}/docs`);
  await page.evaluate(keepAccount, JSON.stringify({ user: "bench0", token, id: "bench" }));
  await page.evaluateOnNewDocument(watchForMessage);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", network);
  const ways = slowdowns.flatMap((slowdown) => {
    const speed = slowdown === 1 ? "own speed" : `1/${slowdown} of the speed`;
    return [
      { name: `${speed}, nothing in the cache`, slowdown, isCold: true },
      { name: `${speed}, seen before`, slowdown, isCold: false },
    ];
  });
  const seen = new Map<string, Seen[]>();
  for (const { name, slowdown, isCold } of ways) {
    await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    // A browser keeps what it has compiled of a script that it meets again.
    for (let round = 0; round < warmUps; round++) await visit(page, session, address, { isCold });
    const visits: Seen[] = [];
    for (let round = 0; round < rounds; round++) {
      visits.push(await visit(page, session, address, { isCold }));
    }
    seen.set(name, visits);
  }
  const times = (name: string, part: keyof Seen) => (seen.get(name) ?? []).map((one) => one[part]);
  console.log(markdownTable(
    [`median of ${rounds} (least–most), ms`, "page drawn", "first message", "requests until then"],
    ways.map(({ name }) => [
      name,
      spread(times(name, "drawnMs"), 0),
      spread(times(name, "messageMs"), 0),
      spread(times(name, "requests"), 0),
    ]),
  ));
  console.log();
  for (const { name } of ways) {
    console.log(verdict(`the first message, ${name}`, {
      value: median(times(name, "messageMs")),
      most: firstMessageMsMax,
      unit: "ms",
    }));
  }
}

/** What was seen of one visit, since its beginning. */
interface Seen {
  /** The page has drawn something of its own. */
  readonly drawnMs: number;
  /** The first message is on the screen. */
  readonly messageMs: number;
  /** What was asked of the server until then. */
  readonly requests: number;
}

async function visit(
  page: Page,
  session: CDPSession,
  address: string,
  { isCold }: { readonly isCold: boolean },
): Promise<Seen> {
  await page.goto("about:blank");
  if (isCold) await session.send("Network.clearBrowserCache");
  await page.goto(address, { waitUntil: "domcontentloaded" });
  return await page.evaluate("seen") as Seen;
}

function urlOf({ hostname, port }: ServerProcess): string {
  return `http://${hostname}:${port}`;
}

async function fill(server: ServerProcess, token: string): Promise<void> {
  for (let at = 0; at < messages; at++) {
    const response = await fetch(`${urlOf(server)}/send`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: new URLSearchParams({ text: `Message ${at} of a chat in which something was said.` }),
    });
    if (!response.ok) throw new Error(`Cannot send: ${await response.text()}`);
    await response.body?.cancel();
  }
}

/** Runs in the page before anything else: `seen` is what was seen as soon as it was. */
const watchForMessage = `globalThis.seen = new Promise((tell) => {
  let drawnMs;
  const look = () => {
    if (document.querySelector(".screen, .sign-in") !== null) drawnMs ??= performance.now();
    if (document.querySelector("[role=log] article") === null) return requestAnimationFrame(look);
    // This frame shows it; the next one begins when it is on the screen.
    requestAnimationFrame(() => tell({
      drawnMs,
      messageMs: performance.now(),
      requests: 1 + performance.getEntriesByType("resource").length,
    }));
  };
  requestAnimationFrame(look);
})`;

function keepAccount(account: string): void {
  localStorage.setItem("chat.account", account);
}

/** Prints how many bytes come over the wire, heads included. */
async function weigh(server: ServerProcess): Promise<void> {
  const html = await answer(server, "/", "identity");
  const targets = ["/", ...new Set([...html.matchAll(/\/assets\/[\w.-]+/g)].map(([path]) => path))];
  const rows: string[][] = [];
  const totals = { br: 0, gzip: 0, identity: 0 };
  for (const target of targets) {
    const bytes: number[] = [];
    for (const coding of ["br", "gzip", "identity"] as const) {
      const { length } = await answer(server, target, coding);
      totals[coding] += length;
      bytes.push(length);
    }
    const name = target === "/" ? "HTML" : target.replace(/^.*\/(.*)-\w+(\..*)$/, "$1$2");
    rows.push([name, ...bytes.map(grouped)]);
  }
  rows.push(["all", ...Object.values(totals).map(grouped)]);
  console.log(markdownTable(["bytes of answers", "br", "gzip", "as it is"], rows));
  console.log();
}

/** One answer, head and body; one character a byte. */
async function answer(
  { hostname, port }: ServerProcess,
  target: string,
  coding: string,
): Promise<string> {
  using conn = await Deno.connect({ hostname, port });
  const head = `GET ${target} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n`;
  await conn.write(new TextEncoder().encode(`${head}Accept-Encoding: ${coding}\r\n\r\n`));
  let text = "";
  const buffer = new Uint8Array(65_536);
  for (;;) {
    const length = await conn.read(buffer);
    if (length === null) return text;
    text += String.fromCharCode(...buffer.subarray(0, length));
  }
}
