/**
 * The rows of the requirements on files, rooms and several clients, through the real program.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Workspace } from "../../support/chat_process.ts";
import { Guest, type HeardEvent } from "../../support/guest.ts";

const mebibyte = 1_048_576;

/** Bytes of which each place is known. */
function pattern(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8)) % 251);
}

async function bytesOf(guest: Guest, id: number, headers: Record<string, string> = {}) {
  const response = await fetch(`${guest.url}/files/${id}`, {
    headers: { authorization: `Bearer ${guest.token}`, ...headers },
  });
  return {
    status: response.status,
    headers: response.headers,
    bytes: new Uint8Array(await response.arrayBuffer()),
  };
}

Deno.test("C8 files of any type go with messages, to those who can see them", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  const bob = await Guest.arrive(url, "bob");
  const mallory = await Guest.arrive(url, "mallory");
  const bytes = pattern(5 * mebibyte);
  const name = encodeURIComponent("../отчёт 📊.html");
  const uploaded = await alice.try(`POST /files?name=${name}`, {
    bytes,
    headers: { "content-type": "text/html" },
  });
  assertEquals([uploaded.status, uploaded.json.size], [201, bytes.length]);
  assertEquals(uploaded.json.name, "отчёт 📊.html");
  const { id } = uploaded.json;
  await bob.refused("not_found", `GET /files/${id}`);

  const sent = await alice.ask("POST /send", { text: "for you", to: "bob", files: id });
  assertEquals(sent.files.map((file: HeardEvent) => file.id), [id]);
  const got = await bytesOf(bob, id);
  assertEquals(got.bytes, bytes);
  assertMatch(got.headers.get("content-disposition") ?? "", /^attachment;/);
  assertEquals(got.headers.get("x-content-type-options"), "nosniff");
  assertEquals(got.headers.get("content-security-policy"), "default-src 'none'; sandbox");
  const part = await bytesOf(bob, id, { range: "bytes=1000000-1000009" });
  assertEquals([part.status, part.bytes], [206, bytes.slice(1_000_000, 1_000_010)]);
  await mallory.refused("not_found", `GET /files/${id}`);

  await alice.ask(`DELETE /messages/${sent.id}`);
  await bob.refused("not_found", `GET /files/${id}`);
});

Deno.test("C8 a file over the limit is refused before its body is read", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: ["--max-file", "64KB"] });
  const alice = await Guest.arrive(url, "alice");
  assertEquals((await alice.try("POST /files", { bytes: pattern(65_536) })).status, 201);
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const head = [
    "POST /files?name=big HTTP/1.1",
    `Host: ${hostname}:${port}`,
    `Authorization: Bearer ${alice.token}`,
    "Expect: 100-continue",
    "Content-Length: 65537",
    "",
    "",
  ].join("\r\n");
  await connection.write(new TextEncoder().encode(head));
  const answer = new Uint8Array(4096);
  const length = await connection.read(answer) ?? 0;
  const text = new TextDecoder().decode(answer.subarray(0, length));
  assertMatch(text, /^HTTP\/1\.1 413 /);
  assert(text.includes('"limit":65536'), text);
});

Deno.test("C9 what one client does, the others of the same user show", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice", "secret");
  const phone = await Guest.arrive(url, "alice", "secret");
  const bob = await Guest.arrive(url, "bob");
  const room = (await bob.ask("POST /rooms", { name: "garden" })).id;
  await bob.ask(`POST /rooms/${room}/invitations`, { user: "alice" });
  const heard = await bob.say("hello");
  await using stream = await phone.listen();
  await alice.say("sent here");
  await alice.ask("POST /read", { upto: heard });
  const { id } = await alice.ask("POST /send", { text: "later", in: "1h" });
  await alice.ask(`PATCH /scheduled/${id}`, { in: "2h" });
  await alice.ask(`DELETE /scheduled/${id}`);
  await alice.ask(`POST /invitations/${room}`, { accept: true });
  await stream.next("member.joined");
  assertEquals(stream.types, [
    "message",
    "read",
    "scheduled.created",
    "scheduled.updated",
    "scheduled.cancelled",
    "member.joined",
  ]);
});

Deno.test("C10 a room is entered by invitation, or by link and the owner's word", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const [alice, bob, carol, mallory] = [
    await Guest.arrive(url, "alice"),
    await Guest.arrive(url, "bob"),
    await Guest.arrive(url, "carol"),
    await Guest.arrive(url, "mallory"),
  ];
  const room = (await alice.ask("POST /rooms", { name: "сад" })).id;
  await using atBob = await bob.listen();
  await alice.ask(`POST /rooms/${room}/invitations`, { user: "bob" });
  assertEquals((await atBob.next("invitation"))["name"], "сад");
  await bob.refused("not_found", `GET /rooms/${room}`);
  await bob.ask(`POST /invitations/${room}`, { accept: true });
  await alice.say("welcome", { room });
  assertEquals((await atBob.next("message"))["text"], "welcome");

  const link = await alice.ask(`POST /rooms/${room}/links`, { max_uses: 1 });
  assertMatch(link.code, /^[\w-]{22,}$/);
  assertEquals(link.url, `${url}/join#${link.code}`);
  await bob.refused("forbidden", `POST /rooms/${room}/links`);
  await using atAlice = await alice.listen();
  await using atCarol = await carol.listen();
  assertEquals((await carol.ask("POST /join", { code: link.code })).status, "pending");
  await carol.refused("pending_approval", "POST /join", { code: link.code });
  assertEquals((await atAlice.next("join.requested"))["user"], "carol");
  await carol.refused("not_found", "POST /send", { text: "let me in", room });
  await mallory.ask("POST /join", { code: link.code });
  await alice.ask(`POST /rooms/${room}/requests/carol`, { approve: true });
  await atCarol.next("join.approved");
  await carol.say("thank you", { room });
  // One use of the link is spent: who else came by it is out, and the code is dead.
  assertEquals((await alice.ask(`GET /rooms/${room}/requests`)).items, []);
  const dead = await mallory.refused("not_found", "POST /join", { code: link.code });
  const invented = await mallory.refused("not_found", "POST /join", { code: "x".repeat(43) });
  assertEquals(dead, invented);

  await alice.ask(`DELETE /rooms/${room}/members/carol`);
  assertEquals((await atCarol.next("member.left"))["room"], room);
  await carol.refused("not_found", `GET /messages?room=${room}`);
  await alice.say("only two of us", { room });
  await carol.say("anyone?", { to: "bob" });
  await atCarol.next("message");
  assert(!JSON.stringify(atCarol.heard).includes("only two"));

  await alice.ask(`DELETE /rooms/${room}/members/alice`);
  assertEquals((await bob.ask(`GET /rooms/${room}`)).owner, "bob");
  await alice.refused("not_found", `GET /rooms/${room}`);
  await bob.ask(`DELETE /rooms/${room}`);
  await atBob.next("room.deleted");
  await bob.refused("not_found", `GET /rooms/${room}`);
});

Deno.test("C11 names change, stay unique in any script, and everyone is told", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  const boris = await Guest.arrive(url, "Борис");
  await using stream = await boris.listen();
  const id = await alice.say("who am I");
  await alice.refused("name_taken", "PATCH /me", { name: "БОРИС" });
  assertEquals((await alice.ask("PATCH /me", { name: "Алиса" })).name, "Алиса");
  const told = await stream.next("user.renamed");
  assertEquals([told["before"], told["user"]], ["alice", "Алиса"]);
  assertEquals((await boris.ask(`GET /messages/${id}`)).author, "Алиса");
  await boris.say("hello", { to: "алиса" });
  await boris.refused("not_found", "POST /send", { text: "hello", to: "alice" });
});

Deno.test("C13 everyone sees who is here", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  const bob = await Guest.arrive(url, "bob");
  await using watching = await alice.listen();
  {
    await using _here = await bob.listen();
    const here = async () => await watching.next("presence");
    let told = await here();
    while (told["user"] !== "bob") told = await here();
    assertEquals(told["online"], true);
    const { items } = await alice.ask("GET /users?online=true");
    assertEquals(items.map(({ name }: HeardEvent) => name), ["alice", "bob"]);
  }
  const gone = await watching.next("presence");
  assertEquals([gone["user"], gone["online"]], ["bob", false]);
  const { items } = await alice.ask("GET /users");
  assertEquals(items.map(({ online }: HeardEvent) => online), [true, false]);
});
