/**
 * A server under measurement: a process of its own, whose CPU time and memory can be read.
 *
 * @module
 */
import { undoOnSignal } from "./leftovers.ts";

/** A server that runs until it is stopped, at the latest when its scope is left. */
export interface ServerProcess extends AsyncDisposable {
  readonly name: string;
  readonly hostname: string;
  readonly port: number;
  /** Where its inspector listens; empty if it was not started with one. */
  readonly inspector: string;
  /** CPU time it has used so far, in microseconds; all its threads. */
  cpuMicros(): number;
  /** Resident memory, in KiB. */
  residentKib(): number;
  stop(): Promise<void>;
}

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** How to start a server, and how it tells that it listens. */
export interface ServerStart {
  readonly name: string;
  readonly command: Command;
  /** What goes before the command, such as `taskset`. */
  readonly prefix?: readonly string[];
  /**
   * Where it tells its `url`, in a line of JSON; or the port that it was told to take, for one whose
   * output is thrown away.
   */
  readonly tells: "stdout" | "stderr" | { readonly port: number };
  /** Whether its command has it open an inspector. */
  readonly inspected?: boolean;
}

/** Clock ticks of `/proc/PID/stat`; 100 on every Linux we know. */
const ticksPerSecond = 100;

/** Time to end when asked to. */
const graceMs = 5000;

/** Starts a server, and waits until it listens. */
export async function startProcess(start: ServerStart): Promise<ServerProcess> {
  const { name, command, prefix = [], tells, inspected = false } = start;
  const [program = "", ...args] = [...prefix, ...command];
  const child = new Deno.Command(program, {
    args,
    stdin: "null",
    stdout: tells === "stdout" ? "piped" : "null",
    stderr: tells === "stderr" || inspected ? "piped" : tells === "stdout" ? "inherit" : "null",
  }).spawn();
  const calledOff = undoOnSignal(() => child.kill("SIGKILL"));
  const outputs = {
    ...(tells === "stdout" && { stdout: new Output(child.stdout) }),
    ...((tells === "stderr" || inspected) && { stderr: new Output(child.stderr) }),
  };
  const stop = async () => {
    try {
      child.kill("SIGTERM");
    } catch (failure) {
      // It has ended by itself.
      if (!(failure instanceof TypeError)) throw failure;
    }
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await child.status;
    clearTimeout(timer);
    calledOff();
    await Promise.all([outputs.stdout?.drained, outputs.stderr?.drained]);
  };
  try {
    const place = typeof tells === "object"
      ? await listeningAt(tells.port, child)
      : await placeTold(outputs[tells]);
    const inspector = inspected && await outputs.stderr?.find(/listening on (ws:\S+)/) || "";
    return {
      name,
      ...place,
      inspector,
      cpuMicros() {
        const stat = Deno.readTextFileSync(`/proc/${child.pid}/stat`);
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return (Number(fields[11]) + Number(fields[12])) * 1e6 / ticksPerSecond;
      },
      residentKib() {
        const status = Deno.readTextFileSync(`/proc/${child.pid}/status`);
        return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (failure) {
    await stop();
    throw new Error(
      `Cannot start ${name}: ${failure instanceof Error ? failure.message : failure}`,
    );
  }
}

interface Place {
  readonly hostname: string;
  readonly port: number;
}

async function placeTold(output: Output | undefined): Promise<Place> {
  const url = new URL(await output?.find(/"url":"([^"]+)"/) ?? "");
  return { hostname: url.hostname, port: Number(url.port) };
}

/** Resolves when someone accepts connections there. */
async function listeningAt(port: number, child: Deno.ChildProcess): Promise<Place> {
  const hostname = "127.0.0.1";
  const ended = child.status.then(({ code }) => {
    throw new Error(`it ended with status ${code}`);
  });
  ended.catch(() => {});
  for (;;) {
    try {
      const conn = await Promise.race([Deno.connect({ hostname, port }), ended]);
      conn.close();
      return { hostname, port };
    } catch (failure) {
      if (!(failure instanceof Deno.errors.ConnectionRefused)) throw failure;
      await Promise.race([pause(20), ended]);
    }
  }
}

/** Resolves `ms` milliseconds from now. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A port that is free now. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** What a process says; it is read to its end, so that the process never waits for us. */
class Output {
  text = "";
  readonly drained: Promise<void>;
  #told: () => void = () => {};
  #ended = false;

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.drained = this.#drain(stream);
  }

  /** The first group of `pattern`, as soon as it is there. */
  async find(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.text)?.[1];
      if (found !== undefined) return found;
      if (this.#ended) throw new Error(`it ended and said: ${this.text}`);
      await new Promise<void>((resolve) => this.#told = resolve);
    }
  }

  async #drain(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      // The beginning is all that is of interest.
      if (this.text.length < 65_536) this.text += part;
      this.#told();
    }
    this.#ended = true;
    this.#told();
  }
}
