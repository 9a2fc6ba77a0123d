/**
 * Peers that are too slow, through the real program: told so or cut, while others notice nothing.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Workspace } from "../../support/chat_process.ts";
import { Guest } from "../../support/guest.ts";
import { drip, stranger, undisturbed } from "./strangers.ts";

const short = ["--header-timeout", "1s", "--body-timeout", "1s", "--idle-timeout", "1s"] as const;

const late = /^HTTP\/1\.1 408 [^]*\r\nConnection: close\r\n[^]*"code":"timeout"\}$/;

Deno.test("who sends the head byte by byte is told that it takes too long", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: short });
  const alice = await Guest.arrive(url, "alice");
  using peer = await stranger(url);
  const head = `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(2000)}`;
  assertMatch(await drip(peer, alice, head), late);
});

Deno.test("who stops in the middle of a head is told so, however many there are", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: short });
  const alice = await Guest.arrive(url, "alice");
  const heads = [
    "G",
    "GET /",
    "GET / HTTP/1.1\r\n",
    "GET / HTTP/1.1\r\nHost: localhost\r\n",
    "\r\nG",
  ];
  const peers = await Promise.all(Array.from({ length: 50 }, () => stranger(url)));
  try {
    await Promise.all(peers.map((peer, at) => peer.send(heads[at % heads.length] ?? "")));
    const told = await undisturbed(alice, Promise.all(peers.map((peer) => peer.rest())));
    for (const text of told) assertMatch(text, late);
  } finally {
    for (const peer of peers) peer.close();
  }
});

Deno.test("who stops in the middle of a body is told so", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: short });
  const alice = await Guest.arrive(url, "alice");
  const head =
    `POST /send HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${alice.token}\r\n` +
    "Content-Type: application/x-www-form-urlencoded\r\n";
  const halves = [
    "Content-Length: 10\r\n\r\ntext=",
    "Content-Length: 10\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n5\r\ntext=",
    "Transfer-Encoding: chunked\r\n\r\n5",
    "Transfer-Encoding: chunked\r\n\r\n6\r\ntext=a\r\n0\r\nTrail",
  ];
  for (const half of halves) {
    using peer = await stranger(url);
    await peer.send(head + half);
    assertMatch(await undisturbed(alice, peer.rest()), late, half);
  }
  assertEquals(await alice.texts(), []);
});

Deno.test("who sends a body byte by byte is told that it takes too long", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: short });
  const alice = await Guest.arrive(url, "alice");
  using peer = await stranger(url);
  await peer.send(
    `POST /files?name=a HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${alice.token}\r\n` +
      "Content-Length: 10000\r\n\r\n",
  );
  assertMatch(await drip(peer, alice, "x".repeat(2000)), late);
});

Deno.test("who says nothing is let go without a word, at first and after an answer", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: short });
  const alice = await Guest.arrive(url, "alice");
  using silent = await stranger(url);
  using served = await stranger(url);
  await served.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assertEquals((await served.answer())?.body, '{"status":"ok"}');
  assertEquals(
    await undisturbed(alice, Promise.all([silent.rest(), served.rest()])),
    ["", ""],
  );
});

Deno.test("a stream is not idle, however long it is silent", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: short });
  const alice = await Guest.arrive(url, "alice");
  await using listening = await alice.listen();
  // Two who come later are idle for long enough, one after the other.
  for (let turn = 0; turn < 2; turn++) {
    using idle = await stranger(url);
    assertEquals(await undisturbed(alice, idle.rest()), "");
  }
  const id = await alice.say("still there");
  assertEquals((await listening.next("message"))["id"], id);
});

Deno.test("a stream's reader that does not read is cut off, and others hear everything", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: ["--limit", "0"] });
  const alice = await Guest.arrive(url, "alice");
  const bob = await Guest.arrive(url, "bob");
  using deaf = await stranger(url);
  await deaf.send(
    `GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${bob.token}\r\n\r\n`,
  );
  await deaf.seen("event: caught_up\n");
  await using listening = await alice.listen();
  const isOnline = async () =>
    (await alice.ask("GET /users?online=true")).items
      .some(({ name }: { name: string }) => name === "bob");

  assert(await isOnline());
  // As long as can be: each of its characters takes six in JSON.
  const text = "\u0001".repeat(4000);
  const sent: number[] = [];
  const heard: number[] = [];
  // What the kernel takes on both sides, and 1 MiB of ours, are far less than this.
  const messagesMax = 4000;
  while (await isOnline()) {
    assert(sent.length < messagesMax, "never cut off");
    sent.push(...await Promise.all(Array.from({ length: 16 }, () => alice.say(text))));
    while (heard.length < sent.length) heard.push((await listening.next("message"))["id"]);
  }
  assert(sent.length * 6 * 4000 > 1024 ** 2, `cut off after ${sent.length}`);
  assertEquals(heard, sent.toSorted((a, b) => a - b));
  const rest = await deaf.rest();
  // Cut, not ended in order: whoever reads it later knows that something is missing.
  assert(!rest.endsWith("\r\n0\r\n\r\n"));
  assertEquals((await bob.ask("GET /messages?limit=1")).items.length, 1);
});
