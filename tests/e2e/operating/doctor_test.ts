/**
 * `chat doctor` of the real program: what ails a server is found, told, and left as it is.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { migrations } from "../../../server/store/sqlite/schema.ts";
import { CertificateAuthority, type IssuedCertificate } from "../../support/certificates.ts";
import { programWords, Workspace } from "../../support/chat_process.ts";
import { Guest } from "../../support/guest.ts";
import { Nginx } from "../../support/nginx.ts";
import { testWith, toolOutput } from "../../support/tools.ts";
import { servicePermissions } from "./handbook.ts";

interface Finding {
  readonly check: string;
  readonly verdict: string;
  readonly looked: string;
  readonly found: string;
  readonly advice?: string;
}

/** What the doctor said, and how it ended. */
class Diagnosis {
  constructor(readonly code: number, readonly findings: readonly Finding[]) {}

  /** The one finding of a check that says this. */
  get(check: string, pattern: RegExp): Finding {
    const found = this.findings.filter((finding) =>
      finding.check === check && pattern.test(finding.found)
    );
    const [finding] = found;
    assert(finding !== undefined && found.length === 1, `${check} ${pattern}: ${this}`);
    return finding;
  }

  /** The sentences of all that is not well. */
  get ailing(): string[] {
    return this.findings.filter(({ verdict }) => verdict !== "ok").map(({ found }) => found);
  }

  toString(): string {
    return JSON.stringify(this.findings, undefined, 1);
  }
}

async function diagnose(
  workspace: Workspace,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Diagnosis> {
  const words = ["doctor", "--json", "--db", "chat.db", ...args];
  const { code, out, err } = await workspace.run(words, { environment });
  assertEquals(err, "");
  return new Diagnosis(code, JSON.parse(out).findings);
}

/** A database that a server has closed, with something said. */
async function keptChat(workspace: Workspace): Promise<void> {
  const { url, process } = await workspace.serve();
  await (await Guest.arrive(url, "alice")).say("hello");
  await process.kill("SIGTERM");
}

/** All files of a folder with what tells that they have changed. */
function standing(folder: string): unknown {
  return [...Deno.readDirSync(folder)].map(({ name }) => {
    const { size, mtime, mode } = Deno.statSync(`${folder}/${name}`);
    return [name, size, mtime?.getTime(), mode];
  }).toSorted();
}

function change(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

Deno.test("a sound database at rest is well, in words, and nothing is changed", async () => {
  await using workspace = new Workspace();
  await keptChat(workspace);
  const before = standing(workspace.folder);
  const args = ["doctor", "--db", "chat.db", "--port", String(freePort())];
  const { code, out, err } = await workspace.run(args);
  assertEquals([code, err], [0, ""]);
  assertMatch(out, /^chat doctor \d/);
  assertMatch(out, /^ {2}ok {6}chat\.db: it is ours, of schema \d+ as this version$/m);
  assertMatch(
    out,
    /^ {2}ok {6}chat\.db: \d+ KB, .* each page, each index, each reference is sound/m,
  );
  assertMatch(out, /^ {2}ok {6}127\.0\.0\.1:\d+: it is free$/m);
  assertEquals(standing(workspace.folder), before);
});

Deno.test("a server at work is well, and its stream is that of its database", async () => {
  await using workspace = new Workspace();
  const { url, process } = await workspace.serve();
  const { token } = await Guest.arrive(url, "alice");
  await Deno.writeTextFile(workspace.path("alice.token"), `${token}\n`);
  const { port } = new URL(url);
  const found = await diagnose(workspace, ["--port", port, "--url", url], {
    CHAT_TOKEN_FILE: "alice.token",
  });
  assertEquals(found.code, 0, String(found));
  const holder = found.get("database", /^a server uses the database/);
  if (Deno.build.os === "linux") assertMatch(holder.found, new RegExp(`process ${process.pid}$`));
  found.get("listening", /^a chat server \S+ answers, up for .*, \d+ of 10000 connections$/);
  found.get("public address", /^chat \S+ answers there$/);
  found.get("stream", /comes at once: .*, and is of this database$/);
  // Without the public address the server itself is asked.
  const local = await diagnose(workspace, ["--port", port, "--token-file", "alice.token"]);
  local.get("stream", /comes at once: .*, and is of this database$/);
  // Nobody is there any more, and nothing was written.
  assertEquals(await (await Guest.arrive(url, "bob")).texts(), []);

  await Deno.writeTextFile(workspace.path("alice.token"), "wrong\n");
  const wrong = await diagnose(workspace, ["--port", port, "--token-file", "alice.token"]);
  assertEquals([wrong.code, wrong.get("stream", /know the token/).verdict], [0, "warning"]);

  const other = await diagnose(workspace, ["--port", port, "--db", "other.db"]);
  assertEquals(other.code, 1);
  other.get("listening", /answers, .*, but not with other\.db, which nobody uses$/);
  const elsewhere = await diagnose(workspace, ["--port", String(freePort())]);
  assertEquals(elsewhere.code, 0);
  elsewhere.get("listening", /^nobody listens here, but a server uses chat\.db/);

  await process.kill("SIGKILL");
  const killed = await diagnose(workspace, ["--port", port]);
  assertEquals(killed.code, 0);
  killed.get("database", /^no server uses the database; the last one was not stopped but ended/);
});

Deno.test("damage, other versions, other databases and open files are told", async () => {
  await using workspace = new Workspace();
  await keptChat(workspace);
  const path = workspace.path("chat.db");
  const sound = await Deno.readFile(path);
  const port = ["--port", String(freePort())];

  const damaged = sound.slice();
  damaged.fill(0x5a, 4096 * 6, 4096 * 9);
  await Deno.writeFile(path, damaged);
  const damage = await diagnose(workspace, port);
  assertEquals(damage.code, 1);
  assertMatch(damage.get("database", /^it is damaged: /).advice ?? "", /chat restore FILE/);

  await Deno.writeFile(path, sound);
  change(path, `PRAGMA user_version = ${migrations.length + 1}`);
  const newer = await diagnose(workspace, port);
  assertEquals(newer.code, 1);
  newer.get("database", /^a newer version of chat made it: its schema is/);

  await Deno.writeFile(path, sound);
  change(path, "PRAGMA application_id = 1");
  const foreign = await diagnose(workspace, port);
  assertEquals(foreign.code, 1);
  foreign.get("database", /^it is not a database of chat$/);

  await Deno.writeTextFile(path, "something else".repeat(1000));
  assertEquals((await diagnose(workspace, port)).code, 1);

  await Deno.writeFile(path, sound);
  if (Deno.build.os !== "windows") {
    await Deno.chmod(path, 0o644);
    const open = await diagnose(workspace, port);
    assertEquals(open.code, 0);
    const { advice } = open.get("database", /^others on this machine may open it \(mode 0644\)/);
    assertEquals(advice, "chmod 600 chat.db*");
  }
  await Deno.remove(path);
  (await diagnose(workspace, port)).get("database", /^it is not there yet; chat serve makes it$/);
  assertEquals([...Deno.readDirSync(workspace.folder)].map(({ name }) => name), ["chat.db.lock"]);
});

Deno.test("a place that another program has is told, and a socket that was left", async () => {
  await using workspace = new Workspace();
  await using stranger = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("hello", { headers: { server: "other/1 \x9b2J" } }),
  );
  const taken = await diagnose(workspace, ["--port", String(stranger.addr.port)]);
  assertEquals(taken.code, 1);
  taken.get("listening", /^it is taken by another HTTP server .*, which answers 200$/);
  const public_ = await diagnose(workspace, [
    ...["--port", String(freePort())],
    ...["--url", `http://127.0.0.1:${stranger.addr.port}`],
  ]);
  assertEquals(public_.code, 1);
  public_.get("public address", /^what answers there \(200\) is no chat server$/);

  if (Deno.build.os === "windows") return;
  const socket = workspace.path("chat.sock");
  const listen = ["--listen", `unix:${socket}`];
  const server = workspace.start(["serve", "--db", "chat.db", ...listen]);
  await server.err.find(/chat is listening/);
  (await diagnose(workspace, listen)).get("listening", /^a chat server \S+ answers/);
  await server.kill("SIGKILL");
  const left = await diagnose(workspace, listen);
  assertEquals(left.code, 0);
  left.get("listening", /^a socket that a killed server has left/);
  await Deno.remove(socket);
  await Deno.writeTextFile(socket, "");
  const file = await diagnose(workspace, listen);
  assertEquals(file.code, 1);
  file.get("listening", /^it is taken by a file that is no socket$/);
  const nowhere = await diagnose(workspace, ["--listen", `unix:${socket}.d/chat.sock`]);
  nowhere.get("listening", /^it can't be listened on: there is no such folder$/);
});

/** One that was valid in January of 2020 alone. */
async function expired(folder: string): Promise<IssuedCertificate> {
  const cwd = `${folder}/expired`;
  await Deno.mkdir(cwd);
  await Deno.writeTextFile(
    `${cwd}/ca.cnf`,
    "[ca]\ndefault_ca = own\n[own]\ndatabase = index\nnew_certs_dir = .\nserial = serial\n" +
      "default_md = sha256\npolicy = any\n[any]\ncommonName = supplied\n",
  );
  await Deno.writeTextFile(`${cwd}/index`, "");
  await Deno.writeTextFile(`${cwd}/serial`, "01\n");
  await toolOutput("openssl", [
    ...["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-subj", "/CN=old.example", "-keyout", "key", "-out", "csr"],
  ], { cwd });
  await toolOutput("openssl", [
    ...["ca", "-batch", "-selfsign", "-config", "ca.cnf", "-keyfile", "key", "-in", "csr"],
    ...["-startdate", "20200101000000Z", "-enddate", "20200201000000Z", "-notext"],
    ...["-out", "cert"],
  ], { cwd });
  const [cert = "", key = ""] = await Promise.all(
    ["cert", "key"].map((name) => Deno.readTextFile(`${cwd}/${name}`)),
  );
  return { cert, key };
}

testWith(["openssl"], "certificates that have ended, or are another's, are told", async () => {
  await using workspace = new Workspace();
  await using authority = await CertificateAuthority.create();
  const install = ({ cert, key }: IssuedCertificate) => {
    Deno.writeTextFileSync(workspace.path("cert.pem"), cert);
    Deno.writeTextFileSync(workspace.path("key.pem"), key, { mode: 0o600 });
  };
  const files = ["--tls-cert", "cert.pem", "--tls-key", "key.pem"];
  const good = await authority.issue();
  install(good);
  const { url, process } = await workspace.serve({ args: files });
  const args = ["--port", new URL(url).port, ...files];
  const soon = await diagnose(workspace, args);
  assertEquals(soon.code, 0, String(soon));
  soon.get("listening", /^a chat server \S+ answers/);
  assertMatch(
    soon.get("certificate", /^the certificate ends in 4\d h/).advice ?? "",
    /kill -HUP/,
  );
  const distrusted = await diagnose(workspace, [...args, "--url", url]);
  distrusted.get("public address", /^its certificate is not trusted on this machine: /);
  const trusted = await diagnose(workspace, [...args, "--url", url], {
    DENO_CERT: authority.certFile,
  });
  assertEquals(trusted.code, 0, String(trusted));
  trusted.get("public address", /^chat \S+ answers there$/);

  const named = await diagnose(workspace, [...args, "--allowed-host", "chat.example"]);
  assertEquals(named.code, 0);
  named.get("certificate", /^it is not for chat\.example, but for localhost, 127\.0\.0\.1, ::1$/);

  install({ ...good, key: (await authority.issue()).key });
  const unpaired = await diagnose(workspace, args);
  assertEquals(unpaired.code, 1);
  unpaired.get("certificate", /^it is not the key of the first certificate in cert\.pem$/);

  install(await expired(workspace.folder));
  const ended = await diagnose(workspace, args);
  assertEquals(ended.code, 1);
  ended.get(
    "certificate",
    /^the certificate has ended \d+ days ago, on 2020-02-01T00:00:00\.000Z$/,
  );
  const stale = ended.get("listening", /^it shows another certificate than the one in --tls-cert/);
  if (Deno.build.os === "linux") assertEquals(stale.advice, `kill -HUP ${process.pid}`);

  install({ cert: "nothing", key: good.key });
  const none = await diagnose(workspace, args);
  assertEquals(none.code, 1);
  none.get("certificate", /there is no certificate in PEM in it/);
});

Deno.test("a server that hangs is told as such, and not as a stranger", async () => {
  await using workspace = new Workspace();
  const { url, process } = await workspace.serve();
  process.signal("SIGSTOP");
  const found = await diagnose(workspace, ["--port", new URL(url).port]);
  process.signal("SIGCONT");
  assertEquals(found.code, 1);
  const { advice } = found.get(
    "listening",
    /^the server that uses chat\.db has not answered within 5 s: it hangs, or its disk does$/,
  );
  if (Deno.build.os === "linux") {
    assertMatch(advice ?? "", new RegExp(`kill -KILL ${process.pid} `));
  }
});

Deno.test("with the permissions of chat.sh it finds as much, but for what /proc tells", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const permissions = await servicePermissions();
  const main = new URL("../../../main.ts", import.meta.url).pathname;
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...permissions, main, "doctor", "--port", new URL(url).port, "--json"],
    cwd: workspace.folder,
  }).output();
  const found = new Diagnosis(code, JSON.parse(new TextDecoder().decode(stdout)).findings);
  assertEquals(found.code, 0, String(found));
  found.get("database", /^a server uses the database$/);
  found.get("listening", /^a chat server \S+ answers/);
  found.get("process", /can be had$/);
  assertEquals(found.findings.some(({ looked }) => looked === "open files"), false);
});

Deno.test("who looks as another user gets the whole command to look as its own", async () => {
  if (Deno.uid() !== 0) return;
  await using workspace = new Workspace();
  await keptChat(workspace);
  await Deno.chown(workspace.path("chat.db"), 65534, 65534);
  const port = String(freePort());
  const found = await diagnose(workspace, ["--port", port], { CHAT_MAX_FILE: "1MB" });
  assertEquals(
    found.get("database", /^it belongs to user 65534, and you are user 0/).advice,
    "run this as user 65534: sudo -u '#65534' env CHAT_MAX_FILE=1MB " +
      `chat doctor --json --db chat.db --port ${port}`,
  );
});

testWith(["nginx"], "a proxy that holds streams back, or leads nowhere, is told", async () => {
  await using workspace = new Workspace();
  const { folder } = workspace;
  const { url, process } = await workspace.serve();
  const { token } = await Guest.arrive(url, "alice");
  await Deno.writeTextFile(workspace.path("token"), token);
  const upstream = new URL(url).host;
  const host = "proxy_set_header Host $http_host";
  const through = ({ url: at }: Nginx, ...more: readonly string[]) =>
    diagnose(workspace, [
      ...["--port", new URL(url).port, "--url", at, "--token-file", "token", ...more],
    ]);
  {
    await using proxy = await Nginx.start({ folder, upstream, location: [host] });
    const good = await through(proxy, "--trusted-proxy", "loopback");
    assertEquals([good.code, good.ailing], [0, []], String(good));
    good.get("stream", /comes at once/);
    const untrusted = await through(proxy);
    assertEquals(untrusted.code, 0);
    const { advice } = untrusted.get("public address", /^something stands in front, as a proxy/);
    assertMatch(advice ?? "", /^--trusted-proxy loopback/);
  }
  {
    const location = [host, "proxy_ignore_headers X-Accel-Buffering"];
    await using proxy = await Nginx.start({ folder, upstream, location });
    const held = await through(proxy, "--trusted-proxy", "loopback");
    assertEquals(held.code, 1);
    held.get("public address", /^\/events comes through/);
    assertMatch(held.get("stream", /holds it back$/).advice ?? "", /^proxy_buffering off;/);
  }
  {
    const location = ["proxy_set_header Host chat.example"];
    await using proxy = await Nginx.start({ folder, upstream, location });
    const misdirected = await through(proxy);
    assertEquals(misdirected.code, 1);
    misdirected.get("public address", /does not answer for chat\.example/);
  }
  {
    // What nginx says of itself is no host that a page was loaded from.
    await using proxy = await Nginx.start({ folder, upstream });
    const unnamed = await through(proxy, "--trusted-proxy", "loopback");
    assertEquals(unnamed.code, 0, String(unnamed));
    unnamed.get("public address", /^its own page is taken for one of another site/);
    await process.kill("SIGTERM");
    const gone = await through(proxy);
    assertEquals(gone.code, 1);
    gone.get("public address", /answers 502: it does not reach the server behind it$/);
  }
});

Deno.test("a clock that was set back is told by the newest event", async () => {
  await using workspace = new Workspace();
  await keptChat(workspace);
  const tomorrow = Date.now() + 2 * 86_400_000;
  change(workspace.path("chat.db"), `UPDATE messages SET at_ms = ${tomorrow}`);
  const found = await diagnose(workspace, ["--port", String(freePort())]);
  assertEquals(found.code, 1);
  found.get("clock", /it has been set back by 47 h, or was ahead$/);
});

testWith(["curl"], "every command of the section on it does what it says", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const { host, port } = new URL(url);
  const document = await Deno.readTextFile(new URL("../../../docs/operating.md", import.meta.url));
  const section = document.split(/^## /m).find((text) => text.startsWith("Doctor\n")) ?? "";
  const blocks = [...section.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block = ""]) => block);
  assertEquals(blocks.length, 2);
  const chat = programWords().map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(workspace.path("chat"), `#!/bin/sh\nexec ${chat} "$@"\n`, {
    mode: 0o755,
  });
  for (const block of blocks) {
    const { code, stderr } = await new Deno.Command("sh", {
      args: ["-ec", block.replace("localhost:8000", host)],
      cwd: workspace.folder,
      env: { PATH: `${workspace.folder}:${Deno.env.get("PATH")}`, CHAT_PORT: port },
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""], block);
  }
  const args = ["--port", port, "--url", url, "--token-file", "doctor.token"];
  (await diagnose(workspace, args)).get("stream", /comes at once/);
});

Deno.test("what can't be understood ends with 2, in one line", async () => {
  await using workspace = new Workspace();
  for (
    const [args, line] of [
      [["--tls-cert", "a"], "Cannot use --tls-cert without --tls-key"],
      [["--url", "http://a/b"], /^Cannot read --url: expected a URL without a path/],
      [["--token-file", "none"], "Cannot read none: No such file or directory"],
      [["--token-file", "/dev/null"], "Cannot take the first line of /dev/null: it is empty"],
      [["--message-ttl", "2d", "--unread-ttl", "1d"], /^Cannot use --message-ttl/],
      [["now"], 'Unexpected argument "now"'],
    ] as const
  ) {
    const { code, out, err } = await workspace.run(["doctor", ...args]);
    assertEquals([code, out], [2, ""]);
    const said = err.replace(/^chat: (.*)\n$/, "$1");
    if (typeof line === "string") assertEquals(said, line);
    else assertMatch(said, line);
  }
});
