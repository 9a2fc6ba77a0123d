/**
 * A machine on which the operator's handbook can be followed as it is written: one folder that holds
 * what the handbook has in `/etc`, `/opt`, `/var` and `/usr/local`.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { denoDirectory } from "../../support/chat_process.ts";
import { toolPath } from "../../support/tools.ts";

const checkout = new URL("../../../", import.meta.url).pathname.replace(/\/$/, "");

/**
 * Programs that would change the machine the test runs on. `@ROOT@` is the folder; `systemctl` does by
 * the unit what systemd would.
 */
const standIns: Readonly<Record<string, string>> = {
  sudo: `[ "$1 $2" = "-u chat" ] || exit 64
shift 2
exec "$@"`,
  useradd: `[ "$*" = "--system --home-dir @ROOT@/var/lib/chat --shell /usr/sbin/nologin chat" ]`,
  chgrp: `for file in "$@"; do last=$file; done
[ -e "$last" ]`,
  ssh: `[ "$1" = backup@elsewhere.example ] || exit 64
cd @ROOT@/elsewhere
exec sh -c "$2"`,
  timedatectl: `[ "$*" = "set-ntp true" ]`,
  journalctl: `case "$*" in
--vacuum-size=*) ;;
"-u chat -n "*) tail -n "$4" @ROOT@/run/journal ;;
*) exit 64 ;;
esac`,
  nginx: `exec "$REAL_NGINX" -p @ROOT@ -c @ROOT@/etc/nginx/nginx.conf "$@"`,
  systemctl: `unit=@ROOT@/etc/systemd/system/chat.service
state=@ROOT@/run
value() { sed -n "s/^$1=//p" "$unit"; }
until_is() { while ! eval "$1"; do sleep 0.02; done; }
serve() {
  cd "$(value WorkingDirectory)"
  umask "$(value UMask)"
  for start in 1 2 3; do
    env -i PATH="@ROOT@/usr/local/bin:$PATH" HOME=@ROOT@/var/lib/chat FILE="$(value EnvironmentFile)" \\
      PROGRAM="$(value ExecStart)" sh -ac '. "$FILE"; exec $PROGRAM' 2>> "$state/journal" &
    echo $! > "$state/pid.new"
    mv "$state/pid.new" "$state/pid"
    code=0
    wait $! || code=$?
    rm -f "$state/pid"
    [ $code != 0 ] && [ "$(value Restart)" = on-failure ] && [ ! -e "$state/off" ] || break
  done
  touch "$state/ended"
}
start() {
  if [ -e "$state/pid" ]; then return; fi
  rm -f "$state/ended"
  (exec > /dev/null 2>&1 < /dev/null; serve) &
  until_is '[ -e "$state/pid" ] || [ -e "$state/ended" ]'
}
send() { sh -ec "MAINPID=$(cat "$state/pid"); $1"; }
stop() {
  [ -e "$state/pid" ] || return 0
  send 'kill -TERM $MAINPID'
  until_is '[ -e "$state/ended" ]'
}
case "$*" in
daemon-reload | "disable chat" | "reset-failed chat") ;;
"start chat" | "enable --now chat") start ;;
"stop chat") stop ;;
"restart chat") stop; start ;;
"reload chat") send "$(value ExecReload)" ;;
"kill --signal=SIGKILL chat") send 'kill -KILL $MAINPID' ;;
"reload nginx")
  if [ -s "$state/nginx.pid" ]; then nginx -s reload; else nginx > /dev/null 2>&1 < /dev/null; fi
  ;;
"reload caddy")
  if [ -e "$state/caddy.pid" ]; then kill "$(cat "$state/caddy.pid")"; fi
  caddy run --adapter caddyfile --config @ROOT@/etc/caddy/Caddyfile > "$state/caddy.log" 2>&1 < /dev/null &
  echo $! > "$state/caddy.pid"
  until_is 'grep -q "serving initial configuration" "$state/caddy.log"'
  ;;
*) exit 64 ;;
esac`,
};

/** Where the programs have what they need beside the handbook's files. */
const nginxMain = `worker_processes 1;
pid run/nginx.pid;
error_log run/nginx.log notice;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path run/body;
  proxy_temp_path run/proxy;
  fastcgi_temp_path run/fastcgi;
  uwsgi_temp_path run/uwsgi;
  scgi_temp_path run/scgi;
  include conf.d/*.conf;
}
`;

/** What a script said on standard output and standard error. */
export interface Typed {
  readonly out: string;
  readonly err: string;
}

export class Machine implements AsyncDisposable {
  readonly root: string;
  /** Ports in the place of those of the handbook: the server's, and those of HTTP and HTTPS. */
  readonly port: number;
  readonly #http: number;
  readonly https: number;

  private constructor() {
    this.root = Deno.makeTempDirSync({ prefix: "chat-machine-" });
    [this.port = 0, this.#http = 0, this.https = 0] = freePorts(3);
    const folders = [
      "opt",
      "bin",
      "run",
      "elsewhere",
      "usr/local/bin",
      "var/lib/chat",
      "var/cache",
    ];
    const ofOthers = ["etc/systemd/system", "etc/nginx/conf.d", "etc/caddy", "etc/prometheus"];
    for (const folder of [...folders, ...ofOthers]) {
      Deno.mkdirSync(this.path(folder), { recursive: true });
    }
    for (const version of ["0.1.0", "0.2.0"]) {
      Deno.symlinkSync(checkout, this.path(`opt/chat-${version}`));
    }
    Deno.symlinkSync(denoDirectory(), this.path("var/cache/chat"));
    Deno.symlinkSync(Deno.execPath(), this.path("bin/deno"));
    for (const [name, script] of Object.entries(standIns)) {
      const text = `#!/bin/sh\nset -eu\n${script.replaceAll("@ROOT@", this.root)}\n`;
      Deno.writeTextFileSync(this.path(`bin/${name}`), text, { mode: 0o755 });
    }
    const user = Deno.uid() === 0 ? "user root root;\n" : "";
    Deno.writeTextFileSync(this.path("etc/nginx/nginx.conf"), user + nginxMain);
    this.#placeFiles();
  }

  /** One on which nothing is installed yet. */
  static bare(): Machine {
    return new Machine();
  }

  /** One with the service's files in place, as the handbook has them put there. */
  static async installed(): Promise<Machine> {
    const machine = new Machine();
    await machine.type(`ln -sfn /opt/chat-0.1.0 /opt/chat
      mkdir -p /etc/chat
      install -m 755 /opt/chat/docs/operating/chat.sh /usr/local/bin/chat
      install -m 640 /opt/chat/docs/operating/chat.env /etc/chat/chat.env
      install -m 644 /opt/chat/docs/operating/chat.service /etc/systemd/system/chat.service`);
    return machine;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Where a file of the handbook is: `/etc/chat` and `etc/chat` alike. */
  path(name: string): string {
    return `${this.root}/${name.replace(/^\//, "")}`;
  }

  /** Starts the service, and waits until it answers. */
  async start(): Promise<void> {
    await this.type("systemctl start chat\n" + ready);
  }

  /** Types a block of the handbook, which must succeed. */
  async type(script: string): Promise<Typed> {
    const path = [this.path("bin"), this.path("usr/local/bin"), Deno.env.get("PATH")].join(":");
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: ["-euc", this.#place(script)],
      cwd: this.path("var/lib/chat"),
      env: {
        PATH: path,
        HOME: this.root,
        CURL_HOME: this.root,
        DENO_DIR: denoDirectory(),
        NO_COLOR: "1",
        REAL_NGINX: toolPath("nginx") ?? "",
        XDG_DATA_HOME: this.path("var/lib"),
        XDG_CONFIG_HOME: this.path("etc"),
        npm_config_prefix: this.path("usr/local"),
        npm_config_prefer_offline: "true",
        npm_config_update_notifier: "false",
      },
    }).output();
    const decoder = new TextDecoder();
    const typed = { out: decoder.decode(stdout), err: decoder.decode(stderr) };
    assertEquals(code, 0, `${script}\n${typed.out}\n${typed.err}\n${this.journal}`);
    return typed;
  }

  /** Makes `curl` find chat.example here, and trust what `cert` has signed. */
  trust(cert: string): void {
    const lines = [
      `connect-to = "chat.example:443:127.0.0.1:${this.https}"`,
      `cacert = "${this.path(cert)}"`,
    ];
    Deno.writeTextFileSync(this.path(".curlrc"), `${lines.join("\n")}\n`);
  }

  /** Whether the service has ended, and is not started again. */
  get hasGivenUp(): boolean {
    return [...Deno.readDirSync(this.path("run"))].some(({ name }) => name === "ended");
  }

  /** The service's log. */
  get journal(): string {
    try {
      return Deno.readTextFileSync(this.path("run/journal"));
    } catch (failure) {
      if (failure instanceof Deno.errors.NotFound) return "";
      throw failure;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    Deno.writeTextFileSync(this.path("run/off"), "");
    const script = `cd '${this.path("run")}'
      for file in nginx.pid caddy.pid; do [ ! -s $file ] || kill "$(cat $file)" || true; done
      [ ! -e pid ] || { kill -KILL "$(cat pid)"; while [ ! -e ended ]; do sleep 0.02; done; }
      while [ -s nginx.pid ]; do sleep 0.02; done`;
    await new Deno.Command("sh", { args: ["-c", script], stderr: "null" }).output();
    await Deno.remove(this.root, { recursive: true });
  }

  /** Paths and ports of the handbook become those of this machine. */
  #place(text: string): string {
    return text
      .replaceAll("/opt/chat/docs/operating/", `${this.root}/files/`)
      .replace(/(?<![\w./-])\/(?=(?:etc|opt|run|usr\/local|var)\/)/g, `${this.root}/`)
      .replace(/(?<![\w/])8000\b/g, String(this.port))
      .replaceAll("0.0.0.0:443", `127.0.0.1:${this.https}`)
      .replace(/\blisten (\[::\]:)?(80|443)\b/g, (_, six, port) => {
        const host = six === undefined ? "127.0.0.1" : "127.0.0.2";
        return `listen ${host}:${port === "80" ? this.#http : this.https}`;
      });
  }

  /** The files that the handbook has copied, with paths and ports of this machine. */
  #placeFiles(): void {
    Deno.mkdirSync(this.path("files"));
    for (const { name } of Deno.readDirSync(`${checkout}/docs/operating`)) {
      const text = this.#place(Deno.readTextFileSync(`${checkout}/docs/operating/${name}`));
      const own = `{
        admin off
        skip_install_trust
        http_port ${this.#http}
        https_port ${this.https}
      }\n`;
      Deno.writeTextFileSync(this.path(`files/${name}`), name === "Caddyfile" ? own + text : text);
    }
  }
}

/** Waits until the service answers, as the handbook does. */
const ready = "curl -sf --retry 30 --retry-connrefused --retry-delay 1 localhost:8000/readyz\n";

/** Ports that were free a moment ago, each another one. */
function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const ports = listeners.map(({ addr }) => addr.port);
  for (const listener of listeners) listener.close();
  return ports;
}
