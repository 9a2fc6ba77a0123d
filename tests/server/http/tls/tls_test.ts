/**
 * The server by TLS, over real sockets.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import type { Handler, ResponseStream } from "../../../../server/http/exchange.ts";
import { defaultHttpLimits } from "../../../../server/http/limits.ts";
import type { ListenerOptions } from "../../../../server/http/listener.ts";
import { type TlsKeyPair, TlsKeyPairError } from "../../../../server/http/tls/tls_door.ts";
import { CertificateAuthority } from "../../../support/certificates.ts";
import { testWith } from "../../../support/tools.ts";
import { type Bench, RawClient, withListener } from "../loopback.ts";
import { octets } from "../protocol/transcript.ts";

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const echoPath: Handler = ({ path }) => ({ status: 200, headers: [], body: path });

interface SecureBench extends Bench {
  readonly authority: CertificateAuthority;
  readonly pair: TlsKeyPair;
  /** Why peers have not come to a request. */
  readonly refusals: string[];
  /** Opens a connection and does the handshake. */
  connectTls(options?: Partial<Deno.ConnectTlsOptions>): Promise<RawClient>;
}

/** Runs `test` against a listener with a certificate, where there is something to make one with. */
function testTls(
  title: string,
  handler: Handler,
  test: (bench: SecureBench) => Promise<void>,
  options: Partial<ListenerOptions> = {},
): void {
  testWith(["openssl"], title, async () => {
    await using authority = await CertificateAuthority.create();
    const tls = await authority.issue();
    const refusals: string[] = [];
    const clients: RawClient[] = [];
    await withListener(handler, async (bench) => {
      const { hostname, port } = bench.listener.address;
      try {
        await test({
          ...bench,
          authority,
          pair: tls,
          refusals,
          async connectTls(options = {}) {
            const caCerts = [authority.cert];
            const conn = await Deno.connectTls({ hostname, port, caCerts, ...options });
            const client = new RawClient(conn);
            clients.push(client);
            await conn.handshake();
            return client;
          },
        });
      } finally {
        for (const client of clients) client.close();
      }
    }, {
      tls,
      onHandshakeFailure: (cause, { address }) => refusals.push(`${address}: ${cause}`),
      ...options,
    });
  });
}

testTls(
  "requests by TLS are answered one after another, and their peer is secure",
  ({ peer, path }) => ({ status: 200, headers: [], body: JSON.stringify([path, peer]) }),
  async ({ connectTls, listener, faults }) => {
    const client = await connectTls();
    const peer = { address: "127.0.0.1", secure: true };
    await client.send(get("/1"));
    assertEquals(JSON.parse((await client.answer())?.body ?? ""), ["/1", peer]);
    await client.send(get("/2") + get("/3"));
    for (const path of ["/2", "/3"]) {
      assertEquals(JSON.parse((await client.answer())?.body ?? ""), [path, peer]);
    }
    assertEquals([listener.connections, faults], [1, []]);
  },
);

testTls(
  "megabytes go through TLS both ways",
  async ({ body }) => ({ status: 200, headers: [], body: await body.bytes(5_000_000) }),
  async ({ connectTls }) => {
    const client = await connectTls();
    const text = Array.from({ length: 40_000 }, (_, line) => `this is line ${line}\n`).join("");
    const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${text.length}\r\n\r\n`;
    for (let round = 0; round < 2; round++) {
      const [answer] = await Promise.all([client.answer(), client.send(head + text)]);
      assertEquals(answer?.body.length, text.length);
      assert(answer?.body === text);
    }
  },
);

testTls("http/1.1 is what the server speaks, and says so", echoPath, async (bench) => {
  const { connectTls, refusals, faults } = bench;
  const protocolOf = async (alpnProtocols: string[]) =>
    (await ((await connectTls({ alpnProtocols })).conn as Deno.TlsConn).handshake()).alpnProtocol;
  assertEquals(await protocolOf(["h2", "http/1.1"]), "http/1.1");
  assertEquals(await protocolOf([]), null);
  await assertRejects(() => connectTls({ alpnProtocols: ["h2"] }));
  while (refusals.length === 0) await new Promise(setImmediate);
  assertMatch(refusals.join(), /^127\.0\.0\.1: [^,]*protocol[^,]*$/);
  assertEquals(faults, []);
});

testTls("the last answer is whole, and its end is told before the connection's", echoPath, async ({
  connectTls,
}) => {
  const client = await connectTls();
  await client.send("GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  assertEquals((await client.answer())?.body, "/last");
  // Without a close_notify (RFC 8446 §6.1) this would be an error.
  assertEquals(await client.rest(), "");
});

const breaking = Promise.withResolvers<ResponseStream>();
testTls(
  "a peer can tell an answer that breaks off from one that has ended",
  () => ({ status: 200, headers: [], stream: breaking.resolve }),
  async ({ connectTls, listener }) => {
    const client = await connectTls();
    await client.send("GET / HTTP/1.0\r\n\r\n");
    (await breaking.promise).write(octets("some"));
    await client.seen("some");
    listener.close();
    await assertRejects(() => client.rest(), Deno.errors.UnexpectedEof);
  },
);

testTls(
  "a peer that ends its side after a request still gets the answer",
  async ({ path }) => {
    await new Promise(setImmediate);
    return { status: 200, headers: [], body: path };
  },
  async ({ connectTls }) => {
    const client = await connectTls();
    await client.send(get("/late"));
    await client.conn.closeWrite();
    assertEquals((await client.answer())?.body, "/late");
    assertEquals(await client.rest(), "");
  },
);

const handshakeMs = defaultHttpLimits.headerTimeoutMs;
for (
  const [what, sent] of [["says nothing", ""], ["says half a greeting", "\x16\x03\x01\x02\0\x01"]]
) {
  testTls(
    `a peer that ${what} is closed in time, and keeps nobody waiting`,
    echoPath,
    async ({ connect, connectTls, listener, clock, refusals, faults }) => {
      const slow = await connect();
      await slow.send(sent ?? "");
      const client = await connectTls();
      await client.send(get("/"));
      assertEquals((await client.answer())?.body, "/");
      clock.advance(handshakeMs);
      assertEquals(listener.connections, 2);
      // A look at the deadlines may be late by two periods.
      clock.advance(2 * defaultHttpLimits.sweepPeriodMs);
      assertEquals(await slow.rest(), "");
      assertEquals(refusals, ["127.0.0.1: Error: Cannot wait longer for the handshake"]);
      while (listener.connections > 1) await new Promise(setImmediate);
      await client.send(get("/still"));
      assertEquals((await client.answer())?.body, "/still");
      assertEquals(faults, []);
    },
  );
}

const { idleTimeoutMs, sweepPeriodMs } = defaultHttpLimits;
testTls("who says nothing for too long is told that this was all", echoPath, async (bench) => {
  const { connectTls, listener, clock } = bench;
  const client = await connectTls();
  await client.send(get("/"));
  assertEquals((await client.answer())?.body, "/");
  clock.advance(idleTimeoutMs);
  assertEquals(listener.connections, 1);
  clock.advance(2 * sweepPeriodMs);
  // Without a close_notify (RFC 9112 §9.8) this would be an error.
  assertEquals(await client.rest(), "");
  while (listener.connections > 0) await new Promise(setImmediate);
});

testTls("a head by TLS that does not come to its end is 408", echoPath, async (bench) => {
  const { connectTls, clock } = bench;
  const client = await connectTls();
  await client.send(`${get("/")}GET / HTTP/1.1\r\n`);
  assertEquals((await client.answer())?.body, "/");
  clock.advance(handshakeMs + 2 * sweepPeriodMs);
  assertEquals((await client.answer())?.status, 408);
  assertEquals(await client.rest(), "");
});

testTls("whoever speaks plain HTTP is told so, in plain HTTP", echoPath, async (bench) => {
  const { connect, faults, refusals } = bench;
  const client = await connect();
  await client.send(get("/"));
  const answer = await client.answer();
  assertEquals(answer?.status, 400);
  assertMatch(answer?.body ?? "", /this address speaks HTTPS/);
  assertEquals(await client.rest(), "");
  assertEquals([faults, refusals], [[], []]);
});

testTls("whoever speaks neither is closed without a word", echoPath, async (bench) => {
  const { connect, faults, refusals } = bench;
  const client = await connect();
  await client.send("\x05\x01\0");
  assertEquals(await client.rest(), "");
  assertEquals(refusals, ["127.0.0.1: Error: Cannot read handshake: the peer speaks no TLS"]);
  assertEquals(faults, []);
});

testTls("a peer that does not trust us is no fault of ours", echoPath, async (bench) => {
  const { connectTls, refusals, faults, listener } = bench;
  await assertRejects(() => connectTls({ caCerts: [] }));
  while (refusals.length === 0 || listener.connections > 0) await new Promise(setImmediate);
  assertEquals([refusals.length, faults], [1, []]);
});

testTls("over the bounds 503 is told by TLS", echoPath, async ({ connectTls }) => {
  const first = await connectTls();
  await first.send(get("/1"));
  assertEquals((await first.answer())?.body, "/1");
  const over = await connectTls();
  const answer = await over.answer();
  assertEquals([answer?.status, JSON.parse(answer?.body ?? "").code], [503, "busy"]);
  assertEquals(await over.rest(), "");
}, { limits: { connectionsPerAddressMax: 1 } });

testTls("handshakes under way are counted as connections", echoPath, async (bench) => {
  const { connect, connectTls, listener } = bench;
  await connect();
  while (listener.connections === 0) await new Promise(setImmediate);
  const over = await connectTls();
  assertEquals((await over.answer())?.status, 503);
}, { limits: { connectionsMax: 1 } });

const unread = Promise.withResolvers<ResponseStream>();
testTls(
  "a reader by TLS that falls behind by more than the bound is cut",
  () => ({ status: 200, headers: [], stream: unread.resolve }),
  async ({ connectTls, listener }) => {
    const client = await connectTls();
    await client.send(get("/"));
    const stream = await unread.promise;
    const payload = octets("x".repeat(60_000));
    let most = 0;
    while (!stream.closed) {
      stream.write(payload);
      most = Math.max(most, stream.backlogBytes);
      await new Promise(setImmediate);
    }
    assert(most > 1_048_576 && most <= 1_048_576 + 61_000, `${most}`);
    await listener.stop();
  },
);

testTls(
  "a reader by TLS that takes nothing is cut in time",
  () => ({ status: 200, headers: [], body: new Uint8Array(50_000_000) }),
  async ({ connectTls, listener, passUntil }) => {
    const client = await connectTls();
    await client.send(get("/"));
    await client.seen("HTTP/1.1 200 OK");
    const gone = (async () => {
      while (listener.connections > 0) await new Promise(setImmediate);
    })();
    await passUntil(gone);
  },
);

testTls("a new certificate is for those who come next; who is there stays", echoPath, async ({
  connectTls,
  listener,
}) => {
  const before = await connectTls();
  await using other = await CertificateAuthority.create();
  await assertRejects(() => connectTls({ caCerts: [other.cert] }));
  listener.renewTls(await other.issue());
  const after = await connectTls({ caCerts: [other.cert] });
  await assertRejects(() => connectTls());
  for (const client of [before, after, before]) {
    await client.send(get("/"));
    assertEquals((await client.answer())?.body, "/");
  }
});

testTls("a certificate that can't be used leaves the one before", echoPath, async (bench) => {
  const { connectTls, listener, pair, authority } = bench;
  const { key } = await authority.issue();
  for (const wrong of [{ ...pair, key }, { ...pair, cert: "" }, { ...pair, key: "" }]) {
    assertThrows(() => listener.renewTls(wrong), TlsKeyPairError);
  }
  const client = await connectTls();
  await client.send(get("/"));
  assertEquals((await client.answer())?.body, "/");
});

testTls("nobody is turned away while certificates are renewed", echoPath, async (bench) => {
  const { connectTls, listener, pair, refusals, faults } = bench;
  let coming = true;
  const renewals = (async () => {
    for (; coming; await new Promise(setImmediate)) listener.renewTls(pair);
  })();
  for (let round = 0; round < 5; round++) {
    await Promise.all(Array.from({ length: 10 }, async () => {
      const client = await connectTls();
      await client.send(get("/"));
      assertEquals((await client.answer())?.body, "/");
    }));
  }
  coming = false;
  await renewals;
  assertEquals([refusals, faults], [[], []]);
});

testWith(["openssl"], "no endpoint stays open if the certificate can't be used", async () => {
  await using authority = await CertificateAuthority.create();
  const { cert } = await authority.issue();
  const { key } = await authority.issue();
  const error = await assertRejects(
    () => withListener(echoPath, () => Promise.resolve(), { tls: { cert, key } }),
    TlsKeyPairError,
  );
  assertMatch(error.message, /^Cannot use the certificate: .*KeyMismatch/);
});

testTls(
  "stop() ends handshakes and idle connections, and lets exchanges finish",
  async ({ path }) => {
    if (path === "/slow") {
      asked.resolve();
      await release.promise;
    }
    return { status: 200, headers: [], body: path };
  },
  async ({ connect, connectTls, listener, refusals }) => {
    const greeting = await connect();
    await greeting.send("\x16\x03\x01");
    const idle = await connectTls();
    await idle.send(get("/"));
    assertEquals((await idle.answer())?.body, "/");
    const busy = await connectTls();
    await busy.send(get("/slow"));
    await asked.promise;
    const stopped = listener.stop();
    assertEquals(await greeting.rest(), "");
    release.resolve();
    assertEquals((await busy.answer())?.body, "/slow");
    assertEquals(await busy.rest(), "");
    await busy.conn.closeWrite();
    await stopped;
    assertEquals([listener.connections, refusals], [0, []]);
  },
);
const asked = Promise.withResolvers<void>();
const release = Promise.withResolvers<void>();
