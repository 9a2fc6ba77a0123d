/**
 * Peers that take their time over what they are sent, or leave meanwhile.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Handler, ResponseStream } from "../../../server/http/exchange.ts";
import { Socket } from "../../../server/http/socket.ts";
import { HeldStream } from "./held_stream.ts";
import { get, H, limits, ok, statusOf, stranger, talk, turn } from "./talk.ts";

Deno.test("an answer that is still being taken is not cut by stop()", async () => {
  const { stream, dialogue, done } = talk(() => ok("x"));
  stream.stalled = true;
  stream.send(get("/"));
  await turn();
  dialogue.stop();
  await turn();
  assertEquals([stream.writes.length, stream.closed], [1, false]);
  stream.release();
  await done;
  assertEquals(stream.closed, true);
});

Deno.test("a peer is not idle while it takes an answer, but from then on", async () => {
  const stream = new HeldStream();
  const time = { nowMs: 0 };
  const slow = { ...limits, writeTimeoutMs: 10 * limits.idleTimeoutMs };
  const socket = new Socket(stream, stranger, slow, time);
  stream.stalled = true;
  socket.connection.output.addText("later", 5);
  socket.startFlush();
  const lateMs = limits.idleTimeoutMs + limits.sweepPeriodMs;
  time.nowMs = lateMs;
  assertEquals([socket.isLate(lateMs), socket.closed], [false, false]);
  stream.release();
  await turn();
  assertEquals([socket.isLate(2 * lateMs - 1), socket.isLate(2 * lateMs)], [false, true]);
  socket.cut();
});

Deno.test("a peer that does not take its answers is asked for no more", async () => {
  const answered: string[] = [];
  const { stream, dialogue } = talk(({ path }) => {
    answered.push(path);
    return ok("x");
  });
  stream.stalled = true;
  for (const path of ["/1", "/2", "/3", "/4"]) {
    stream.send(`GET ${path} HTTP/1.1\r\n${H}\r\n`);
    await turn();
  }
  assertEquals([answered, stream.writes.length], [["/1", "/2"], 1]);
  stream.stalled = false;
  stream.release();
  await turn();
  await turn();
  assertEquals(answered, ["/1", "/2", "/3", "/4"]);
  dialogue.cut();
});

Deno.test("answers that were waited for are bounded in bytes as well", async () => {
  const body = "x".repeat(20_000);
  let asked = 0;
  const { stream, dialogue } = talk(async () => {
    asked++;
    await turn();
    return ok(body);
  });
  stream.stalled = true;
  stream.send(get("/").repeat(30));
  for (let turns = 0; turns < 60; turns++) await turn();
  // The first is being written; those behind it gather up to the bound.
  assertEquals(asked, 1 + Math.ceil(limits.gatheredAnswersBytesMax / body.length));
  dialogue.cut();
});

Deno.test("the last answer is not cut while the peer takes it, but when it does not", async () => {
  for (const takes of [true, false]) {
    const { stream, dialogue, at, done } = talk(() => Promise.resolve(ok("x")));
    stream.stalled = true;
    stream.send(`GET / HTTP/1.1\r\n${H}Connection: close\r\n\r\n`);
    await turn();
    await turn();
    await at(limits.lingerMs + 2 * limits.sweepPeriodMs);
    assertEquals([stream.writes.length, stream.closed], [1, false]);
    if (takes) stream.release();
    else await at(limits.writeTimeoutMs + 2 * limits.sweepPeriodMs);
    await done;
    assertEquals([stream.ended, stream.closed], [takes, true]);
    dialogue.cut();
  }
});

Deno.test("a peer that ends its side while it takes the last answer gets all of it", async () => {
  const { stream, done } = talk(async (request) => {
    request.onGone(() => {});
    await turn();
    return ok("x");
  });
  stream.stalled = true;
  stream.send(`GET / HTTP/1.1\r\n${H}Connection: close\r\n\r\n`);
  await turn();
  await turn();
  stream.sendEnd();
  await turn();
  assertEquals([stream.writes.length, stream.closed], [1, false]);
  stream.release();
  await done;
  assertEquals([stream.ended, stream.closed], [true, true]);
});

Deno.test("a body is asked for though an answer is still being taken", async () => {
  const { stream, dialogue } = talk(async ({ method, body }) => {
    if (method === "GET") return ok("x");
    return ok(String((await body.bytes(10)).length));
  });
  stream.stalled = true;
  const head = `POST / HTTP/1.1\r\n${H}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n`;
  stream.send(get("/"));
  await turn();
  stream.send(head);
  await turn();
  stream.stalled = false;
  stream.release();
  await turn();
  assertEquals([stream.writes.length, statusOf(stream.writes[1])], [2, "100"]);
  dialogue.cut();
});

Deno.test("an answer that is ready goes out though the next one is still worked at", async () => {
  const handler: Handler = ({ path }) => path === "/3" ? new Promise(() => {}) : ok(path);
  const { stream, dialogue } = talk(handler);
  stream.stalled = true;
  stream.send(get("/1"));
  await turn();
  stream.send(get("/2") + get("/3"));
  await turn();
  assertEquals(stream.writes.length, 1);
  stream.stalled = false;
  stream.release();
  await turn();
  assertEquals(stream.writes[1]?.endsWith("/2"), true);
  dialogue.cut();
});

Deno.test("stop() ends a connection whose last answer is said already", async () => {
  const { stream, dialogue, done } = talk(() => Promise.resolve(ok("x")));
  stream.stalled = true;
  stream.send(get("/1") + get("/2"));
  await turn();
  await turn();
  dialogue.stop();
  stream.stalled = false;
  stream.release();
  await turn();
  stream.sendEnd();
  await done;
  assertEquals([stream.ended, stream.closed], [true, true]);
});

Deno.test("a handler may answer without waiting for the body that it asked for", async () => {
  const { stream, dialogue } = talk(({ body }) => {
    void body.bytes(10);
    return ok("x");
  });
  stream.send(`POST / HTTP/1.1\r\n${H}Content-Length: 2\r\n\r\na`);
  await turn();
  assertEquals(statusOf(stream.writes[0]), "200");
  stream.send("b" + get("/"));
  await turn();
  assert(stream.writes.length >= 1);
  dialogue.cut();
});

/** A talk whose answer goes on, and whose peer takes nothing from now on. */
async function stalledStream() {
  const started = Promise.withResolvers<ResponseStream>();
  const held = talk(() => ({ status: 200, headers: [], stream: started.resolve }));
  held.stream.send(get("/"));
  const answer = await started.promise;
  await turn();
  held.stream.stalled = true;
  return { held, answer };
}

Deno.test("a stream that is cut since its reader fell behind is told of once", async () => {
  const { held, answer } = await stalledStream();
  const payload = new Uint8Array(limits.streamBacklogBytesMax + 1);
  answer.write(payload);
  await turn();
  assertEquals([held.slowReaders, held.stream.closed], [0, false]);
  answer.write(payload);
  await held.done;
  assertEquals([held.slowReaders, held.stream.closed], [1, true]);
});

Deno.test("a stream that is cut since its reader took nothing for too long is told of once", async () => {
  const { held, answer } = await stalledStream();
  answer.write(new Uint8Array(10));
  await turn();
  const lateMs = limits.writeTimeoutMs + limits.sweepPeriodMs;
  await held.at(lateMs - 1);
  assertEquals([held.slowReaders, held.stream.closed], [0, false]);
  await held.at(lateMs);
  assertEquals([held.slowReaders, held.stream.closed], [1, true]);
});

Deno.test("a stream that ends otherwise is none that was too slow", async () => {
  const { held: ended, answer } = await stalledStream();
  ended.stream.stalled = false;
  await answer.end();
  const { held: cut } = await stalledStream();
  cut.dialogue.cut();
  await cut.done;
  await turn();
  // Nor is an answer in one piece that nobody takes.
  const plain = talk(() => ok("x"));
  plain.stream.stalled = true;
  plain.stream.send(get("/"));
  await turn();
  await plain.at(limits.writeTimeoutMs + limits.sweepPeriodMs);
  await plain.done;
  assertEquals([ended.slowReaders, cut.slowReaders, plain.slowReaders], [0, 0, 0]);
});
