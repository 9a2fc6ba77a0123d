/**
 * The server over real sockets.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Handler, Request, Response, ResponseStream } from "../../../server/http/exchange.ts";
import { withListener } from "./loopback.ts";
import { octets } from "./protocol/transcript.ts";

const H = "Host: a\r\n";
const text = (body: string): Response => ({ status: 200, headers: [], body });
const echoPath: Handler = (request) => text(request.path);

async function echo(request: Request): Promise<Response> {
  return { status: 200, headers: [], body: await request.body.bytes(100_000) };
}

/** Answers with a stream, and hands it out. */
function streaming(): { handler: Handler; started: Promise<ResponseStream> } {
  const { promise, resolve } = Promise.withResolvers<ResponseStream>();
  return { handler: () => ({ status: 200, headers: [], stream: resolve }), started: promise };
}

Deno.test("requests are answered in order, by handlers that wait and by handlers that do not", async () => {
  const handler: Handler = async (request) => {
    for (let turns = Number(request.query); turns > 0; turns--) await new Promise(setImmediate);
    return text(request.path);
  };
  const mixed: Handler = (request) => request.query === "" ? text(request.path) : handler(request);
  await withListener(mixed, async ({ connect }) => {
    const client = await connect();
    const targets = ["/1?5", "/2", "/3?1", "/4", "/5"];
    await client.send(targets.map((target) => `GET ${target} HTTP/1.1\r\n${H}\r\n`).join(""));
    for (const target of targets) assertEquals((await client.answer())?.body, target.slice(0, 2));
  });
});

Deno.test("a connection serves many requests, and sees the peer's address", async () => {
  await withListener((request) => text(request.peer.address), async ({ connect, listener }) => {
    const client = await connect();
    for (let round = 0; round < 20; round++) {
      await client.send(`GET / HTTP/1.1\r\n${H}\r\n`);
      assertEquals((await client.answer())?.body, "127.0.0.1");
    }
    assertEquals(listener.connections, 1);
  });
});

Deno.test("a body is read whole, in pieces, chunked or not, and the next request after it", async () => {
  await withListener(echo, async ({ connect }) => {
    const client = await connect();
    const long = "x".repeat(90_000);
    await client.send(`POST / HTTP/1.1\r\n${H}Content-Length: ${long.length}\r\n\r\n`);
    await client.send(long);
    assertEquals((await client.answer())?.body, long);
    await client.send(`POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n3\r\nab`);
    await client.send("c\r\n0\r\n\r\n");
    assertEquals((await client.answer())?.body, "abc");
  });
});

Deno.test("a body over the limit is 413, whether declared or found out, and the connection ends", async () => {
  await withListener(echo, async ({ connect }) => {
    for (
      const body of [
        "Content-Length: 100001\r\n\r\n",
        `Transfer-Encoding: chunked\r\n\r\nffff\r\n${"x".repeat(65_535)}\r\nffff\r\n${
          "x".repeat(65_535)
        }`,
      ]
    ) {
      const client = await connect();
      await client.send(`POST / HTTP/1.1\r\n${H}${body}`);
      const answer = await client.answer();
      assertEquals(answer?.status, 413);
      assert(answer?.headers.some(([name, value]) => name === "Connection" && value === "close"));
      assertEquals(await client.rest(), "");
    }
  });
});

Deno.test("a small body that nobody reads does not end the connection; a large one does", async () => {
  await withListener(echoPath, async ({ connect }) => {
    const client = await connect();
    await client.send(`POST /1 HTTP/1.1\r\n${H}Content-Length: 5000\r\n\r\n`);
    assertEquals((await client.answer())?.body, "/1");
    await client.send(`${"x".repeat(5000)}POST /2 HTTP/1.1\r\n${H}Content-Length: 5000000\r\n\r\n`);
    assertEquals((await client.answer())?.body, "/2");
    assertEquals(await client.rest(), "");
  });
});

Deno.test("Expect: 100-continue is met when the body is read, and not when it is refused", async () => {
  await withListener(echo, async ({ connect }) => {
    const expecting = `POST / HTTP/1.1\r\n${H}Expect: 100-continue\r\n`;
    const client = await connect();
    await client.send(`${expecting}Content-Length: 3\r\n\r\n`);
    assertEquals((await client.answer())?.status, 100);
    await client.send("abc");
    assertEquals((await client.answer())?.body, "abc");
    await client.send(`${expecting}Content-Length: 3000000\r\n\r\n`);
    assertEquals((await client.answer())?.status, 413);
    assertEquals(await client.rest(), "");
  });
});

Deno.test("an error is answered and seen though the peer is still sending", async () => {
  await withListener(echoPath, async ({ connect }) => {
    const client = await connect();
    await client.send(
      `GET /1 HTTP/1.1\r\n${H}\r\nGET / HTTP/1.1\r\nHost : a\r\n\r\n${"x".repeat(200_000)}`,
    );
    assertEquals((await client.answer())?.body, "/1");
    const answer = await client.answer();
    assertEquals(answer?.status, 400);
    assertEquals(JSON.parse(answer?.body ?? "").code, "malformed");
    assertEquals(await client.rest(), "");
  });
});

Deno.test("a peer that keeps sending after an error is cut when the linger time is over", async () => {
  await withListener(echoPath, async ({ connect, passUntil, listener }) => {
    const client = await connect();
    await client.send("\0");
    assertEquals((await client.answer())?.status, 400);
    assertEquals(await client.rest(), "");
    assertEquals(listener.connections, 1);
    await passUntil(listener.stop());
  });
});

Deno.test("a peer that ends its side after a request still gets the answer", async () => {
  const handler: Handler = async () => {
    await new Promise(setImmediate);
    return text("late");
  };
  await withListener(handler, async ({ connect }) => {
    const client = await connect();
    await client.send(`GET / HTTP/1.1\r\n${H}\r\n`);
    await client.conn.closeWrite();
    assertEquals((await client.answer())?.body, "late");
    assertEquals(await client.rest(), "");
  });
});

Deno.test("HTTP/1.0 gets one answer and the end, or more with keep-alive", async () => {
  await withListener(echoPath, async ({ connect }) => {
    const once = await connect();
    await once.send("GET /1 HTTP/1.0\r\n\r\n");
    assertEquals((await once.answer())?.body, "/1");
    assertEquals(await once.rest(), "");
    const kept = await connect();
    for (const path of ["/1", "/2"]) {
      await kept.send(`GET ${path} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`);
      assertEquals((await kept.answer())?.body, path);
    }
  });
});

Deno.test("a stream to HTTP/1.0 has no chunks and ends with the connection", async () => {
  const { handler, started } = streaming();
  await withListener(handler, async ({ connect }) => {
    const client = await connect();
    await client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const stream = await started;
    stream.write(octets("a"));
    await client.seen("\r\n\r\na");
    stream.write(octets("b"));
    await stream.end();
    assertEquals(await client.rest(), "b");
  });
});

Deno.test("HEAD gets the head, and never a stream", async () => {
  const handler: Handler = (request) =>
    request.path === "/stream"
      ? { status: 200, headers: [], stream: () => assert(false, "started") }
      : text("abc");
  await withListener(handler, async ({ connect }) => {
    const client = await connect();
    await client.send(
      `HEAD / HTTP/1.1\r\n${H}\r\nHEAD /stream HTTP/1.1\r\n${H}\r\nGET / HTTP/1.1\r\n${H}\r\n`,
    );
    const answer = await client.answer("HEAD");
    assert(answer?.headers.some(([name, value]) => name === "Content-Length" && value === "3"));
    assertEquals((await client.answer("HEAD"))?.status, 200);
    assertEquals((await client.answer())?.body, "abc");
  });
});

Deno.test("a stream is sent as it is written, and the connection goes on after it", async () => {
  let started = Promise.withResolvers<ResponseStream>();
  const handler: Handler = () => ({
    status: 200,
    headers: [],
    stream: (stream) => started.resolve(stream),
  });
  await withListener(handler, async ({ connect }) => {
    const client = await connect();
    for (let round = 0; round < 2; round++) {
      await client.send(`GET / HTTP/1.1\r\n${H}\r\n`);
      const stream = await started.promise;
      started = Promise.withResolvers();
      let closes = 0;
      stream.onClose(() => closes++);
      stream.write(octets("one"));
      await client.seen("3\r\none\r\n");
      await stream.drained();
      assertEquals([stream.backlogBytes, stream.closed], [0, false]);
      stream.write(octets("two"));
      stream.write(octets("three"));
      await stream.end();
      await client.seen("3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n");
      assertEquals([stream.closed, closes], [true, 1]);
      stream.write(octets("dropped"));
    }
  });
});

Deno.test("the end of a peer that is watched is told to its stream and its watchers", async () => {
  const gone = Promise.withResolvers<void>();
  const started = Promise.withResolvers<ResponseStream>();
  const handler: Handler = (request) => {
    request.onGone(gone.resolve);
    return { status: 200, headers: [], stream: started.resolve };
  };
  await withListener(handler, async ({ connect }) => {
    const client = await connect();
    await client.send(`GET / HTTP/1.1\r\n${H}\r\n`);
    const stream = await started.promise;
    await client.conn.closeWrite();
    await gone.promise;
    await stream.drained();
    assertEquals(stream.closed, true);
    await stream.end();
  });
});

Deno.test("a handler at work is told that its peer is gone, unless it has stopped watching", async () => {
  const gone = Promise.withResolvers<void>();
  let unwanted = 0;
  const handler: Handler = async (request) => {
    const stop = request.onGone(() => unwanted++);
    stop();
    request.onGone(gone.resolve);
    await gone.promise;
    return text("nobody hears");
  };
  await withListener(handler, async ({ connect }) => {
    const client = await connect();
    await client.send(`GET / HTTP/1.1\r\n${H}\r\n`);
    await client.conn.closeWrite();
    await gone.promise;
    assertEquals((await client.answer())?.body, "nobody hears");
    assertEquals(unwanted, 0);
  });
});

Deno.test("a request that comes while the peer is watched is answered afterwards", async () => {
  const release = Promise.withResolvers<void>();
  const handler: Handler = async (request) => {
    const stop = request.onGone(() => {});
    if (request.path === "/1") await release.promise;
    stop();
    return text(request.path);
  };
  await withListener(handler, async ({ connect }) => {
    const client = await connect();
    await client.send(`GET /1 HTTP/1.1\r\n${H}\r\n`);
    await client.send(`GET /2 HTTP/1.1\r\n${H}\r\n`);
    await new Promise(setImmediate);
    release.resolve();
    assertEquals((await client.answer())?.body, "/1");
    assertEquals((await client.answer())?.body, "/2");
  });
});

Deno.test("a reader that falls behind by more than the bound is cut", async () => {
  const { handler, started } = streaming();
  await withListener(handler, async ({ connect, listener }) => {
    const client = await connect();
    await client.send(`GET / HTTP/1.1\r\n${H}\r\n`);
    const stream = await started;
    const payload = octets("x".repeat(60_000));
    let most = 0;
    while (!stream.closed) {
      stream.write(payload);
      most = Math.max(most, stream.backlogBytes);
      await new Promise(setImmediate);
    }
    assert(most > 1_048_576 && most <= 1_048_576 + 61_000, `${most}`);
    await stream.end();
    await listener.stop();
  });
});

Deno.test("a reader that reads survives a payload larger than the bound", async () => {
  const { handler, started } = streaming();
  await withListener(handler, async ({ connect }) => {
    const client = await connect();
    await client.send(`GET / HTTP/1.0\r\n\r\n`);
    const stream = await started;
    const large = octets("x".repeat(4_000_000));
    stream.write(large);
    const buffer = new Uint8Array(65_536);
    for (let received = 0; received < large.length;) {
      received += await client.conn.read(buffer) ?? large.length;
    }
    await stream.drained();
    assertEquals(stream.closed, false);
    stream.write(octets("more"));
    await stream.end();
    assert((await client.rest()).endsWith("more"));
  });
});

Deno.test("a handler that fails, or answers what cannot be sent, gets the failure answered", async () => {
  const failures: unknown[] = [];
  const handler: Handler = (request) => {
    if (request.path === "/throw") throw new Error("thrown");
    if (request.path === "/reject") return Promise.reject(new Error("rejected"));
    return { status: 200, headers: [["A", "b\r\nInjected: 1"]] };
  };
  await withListener(handler, async ({ connect }) => {
    const client = await connect();
    for (const path of ["/throw", "/reject", "/inject"]) {
      await client.send(`GET ${path} HTTP/1.1\r\n${H}\r\n`);
      const answer = await client.answer();
      assertEquals([answer?.status, answer?.body], [500, "failed"]);
    }
    assertEquals(failures.length, 3);
  }, {
    onHandlerFailure(failure) {
      failures.push(failure);
      return { status: 500, headers: [], body: "failed" };
    },
  });
});

Deno.test("connections over the bound are told 503, and served again when there is room", async () => {
  await withListener(echoPath, async ({ connect, listener, faults }) => {
    const first = await connect();
    await first.send(`GET /1 HTTP/1.1\r\n${H}\r\n`);
    assertEquals((await first.answer())?.body, "/1");
    const second = await connect();
    await second.send(`GET /2 HTTP/1.1\r\n${H}\r\n`);
    const answer = await second.answer();
    assertEquals([answer?.status, JSON.parse(answer?.body ?? "").code], [503, "busy"]);
    assertEquals(await second.rest(), "");
    await first.conn.closeWrite();
    assertEquals(await first.rest(), "");
    while (listener.connections > 0) await new Promise(setImmediate);
    const third = await connect();
    await third.send(`GET /3 HTTP/1.1\r\n${H}\r\n`);
    assertEquals((await third.answer())?.body, "/3");
    assertEquals(faults, []);
  }, { limits: { connectionsMax: 1 } });
});

Deno.test("as many connections as the bound says are served, and the next is told what the app says", async () => {
  const connectionsMax = 3;
  await withListener(echoPath, async ({ connect, listener }) => {
    const served = [];
    for (let count = 1; count <= connectionsMax; count++) {
      const client = await connect();
      await client.send(`GET /${count} HTTP/1.1\r\n${H}\r\n`);
      assertEquals((await client.answer())?.body, `/${count}`);
      served.push(client);
    }
    assertEquals(listener.connections, connectionsMax);
    const over = await connect();
    const answer = await over.answer();
    assertEquals([answer?.status, answer?.body], [503, "busy, says the app"]);
    for (const client of served) {
      await client.send(`GET /again HTTP/1.1\r\n${H}\r\n`);
      assertEquals((await client.answer())?.body, "/again", "those who are in notice nothing");
    }
  }, {
    limits: { connectionsMax },
    onProtocolError: ({ status, code }) => ({ status, headers: [], body: `${code}, says the app` }),
  });
});

Deno.test("a network is served up to its bound, told 503 over it, and served again when there is room", async () => {
  const connectionsPerAddressMax = 3;
  let network: string | undefined = "a";
  await withListener(echoPath, async ({ connect, listener, faults }) => {
    const served = [];
    for (let count = 1; count <= connectionsPerAddressMax; count++) {
      const client = await connect();
      await client.send(`GET /${count} HTTP/1.1\r\n${H}\r\n`);
      assertEquals((await client.answer())?.body, `/${count}`);
      served.push(client);
    }
    const over = await connect();
    const answer = await over.answer();
    assertEquals([answer?.status, JSON.parse(answer?.body ?? "").code], [503, "busy"]);
    assertEquals(await over.rest(), "");

    // Others are served: another network, and those that are not counted, however many they are.
    for (
      network of [
        "b",
        ...Array.from({ length: connectionsPerAddressMax + 1 }, () => undefined),
      ]
    ) {
      const other = await connect();
      await other.send(`GET /other HTTP/1.1\r\n${H}\r\n`);
      assertEquals((await other.answer())?.body, "/other");
    }

    network = "a";
    const before = listener.connections;
    await served[0]?.conn.closeWrite();
    assertEquals(await served[0]?.rest(), "");
    while (listener.connections === before) await new Promise(setImmediate);
    const again = await connect();
    await again.send(`GET /again HTTP/1.1\r\n${H}\r\n`);
    assertEquals((await again.answer())?.body, "/again");
    const overAgain = await connect();
    assertEquals((await overAgain.answer())?.status, 503);
    assertEquals(faults, []);
  }, { limits: { connectionsPerAddressMax }, networkOf: () => network });
});

Deno.test("each address is a network where nothing else is said", async () => {
  await withListener(echoPath, async ({ connect }) => {
    const first = await connect();
    await first.send(`GET /1 HTTP/1.1\r\n${H}\r\n`);
    assertEquals((await first.answer())?.body, "/1");
    const second = await connect();
    assertEquals((await second.answer())?.status, 503);
  }, { limits: { connectionsPerAddressMax: 1 } });
});

Deno.test("no more are told 503 at one time than refusalsMax says", async () => {
  const refusalsMax = 2;
  await withListener(echoPath, async ({ connect }) => {
    const first = await connect();
    await first.send(`GET /1 HTTP/1.1\r\n${H}\r\n`);
    assertEquals((await first.answer())?.body, "/1");
    const told = [];
    // Each is told, and then waited for, because it does not end its side.
    for (let count = 0; count < refusalsMax; count++) {
      const client = await connect();
      assertEquals((await client.answer())?.status, 503);
      told.push(client);
    }
    const over = await connect();
    assertEquals(await over.rest(), "");
    await told[0]?.conn.closeWrite();
    let status: number | undefined;
    while (status === undefined) status = (await (await connect()).answer())?.status;
    assertEquals(status, 503);
  }, { limits: { connectionsPerAddressMax: 1, refusalsMax } });
});

Deno.test("stop() closes idle connections at once and lets what is under way finish", async () => {
  const release = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const handler: Handler = async (request) => {
    if (request.path === "/slow") {
      asked.resolve();
      await release.promise;
    }
    return text(request.path);
  };
  await withListener(handler, async ({ connect, listener }) => {
    const idle = await connect();
    await idle.send(`GET /1 HTTP/1.1\r\n${H}\r\n`);
    assertEquals((await idle.answer())?.body, "/1");
    const busy = await connect();
    await busy.send(`GET /slow HTTP/1.1\r\n${H}\r\nGET /never HTTP/1.1\r\n${H}\r\n`);
    await asked.promise;
    const stopped = listener.stop();
    assertEquals(await idle.rest(), "");
    release.resolve();
    const answer = await busy.answer();
    assertEquals(answer?.body, "/slow");
    assert(answer?.headers.some(([name, value]) => name === "Connection" && value === "close"));
    assertEquals(await busy.rest(), "");
    busy.conn.closeWrite();
    await stopped;
    assertEquals(listener.connections, 0);
  });
});

Deno.test("stop() with a grace time cuts what is still under way when it is over", async () => {
  const { handler, started } = streaming();
  await withListener(handler, async ({ connect, listener, passUntil, clock }) => {
    const client = await connect();
    await client.send(`GET / HTTP/1.1\r\n${H}\r\n`);
    const stream = await started;
    await passUntil(listener.stop({ graceMs: 5000 }));
    assertEquals(stream.closed, true);
    assertEquals(clock.waiting, 0);
  });
});

Deno.test("stop() with a grace time does not wait for a handler that is never done", async () => {
  const asked = Promise.withResolvers<void>();
  const handler: Handler = () => {
    asked.resolve();
    return new Promise(() => {});
  };
  await withListener(handler, async ({ connect, listener, passUntil }) => {
    const client = await connect();
    await client.send(`GET / HTTP/1.1\r\n${H}\r\n`);
    await asked.promise;
    await passUntil(listener.stop({ graceMs: 5000 }));
    assertEquals(await client.rest(), "");
  });
});

for (
  const [name, sent, status] of [
    ["a head that does not come to its end is 408", `GET / HTTP/1.1\r\n`, 408],
    ["a body that does not come is 408", `POST / HTTP/1.1\r\n${H}Content-Length: 3\r\n\r\nab`, 408],
    ["a peer that says nothing is closed without a word", "", undefined],
    ["a peer that says no more is closed without a word", `GET / HTTP/1.1\r\n${H}\r\n`, 200],
  ] as const
) {
  Deno.test(name, async () => {
    await withListener(echo, async ({ connect, passUntil, listener }) => {
      const client = await connect();
      await client.send(sent);
      const answer = await passUntil(client.answer());
      assertEquals(answer?.status, status);
      assertEquals(await passUntil(client.rest()), "");
      await passUntil(listener.stop());
    });
  });
}
