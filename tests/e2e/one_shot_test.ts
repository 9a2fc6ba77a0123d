/**
 * The commands that need no terminal, through pipes: every exit code of each, and what is said.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { problem, type ProblemCode } from "../../lib/api/problems.ts";
import { programWords, TextSoFar, Workspace } from "../support/chat_process.ts";

/** A server that answers every request alike, or never. */
class Liar implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections = new Set<Deno.Conn>();
  readonly #answer: string | undefined;
  readonly #served: Promise<void>;
  /** Told of each request. */
  onRequest: () => void = () => {};

  constructor(answer: string | undefined) {
    this.#answer = answer;
    this.#served = this.#serve();
  }

  /** One that refuses everything as `code` does. */
  static refusing(code: ProblemCode): Liar {
    const body = problem(code, "No.");
    return Liar.answering(body.status, "application/problem+json", JSON.stringify(body));
  }

  static answering(status: number, type: string, body: string): Liar {
    return new Liar(
      `HTTP/1.1 ${status} Indeed\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n` +
        `Connection: close\r\n\r\n${body}`,
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  async #serve(): Promise<void> {
    for await (const connection of this.#listener) {
      this.#connections.add(connection);
      const bytes = new Uint8Array(65_536);
      if (await connection.read(bytes) === null) continue;
      this.onRequest();
      if (this.#answer === undefined) continue;
      await connection.write(new TextEncoder().encode(this.#answer));
      await connection.closeWrite();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) connection.close();
    await this.#served;
  }
}

/** Command lines that ask something of a server, and what is typed into each. */
const asking: Readonly<Record<string, { readonly words: string[]; readonly input?: string }>> = {
  client: { words: ["client"], input: "hello\n" },
  send: { words: ["send", "hello"] },
  tail: { words: ["tail"] },
  history: { words: ["history"] },
  upload: { words: ["upload", "notes.txt"] },
  download: { words: ["download", "1"] },
  status: { words: ["status"] },
};

/** What every command is run against that ends it by a code; gives its options. */
interface Scene {
  readonly name: string;
  readonly code: number;
  /** What is said of it. */
  readonly says: RegExp;
  readonly set: (stage: Stage) => Promise<string[]> | string[];
}

/** Where scenes are set: servers and folders that go with it. */
class Stage implements AsyncDisposable {
  readonly workspace = new Workspace();
  readonly #stack = new AsyncDisposableStack();

  liar(liar: Liar): string[] {
    this.#stack.use(liar);
    return ["--server", liar.url, "--user", "alice"];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
    await this.workspace[Symbol.asyncDispose]();
  }
}

/** Registers by hand, so that no token is kept for the commands. */
async function register(url: string, fields: Record<string, string>): Promise<Response> {
  const body = new URLSearchParams(fields);
  return await fetch(`${url}/connect`, { method: "POST", body });
}

const scenes: readonly Scene[] = [
  {
    name: "a server that fails",
    code: 1,
    says: /^chat: Cannot [a-z ]+: no$/m,
    set: (stage) => stage.liar(Liar.refusing("internal")),
  },
  {
    name: "an option that is none",
    code: 2,
    says: /^chat: Unknown option --frobnicate$/m,
    set: () => ["--user", "alice", "--frobnicate"],
  },
  {
    name: "a name that is someone else's",
    code: 3,
    says: /^chat: Cannot sign in as alice: the name is taken; .* --password-file or CHAT_PASSWORD/m,
    set: async ({ workspace }) => {
      const { url } = await workspace.serve();
      await (await register(url, { user: "alice" })).body?.cancel();
      return ["--server", url, "--user", "alice"];
    },
  },
  {
    name: "a server that takes nobody in",
    code: 5,
    says: /^chat: Cannot [a-z ]+: /m,
    set: async ({ workspace }) => {
      const { url } = await workspace.serve({ args: ["--registration", "closed"] });
      return ["--server", url, "--user", "alice"];
    },
  },
  {
    name: "a name that was tried too often",
    code: 6,
    says: /^chat: Cannot [a-z ]+: no$/m,
    set: (stage) => stage.liar(Liar.refusing("too_many_attempts")),
  },
  {
    name: "no server",
    code: 10,
    says:
      /^chat: Cannot reach (\S+:(\d+)): nothing listens there; start a server with: .*chat serve --port \2$/m,
    set: async () => {
      const liar = Liar.refusing("internal");
      const { url } = liar;
      await liar[Symbol.asyncDispose]();
      return ["--server", url, "--user", "alice"];
    },
  },
  {
    name: "an answer of another form",
    code: 11,
    says:
      /^chat: Cannot understand the answer of http:\S+: \/connect answered an unknown form .*; is this the address of a chat server\?$/m,
    set: (stage) => stage.liar(Liar.answering(200, "application/json", '{"user":7}')),
  },
  {
    name: "a web page",
    code: 11,
    says:
      /^chat: Cannot understand the answer of http:\S+: status 404 without a problem document; /m,
    set: (stage) => stage.liar(Liar.answering(404, "text/html", "<p>Not found")),
  },
];

for (const { name, code, says, set } of scenes) {
  Deno.test(`every command ends with ${code} for ${name}, and says why in one line`, async () => {
    await using stage = new Stage();
    const { workspace } = stage;
    await Deno.writeTextFile(workspace.path("notes.txt"), "hello");
    const options = await set(stage);
    const ends = await Promise.all(
      Object.entries(asking).map(async ([command, { words, input = "" }]) => {
        // Each of its own, or the first would register the name for the others.
        const environment = { XDG_CONFIG_HOME: workspace.path(`of-${command}`) };
        const { code, out, err } = await workspace.run(
          [...words, ...options],
          { input, environment },
        );
        assertMatch(err, says, command);
        // All but what was said of attempts before is one line, and no defect with its stack.
        const lines = err.trim().split("\n").filter((line) => !line.includes("; trying again in"));
        assertEquals(lines.length, 1, err);
        return [command, code, out];
      }),
    );
    assertEquals(ends, Object.keys(asking).map((command) => [command, code, ""]));
  });
}

/** What one command comes to on a server that works. */
interface Deed {
  readonly code: number;
  readonly words: readonly string[];
  readonly input?: string;
  /** What is on standard output; left out: nothing. */
  readonly out?: RegExp;
  /** What is said on standard error; left out: nothing. */
  readonly err?: RegExp;
}

const json = /^\{"[^\n]*\}\n$/;
const deeds: readonly Deed[] = [
  { code: 0, words: ["send", "-u", "alice", "hello", "there"] },
  { code: 0, words: ["send", "-u", "alice", "--json", "--to", "bob", "psst"], out: json },
  { code: 0, words: ["send", "-u", "alice", "--to", "bob"], input: "one\ntwo\n" },
  { code: 0, words: ["send", "-u", "alice", "--to", "bob", "-"], input: "from a pipe\n" },
  {
    code: 0,
    words: ["send", "-u", "alice", "--to", "bob", "--in", "10m", "--json", "tea"],
    out: json,
  },
  { code: 0, words: ["client", "bob"], input: "/status\n", out: /^You are bob, here since /m },
  { code: 0, words: ["status", "-u", "alice"], out: /^You are alice, here since .*\n/ },
  { code: 0, words: ["status", "-u", "alice", "--json"], out: json },
  {
    code: 0,
    words: ["history", "-u", "bob"],
    out: /^── .* ──\n\d\d:\d\d alice hello there #\d+\n$/,
  },
  { code: 0, words: ["history", "-u", "bob", "--to", "alice", "--json"], out: /^(\{.*\}\n){3}$/ },
  { code: 0, words: ["upload", "-u", "alice", "notes.txt"], out: /^\d+\n$/ },
  { code: 0, words: ["upload", "-u", "alice", "--json", "notes.txt"], out: json },
  { code: 0, words: ["download", "-u", "alice", "FILE", "-"], out: /^remember$/ },
  { code: 0, words: ["download", "-u", "alice", "FILE", "a.txt"], out: /^a\.txt\n$/ },
  { code: 0, words: ["download", "-u", "alice", "FILE", "b.txt", "--json"], out: json },

  {
    code: 1,
    words: ["send", "-u", "alice", "-f", "no.txt"],
    err: /Cannot read no.txt: there is no/,
  },
  { code: 1, words: ["upload", "-u", "alice", "no.txt"], err: /Cannot read no.txt: there is no/ },
  {
    code: 1,
    words: ["download", "-u", "alice", "FILE", "a.txt"],
    err: /Cannot write a.txt: it is there already/,
  },

  { code: 2, words: ["client", "alice", "extra"], err: /Cannot understand "extra"/ },
  { code: 2, words: ["client", "alice"], input: "/stauts\n", err: /did you mean \/status\?/ },
  { code: 2, words: ["send", "-u", "alice"], err: /Cannot send nothing: standard input is empty/ },
  { code: 2, words: ["send", "-u", "alice", "--in", "1y", "x"], err: /Cannot read --in: expected/ },
  { code: 2, words: ["tail", "-u", "alice", "--since", "x"], err: /Cannot follow: .*cursor/i },
  { code: 2, words: ["history", "-u", "alice", "-n", "0"], err: /Cannot read --lines: expected/ },
  { code: 2, words: ["upload", "-u", "alice"], err: /Cannot upload nothing: give a path/ },
  {
    code: 2,
    words: ["download", "-u", "alice"],
    err: /Cannot download: give the number of a file/,
  },
  { code: 2, words: ["status"], err: /who you are: bob, alice have signed in to .*; give --user/ },

  {
    code: 4,
    words: ["send", "-u", "alice", "--to", "nobody", "x"],
    err: /Cannot send: there is no/,
  },
  {
    code: 4,
    words: ["send", "-u", "alice", "-r", "nowhere", "x"],
    err: /in no room called nowhere/,
  },
  {
    code: 4,
    words: ["history", "-u", "alice", "--to", "nobody"],
    err: /Cannot show the history: /,
  },
  { code: 4, words: ["history", "-u", "alice", "-r", "nowhere"], err: /in no room called nowhere/ },
  { code: 4, words: ["download", "-u", "alice", "999999"], err: /Cannot download: there is no/ },
  {
    code: 4,
    words: ["client", "alice"],
    input: "/private nobody x\n",
    err: /not sent: there is no/,
  },

  {
    code: 6,
    words: ["send", "-u", "alice", "again"],
    err: /Cannot send: the limit is used up; it begins anew at /,
  },
  { code: 6, words: ["client", "alice"], input: "again\n", err: /not sent: the limit is used up;/ },

  { code: 0, words: ["client", "alice"], input: "/complaint bob\n", out: /bob/ },
  {
    code: 5,
    words: ["send", "-u", "bob", "--to", "alice", "x"],
    err: /Cannot send: you are banned from sending until /,
  },
  {
    code: 5,
    words: ["upload", "-u", "bob", "notes.txt"],
    err: /Cannot upload: you are banned from/,
  },
  {
    code: 5,
    words: ["client", "bob"],
    input: "/private alice x\n",
    err: /not sent: you are banned from/,
  },
];

Deno.test("every command ends with the code of what came of it, data apart from talk", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: ["--limit", "1", "--ban-after", "1"] });
  await Deno.writeTextFile(workspace.path("notes.txt"), "remember");
  const environment = { CHAT_SERVER: url };
  await workspace.run(["client", "bob"], { environment });
  let file = "";
  for (const { code, words, input = "", out, err } of deeds) {
    const args = words.map((word) => word === "FILE" ? file : word);
    const end = await workspace.run(args, { input, environment });
    const about = `chat ${args.join(" ")}: ${JSON.stringify(end)}`;
    assertEquals(end.code, code, about);
    assert(out === undefined ? end.out === "" || words[0] === "client" : out.test(end.out), about);
    assert(err === undefined ? end.err === "" : err.test(end.err), about);
    if (words[0] === "upload" && code === 0) file = /\d+/.exec(end.out)?.[0] ?? "";
  }
});

Deno.test("every command that is interrupted ends with 130, and says nothing of it", async () => {
  await using stage = new Stage();
  const { workspace } = stage;
  await Deno.writeTextFile(workspace.path("notes.txt"), "hello");
  for (const [command, { words }] of Object.entries(asking)) {
    const silent = new Liar(undefined);
    const asked = new Promise<void>((resolve) => silent.onRequest = resolve);
    const process = workspace.start([...words, ...stage.liar(silent)]);
    await asked;
    const { code } = await process.kill("SIGINT");
    assertEquals([command, code, process.out.text, process.err.text], [command, 130, "", ""]);
  }
});

/** Runs a command whose reader takes one line of it and goes; gives both sides' words. */
function headOf(args: readonly string[], environment: Record<string, string>): Deno.ChildProcess {
  const script = `{ "$@"; echo "code $?" >&3; } 3>&2 | head -n 1`;
  return new Deno.Command("sh", {
    args: ["-c", script, "sh", ...programWords(), ...args],
    env: environment,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

Deno.test("a reader that has seen enough ends tail and history quietly, with 0", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: ["--limit", "0"] });
  const environment = {
    XDG_CONFIG_HOME: workspace.folder,
    CHAT_SERVER: url,
  };
  const say = (text: string) => workspace.run(["send", "-u", "alice", text], { environment });
  await say("one");
  for (const args of [["history", "-u", "alice"], ["tail", "-u", "alice", "--color", "never"]]) {
    const head = headOf(args, environment);
    const [out, err] = [new TextSoFar(head.stdout), new TextSoFar(head.stderr)];
    let told = false;
    err.find(/code \d+\n/).then(() => told = true);
    // It learns that nobody listens by what it says next.
    if (args[0] === "tail") { while (!told) await say("more"); }
    await Promise.all([head.status, out.all, err.all]);
    assertEquals(err.text, "code 0\n");
    assertMatch(out.text, /^.+\n$/);
  }
});

Deno.test({
  name: "an output that takes nothing ends every command with 1, and one line says so",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using workspace = new Workspace();
    const { url } = await workspace.serve();
    const environment = { XDG_CONFIG_HOME: workspace.folder, CHAT_SERVER: url };
    await workspace.run(["send", "-u", "alice", "one"], { environment });
    const printing = [
      ["status", "-u", "alice"],
      ["history", "-u", "alice", "--json"],
      ["client", "bob"],
      ["help"],
    ];
    for (const args of printing) {
      const { code, stderr } = await new Deno.Command("sh", {
        args: ["-c", `"$@" > /dev/full`, "sh", ...programWords(), ...args],
        env: environment,
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).output();
      const said = new TextDecoder().decode(stderr);
      const expected = [args, 1, "chat: Cannot write: No space left on device\n"];
      assertEquals([args, code, said], expected);
    }
  },
});
