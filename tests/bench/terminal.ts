// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * Measures what one waits for in a terminal: the start, the echo of a key, and what it takes to stay.
 *
 * @module
 */
import { denoDirectory } from "../support/chat_process.ts";
import { registerUsers, startChat } from "./chat_process.ts";
import { grouped, markdownTable, median, percentile, ratios, spread, verdict } from "./figures.ts";
import { Inspector } from "./inspector.ts";
import { scratchFolder } from "./leftovers.ts";
import { hasProgram } from "./pinning.ts";
import { PseudoTerminal } from "./pseudo_terminal.ts";
import { type Command, pause, type ServerProcess, startProcess } from "./server_process.ts";

const rounds = 15;
const sendMsMax = 300;

/** Keys of one round of typing, and when the line is cleared. */
const keys = 300;
const keysPerLine = 40;
/** A quick typist's pause between two keys: from the first on, spread over the second, in ms. */
const keyPauseMs = { least: 30, spread: 41 };
const perSecond = 1000;
/** A lag of less is not felt while typing. */
const echoMsMax = 50;
const clearLine = "\x15";

const memoryStages: readonly number[] = [10_000, 50_000, 100_000];
/** Of the memory after the first stage: what is kept is bounded, so it is the same after all. */
const growthMax = 1.15;

const root = new URL("../../", import.meta.url).pathname;
const deno = [Deno.execPath(), "run", "-A"] as const;

/** The command of the client from its source. */
function chat(...words: readonly string[]): Command {
  return [...deno, `${root}main.ts`, ...words];
}

/** Prints how long the client takes to start, how long a key takes, and how much memory it has. */
export async function benchTerminal(): Promise<void> {
  if (!hasProgram("script")) throw new Error("Cannot make a terminal: script is not here");
  console.log("Cold starts, keys while others talk, and memory. It takes about two minutes.");
  const [busy = NaN] = Deno.loadavg();
  const cores = navigator.hardwareConcurrency;
  console.log(`Before it, ${busy.toFixed(1)} processes wanted to run on ${cores} cores.\n`);
  using scratch = scratchFolder();
  const folder = Deno.realPathSync(scratch.path);
  const environment = {
    HOME: folder,
    DENO_DIR: denoDirectory(),
    XDG_CONFIG_HOME: `${folder}/config`,
    XDG_STATE_HOME: `${folder}/state`,
    XDG_DATA_HOME: `${folder}/data`,
    NO_COLOR: "1",
    TERM: "xterm-256color",
  };
  const goals = [
    await coldStarts(folder, environment),
    await typing(environment),
    await memory(environment),
  ];
  console.log(goals.join("\n"));
}

type Environment = Readonly<Record<string, string>>;

/** Something to be started; gives how long it took, in milliseconds. */
interface Start {
  readonly name: string;
  run(): Promise<number>;
}

async function coldStarts(folder: string, environment: Environment): Promise<string> {
  const db = `${folder}/chat.db`;
  const [token = ""] = await registerUsers(db, 1);
  await using server = await startChat(db);
  const url = `http://${server.hostname}:${server.port}`;
  const account = ["--user", "alice", "--server", url];
  const send = "chat send hi";
  const floor = "deno eval 0";
  const starts: readonly Start[] = [
    { name: floor, run: () => untilEnd([Deno.execPath(), "eval", "0"], environment) },
    ...(hasProgram("node")
      ? [{ name: "node -e 0", run: () => untilEnd(["node", "-e", "0"], environment) }]
      : []),
    ...(hasProgram("curl")
      ? [{ name: "curl -d text=hi", run: () => untilEnd(curlSend(url, token), environment) }]
      : []),
    { name: send, run: () => untilEnd(chat("send", ...account, "hi"), environment) },
    {
      name: "chat client --plain, first line",
      run: () => untilFirstLine(chat("client", "--plain", ...account), environment),
    },
    {
      name: "chat client, first screen",
      run: () => untilFirstScreen(chat("client", ...account), environment),
    },
  ];
  const times = new Map<string, number[]>();
  // The first round fills caches, and registers alice.
  for (let round = 0; round <= rounds; round++) {
    for (const { name, run } of starts) {
      const tookMs = await run();
      if (round > 0) times.set(name, [...times.get(name) ?? [], tookMs]);
    }
  }
  const floorMs = times.get(floor) ?? [];
  console.log(markdownTable(
    [`cold start, median of ${rounds} (least–most)`, "ms", `× ${floor}`],
    [...times].map(([name, tookMs]) => [
      name,
      spread(tookMs, 0),
      median(ratios(tookMs, floorMs)).toFixed(1),
    ]),
  ));
  console.log();
  return verdict(`${send} from cold`, {
    value: median(times.get(send) ?? []),
    most: sendMsMax,
    unit: "ms",
  });
}

function curlSend(url: string, token: string): Command {
  const authorization = `Authorization: Bearer ${token}`;
  return ["curl", "--silent", "--fail", "-H", authorization, "-d", "text=hi", `${url}/send`];
}

async function untilEnd([program, ...args]: Command, env: Environment): Promise<number> {
  const startMs = performance.now();
  const { success, stderr } = await new Deno.Command(program, {
    args,
    env: { ...env },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  const tookMs = performance.now() - startMs;
  if (!success) throw new Error(`${program} failed: ${new TextDecoder().decode(stderr)}`);
  return tookMs;
}

/** What was said before is shown first, so there is a line that needs nobody to talk. */
async function untilFirstLine([program, ...args]: Command, env: Environment): Promise<number> {
  const startMs = performance.now();
  const child = new Deno.Command(program, {
    args,
    env: { ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const output = child.stdout.getReader();
  let said = "";
  while (!said.includes("\n")) {
    const { done, value } = await output.read();
    if (done) throw new Error(`${program} ended and said: ${said}`);
    said += new TextDecoder().decode(value);
  }
  const tookMs = performance.now() - startMs;
  await Promise.all([child.stdin.close(), output.cancel()]);
  await child.status;
  return tookMs;
}

async function untilFirstScreen(command: Command, environment: Environment): Promise<number> {
  await using terminal = await PseudoTerminal.open(command, environment);
  return await terminal.shows(prompt) - terminal.startedMs;
}

/** The client is ready for keys. */
const prompt = /common> /;

/** A client on a terminal, of a server that has much to tell. */
async function openClient(
  { hostname, port }: ServerProcess,
  environment: Environment,
  flags: readonly string[] = [],
): Promise<PseudoTerminal> {
  const account = ["--user", "alice", "--server", `http://${hostname}:${port}`];
  const command = [...deno, ...flags, `${root}main.ts`, "client", ...account] as const;
  const terminal = await PseudoTerminal.open(command, environment);
  await terminal.shows(prompt);
  // What the client does once it has connected is no part of what follows.
  await pause(1000);
  return terminal;
}

function startBusyChat(): Promise<ServerProcess> {
  return startProcess({
    name: "busy chat",
    command: [Deno.execPath(), "run", "-A", `${root}tests/bench/peers/busy_chat.ts`],
    tells: "stdout",
  });
}

/** Resolves when `messages` have been written to the client. */
async function tell(
  { hostname, port }: ServerProcess,
  talk: { readonly messages: number; readonly perSecond?: number },
): Promise<void> {
  const response = await fetch(`http://${hostname}:${port}/tell`, {
    method: "POST",
    body: JSON.stringify(talk),
  });
  const { told } = await response.json();
  if (told !== talk.messages) throw new Error(`The client left after ${told} messages`);
}

async function typing(environment: Environment): Promise<string> {
  await using server = await startBusyChat();
  await using terminal = await openClient(server, environment);
  const quiet = await typeKeys(terminal, 0);
  // Longer than the keys take; what is told after them is the lag of the client.
  const longestMs = keys * (keyPauseMs.least + keyPauseMs.spread + echoMsMax);
  const messages = Math.ceil(longestMs / 1000 * perSecond);
  const talk = tell(server, { messages, perSecond });
  await pause(1000);
  const [fromMs, from] = [performance.now(), terminal.highestShown];
  const busy = await typeKeys(terminal, keys);
  const shown = (terminal.highestShown - from) / (performance.now() - fromMs) * 1000;
  await talk;
  const toldMs = performance.now();
  const lagMs = await terminal.shows(new RegExp(`\\bn${messages}\\b`)) - toldMs;
  const cells = (echoes: readonly number[]) =>
    [median(echoes), percentile(echoes, 0.99), Math.max(...echoes)].map((ms) => ms.toFixed(1));
  console.log(markdownTable(
    [`from a key to its echo, ${keys} keys`, "ms, median", "p99", "most", "messages/s shown"],
    [
      ["nobody talks", ...cells(quiet), "0"],
      [`${grouped(perSecond)} messages/s`, ...cells(busy), grouped(shown)],
    ],
  ));
  console.log(
    `\nThe last message was on the screen ${Math.max(0, lagMs).toFixed(0)} ms after it ` +
      "was told.\n",
  );
  return [
    verdict(`99 of 100 keys while ${grouped(perSecond)} messages a second come in`, {
      value: percentile(busy, 0.99),
      most: echoMsMax,
      unit: "ms",
    }),
    verdict("messages shown meanwhile", {
      value: shown,
      least: 0.95 * perSecond,
      unit: "a second",
    }),
  ].join("\n");
}

/** The first letter that keys type: one column wide, and not in any message. */
const firstLetter = 0x1401;

/**
 * Types letters that were not on the screen before; gives how long each took to come there, in
 * milliseconds.
 *
 * @param from How many of them have been typed already.
 */
async function typeKeys(terminal: PseudoTerminal, from: number): Promise<number[]> {
  const echoes: number[] = [];
  for (let at = 0; at < keys; at++) {
    if (at % keysPerLine === 0) await terminal.type(clearLine);
    // Each pause is another one, so that keys do not march in step with anything.
    await pause(keyPauseMs.least + (at * 17) % keyPauseMs.spread);
    const letter = String.fromCodePoint(firstLetter + from + at);
    const shown = terminal.shows(new RegExp(letter));
    const typedMs = await terminal.type(letter);
    echoes.push(await shown - typedMs);
  }
  await terminal.type(clearLine);
  return echoes;
}

async function memory(environment: Environment): Promise<string> {
  await using server = await startBusyChat();
  await using terminal = await openClient(server, environment, ["--inspect=127.0.0.1:0"]);
  using inspector = await Inspector.open(await terminal.finds(/listening on (ws:\S+)/));
  const rows: (readonly string[])[] = [];
  const collected: number[] = [];
  const look = async (shown: number, rate: string) => {
    const atOnceKib = terminal.residentKib();
    await inspector.collectGarbage();
    const { usedSize } = await inspector.heapUsage();
    const collectedKib = terminal.residentKib();
    collected.push(collectedKib);
    const memories = [atOnceKib, collectedKib, usedSize / 1024];
    rows.push([grouped(shown), ...memories.map((kib) => (kib / 1024).toFixed(1)), rate]);
  };
  await look(0, "");
  let told = 0;
  for (const stage of memoryStages) {
    const startMs = performance.now();
    const done = terminal.shows(new RegExp(`\\bn${stage}\\b`));
    await tell(server, { messages: stage - told });
    await look(stage, grouped((stage - told) / (await done - startMs) * 1000));
    told = stage;
  }
  console.log(markdownTable(
    ["messages shown", "MiB resident at once", "collected", "in objects", "messages/s taken"],
    rows,
  ));
  console.log();
  const [, first = NaN] = collected;
  const name = `memory after ${grouped(told)} messages beside ${grouped(memoryStages[0] ?? 0)}`;
  return verdict(name, { value: (collected.at(-1) ?? NaN) / first, most: growthMax, unit: "×" });
}
