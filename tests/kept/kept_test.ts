/**
 * Databases and backups of every earlier schema are brought up to date, and nothing in them changes.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { secondMs } from "../../lib/domain/bounds.ts";
import { readOptions } from "../../lib/options.ts";
import { serveOptions } from "../../server/config.ts";
import { startServer } from "../../server/serve.ts";
import { migrations } from "../../server/store/sqlite/schema.ts";
import { Workspace } from "../support/chat_process.ts";
import { Guest } from "../support/guest.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { VirtualClock } from "../support/virtual_clock.ts";
import { Kept, keptSchemas, lasting, type Witness } from "./kept.ts";

/** Serves a database at the time when it was kept. */
async function serving(
  db: string,
  { madeAtMs }: Witness,
  story: (url: string) => Promise<void>,
): Promise<void> {
  const { values } = readOptions(serveOptions, ["--db", db, "--ban-after", "2"], {});
  const world = { clock: new VirtualClock(madeAtMs), random: new SeededRandom(1) };
  const server = await startServer(values, [{ hostname: "127.0.0.1", port: 0 }], world);
  try {
    await story(server.url);
  } finally {
    await server.stop();
  }
}

/** Everyone asks again what they were told. */
async function sameAnswers(url: string, { tokens, told }: Witness): Promise<void> {
  assert(told.length > 50);
  for (const { by, ask, answer } of told) {
    // A later version may tell more.
    const now = lasting(await Guest.known(url, by, tokens[by] ?? "").ask(ask));
    assertEquals({ by, ask, now: part(now, answer) }, { by, ask, now: answer });
  }
}

/** What `whole` has at those places at which `known` has something. */
function part(whole: unknown, known: unknown): unknown {
  if (Array.isArray(whole) && Array.isArray(known)) {
    return whole.map((item, at) => part(item, known[at]));
  }
  if (!isRecord(whole) || !isRecord(known)) return whole;
  const names = Object.keys(known).filter((name) => Object.hasOwn(whole, name));
  return Object.fromEntries(names.map((name) => [name, part(whole[name], known[name])]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function schemaOf(path: string): number {
  using db = new DatabaseSync(path, { readOnly: true });
  return Number(db.prepare("PRAGMA user_version").get()?.["user_version"]);
}

function guestOf({ tokens }: Witness, url: string, name: string): Guest {
  return Guest.known(url, name, tokens[name] ?? "");
}

Deno.test("every schema before this one is kept", () => {
  const earlier = migrations.slice(0, -1).map((_, index) => index + 1);
  assertEquals(earlier.filter((schema) => !keptSchemas().includes(schema)), []);
});

for (const schema of keptSchemas()) {
  const kept = new Kept(schema);
  const { witness } = kept;

  Deno.test(`a database of schema ${schema} is served, and its log goes on`, async () => {
    await using workspace = new Workspace();
    const db = workspace.path("chat.db");
    await kept.database(db);
    assertEquals(schemaOf(db), schema);
    await serving(db, witness, async (url) => {
      await sameAnswers(url, witness);
      const alice = guestOf(witness, url, "alice");
      // The same log, in which the cursors of then still lead.
      const { cursor } = await alice.ask("POST /connect");
      assertEquals(cursor, witness.cursors.last);
      await using stream = await alice.listen(witness.cursors.last);
      assertEquals(stream.types, []);
      assert(await alice.say("on we go") > Number(cursor.split("-")[1]));
      assertEquals((await stream.next("message"))["text"], "on we go");
    });
    assertEquals(schemaOf(db), migrations.length);
    // What waits is sent at its time.
    const { text, inMs } = witness.waiting;
    await serving(db, { ...witness, madeAtMs: witness.madeAtMs + inMs + secondMs }, async (url) => {
      assertEquals((await guestOf(witness, url, "alice").texts()).at(-1), text);
    });
  });

  Deno.test(`in a database of schema ${schema} passwords, keys, files and bans hold`, async () => {
    await using workspace = new Workspace();
    const db = workspace.path("chat.db");
    await kept.database(db);
    await serving(db, witness, async (url) => {
      for (const [name, password] of Object.entries(witness.passwords)) {
        await Guest.arrive(url, name, password);
        const body = new URLSearchParams({ user: name, password: `${password}?` });
        const wrong = await fetch(`${url}/connect`, { method: "POST", body });
        assertEquals((await wrong.json()).code, "bad_password");
      }
      await Guest.known(url, "nobody", witness.revoked).refused("unauthorized", "GET /status");
      await guestOf(witness, url, witness.banned).refused("banned", "POST /send", { text: "buy" });
      const { by, key, text } = witness.repeated;
      const again = await guestOf(witness, url, by).try("POST /send", {
        fields: { text },
        headers: { "idempotency-key": key },
      });
      assertEquals([again.status, again.headers.get("idempotency-replayed")], [201, "true"]);
      const fetched = await fetch(`${url}/files/${witness.file.id}`, {
        headers: { authorization: `Bearer ${witness.tokens[witness.file.by]}` },
      });
      assertEquals(
        new Uint8Array(await fetched.arrayBuffer()),
        new Uint8Array(witness.file.bytes).map((_, at) => at % 251),
      );
    });
  });

  Deno.test(`a backup of schema ${schema} is whole, and a database of this schema is made of it`, async () => {
    await using workspace = new Workspace();
    await kept.backup(workspace.path("kept.backup"));
    const checked = await workspace.run(["restore", "--check", "kept.backup"]);
    assertEquals([checked.code, checked.err], [0, ""]);
    const restored = await workspace.run(["restore", "kept.backup"]);
    assertEquals([restored.code, restored.err], [0, ""]);
    assertMatch(restored.out, /^Restored chat\.db: as of .*; users 6, rooms [1-9]\d*, messages /);
    const db = workspace.path("chat.db");
    assertEquals(schemaOf(db), migrations.length);
    await serving(db, witness, async (url) => {
      const rest = witness.told.filter(({ ask }) => !ask.startsWith("GET /events"));
      await sameAnswers(url, { ...witness, told: rest });
      const alice = guestOf(witness, url, "alice");
      await using stream = await alice.listen(witness.cursors.last);
      assertEquals(stream.heard[0]?.["reason"], "other_epoch");
    });
  });
}

Deno.test("a database of a newer schema is refused by every command, and left as it is", async () => {
  await using workspace = new Workspace();
  const db = workspace.path("chat.db");
  await new Kept(1).database(db);
  const newer = migrations.length + 1;
  {
    using file = new DatabaseSync(db);
    file.exec(`PRAGMA user_version = ${newer}`);
  }
  const before = await Deno.readFile(db);
  const commands: readonly (readonly [readonly string[], RegExp])[] = [
    [["serve", "--port", "0"], /Cannot open chat\.db: a newer version of chat made it/],
    [["admin", "users"], /^chat: Cannot open chat\.db: a newer version of chat made it$/m],
    [["admin", "vacuum"], /^chat: Cannot open chat\.db: a newer version of chat made it$/m],
    [["backup", "a.backup"], /^chat: Cannot back up chat\.db: a newer version of chat made it$/m],
    [["doctor", "--port", "0"], /FAILED +chat\.db: a newer version of chat made it: its schema /],
  ];
  for (const [args, says] of commands) {
    const { code, out, err } = await workspace.run(args);
    assertEquals(code, 1, args.join(" "));
    assertMatch(out + err, says);
    assertEquals(schemaOf(db), newer);
  }
  assertEquals(await Deno.readFile(db), before);
});
