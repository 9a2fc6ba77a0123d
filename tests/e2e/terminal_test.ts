/**
 * The interactive client on a real terminal, as the one who sits before it meets it.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { denoDirectory, programWords, TextSoFar, Workspace } from "../support/chat_process.ts";

/**
 * Runs a program on a pseudo-terminal of its own: what comes in is typed, what it shows goes out.
 * On standard error it tells the program's id at first, and in the end how the program left.
 */
const pty = `
import fcntl, json, os, pty, select, signal, struct, sys, termios
# What is never shown must not be waited for without end.
signal.alarm(60)
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
before = termios.tcgetattr(slave)
# Only the program keeps the other end open, so this one ends with it.
ended, alive = os.pipe()
os.set_inheritable(alive, True)
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2):
        os.dup2(slave, fd)
    os.execvp(sys.argv[1], sys.argv[1:])
os.close(alive)
os.write(2, f"pid {pid}\\n".encode())
sources = [0, master, ended]
while True:
    ready = select.select(sources, [], [])[0]
    if master in ready:
        os.write(1, os.read(master, 65536))
    elif ended in ready:
        break
    if 0 in ready:
        typed = os.read(0, 65536)
        if typed:
            os.write(master, typed)
        else:
            sources.remove(0)
            os.kill(pid, signal.SIGHUP)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
restored = termios.tcgetattr(slave) == before
os.write(2, json.dumps({"code": code, "restored": restored}).encode() + b"\\n")
`;

const hasPython = (() => {
  try {
    return new Deno.Command("python3", { args: ["-c", "import pty, termios"], stderr: "null" })
      .outputSync().success;
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return false;
    throw failure;
  }
})();

const pasteOn = "\x1b[?2004h";
const pasteOff = "\x1b[?2004l";
const ctrlC = "\x03";

/** Someone before a terminal with `chat ARGS`. */
class Sitter implements AsyncDisposable {
  readonly screen: TextSoFar;
  readonly #told: TextSoFar;
  readonly #child: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array>;

  constructor(home: string, args: readonly string[]) {
    this.#child = new Deno.Command("python3", {
      args: ["-c", pty, ...programWords(), ...args],
      env: {
        HOME: home,
        XDG_CONFIG_HOME: home,
        DENO_DIR: denoDirectory(),
        NO_COLOR: "1",
        TERM: "xterm",
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#keyboard = this.#child.stdin.getWriter();
    this.screen = new TextSoFar(this.#child.stdout);
    this.#told = new TextSoFar(this.#child.stderr);
  }

  async type(text: string): Promise<void> {
    await this.#keyboard.write(new TextEncoder().encode(text));
  }

  /** Waits until `pattern` is shown, after the first `from` characters. */
  async sees(pattern: RegExp, from = 0): Promise<void> {
    await this.screen.find(pattern, from);
  }

  async signal(signal: Deno.Signal): Promise<void> {
    const [, pid] = await this.#told.find(/^pid (\d+)$/m);
    Deno.kill(Number(pid), signal);
  }

  /** How the program ended, and whether it left the terminal's modes as they were. */
  async left(): Promise<{ readonly code: number; readonly restored: boolean }> {
    const [report] = await this.#told.find(/^\{.*\}$/m);
    await this.screen.all;
    return JSON.parse(report);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Closed already if the program has ended.
    await this.#keyboard.close().catch(() => {});
    await Promise.all([this.#child.status, this.screen.all, this.#told.all]);
  }
}

function onTerminal(title: string, test: (workspace: Workspace) => Promise<void>): void {
  Deno.test({
    name: hasPython ? title : `${title} (skipped: there is no python3 to make a terminal)`,
    ignore: !hasPython,
    async fn() {
      await using workspace = new Workspace();
      await test(workspace);
    },
  });
}

onTerminal("what is half typed stays while others talk, and is sent when it is done", async (
  workspace,
) => {
  const { url } = await workspace.serve();
  await using alice = new Sitter(workspace.folder, ["client", "alice", "--server", url]);
  await alice.sees(/You are alice\.[^]*common> /);
  await alice.type("half-ty");
  await alice.sees(/common> half-ty/);
  await workspace.run(["send", "--user", "bob", "--server", url, "hello", "alice"]);
  // The live area is drawn again below the message, with what is half typed.
  await alice.sees(/\d\d:\d\d bob hello alice #\d+[^]*common> half-ty/);
  await alice.type("ped\r");
  await alice.sees(/\d\d:\d\d ✓ alice half-typed #\d+\r+\n/);
  await alice.type("/exit\r");
  assertEquals(await alice.left(), { code: 0, restored: true });
  assert(alice.screen.text.endsWith(pasteOff), JSON.stringify(alice.screen.text));
  assertEquals(alice.screen.text.split(pasteOn).length, 2);
});

onTerminal("a private message goes to one, and is shown as private", async (workspace) => {
  const { url } = await workspace.serve();
  const bob = workspace.start(["client", "bob", "--server", url]);
  const carol = workspace.start(["client", "carol", "--server", url]);
  await using alice = new Sitter(workspace.folder, ["client", "alice", "--server", url]);
  await alice.sees(/common> /);
  // Both are there, and so is what they would be told of.
  await bob.type("here\n");
  await carol.type("here too\n");
  await alice.sees(/bob here #/);
  await alice.sees(/carol here too #/);
  await alice.type("/private bob psst\r");
  await alice.sees(/✓ >> alice → bob psst #\d+/);
  await bob.out.find(/>> alice → bob psst #\d+/);
  await alice.type("/query bob\r");
  await alice.sees(/>> bob> /);
  await alice.type("between us\r");
  await bob.out.find(/>> alice → bob between us #\d+/);
  await alice.type("/query\rfor all\r");
  await carol.out.find(/alice for all #/);
  await alice.type("/exit\r");
  assertEquals(await alice.left(), { code: 0, restored: true });
  assertEquals(/psst|between us/.test(carol.out.text), false, carol.out.text);
});

onTerminal("a password is asked for until it is right, and never shown", async (workspace) => {
  const { url } = await workspace.serve();
  const registered = await workspace.run(["send", "--user", "carol", "--server", url, "hi"], {
    environment: { CHAT_PASSWORD: "open-sesame" },
  });
  assertEquals(registered.code, 0, registered.err);
  await using carol = new Sitter(workspace.path("elsewhere"), ["client", "carol", "-s", url]);
  await carol.sees(/^Password of carol: $/);
  await carol.type("shibboleth\r");
  await carol.sees(/Wrong password\. Password of carol: $/);
  await carol.type("open-sesami\x7fe\r");
  await carol.sees(/You are carol\.[^]*common> /);
  await carol.type("/exit\r");
  assertEquals(await carol.left(), { code: 0, restored: true });
  assertEquals(/shib|sesam/.test(carol.screen.text), false, carol.screen.text);
});

onTerminal("Ctrl-C at the password leaves at once, with exit code 130", async (workspace) => {
  const { url } = await workspace.serve();
  await workspace.run(["send", "--user", "carol", "--server", url, "hi"], {
    environment: { CHAT_PASSWORD: "open-sesame" },
  });
  await using carol = new Sitter(workspace.path("elsewhere"), ["client", "carol", "-s", url]);
  await carol.sees(/Password of carol: $/);
  await carol.type(`open${ctrlC}`);
  assertEquals(await carol.left(), { code: 130, restored: true });
  assertMatch(carol.screen.text, /^Password of carol: \r+\n$/);
});

onTerminal("Ctrl-C clears what is typed, then leaves", async (workspace) => {
  const { url } = await workspace.serve();
  await using alice = new Sitter(workspace.folder, ["client", "alice", "--server", url]);
  await alice.sees(/common> /);
  await alice.type("never mind");
  await alice.sees(/common> never mind/);
  const from = alice.screen.text.length;
  await alice.type(ctrlC);
  await alice.sees(/common> \r/, from);
  await alice.type(ctrlC);
  assertEquals(await alice.left(), { code: 0, restored: true });
  assert(alice.screen.text.endsWith(pasteOff), JSON.stringify(alice.screen.text));
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  onTerminal(`${signal} gives the terminal back and ends with ${code}`, async (workspace) => {
    const { url } = await workspace.serve();
    await using alice = new Sitter(workspace.folder, ["client", "alice", "--server", url]);
    await alice.sees(/common> /);
    await alice.signal(signal);
    assertEquals(await alice.left(), { code, restored: true });
    assert(alice.screen.text.endsWith(pasteOff), JSON.stringify(alice.screen.text));
  });
}

onTerminal("a failure before the chat is one line, with its exit code", async (workspace) => {
  Deno.mkdirSync(workspace.path("chat"));
  Deno.writeTextFileSync(workspace.path("chat/tokens.json"), "{");
  await using alice = new Sitter(workspace.folder, ["client", "alice"]);
  assertEquals(await alice.left(), { code: 1, restored: true });
  assertMatch(alice.screen.text, /^chat: Cannot read \S+tokens\.json: it is damaged; [^\n]*\r\n$/);
});

onTerminal("a server that is not there is told in one line, with what would help", async (
  workspace,
) => {
  const { url, process } = await workspace.serve();
  await process.kill("SIGTERM");
  await using alice = new Sitter(workspace.folder, ["client", "alice", "--server", url]);
  assertEquals(await alice.left(), { code: 10, restored: true });
  const port = new URL(url).port;
  assertEquals(
    alice.screen.text,
    `chat: Cannot reach ${url}: nothing listens there; start a server with: ` +
      `${
        Deno.env.get("CHAT_BIN") === undefined ? "deno task chat" : "chat"
      } serve --port ${port}\r\n`,
  );
});

onTerminal("/password sets one that is never shown, and signs other clients out", async (
  workspace,
) => {
  const { url } = await workspace.serve();
  await using alice = new Sitter(workspace.folder, ["client", "alice", "--server", url]);
  await alice.sees(/common> /);
  await alice.type("/password\r");
  await alice.sees(/Old password \(none: just Enter\): /);
  await alice.type("\r");
  await alice.sees(/New password: /);
  await alice.type("open-sesame\r");
  await alice.sees(/The new one again: /);
  await alice.type("open-sesame\r");
  await alice.sees(/The password is set; your other clients are signed out/);
  const elsewhere = { CHAT_PASSWORD: "open-sesame", XDG_CONFIG_HOME: workspace.path("elsewhere") };
  const other = workspace.start(["client", "alice", "--server", url], elsewhere);
  await other.type("from elsewhere\n");
  await alice.sees(/alice from elsewhere #\d+/);
  await alice.type("/devices\r");
  const otherDevice = /\(this one\)\r+\n *(\d+) {2}/;
  await alice.sees(otherDevice);
  const [, id] = otherDevice.exec(alice.screen.text) ?? [];
  await alice.type(`/revoke ${id}\r`);
  const { code } = await other.ended;
  assertEquals(code, 3);
  assertMatch(other.err.text, /Cannot go on: this client is signed out/);
  await alice.type("/exit\r");
  assertEquals(await alice.left(), { code: 0, restored: true });
  assertEquals(/sesame/.test(alice.screen.text), false, alice.screen.text);
});
