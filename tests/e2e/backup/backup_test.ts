/**
 * `chat backup` beside a server at work: of one instant, whole, for its owner's eyes, and in nobody's
 * way.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  denoDirectory,
  programWords,
  type ServerProcess,
  Workspace,
} from "../../support/chat_process.ts";
import { Guest } from "../../support/guest.ts";
import { SmallDisk } from "../../support/small_disk.ts";
import { TmuxTerminal } from "../../support/tmux.ts";
import { testWith } from "../../support/tools.ts";

const senders = 4;

/** The backup begins when so many messages have been acknowledged. */
const backupAt = 100;

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => !/\.(db-wal|db-shm|db\.lock)$/.test(name)).toSorted();
}

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}

/** A server with one user and something said, and with `fileBytes` uploaded. */
async function smallChat(workspace: Workspace, fileBytes = 0): Promise<ServerProcess> {
  const server = await workspace.serve();
  const alice = await Guest.arrive(server.url, "alice");
  await alice.say("hello");
  if (fileBytes > 0) {
    const bytes = crypto.getRandomValues(new Uint8Array(65_536));
    const whole = new Uint8Array(fileBytes).map((_, at) => bytes[at % 65_536] ?? 0);
    assertEquals((await alice.try("POST /files?name=a", { bytes: whole })).status, 201);
  }
  return server;
}

Deno.test("a backup under load has all that was acknowledged before it, and one instant's", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: ["--limit", "0"] });
  const acknowledged: number[] = [];
  const enough = Promise.withResolvers<void>();
  let isOver = false;
  const talking = Promise.all(
    Array.from({ length: senders }, async (_, sender) => {
      const guest = await Guest.arrive(url, `sender${sender}`);
      while (!isOver) {
        acknowledged.push(await guest.say(`from ${sender}`));
        if (acknowledged.length === backupAt) enough.resolve();
      }
    }),
  );
  await enough.promise;
  const before = [...acknowledged];
  const { code, out, err } = await workspace.run(["backup", "a.backup"]);
  assertEquals({ code, out, err }, { code: 0, out: "", err: "" });
  const during = acknowledged.length - before.length;
  isOver = true;
  await talking;
  assert(during > 0, "the server went on");

  const restored = await workspace.run(["restore", "--db", "new.db", "a.backup"]);
  assertEquals(restored.code, 0, restored.err);
  const other = await workspace.serve({ args: ["--limit", "0", "--db", workspace.path("new.db")] });
  const reader = await Guest.arrive(other.url, "reader");
  const kept: number[] = [];
  for (;;) {
    const page = await reader.ask(`GET /messages?limit=200&after=${kept.at(-1) ?? 0}`);
    kept.push(...page.items.map(({ id }: { id: number }) => id));
    if (!page.has_more) break;
  }
  const has = new Set(kept);
  assert(before.every((id) => has.has(id)), "what was acknowledged before is there");
  const last = kept.at(-1) ?? 0;
  assert(
    acknowledged.every((id) => id > last || has.has(id)),
    "nothing is left out before its end",
  );
  assert(!kept.some((id) => !acknowledged.includes(id)), "and nothing is made up");
});

Deno.test("a backup is its owner's alone, leaves nothing beside it, and is not overwritten", async () => {
  await using workspace = new Workspace();
  await smallChat(workspace, 300_000);
  for (const args of [["a.backup"], ["--db", "chat.db", "./b.backup"]]) {
    assertEquals((await workspace.run(["backup", ...args])).code, 0);
  }
  assertEquals(names(workspace.folder), ["a.backup", "b.backup", "chat.db"]);
  assertEquals([modeOf(workspace.path("a.backup")), modeOf(workspace.path("b.backup"))], [
    0o600,
    0o600,
  ]);
  const before = await Deno.readFile(workspace.path("a.backup"));
  const { code, err } = await workspace.run(["backup", "a.backup"]);
  assertEquals({ code, err }, {
    code: 1,
    err: "chat: Cannot write a.backup: it is there already\n",
  });
  assertEquals(await Deno.readFile(workspace.path("a.backup")), before);
});

Deno.test("a database is backed up while no server runs as well", async () => {
  await using workspace = new Workspace();
  const { process } = await smallChat(workspace);
  await process.kill("SIGKILL");
  assertEquals((await workspace.run(["backup", "a.backup"])).code, 0);
  const { out } = await workspace.run(["restore", "--check", "a.backup"]);
  assertMatch(out, /^a\.backup is whole: .* users 1, rooms 1, messages 1,/);
});

Deno.test("a backup goes to standard output, and from there into a check", async () => {
  await using workspace = new Workspace();
  await smallChat(workspace);
  const [program, ...words] = programWords();
  const child = new Deno.Command("sh", {
    args: ["-c", `"$@" backup - | "$@" restore --check -`, "sh", program, ...words],
    cwd: workspace.folder,
  });
  const { code, stdout } = await child.output();
  assertEquals(code, 0);
  assertMatch(new TextDecoder().decode(stdout), /^standard input is whole: .* messages 1,/);
  assertEquals(names(workspace.folder), ["chat.db"]);

  const gone = new Deno.Command("sh", {
    args: ["-c", `"$@" backup - >/dev/full`, "sh", program, ...words],
    cwd: workspace.folder,
  });
  const { code: failed, stderr } = await gone.output();
  assertEquals(failed, 1);
  assertEquals(
    new TextDecoder().decode(stderr),
    "chat: Cannot write: No space left on device\n",
  );
});

for (
  const [args, says] of [
    [["backup"], /^chat: Cannot back up to nothing: give a file, or -\n$/],
    [["backup", "a", "b"], /^chat: Cannot understand "b"\n$/],
    [["backup", "--db", ":memory:", "a"], /^chat: Cannot read --db: expected a file, /],
    [["backup", "--passphrase-file", "p", "a"], /^chat: Cannot use --passphrase-file without/],
    [["restore"], /^chat: Cannot restore nothing: give a file, or -\n$/],
    [["restore", "a", "b"], /^chat: Cannot understand "b"\n$/],
  ] as const
) {
  Deno.test(`chat ${args.join(" ")} is refused in one line, with exit code 2`, async () => {
    await using workspace = new Workspace();
    const { code, out, err } = await workspace.run(args);
    assertEquals({ code, out }, { code: 2, out: "" });
    assertMatch(err, says);
    assertEquals(names(workspace.folder), []);
  });
}

for (
  const [what, args, says] of [
    ["no database", ["a"], /^chat: Cannot back up chat\.db: No such file or directory\n$/],
    ["no passphrase", ["--encrypt", "a"], /^chat: Cannot ask for the passphrase without a term/],
  ] as const
) {
  Deno.test(`chat backup with ${what} fails in one line, with exit code 1`, async () => {
    await using workspace = new Workspace();
    const { code, err } = await workspace.run(["backup", ...args]);
    assertEquals(code, 1);
    assertMatch(err, says);
    assertEquals(names(workspace.folder), []);
  });
}

Deno.test({
  name: "a disk without room is told before anything is written",
  ignore: SmallDisk.lacking !== undefined,
  async fn() {
    await using workspace = new Workspace();
    await smallChat(workspace, 5_000_000);
    using disk = new SmallDisk(workspace.path("disk"));
    // The copy and the backup lie on it at the same time for a while.
    const { code, err } = await workspace.run(["backup", "disk/a.backup"]);
    assertEquals(code, 1);
    assertMatch(err, /^chat: Cannot write into disk: it takes 1\dMB, and 8MB are free\n$/);
    assertEquals(names(disk.folder), []);
  },
});

Deno.test("a killed backup leaves nothing of its name, and the next one clears up after it", async () => {
  await using workspace = new Workspace();
  await smallChat(workspace, 5_000_000);
  await Deno.writeTextFile(workspace.path("pass"), "secret\n");
  const args = ["backup", "--encrypt", "--passphrase-file", "pass", "a.backup"];
  for (const signal of ["SIGKILL", "SIGINT", "SIGTERM"] as const) {
    const watcher = Deno.watchFs(workspace.folder);
    const process = workspace.start(args);
    for await (const { paths } of watcher) if (paths.some((path) => /\.part$/.test(path))) break;
    const { code } = await process.kill(signal);
    // A passphrase takes its time, so it can't have been whole.
    const left = signal === "SIGKILL" ? ["a.backup.part", "a.backup.part.lock"] : [];
    assertEquals(names(workspace.folder), [...left, "chat.db", "pass"], signal);
    if (signal !== "SIGKILL") assertEquals(code, signal === "SIGINT" ? 130 : 143);
  }
  await Deno.writeTextFile(workspace.path("a.backup.part"), "half of one", { mode: 0o644 });
  assertEquals((await workspace.run(args)).code, 0);
  assertEquals(names(workspace.folder), ["a.backup", "chat.db", "pass"]);
  assertEquals(modeOf(workspace.path("a.backup")), 0o600);
});

Deno.test("a backup does not follow a link that lies where it would write", async () => {
  await using workspace = new Workspace();
  const { process } = await smallChat(workspace);
  await process.kill("SIGKILL");
  await Deno.writeTextFile(workspace.path("victim"), "before");
  for (const suffix of [".part", ".part.lock", ".snapshot", ".snapshot.lock"]) {
    const planted = `a.backup${suffix}`;
    await Deno.symlink(workspace.path("victim"), workspace.path(planted));
    const { code, err } = await workspace.run(["backup", "a.backup"]);
    assertEquals({ code, err }, {
      code: 1,
      err: `chat: Cannot write ${planted}: what is there is no file of yours; remove it\n`,
    });
    assertEquals(await Deno.readTextFile(workspace.path("victim")), "before");
    assertEquals(names(workspace.folder), [planted, "chat.db", "victim"]);
    await Deno.remove(workspace.path(planted));
  }
});

Deno.test("a backup that is killed while it copies leaves nothing that counts as one", async () => {
  await using workspace = new Workspace();
  await smallChat(workspace, 5_000_000);
  const watcher = Deno.watchFs(workspace.folder);
  const process = workspace.start(["backup", "a.backup"]);
  for await (const { paths } of watcher) if (paths.some((path) => /\.snapshot$/.test(path))) break;
  await process.kill("SIGKILL");
  if (names(workspace.folder).includes("a.backup")) {
    // It was faster.
    assertEquals((await workspace.run(["restore", "--check", "a.backup"])).code, 0);
    return;
  }
  assertEquals((await workspace.run(["backup", "a.backup"])).code, 0);
  assertEquals(names(workspace.folder), ["a.backup", "chat.db"]);
});

testWith(
  ["tmux"],
  "on a terminal the passphrase is asked for twice, unseen, and a bar shown",
  async () => {
    await using workspace = new Workspace();
    await smallChat(workspace, 3_000_000);
    const open = (...args: string[]) =>
      TmuxTerminal.open({
        command: [...programWords(), ...args],
        folder: workspace.folder,
        transcript: workspace.path(`${args[0]}.screen`),
        environment: { DENO_DIR: denoDirectory(), HOME: workspace.folder },
      });
    {
      await using terminal = await open("backup", "--encrypt", "a.backup");
      await terminal.sees("Passphrase for the backup:");
      await terminal.enter("sesame");
      await terminal.sees("The same again:");
      await terminal.enter("sesamE");
      await terminal.sees(/Passphrase for the backup:\s+The same again:\s+Passphrase for/);
      await terminal.enter("sesame");
      await terminal.sees(/again:\s+Passphrase for the backup:\s+The same again:/);
      await terminal.enter("sesame");
      await terminal.sees("Backed up chat.db to a.backup");
      assertEquals(await terminal.exited(), 0);
      assert(!(await terminal.scrollback()).join().includes("sesam"));
    }
    assertMatch(await Deno.readTextFile(workspace.path("backup.screen")), /█.*100% of/);
    {
      await using terminal = await open("restore", "--check", "a.backup");
      await terminal.sees("Passphrase of the backup:");
      await terminal.enter("sesam");
      await terminal.sees("the passphrase is wrong, or it is damaged");
      assertEquals(await terminal.exited(), 1);
    }
    {
      await using terminal = await open("restore", "--db", "new.db", "a.backup");
      await terminal.sees("Passphrase of the backup:");
      await terminal.enter("sesame");
      await terminal.sees("Restored new.db: as of");
      assertEquals(await terminal.exited(), 0);
    }
    {
      await using terminal = await open("backup", "--encrypt", "b.backup");
      await terminal.sees("Passphrase for the backup:");
      await terminal.key("C-c");
      assertEquals(await terminal.exited(), 130);
    }
    assert(!names(workspace.folder).some((name) => /^b\.backup/.test(name)));
  },
);
