/**
 * A server under measurement: a process of its own, whose CPU time can be read.
 *
 * @module
 */

/** A server that runs until it is stopped. */
export interface ServerProcess {
  readonly name: string;
  readonly hostname: string;
  readonly port: number;
  /** CPU time it has used so far, in microseconds; all its threads. */
  cpuMicros(): number;
  /** Resident memory, in KiB. */
  residentKib(): number;
  stop(): Promise<void>;
}

/** Clock ticks of `/proc/PID/stat`; 100 on every Linux we know. */
const ticksPerSecond = 100;

/** Starts `command`, and waits for the line of JSON in which it tells its `url`. */
export async function startProcess(
  name: string,
  command: readonly [program: string, ...args: string[]],
  output: "stdout" | "stderr",
): Promise<ServerProcess> {
  const [program, ...args] = command;
  const child = new Deno.Command(program, {
    args,
    stdin: "null",
    stdout: output === "stdout" ? "piped" : "null",
    stderr: output === "stderr" ? "piped" : "inherit",
  }).spawn();
  const lines = (output === "stdout" ? child.stdout : child.stderr)
    .pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let url: string | undefined;
  while (url === undefined) {
    const { value, done } = await lines.read();
    if (done) throw new Error(`Cannot start ${name}: ${text}`);
    text += value;
    url = /"url":"([^"]+)"/.exec(text)?.[1];
  }
  // What it says later is read away, so that it never waits for us.
  const drained = (async () => {
    while (!(await lines.read()).done);
  })();
  const { hostname, port } = new URL(url);
  return {
    name,
    hostname,
    port: Number(port),
    cpuMicros() {
      const stat = Deno.readTextFileSync(`/proc/${child.pid}/stat`);
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return (Number(fields[11]) + Number(fields[12])) * 1e6 / ticksPerSecond;
    },
    residentKib() {
      const status = Deno.readTextFileSync(`/proc/${child.pid}/status`);
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
    },
    async stop() {
      child.kill("SIGTERM");
      await child.status;
      await drained;
    },
  };
}
