/**
 * Peers that are too many, talk nonsense, or leave in the middle, through the real program.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { SeededRandom } from "../../support/seeded_random.ts";
import { Workspace } from "../../support/chat_process.ts";
import { Guest } from "../../support/guest.ts";
import { stranger, undisturbed } from "./strangers.ts";

const hello = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** How often something may be looked at that must come to be so soon. */
const looksMax = 2000;

/** What is no request, or stops being one. */
function nonsense(random: SeededRandom, kind: number): string {
  const noise = (length: number) => String.fromCharCode(...random.bytes(length));
  const post = "POST /send HTTP/1.1\r\nHost: localhost\r\n";
  const kinds: readonly string[] = [
    noise(1 + Math.floor(random.number() * 2000)),
    // A handshake of TLS, by which a browser finds out that this is none.
    `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${noise(500)}`,
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "\0".repeat(5000),
    "\r\n".repeat(3000),
    `GET /${"x".repeat(20_000)} HTTP/1.1\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: localhost\r\n${"X: y\r\n".repeat(5000)}\r\n`,
    `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"y".repeat(50_000)}\r\n\r\n`,
    `${post}Content-Length: 5, 6\r\n\r\nabcdef`,
    `${post}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n`,
    `${post}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\n${noise(100)}`,
    `${post}Transfer-Encoding: chunked\r\n\r\n5\r\nabcdefghijk\r\n`,
    "GET http://[::1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET / HTTP/1.1\n\n",
    "GET / HTTP/1.1\r\n folded: yes\r\n\r\n",
    `${hello.repeat(50)}${noise(300)}`,
  ];
  return kinds[kind % kinds.length] ?? "";
}

/** Statuses of all that a peer was told. */
function statuses(told: string): number[] {
  return [...told.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

Deno.test("200 who talk nonsense are refused and let go, and others notice nothing", async () => {
  await using workspace = new Workspace();
  const { url, process } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  const random = new SeededRandom(4);
  const talk = async (_: unknown, at: number) => {
    using peer = await stranger(url);
    const text = nonsense(random, at);
    try {
      await peer.send(text);
      await peer.conn.closeWrite();
    } catch (failure) {
      // Refused before all was said, which may end the connection.
      assert(isBroken(failure), String(failure));
    }
    return [text, await peer.rest()] as const;
  };
  const all = await undisturbed(alice, Promise.all(Array.from({ length: 200 }, talk)));
  for (const [text, told] of all) {
    const last = statuses(told).at(-1) ?? 400;
    assert(last >= 400 && last !== 500, `${JSON.stringify(text.slice(0, 80))}: ${told}`);
  }
  // Most of it is whole enough for the reason to be seen by whoever said it.
  const answered = all.filter(([, told]) => statuses(told).length > 0);
  assert(answered.length > 150, `${answered.length} answered`);
  await process.kill("SIGTERM");
  assert(!/"level":"(error|fatal)"/.test(process.err.text), process.err.text);
});

function isBroken(failure: unknown): boolean {
  return failure instanceof Deno.errors.BrokenPipe ||
    failure instanceof Deno.errors.ConnectionReset ||
    failure instanceof Deno.errors.NotConnected;
}

Deno.test("above --max-connections newcomers are told 503, and let in when there is room", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: ["--max-connections", "8"] });
  const peers = await Promise.all(Array.from({ length: 8 }, () => stranger(url)));
  try {
    // Those who are in are served.
    for (const peer of peers) {
      await peer.send(hello);
      assertEquals((await peer.answer())?.status, 200);
    }
    const over = await Promise.all(Array.from({ length: 50 }, async () => {
      using peer = await stranger(url);
      return await peer.rest();
    }));
    for (const told of over) {
      assertMatch(told, /^HTTP\/1\.1 503 Service Unavailable\r\n[^]*"code":"busy"[^]*\}$/);
      assertMatch(told, /\r\nRetry-After: \d+\r\n/);
      assertMatch(told, /\r\nConnection: close\r\n/);
    }
    for (const peer of peers) {
      await peer.send(hello);
      assertEquals((await peer.answer())?.status, 200);
    }
    peers.shift()?.close();
    let told = "";
    for (let looks = 0; !told.startsWith("HTTP/1.1 200"); looks++) {
      assert(looks < looksMax, told);
      using peer = await stranger(url);
      await peer.send(hello.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
      told = await peer.rest();
    }
  } finally {
    for (const peer of peers) peer.close();
  }
});

Deno.test("many times more than there is room for do no harm", async () => {
  await using workspace = new Workspace();
  const { url, process } = await workspace.serve({ args: ["--max-connections", "8"] });
  const crowd = await Promise.all(Array.from({ length: 500 }, async () => {
    using peer = await stranger(url);
    // Whoever is in goes at once, so that nobody is waited for.
    await peer.conn.closeWrite().catch((failure) => assert(isBroken(failure)));
    return await peer.rest();
  }));
  for (const told of crowd) assertMatch(told, /^(|HTTP\/1\.1 503 [^]*\})$/);
  let status = 0;
  for (let looks = 0; status !== 200; looks++) {
    assert(looks < looksMax, `${status}`);
    const answer = await fetch(`${url}/healthz`, { headers: { connection: "close" } });
    status = answer.status;
    await answer.body?.cancel();
  }
  await process.kill("SIGTERM");
  assert(!/"level":"(error|fatal)"/.test(process.err.text), process.err.text);
});

Deno.test("who has said all and ends its side still gets the answers", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  const bearer = `Host: localhost\r\nAuthorization: Bearer ${alice.token}\r\n`;
  const form = `${bearer}Content-Type: application/x-www-form-urlencoded\r\n`;
  using peer = await stranger(url);
  await peer.send(
    `${hello}POST /send HTTP/1.1\r\n${form}Content-Length: 10\r\n\r\ntext=first` +
      `GET /messages HTTP/1.1\r\n${bearer}\r\n`,
  );
  await peer.conn.closeWrite();
  assertEquals(statuses(await peer.rest()), [200, 201, 200]);

  // What is cut in the middle is not done.
  const halves = [
    "Content-Length: 12\r\n\r\ntext=second",
    "Transfer-Encoding: chunked\r\n\r\nb\r\ntext=second\r\n",
  ];
  for (const half of halves) {
    using cut = await stranger(url);
    await cut.send(`POST /send HTTP/1.1\r\n${form}${half}`);
    await cut.conn.closeWrite();
    assertEquals(statuses(await cut.rest()).filter((status) => status < 400), [], half);
  }
  assertEquals(await alice.texts(), ["first"]);
});

Deno.test("who ends its side while it listens is gone, and what it waited for is answered", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  const bearer = `Host: localhost\r\nAuthorization: Bearer ${alice.token}\r\n\r\n`;
  using stream = await stranger(url);
  await stream.send(`GET /events HTTP/1.1\r\n${bearer}`);
  await stream.seen("event: caught_up\n");
  await stream.conn.closeWrite();
  await stream.rest();
  using poll = await stranger(url);
  await poll.send(`GET /events?wait=60 HTTP/1.1\r\n${bearer}`);
  await poll.conn.closeWrite();
  // Long before the minute is over.
  assertEquals(statuses(await poll.rest()), [200]);
  assertEquals((await alice.ask("GET /users?online=true")).items, []);
});

Deno.test("who resets in the middle of an upload leaves nothing behind", async () => {
  await using workspace = new Workspace();
  const { url, process } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  const head = `POST /files?name=a HTTP/1.1\r\nHost: localhost\r\n` +
    `Authorization: Bearer ${alice.token}\r\nContent-Length: 1000000\r\n\r\n`;
  const reset = async () => {
    using peer = await stranger(url);
    await peer.send(hello + head + "x".repeat(100_000));
    // Closing while something waits to be read makes the kernel reset the connection.
    await peer.conn.read(new Uint8Array(1));
  };
  await undisturbed(alice, Promise.all(Array.from({ length: 50 }, reset)));
  // A user may upload three at a time. None of those that came to nothing counts.
  let status = 0;
  for (let looks = 0; status !== 201; looks++) {
    assert(looks < looksMax, `${status}`);
    ({ status } = await alice.try("POST /files?name=b", { bytes: new Uint8Array(1000) }));
  }
  const three = await Promise.all(
    Array.from(
      { length: 3 },
      () => alice.try("POST /files?name=c", { bytes: new Uint8Array(500_000) }),
    ),
  );
  assertEquals(three.map(({ status }) => status), [201, 201, 201]);
  await process.kill("SIGTERM");
  assert(!/"level":"(error|fatal)"/.test(process.err.text), process.err.text);
});
