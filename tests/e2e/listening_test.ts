/**
 * The real program at several addresses, at a Unix socket, and out of file descriptors.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type ChatProcess, programWords, TextSoFar, Workspace } from "../support/chat_process.ts";
import { bearer, curl, curlJson } from "../support/curl.ts";
import { testWith } from "../support/tools.ts";

const onUnix = Deno.build.os !== "windows";

const hasIpv6 = (() => {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch (failure) {
    if (failure instanceof Deno.errors.AddrNotAvailable) return false;
    throw failure;
  }
})();

interface Place {
  readonly process: ChatProcess;
  /** All that it says it listens at, the first one first. */
  readonly urls: readonly string[];
}

async function serve(
  workspace: Workspace,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Place> {
  const words = ["serve", "--db", workspace.path("chat.db"), "--log-format", "json"];
  const process = workspace.start([...words, ...args], environment);
  const [line] = await process.err.find(/^.*"chat is listening".*\n/m);
  const { url, also } = JSON.parse(line);
  return { process, urls: [url, ...also?.split(" ") ?? []] };
}

/** The words by which curl finds `target` at one of the urls. */
function found(url: string, target: string): readonly string[] {
  const [, path] = /^unix:(.*)$/.exec(url) ?? [];
  if (path === undefined) return ["-g", `${url}${target}`];
  return ["--unix-socket", path, `http://localhost${target}`];
}

testWith(
  ["curl"],
  "one chat is found at two addresses, by IPv6, and at a Unix socket",
  async () => {
    await using workspace = new Workspace();
    const socket = workspace.path("chat.sock");
    const places = [
      ...["127.0.0.1:0", "127.0.0.1:0"],
      ...hasIpv6 ? ["[::1]:0"] : [],
      ...onUnix ? [`unix:${socket}`] : [],
    ];
    const { urls } = await serve(workspace, places.flatMap((place) => ["--listen", place]));
    assertEquals(
      urls.map((url) => url.replace(/\d+$/, "0")),
      places.map((place) => place.startsWith("unix:") ? place : `http://${place}`),
    );
    assertEquals(new Set(urls).size, places.length);
    const { token } = await curlJson("-d", "user=alice", ...found(urls[0] ?? "", "/connect"));
    assert(typeof token === "string");
    for (const [at, url] of urls.entries()) {
      await curl(...bearer(token), "-d", `text=message ${at}`, ...found(url, "/send"));
    }
    for (const url of urls) {
      const { items } = await curlJson(...bearer(token), ...found(url, "/messages"));
      const texts = (items as { text: string }[]).map(({ text }) => text);
      assertEquals(texts, places.map((_, at) => `message ${at}`));
    }
  },
);

testWith(["curl"], "CHAT_LISTEN names several addresses", async () => {
  await using workspace = new Workspace();
  const environment = { CHAT_LISTEN: "127.0.0.1:0, 127.0.0.1:0" };
  const { urls } = await serve(workspace, [], environment);
  assertEquals(urls.length, 2);
  for (const url of urls) assertMatch(await curl(`${url}/docs`), /^<!doctype html>/i);
});

const socketTitle = "a Unix socket is taken over from a killed server, but not from one that lives";
testWith(["curl"], onUnix ? socketTitle : `${socketTitle} (skipped: none here)`, async () => {
  if (!onUnix) return;
  await using workspace = new Workspace();
  const path = workspace.path("chat.sock");
  const listen = ["--listen", `unix:${path}`];
  const first = await serve(workspace, listen);
  assertEquals(first.urls, [`unix:${path}`]);

  const second = await workspace.run(["serve", "--db", ":memory:", ...listen]);
  assertEquals(second.code, 1);
  assertEquals(second.err.split("\n").length, 2, second.err);
  assertMatch(second.err, /Cannot listen on unix:.*: something else listens there/);

  await first.process.kill("SIGKILL");
  assert(Deno.lstatSync(path).isSocket);
  const third = await serve(workspace, listen);
  assertMatch(await curl(...found(third.urls[0] ?? "", "/docs")), /^<!doctype html>/i);
  await third.process.kill("SIGTERM");
  assertEquals(
    [...Deno.readDirSync(workspace.folder)].filter(({ name }) => name === "chat.sock"),
    [],
  );
});

Deno.test("--listen beside --port is refused in one line", async () => {
  await using workspace = new Workspace();
  const args = ["serve", "--listen", "127.0.0.1:0", "--port", "0"];
  const { code, err } = await workspace.run(args);
  assertEquals(code, 2);
  assertMatch(err, /^chat: Cannot use --listen with --host or --port: .*\n$/);
});

Deno.test("a folder or a file in the way of a Unix socket is told in words, and left", async () => {
  await using workspace = new Workspace();
  const file = workspace.path("notes");
  await Deno.writeTextFile(file, "kept");
  for (
    const [path, why] of [
      [file, "there is something that is no socket"],
      [`${workspace.path("missing")}/chat.sock`, "there is no such folder"],
    ] as const
  ) {
    if (!onUnix) continue;
    const { code, err } = await workspace.run([
      ...["serve", "--db", ":memory:", "--listen", `unix:${path}`],
    ]);
    assertEquals(code, 1);
    assert(err.includes(`Cannot listen on unix:${path}: ${why}`), err);
  }
  assertEquals(await Deno.readTextFile(file), "kept");
});

testWith(
  ["curl", "sh"],
  "a server that is out of file descriptors goes on when it has some",
  async () => {
    await using workspace = new Workspace();
    // It has opened about 25 for itself.
    const limited = ["-c", 'ulimit -n 64; exec "$@"', "sh", ...programWords()];
    const args = [
      "serve",
      "--port",
      "0",
      "--db",
      workspace.path("chat.db"),
      "--log-format",
      "json",
    ];
    const child = new Deno.Command("sh", {
      args: [...limited, ...args],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const log = new TextSoFar(child.stderr);
    const clients: Deno.TcpConn[] = [];
    try {
      const [, url = ""] = await log.find(/"url":"([^"]+)"/);
      const { hostname, port } = new URL(url);
      // Those who are in when it happens notice nothing, and what they say is kept.
      const { token } = await curlJson("-d", "user=alice", `${url}/connect`);
      const send = `POST /send HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n` +
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\ntext=here";
      const early = await Deno.connect({ hostname, port: Number(port) });
      clients.push(early);
      const ask = async () => {
        await early.write(new TextEncoder().encode(send));
        const buffer = new Uint8Array(4096);
        const length = await early.read(buffer) ?? 0;
        return new TextDecoder().decode(buffer.subarray(0, length)).slice(0, 12);
      };
      assertEquals(await ask(), "HTTP/1.1 201");
      for (let count = 0; count < 100; count++) {
        clients.push(await Deno.connect({ hostname, port: Number(port) }));
      }
      await log.find(/"Cannot serve a connection".*Too many open files/);
      for (let count = 0; count < 10; count++) assertEquals(await ask(), "HTTP/1.1 201");

      for (const client of clients.splice(1)) client.close();
      const { items } = await curlJson(...bearer(String(token)), `${url}/messages`);
      assertEquals((items as unknown[]).length, 11);
      // One line for as long as it lasted, which was no ten seconds.
      assertEquals(log.text.split('"Cannot serve a connection"').length - 1, 1, log.text);
    } finally {
      for (const client of clients) client.close();
      child.kill("SIGTERM");
      await child.status;
      await log.all;
    }
  },
);

/** An address by which this machine can reach itself and is not known for itself. */
const ownAddress = Deno.networkInterfaces()
  .find(({ family, address }) => family === "IPv4" && !address.startsWith("127."))?.address;

Deno.test({
  name: "one address gets no more connections than it may; this machine itself is not counted",
  ignore: ownAddress === undefined,
}, async () => {
  await using workspace = new Workspace();
  const bound = ["--max-connections-per-address", "2"];
  const { urls } = await serve(workspace, ["--listen", "0.0.0.0:0", ...bound]);
  const port = Number(new URL(urls[0] ?? "").port);
  const clients: Deno.TcpConn[] = [];
  const ask = async (hostname: string) => {
    const client = await Deno.connect({ hostname, port });
    clients.push(client);
    await client.write(new TextEncoder().encode("GET /docs HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    const buffer = new Uint8Array(12);
    await client.read(buffer);
    return new TextDecoder().decode(buffer);
  };
  const statuses = [];
  for (let count = 0; count < 3; count++) statuses.push(await ask(ownAddress ?? ""));
  for (let count = 0; count < 3; count++) statuses.push(await ask("127.0.0.1"));
  const [served, refused] = ["HTTP/1.1 200", "HTTP/1.1 503"];
  assertEquals(statuses, [served, served, refused, served, served, served]);
  for (const client of clients) client.close();
});

Deno.test({ name: "a hang-up by hand does not end the server", ignore: !onUnix }, async () => {
  await using workspace = new Workspace();
  const { process, urls } = await serve(workspace, ["--port", "0"]);
  process.signal("SIGHUP");
  await process.err.find(/"There is no certificate to be read anew"/);
  const response = await fetch(`${urls[0]}/docs`);
  assertEquals(response.status, 200);
  await response.body?.cancel();
});

/** Runs a program on a terminal, all but its log, and hangs up when it is told to. */
const hangUp = `
import fcntl, os, pty, signal, sys, termios
# What never ends must not be waited for without end.
signal.alarm(60)
master, slave = pty.openpty()
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in (0, 1):
        os.dup2(slave, fd)
    os.execvp(sys.argv[1], sys.argv[1:])
os.close(slave)
sys.stdin.readline()
os.close(master)
print("code", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

testWith(
  ["python3"],
  "a server ends in order with the terminal that it was started on",
  async () => {
    await using workspace = new Workspace();
    const args = [
      "serve",
      "--port",
      "0",
      "--db",
      workspace.path("chat.db"),
      "--log-format",
      "json",
    ];
    const child = new Deno.Command("python3", {
      args: ["-c", hangUp, ...programWords(), ...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const [out, log] = [new TextSoFar(child.stdout), new TextSoFar(child.stderr)];
    await log.find(/"chat is listening"/);
    const input = child.stdin.getWriter();
    await input.write(new TextEncoder().encode("hang up\n"));
    await input.close();
    await child.status;
    await Promise.all([out.all, log.all]);
    assertEquals(out.text, "code 0\n");
    assertMatch(log.text, /"chat has stopped"/);
  },
);
