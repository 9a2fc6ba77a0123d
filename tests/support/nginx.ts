/**
 * nginx as a reverse proxy before a server, with a configuration and a folder of its own.
 *
 * @module
 */
import { TextSoFar } from "./chat_process.ts";
import { needTool } from "./tools.ts";

/** How often a port is looked for that nobody takes in the meantime. */
const triesMax = 5;

/** What a proxy is told. */
export interface ProxySetup {
  /** Where it keeps what it needs; gone with the test. */
  readonly folder: string;
  /** Address of the server, as `127.0.0.1:8000` or `unix:/tmp/chat.sock`. */
  readonly upstream: string;
  /** More directives for the location, as `proxy_http_version 1.1`. */
  readonly location?: readonly string[];
  /** More of the server, as it is written in a file. */
  readonly server?: string;
  /**
   * Directives of an `upstream` of the name of `chat`, as `keepalive 8`; without it, the address of
   * the server stands in the location.
   */
  readonly pool?: readonly string[];
}

/** One nginx, as a process. */
export class Nginx implements AsyncDisposable {
  /** Where clients find it. */
  readonly url: string;
  /** What it complains of, from `warn` up, with a few notices. */
  readonly log: TextSoFar;
  readonly #child: Deno.ChildProcess;

  private constructor(url: string, child: Deno.ChildProcess) {
    this.url = url;
    this.#child = child;
    this.log = new TextSoFar(child.stderr);
  }

  /** Starts one and waits until it listens. */
  static async start(setup: ProxySetup): Promise<Nginx> {
    for (let tries = 1;; tries++) {
      const port = freePort();
      const file = `${setup.folder}/nginx-${port}.conf`;
      await Deno.writeTextFile(file, configuration(setup, port));
      const child = new Deno.Command(needTool("nginx"), {
        args: ["-p", setup.folder, "-c", file],
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      const nginx = new Nginx(`http://127.0.0.1:${port}`, child);
      try {
        // Its sockets are open before it starts those who serve them.
        await nginx.log.find(/start worker process \d+/);
        return nginx;
      } catch (failure) {
        await nginx[Symbol.asyncDispose]();
        const taken = nginx.log.text.includes("Address already in use");
        if (!taken || tries === triesMax) throw failure;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      // At once: streams that are still open would keep it for as long as they last.
      this.#child.kill("SIGTERM");
    } catch (failure) {
      // It has ended by itself.
      if (!(failure instanceof TypeError || failure instanceof Deno.errors.NotFound)) throw failure;
    }
    await Promise.all([this.#child.status, this.log.all]);
  }
}

/** A port that was free a moment ago: nginx does not choose one by itself. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

function configuration(setup: ProxySetup, port: number): string {
  const { folder, upstream, location = [], server = "", pool } = setup;
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const lines = (directives: readonly string[]) => directives.map((text) => `${text};`).join("\n");
  const named = pool && `upstream chat { ${lines([`server ${upstream}`, ...pool])} }`;
  // The colon ends the path of a socket, where the path of the URL would begin.
  const target = named ? "chat" : upstream.startsWith("unix:") ? `${upstream}:` : upstream;
  return `
    daemon off;
    worker_processes 1;
    pid ${folder}/nginx-${port}.pid;
    error_log stderr notice;
    # The folder of a test is open to its owner alone.
    ${Deno.uid() === 0 ? "user root root;" : ""}
    events { worker_connections 2048; }
    http {
      access_log off;
      ${lines(temporary.map((name) => `${name}_temp_path ${folder}/${name}-${port}`))}
      client_max_body_size 64m;
      ${named ?? ""}
      server {
        listen 127.0.0.1:${port};
        ${server}
        location / {
          proxy_pass http://${target};
          ${lines(location)}
        }
      }
    }
  `;
}
