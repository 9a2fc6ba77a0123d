/**
 * `chat restore`: what was backed up is there again, and nobody is led astray by what is not.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { programWords, Workspace } from "../../support/chat_process.ts";
import { Guest } from "../../support/guest.ts";
import { packed } from "../../server/backup/packing.ts";

/** As a server that was moved away leaves it. */
async function moveAway(workspace: Workspace): Promise<void> {
  for (const name of ["chat.db", "chat.db-wal", "chat.db-shm"]) {
    await Deno.rename(workspace.path(name), workspace.path(`lost-${name}`)).catch((failure) => {
      if (!(failure instanceof Deno.errors.NotFound)) throw failure;
    });
  }
}

async function backUp(workspace: Workspace, ...args: string[]): Promise<void> {
  const { code, err } = await workspace.run(["backup", ...args, "a.backup"]);
  assertEquals(code, 0, err);
}

async function restore(workspace: Workspace, ...args: string[]): Promise<string> {
  const { code, out, err } = await workspace.run(["restore", ...args, "a.backup"]);
  assertEquals(code, 0, err);
  return out;
}

async function refused(workspace: Workspace, ...args: string[]): Promise<string> {
  const { code, out, err } = await workspace.run(["restore", ...args]);
  assertEquals({ code, out }, { code: 1, out: "" });
  return err;
}

function names(workspace: Workspace): string[] {
  return [...Deno.readDirSync(workspace.folder)].map(({ name }) => name)
    .filter((name) => !name.endsWith(".lock")).toSorted();
}

Deno.test("after a restore people, passwords, tokens, rooms, files and receipts are as they were", async () => {
  await using workspace = new Workspace();
  const first = await workspace.serve();
  const alice = await Guest.arrive(first.url, "alice", "correct horse");
  const bob = await Guest.arrive(first.url, "bob");
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  const file = (await alice.try("POST /files?name=a.bin", { bytes })).json.id;
  await alice.say("with a file", { to: "bob", files: file });
  const key = { "idempotency-key": "a-key-of-alice" };
  const once = await alice.try("POST /send", { fields: { text: "once" }, headers: key });
  await backUp(workspace);
  const lost = await bob.say("lost");
  await first.process.kill("SIGKILL");
  await moveAway(workspace);
  const out = await restore(workspace);
  assertMatch(out, /^Restored chat\.db: as of .*Z, by chat .*; users 2, rooms 2, messages 2, /);
  assertMatch(out, /What happened after that is lost/);
  assert(!/fell due/.test(out), out);
  assertEquals((Deno.statSync(workspace.path("chat.db")).mode ?? 0) & 0o777, 0o600);

  const { url } = await workspace.serve();
  assertEquals(await alice.at(url).texts(), ["once"]);
  assertEquals((await bob.at(url).ask("GET /status")).user.name, "bob");
  await Guest.arrive(url, "alice", "correct horse");
  const { json, status } = await Guest.arrive(url, "carol").then((carol) =>
    carol.try("POST /connect", { fields: { user: "alice", password: "wrong horse" } })
  );
  assertEquals([status, json.token], [json.status, undefined]);
  const answer = await fetch(`${url}/files/${file}`, {
    headers: { authorization: `Bearer ${bob.token}` },
  });
  assertEquals(new Uint8Array(await answer.arrayBuffer()), bytes);
  // The same request again is the same message, before the backup and after it.
  const again = await alice.at(url).try("POST /send", { fields: { text: "once" }, headers: key });
  assertEquals([again.json.id, again.headers.get("idempotency-replayed")], [once.json.id, "true"]);
  // Who remembers a message that is lost finds nothing else in its place.
  assert(await bob.at(url).say("new") > lost);
  await alice.at(url).refused("not_found", `GET /messages/${lost}`);
});

Deno.test("after a restore streams are told to begin anew, and a client goes on by itself", async () => {
  await using workspace = new Workspace();
  const first = await workspace.serve();
  const port = Number(new URL(first.url).port);
  const client = workspace.start(["client", "--user", "alice", "--server", first.url]);
  const bob = await Guest.arrive(first.url, "bob");
  await bob.say("kept");
  await client.out.find(/bob kept #/);
  await backUp(workspace);
  await bob.say("lost");
  await client.out.find(/bob lost #/);
  const { cursor } = await bob.ask("POST /connect");
  await first.process.kill("SIGKILL");
  await moveAway(workspace);
  await restore(workspace);

  const { url } = await workspace.serve({ port });
  await using stream = await bob.at(url).listen(cursor);
  const [reset] = stream.heard;
  assertEquals([reset?.["type"], reset?.["reason"]], ["reset", "other_epoch"]);
  assertEquals(reset?.["cursor"].split("-")[0] === cursor.split("-")[0], false);
  await bob.at(url).say("after");
  await client.out.find(/bob after #/);
  await client.type("I am here\n");
  assertEquals((await stream.next("message"))["text"], "after");
  assertEquals((await stream.next("message"))["text"], "I am here");
  for (const text of ["kept", "lost", "after"]) {
    assertEquals(client.out.text.split(` ${text} #`).length - 1, 1, client.out.text);
  }
  await client.endInput();
  assertEquals((await client.ended).code, 0);
});

Deno.test("what has expired meanwhile comes back to nobody, and what waits unread waits on", async () => {
  await using workspace = new Workspace();
  const args = ["--message-ttl", "1s"];
  const first = await workspace.serve({ args });
  const alice = await Guest.arrive(first.url, "alice");
  const bob = await Guest.arrive(first.url, "bob");
  await alice.say("gone soon");
  await backUp(workspace);
  await first.process.kill("SIGKILL");
  await moveAway(workspace);
  await restore(workspace);
  const { url } = await workspace.serve({ args });
  while ((await alice.at(url).texts()).length > 0);
  assertEquals(await bob.at(url).texts("unread=true"), ["gone soon"]);
});

Deno.test("a scheduled message that fell due since the backup is told of, and sent once", async () => {
  await using workspace = new Workspace();
  const first = await workspace.serve();
  const alice = await Guest.arrive(first.url, "alice");
  await using stream = await alice.listen();
  await alice.say("at its time", { in: "2s" });
  await alice.say("much later", { in: "1h" });
  await backUp(workspace);
  await stream.next("scheduled.sent");
  await first.process.kill("SIGKILL");
  await moveAway(workspace);
  assertMatch(
    await restore(workspace),
    /Scheduled messages that fell due since: 1\. They are sent/,
  );
  for (let start = 0; start < 2; start++) {
    const { url, process } = await workspace.serve();
    assertEquals(await alice.at(url).texts(), ["at its time"]);
    assertEquals((await alice.at(url).ask("GET /scheduled")).items.length, 1);
    await process.kill("SIGKILL");
  }
});

Deno.test("--check writes nothing, beside a server as well, and finds what is damaged", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  await (await Guest.arrive(url, "alice")).say("hello");
  await backUp(workspace);
  const before = names(workspace);
  assertMatch(await restore(workspace, "--check"), /^a\.backup is whole: .* messages 1,/);
  assertEquals(names(workspace), before);
  const backup = await Deno.readFile(workspace.path("a.backup"));
  const damages: readonly (readonly [Uint8Array, string])[] = [
    [backup.with(backup.length - 5000, 1 + (backup.at(-5000) ?? 0)), "it is damaged"],
    [backup.slice(0, -1), "it ends too early"],
    [new Uint8Array(await new Blob([backup, "more"]).arrayBuffer()), "it is damaged"],
    [await Deno.readFile(workspace.path("chat.db")), "it is not a backup of chat"],
  ];
  for (const [damaged, says] of damages) {
    await Deno.writeFile(workspace.path("b.backup"), damaged);
    for (const args of [["--check"], ["--db", "new.db"]]) {
      assertEquals(
        await refused(workspace, ...args, "b.backup"),
        `chat: Cannot restore b.backup: ${says}\n`,
      );
    }
    await Deno.remove(workspace.path("b.backup"));
    assertEquals(names(workspace), before);
  }
});

Deno.test("what is wrong with a backup on standard input is told of that", async () => {
  await using workspace = new Workspace();
  const bytes = new TextEncoder().encode("no database, but whole as a backup: nobody changed it");
  const backup = await packed(bytes);
  await Deno.writeFile(workspace.path("b.backup"), backup);
  const [program, ...words] = programWords();
  const child = new Deno.Command("sh", {
    args: ["-c", `"$@" restore --db new.db - < b.backup`, "sh", program, ...words],
    cwd: workspace.folder,
  });
  const { code, stderr } = await child.output();
  assertEquals([code, new TextDecoder().decode(stderr)], [
    1,
    "chat: Cannot restore standard input: file is not a database\n",
  ]);
});

Deno.test("a restore stays off what is there, and off what a server uses", async () => {
  await using workspace = new Workspace();
  const { url, process } = await workspace.serve();
  await (await Guest.arrive(url, "alice")).say("hello");
  await backUp(workspace);
  assertMatch(
    await refused(workspace, "a.backup"),
    /^chat: Cannot write .*chat\.db: another chat server is using it\n$/,
  );
  await process.kill("SIGKILL");
  const before = await Deno.readFile(workspace.path("chat.db"));
  assertMatch(
    await refused(workspace, "a.backup"),
    /^chat: Cannot write .*chat\.db: it is there already\n$/,
  );
  assertEquals(await Deno.readFile(workspace.path("chat.db")), before);
  // Its log, left behind, would be taken for a part of what is restored.
  await Deno.rename(workspace.path("chat.db"), workspace.path("lost.db"));
  assertMatch(
    await refused(workspace, "a.backup"),
    /^chat: Cannot write .*chat\.db: .*chat\.db-wal belongs to another database; move it to /,
  );
  assertMatch(await refused(workspace, "none.backup"), /^chat: Cannot write /);
  assertMatch(
    await refused(workspace, "--db", "new.db", "none.backup"),
    /^chat: Cannot read none\.backup: No such file or directory\n$/,
  );
});

Deno.test("a restore that is killed halfway leaves no database, and the next one clears up", async () => {
  await using workspace = new Workspace();
  const { url, process } = await workspace.serve();
  const bytes = new Uint8Array(3_000_000).map((_, at) => at);
  await (await Guest.arrive(url, "alice")).try("POST /files?name=a", { bytes });
  await backUp(workspace);
  await process.kill("SIGTERM");
  await moveAway(workspace);
  const backup = await Deno.readFile(workspace.path("a.backup"));
  for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const) {
    const child = new Deno.Command("sh", {
      args: ["-c", `exec "$@" restore -`, "sh", ...programWords()],
      cwd: workspace.folder,
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const watcher = Deno.watchFs(workspace.folder);
    const input = child.stdin.getWriter();
    await input.write(backup.subarray(0, 2_000_000));
    for await (const { kind, paths } of watcher) {
      if (kind === "modify" && paths.some((path) => /\.restoring$/.test(path))) break;
    }
    // A server that is started meanwhile does not begin a database of its own.
    const meanwhile = await workspace.run(["serve", "--port", "0", "--log-format", "pretty"]);
    assertMatch(meanwhile.err, /another chat server is using it/);
    child.kill(signal);
    const { code } = await child.status;
    await input.abort().catch(() => {});
    if (signal !== "SIGKILL") assertEquals(code, signal === "SIGINT" ? 130 : 143);
    const left = names(workspace).filter((name) => name.startsWith("chat.db"));
    assertEquals(left, signal === "SIGKILL" ? ["chat.db", "chat.db.restoring"] : ["chat.db"]);
    assertEquals(Deno.statSync(workspace.path("chat.db")).size, 0);
  }
  await restore(workspace);
  assertEquals(names(workspace), ["a.backup", "chat.db", "lost-chat.db"]);
});
