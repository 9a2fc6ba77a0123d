/**
 * Servers that answer every request alike and tell, in a field of the answer, what they were asked.
 *
 * @module
 */
import type { Handler } from "../../server/http/exchange.ts";
import { listen } from "../../server/http/listener.ts";
import { runTool, toolPath } from "../support/tools.ts";
import { VirtualClock } from "../support/virtual_clock.ts";

/** A server at work on this machine. */
export interface Origin {
  connect(): Promise<Deno.TcpConn | Deno.UnixConn>;
  /** Ends it. */
  stop(): Promise<void>;
}

/** A kind of server. */
export interface OriginKind {
  readonly name: "here" | "nginx" | "Node.js";
  /** What it is on this machine, as `1.22.1`; undefined if it is not there. */
  version(): Promise<string | undefined>;
  start(): Promise<Origin>;
}

const bodyBytesMax = 1_000_000;

const handler: Handler = async (request) => {
  const body = await request.body.bytes(bodyBytesMax);
  return { status: 200, headers: [["X-Seen", `${request.method} ${body.length}`]], body: "seen\n" };
};

/** Our own. */
export const ourKind: OriginKind = {
  name: "here",
  version: () => Promise.resolve(""),
  start() {
    const listener = listen({
      endpoints: [{ hostname: "127.0.0.1", port: 0 }],
      clock: new VirtualClock(),
      handler,
    });
    const stop = () => {
      listener.close();
      return listener.stop();
    };
    return Promise.resolve({ connect: () => connectTo(listener.address.port), stop });
  },
};

function connectTo(port: number): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: "127.0.0.1", port });
}

/** nginx, which passes each request on to itself, so that it reads the body before it answers. */
export const nginxKind: OriginKind = {
  name: "nginx",
  async version() {
    if (toolPath("nginx") === undefined) return undefined;
    const { err } = await runTool("nginx", ["-v"]);
    return /nginx\/([0-9.]+)/.exec(err)?.[1];
  },
  start: startNginx,
};

function nginxConfig(folder: string): string {
  return `
daemon off;
master_process off;
pid ${folder}/pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen unix:${folder}/front;
    location / {
      proxy_pass http://unix:${folder}/back:/;
      proxy_set_header X-Method $request_method;
      proxy_ignore_client_abort on;
    }
  }
  server {
    listen unix:${folder}/back;
    location / {
      add_header X-Seen "$http_x_method $http_content_length";
      return 200 "seen\\n";
    }
  }
}
`;
}

async function startNginx(): Promise<Origin> {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/nginx.conf`, nginxConfig(folder));
  const child = new Deno.Command(toolPath("nginx") ?? "nginx", {
    args: ["-p", folder, "-e", `${folder}/error.log`, "-c", `${folder}/nginx.conf`],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const connect = () => Deno.connect({ transport: "unix", path: `${folder}/front` });
  let isRunning = true;
  const ended = child.status.then(() => {
    isRunning = false;
  });
  // It says nothing when it is ready.
  while (isRunning && !await isAccepted(connect)) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (!isRunning) {
    throw new Error(`nginx ended: ${await Deno.readTextFile(`${folder}/error.log`)}`);
  }
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await Deno.remove(folder, { recursive: true });
  };
  return { connect, stop };
}

async function isAccepted(connect: () => Promise<Deno.UnixConn>): Promise<boolean> {
  try {
    (await connect()).close();
    return true;
  } catch (failure) {
    const isEarly = failure instanceof Deno.errors.NotFound ||
      failure instanceof Deno.errors.ConnectionRefused;
    if (!isEarly) throw failure;
    return false;
  }
}

/** node:http. */
export const nodeKind: OriginKind = {
  name: "Node.js",
  async version() {
    if (toolPath("node") === undefined) return undefined;
    const { out } = await runTool("node", ["--version"]);
    // Where there is none, the runtime may stand in for it under its name.
    return /^v([0-9.]+)\s*$/.exec(out)?.[1];
  },
  async start() {
    const script = new URL("node_origin.mjs", import.meta.url).pathname;
    const child = new Deno.Command(toolPath("node") ?? "node", {
      args: [script],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value = "" } = await reader.read();
    const stop = async () => {
      await child.stdin.close();
      await child.status;
      await reader.cancel();
    };
    const port = Number(value);
    return { connect: () => connectTo(port), stop };
  },
};
