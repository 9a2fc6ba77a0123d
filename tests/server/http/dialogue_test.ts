/**
 * The dialogue over a stream that the test holds in its hands: what is written when, and deadlines to
 * the millisecond.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Handler, ResponseStream } from "../../../server/http/exchange.ts";
import { ProtocolError } from "../../../server/http/protocol/events.ts";
import { Socket } from "../../../server/http/socket.ts";
import { HeldStream } from "./held_stream.ts";
import { octets } from "./protocol/transcript.ts";
import { get, H, limits, ok, statusOf, stranger, talk, turn } from "./talk.ts";

Deno.test("answers that are ready go out in one write", async () => {
  const { stream, dialogue, done } = talk((request) => ok(request.path));
  stream.send(["/1", "/2", "/3"].map(get).join("") + "GET /4");
  await turn();
  assertEquals(stream.writes.length, 1);
  assertEquals(stream.writes[0]?.match(/\/[0-9](?!\.)/g), ["/1", "/2", "/3"]);
  stream.send(" HTTP/1.1\r\nHost: a\r\n\r\n");
  await turn();
  assertEquals(stream.writes.length, 2);
  dialogue.cut();
  await done;
});

Deno.test("answers that are ready do not wait for a handler that does", async () => {
  const { stream, dialogue, done } = talk((request) =>
    request.path === "/never" ? new Promise(() => {}) : ok(request.path)
  );
  stream.send(["/1", "/2", "/never"].map(get).join(""));
  await turn();
  assertEquals(stream.writes.length, 1);
  assertEquals(stream.writes[0]?.match(/\/[0-9](?!\.)/g), ["/1", "/2"]);
  stream.close();
  dialogue.cut();
  void done;
});

Deno.test("gathered answers are bounded in bytes", async () => {
  const { stream, dialogue, done } = talk(() => ok("x".repeat(10_000)));
  stream.send(get("/").repeat(40));
  await turn();
  assertEquals(stream.writes.join("").match(/200 OK/g)?.length, 40);
  assert(stream.writes.length <= 8, "gathered all the same");
  assert(stream.writes.every((text) => text.length < 80_000));
  dialogue.cut();
  await done;
});

Deno.test("a write that takes only a part is gone on with", async () => {
  const { stream, dialogue, done } = talk(() => ok("hello"));
  stream.takesBytes = 7;
  stream.send(get("/"));
  await turn();
  assert(stream.writes.join("").endsWith("\r\n\r\nhello"));
  dialogue.cut();
  await done;
});

Deno.test("a stream's head and first payloads are one write; later ones join while one is under way", async () => {
  let stream: ResponseStream | undefined;
  const { stream: held, dialogue, done } = talk(() => ({
    status: 200,
    headers: [],
    stream(given) {
      stream = given;
      given.write(octets("a"));
      given.write(octets("b"));
    },
  }));
  held.send(get("/"));
  await turn();
  assertEquals(held.writes.length, 1);
  assert(held.writes[0]?.endsWith("\r\n\r\n1\r\na\r\n1\r\nb\r\n"));
  for (const char of "cde") stream?.write(octets(char));
  await turn();
  assertEquals(held.writes.slice(1), ["1\r\nc\r\n", "1\r\nd\r\n1\r\ne\r\n"]);
  dialogue.cut();
  await done;
});

interface Deadline {
  readonly name: string;
  readonly input: readonly string[];
  readonly timeoutMs: number;
  readonly status?: string;
  readonly stalled?: boolean;
}

const deadlines: readonly Deadline[] = [
  { name: "a peer that says nothing", input: [], timeoutMs: limits.idleTimeoutMs },
  { name: "a peer that says only an empty line", input: ["\r\n"], timeoutMs: limits.idleTimeoutMs },
  { name: "a head", input: ["GET /"], timeoutMs: limits.headerTimeoutMs, status: "408" },
  {
    name: "a body",
    input: [`POST / HTTP/1.1\r\n${H}Content-Length: 3\r\n\r\na`],
    timeoutMs: limits.bodyTimeoutMs,
    status: "408",
  },
  { name: "a reader", input: [get("/")], timeoutMs: limits.writeTimeoutMs, stalled: true },
];

for (const { name, input, timeoutMs, status, stalled = false } of deadlines) {
  Deno.test(`the deadline of ${name} is not early, and at most two sweeps late`, async () => {
    const { stream, done, at } = talk(async (request) => {
      await request.body.bytes(10);
      return ok("");
    });
    stream.stalled = stalled;
    for (const text of input) stream.send(text);
    await turn();
    await at(timeoutMs);
    assertEquals([stream.closed, stream.ended], [false, false]);
    await at(timeoutMs + 2 * limits.sweepPeriodMs);
    if (status === undefined) {
      assertEquals([stream.closed, stream.writes.length], [true, stalled ? 1 : 0]);
    } else {
      assertEquals(statusOf(stream.writes[0]), status);
      assertEquals([stream.closed, stream.ended], [false, true]);
      await at(timeoutMs + limits.lingerMs + 4 * limits.sweepPeriodMs);
      assertEquals(stream.closed, true);
    }
    if (!stalled) await done;
  });
}

Deno.test("bytes that trickle in do not put off the deadline of a head", async () => {
  const { stream, dialogue, done, at } = talk(() => ok(""));
  for (let ms = 0; ms < limits.headerTimeoutMs; ms += 1000) {
    stream.send(ms === 0 ? "GET /" : "x");
    await at(ms);
  }
  await at(limits.headerTimeoutMs + 500);
  assertEquals(statusOf(stream.writes[0]), "408");
  dialogue.cut();
  await done;
});

const postOf = (bytes: number) => `POST / HTTP/1.1\r\n${H}Content-Length: ${bytes}\r\n\r\n`;
const lengthOfBody: Handler = async (request) =>
  ok(String((await request.body.bytes(1_000_000)).length));
const rateMin = limits.bodyRateBytesPerSecondMin;

for (
  const { name, periodMs, bytes, status } of [
    { name: "over the least rate", periodMs: 1000, bytes: rateMin + 1, status: "200" },
    { name: "at the least rate", periodMs: 1000, bytes: rateMin, status: "200" },
    { name: "under the least rate", periodMs: 1000, bytes: rateMin - 50, status: "408" },
    {
      name: "in pauses just short of the bound",
      periodMs: limits.bodyTimeoutMs - 1000,
      bytes: 1,
      status: "408",
    },
  ]
) {
  Deno.test(`a body that comes ${name} is answered ${status}`, async () => {
    const { stream, dialogue, done, at } = talk(lengthOfBody);
    const periods = 20 * limits.bodyTimeoutMs / 1000;
    stream.send(postOf(periods * bytes));
    await turn();
    let ms = 0;
    let sentBytes = 0;
    while (sentBytes < periods * bytes && stream.writes.length === 0) {
      await at(ms += limits.sweepPeriodMs);
      if (ms % periodMs > 0 || stream.writes.length > 0) continue;
      stream.send("x".repeat(bytes));
      sentBytes += bytes;
      await turn();
    }
    assertEquals(statusOf(stream.writes[0]), status);
    if (status === "200") {
      assert(stream.writes[0]?.endsWith(`\r\n\r\n${sentBytes}`));
    } else {
      assert(stream.ended, "the connection goes on");
      const lateMs = ms - limits.bodyTimeoutMs - sentBytes * 1000 / rateMin;
      assert(lateMs >= 0 && lateMs <= 2 * limits.sweepPeriodMs, `${lateMs} ms late`);
    }
    dialogue.cut();
    await done;
  });
}

Deno.test("a body that nobody reads has to come as fast as any other", async () => {
  const { stream, done, at } = talk(() => ok(""));
  stream.send(postOf(100));
  await turn();
  assertEquals(statusOf(stream.writes[0]), "200");
  await at(limits.bodyTimeoutMs - 1);
  stream.send("x");
  await turn();
  await at(limits.bodyTimeoutMs);
  assertEquals(stream.closed, false);
  await at(limits.bodyTimeoutMs + 2 * limits.sweepPeriodMs);
  assertEquals(stream.closed, true);
  await done;
});

Deno.test("each body of a connection is waited for anew", async () => {
  const { stream, dialogue, done, at } = talk(lengthOfBody);
  for (let round = 0; round < 3; round++) {
    stream.send(postOf(1));
    await turn();
    await at((round + 1) * (limits.bodyTimeoutMs - 1));
    stream.send("x");
    await turn();
  }
  assertEquals(stream.writes.map(statusOf), ["200", "200", "200"]);
  dialogue.cut();
  await done;
});

Deno.test("a handler may take as long as it likes", async () => {
  const release = Promise.withResolvers<void>();
  const { stream, dialogue, done, at } = talk(async () => {
    await release.promise;
    return ok("late");
  });
  stream.send(get("/"));
  await turn();
  await at(10_000_000);
  release.resolve();
  await turn();
  assert(stream.writes[0]?.endsWith("late"));
  dialogue.cut();
  await done;
});

Deno.test("a body that is read by and by has no deadline while its reader is at work", async () => {
  const release = Promise.withResolvers<void>();
  const { stream, dialogue, done, at } = talk(async (request) => {
    let bytes = 0;
    for await (const part of request.body.chunks(10)) {
      bytes += part.length;
      if (bytes === 1) await release.promise;
    }
    return ok(String(bytes));
  });
  stream.send(`POST / HTTP/1.1\r\n${H}Content-Length: 2\r\n\r\n`);
  await turn();
  stream.send("x");
  await turn();
  await at(10 * limits.bodyTimeoutMs);
  release.resolve();
  await turn();
  await at(11 * limits.bodyTimeoutMs);
  stream.send("x");
  await turn();
  assert(stream.writes[0]?.endsWith("\r\n\r\n2"));
  dialogue.cut();
  await done;
});

Deno.test("a handler that waits for a body is told when the connection is cut", async () => {
  const told = Promise.withResolvers<unknown>();
  const { stream, dialogue, done } = talk(async (request) => {
    try {
      await request.body.bytes(10);
    } catch (error) {
      told.resolve(error);
      throw error;
    }
    return ok("");
  });
  stream.send(`POST / HTTP/1.1\r\n${H}Content-Length: 2\r\n\r\nx`);
  await turn();
  dialogue.cut();
  assert(await told.promise instanceof ProtocolError);
  await done;
  assertEquals(stream.writes, []);
});

Deno.test("after an error the input is dropped up to a bound", async () => {
  const { stream, done } = talk(() => ok(""));
  stream.send("\0");
  await turn();
  assertEquals(statusOf(stream.writes[0]), "400");
  assertEquals([stream.ended, stream.closed], [true, false]);
  stream.send("x".repeat(limits.lingerBytesMax - 1));
  await turn();
  assertEquals(stream.closed, false);
  stream.send("x");
  await done;
  assertEquals([stream.closed, stream.writes.length], [true, 1]);
});

/** A handler that streams to who asks for `/stream`, watching them, and echoes the path to all others. */
function streaming(): { handler: Handler; started: Promise<ResponseStream> } {
  const { promise, resolve } = Promise.withResolvers<ResponseStream>();
  return {
    started: promise,
    handler: (request) => {
      if (request.path !== "/stream") return ok(request.path);
      request.onGone(() => {});
      return { status: 200, headers: [], stream: resolve };
    },
  };
}

Deno.test("what comes in behind a stream that is watched is read as it was sent", async () => {
  // The cookie makes the socket take a larger buffer, which goes when the stream begins.
  const { handler, started } = streaming();
  const { stream, dialogue } = talk(handler);
  stream.send(`GET /stream HTTP/1.1\r\n${H}Cookie: ${"x".repeat(3000)}\r\n\r\n`);
  const response = await started;
  await turn();
  stream.send(get("/next"));
  await turn();
  void response.end();
  await turn();
  assertEquals(statusOf(stream.writes.at(-1)), "200");
  assertEquals(stream.writes.at(-1)?.endsWith("/next"), true);
  dialogue.cut();
});

Deno.test("answers before a stream come, even if the peer leaves the stream at once", async () => {
  const { handler } = streaming();
  const { stream, done } = talk(handler);
  stream.send(get("/1") + get("/2") + get("/stream"));
  stream.sendEnd();
  await done;
  const [first = ""] = stream.writes;
  assertEquals([...first.matchAll(/\r\n\r\n(\/[12])/g)].map(([, path]) => path), ["/1", "/2"]);
});

Deno.test("writing nothing does not keep what comes afterwards from being written", async () => {
  const stream = new HeldStream();
  const socket = new Socket(stream, stranger, limits, { nowMs: 0 });
  assertEquals(await socket.flush(), true);
  socket.connection.output.addText("later", 5);
  assertEquals(await socket.flush(), true);
  assertEquals(stream.writes, ["later"]);
  socket.cut();
  assertEquals(await socket.flush(), false);
});

Deno.test("a payload of any size is written; the next is not if too much still waits", async () => {
  for (
    const [backlogBytes, cut] of [
      [limits.streamBacklogBytesMax - 1, false],
      [limits.streamBacklogBytesMax, false],
      [limits.streamBacklogBytesMax + 1, true],
      [5 * limits.streamBacklogBytesMax, true],
    ] as const
  ) {
    const started = Promise.withResolvers<ResponseStream>();
    // As a peer of HTTP/1.0 gets it: nothing is added to the bytes.
    const { stream, dialogue, done } = talk(() => ({
      status: 200,
      headers: [],
      stream: started.resolve,
    }));
    stream.send("GET / HTTP/1.0\r\n\r\n");
    const response = await started.promise;
    await turn();
    stream.stalled = true;
    response.write(octets("x".repeat(backlogBytes)));
    await turn();
    assertEquals([response.backlogBytes, response.closed], [backlogBytes, false]);
    response.write(octets("y"));
    assertEquals(response.closed, cut, `${backlogBytes} bytes wait`);
    dialogue.cut();
    if (cut) await done;
  }
});
