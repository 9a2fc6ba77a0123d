/**
 * Keeps a database and a backup of this version of the program, after a day with all that it knows:
 * `deno run -A tests/kept/make.ts`.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { systemClock } from "../../lib/clock.ts";
import { version } from "../../lib/version.ts";
import { Workspace } from "../support/chat_process.ts";
import { Guest } from "../support/guest.ts";
import { lasting, type Told, type Witness } from "./kept.ts";

const folder = new URL("./", import.meta.url);
const fileBytes = 150_000;
const passwords = { alice: "correct horse", caroline: "battery staple" };
const waiting = { text: "in an hour", inMs: 3_600_000 };
const repeated = { by: "bob", key: "a-key-of-bob-that-is-long-enough", text: "only once" };

await using workspace = new Workspace();
const { url, process: server } = await workspace.serve({ args: ["--ban-after", "2"] });
const witness = await spendDay();
// Once more just before the end, for the end of a server must not be what saves it.
await workspace.run(["backup", "kept.backup"]).then(({ code, err }) => {
  if (code !== 0) throw new Error(err);
});
await server.kill("SIGTERM");
const schema = schemaOf(workspace.path("chat.db"));
const files = [["chat.db", "db.gz"], ["kept.backup", "backup.gz"]] as const;
for (const [name, suffix] of files) {
  const { body } = new Response(await Deno.readFile(workspace.path(name)));
  const zipped = body?.pipeThrough(new CompressionStream("gzip")) ?? new Uint8Array();
  await Deno.writeFile(path(suffix), zipped, { createNew: true });
}
const text = `${JSON.stringify({ ...witness, schema }, null, 2)}\n`;
await Deno.writeTextFile(path("json"), text, { createNew: true });

function path(suffix: string): URL {
  return new URL(`schema_${schema}.${suffix}`, folder);
}

function schemaOf(database: string): number {
  using db = new DatabaseSync(database, { readOnly: true });
  return Number(db.prepare("PRAGMA user_version").get()?.["user_version"]);
}

/** Has people talk, and asks everyone about everything. */
async function spendDay(): Promise<Omit<Witness, "schema">> {
  const arrive = (name: string, password?: string) => Guest.arrive(url, name, password);
  const alice = await arrive("alice", passwords.alice);
  const { cursor: early } = await alice.ask("POST /connect");
  const [bob, carol] = [await arrive("bob"), await arrive("carol", passwords.caroline)];
  const [dave, erin, mallory] = [
    await arrive("dave"),
    await arrive("erin"),
    await arrive("mallory"),
  ];
  const revoked = await arrive("alice", passwords.alice);
  await revoked.ask("POST /disconnect");

  // The common chat, with comments, a file, something deleted and something unread.
  const hello = await alice.say("Hello, everyone: ä 你好 👋🏽\nand a second line");
  await alice.ask("POST /comment", { message: hello, text: "the first comment" });
  await bob.ask("POST /comment", { message: hello, text: "the second comment" });
  await alice.ask(`DELETE /messages/${await alice.say("a slip of the tongue")}`);
  const bytes = new Uint8Array(fileBytes).map((_, at) => at % 251);
  const file = (await bob.try("POST /files?name=%C3%A4.txt", { bytes })).json.id;
  await bob.say("look at this", { files: file });
  await bob.try("POST /send", {
    fields: { text: repeated.text },
    headers: { "idempotency-key": repeated.key },
  });
  await dave.ask("POST /read", { upto: hello });

  // Names, private chats, and what is to be sent.
  await carol.ask("PATCH /me", { name: "caroline" });
  await alice.say("just for you", { to: "bob" });
  await bob.say("thank you", { to: "alice" });
  await dave.say("are you there?", { to: "caroline" });
  await alice.say(waiting.text, { in: "1h" });
  await alice.say("tomorrow, to bob alone", { to: "bob", in: "1d" });
  await alice.ask(`DELETE /scheduled/${await alice.say("never", { in: "2h" })}`);

  // Rooms: members, who is invited, who asks, links of all kinds, one closed, one handed over.
  const { id: garden } = await alice.ask("POST /rooms", { name: "garden" });
  const rooms = `/rooms/${garden}`;
  for (const guest of [bob, carol]) {
    const user = guest === carol ? "caroline" : guest.name;
    await alice.ask(`POST ${rooms}/invitations`, { user });
    await guest.ask(`POST /invitations/${garden}`, { accept: true });
  }
  await alice.ask(`POST ${rooms}/invitations`, { user: "dave" });
  const { code } = await alice.ask(`POST ${rooms}/links`, { expires_in: "2d", max_uses: 5 });
  const { id: useless } = await alice.ask(`POST ${rooms}/links`);
  await alice.ask(`DELETE ${rooms}/links/${useless}`);
  await erin.ask("POST /join", { code });
  await bob.say("the roses", { room: garden });
  await alice.ask("PATCH " + rooms, { name: "back garden" });
  const { id: attic } = await bob.ask("POST /rooms", { name: "attic" });
  await bob.say("dust", { room: attic });
  await bob.ask(`DELETE /rooms/${attic}`);
  const { id: cellar } = await bob.ask("POST /rooms", { name: "cellar" });
  await bob.ask(`POST /rooms/${cellar}/invitations`, { user: "alice" });
  await alice.ask(`POST /invitations/${cellar}`, { accept: true });
  await bob.ask(`PATCH /rooms/${cellar}`, { owner: "alice" });

  // A ban, and a report that is not enough for one.
  const spam = await mallory.say("buy watches");
  await alice.ask("POST /report", { user: "mallory", reason: "sells things", message: spam });
  await bob.ask("POST /report", { user: "mallory" });
  await mallory.ask("POST /report", { user: "bob", reason: "unfair" });

  const everyone = { alice, bob, caroline: carol, dave, erin, mallory };
  const told: Told[] = [];
  for (const [by, guest] of Object.entries(everyone)) {
    const asked = ["status", "tokens", "scheduled", "invitations", "rooms", "users", "messages"];
    const inside = (await guest.ask("GET /rooms")).items.flatMap(
      ({ id }: { id: number | string }) => [`rooms/${id}`, `messages?room=${id}`],
    );
    const more = by !== "alice" ? [] : [
      `messages/${hello}/comments`,
      `rooms/${garden}/links`,
      `rooms/${garden}/requests`,
      `events?after=${early}&wait=0`,
    ];
    for (const what of [...asked, ...inside, ...more]) {
      const ask = `GET /${what}`;
      told.push({ by, ask, answer: lasting(await guest.ask(ask)) });
    }
  }
  const { cursor: last } = await alice.ask("POST /connect");
  return {
    program: version,
    madeAtMs: systemClock.now(),
    cursors: { early, last },
    tokens: Object.fromEntries(Object.entries(everyone).map(([name, { token }]) => [name, token])),
    passwords,
    revoked: revoked.token,
    banned: "mallory",
    repeated,
    waiting,
    file: { by: "alice", id: file, bytes: fileBytes },
    told,
  };
}
