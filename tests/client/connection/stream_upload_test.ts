import { assertEquals, assertRejects } from "@std/assert";
import {
  ApiClient,
  streamSilenceMaxMs,
  type Transport,
} from "../../../client/connection/api_client.ts";
import { checkedForms } from "../../../client/connection/checked_forms.ts";
import { ApiProblem, Unreachable } from "../../../client/connection/failures.ts";
import { surelyUploaded, uploadStream } from "../../../client/connection/stream_upload.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { json, refusal, settle, StubServer } from "../stub_server.ts";

const origin = "http://chat.test";
const stored = { id: 4, name: "a b.txt", type: "text/plain", size: 6, sha256: "00" };

function clientOf(transport: Transport, clock = new VirtualClock()): ApiClient {
  return new ApiClient({ forms: checkedForms, origin, transport, clock });
}

function streamOf(...pieces: string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(pieces.map((piece) => new TextEncoder().encode(piece)));
}

Deno.test("uploadStream() sends the bytes as they come, tells how many, and gives the file", async () => {
  const server = new StubServer();
  server.on("POST /files", () => json(stored, 201));
  const progress: number[] = [];
  const file = await uploadStream(clientOf(server.transport), {
    name: "a b.txt",
    type: "text/plain",
    open: () => Promise.resolve(streamOf("abc", "def")),
    idempotencyKey: "k1",
    progress: (sentBytes) => progress.push(sentBytes),
  });
  assertEquals(file, stored);
  assertEquals(progress, [3, 6]);
  const [request] = server.requests;
  assertEquals(request?.url, `${origin}/files?name=a+b.txt`);
  assertEquals(request?.body, "abcdef");
  assertEquals(request?.headers.get("content-type"), "text/plain");
  assertEquals(request?.headers.get("idempotency-key"), "k1");
});

Deno.test("uploadStream() gives up when nothing moves, and when its source breaks", async () => {
  const clock = new VirtualClock();
  const server = new StubServer();
  const silent = new ReadableStream<Uint8Array<ArrayBuffer>>();
  const upload = { name: "a", type: "text/plain" };
  const hanging = assertRejects(
    () =>
      uploadStream(clientOf(server.transport, clock), {
        ...upload,
        open: () => Promise.resolve(silent),
      }),
    Unreachable,
    "it fell silent",
  );
  await settle();
  clock.advance(streamSilenceMaxMs);
  await hanging;
  const broken = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.error(new Error("the disk broke")),
  });
  await assertRejects(
    () =>
      uploadStream(clientOf(server.transport, clock), {
        ...upload,
        open: () => Promise.resolve(broken),
      }),
    Unreachable,
  );
  assertEquals(clock.waiting, 0);
});

Deno.test("uploadStream() throws the problem that the server tells", async () => {
  const server = new StubServer();
  server.on("POST /files", () => refusal("too_large", "Too large.", { extras: { limit: 4 } }));
  const problem = await assertRejects(
    () =>
      uploadStream(clientOf(server.transport), {
        name: "a",
        type: "text/plain",
        open: () => Promise.resolve(streamOf("abcdef")),
      }),
    ApiProblem,
  );
  assertEquals(problem.code, "too_large");
});

Deno.test("surelyUploaded() reads and sends again what was not answered, under one key", async () => {
  const server = new StubServer();
  const clock = new VirtualClock();
  let isLost = true;
  server.on("POST /files", () => {
    if (isLost) throw new TypeError("connection reset");
    return json(stored, 201);
  });
  const { signal } = new AbortController();
  const upload = surelyUploaded({
    api: clientOf(server.transport, clock),
    clock,
    random: new SeededRandom(1),
    signal,
  });
  const done = upload({
    name: "a",
    type: "text/plain",
    open: () => Promise.resolve(streamOf("abc")),
  });
  await settle();
  isLost = false;
  clock.advance(60_000);
  assertEquals(await done, stored);
  const [one, two] = server.requests;
  assertEquals([one?.body, two?.body], ["abc", "abc"]);
  assertEquals(one?.headers.get("idempotency-key"), two?.headers.get("idempotency-key"));
});

Deno.test("surelyUploaded() takes what is found malformed for unanswered, before and after a lost answer", async () => {
  const server = new StubServer();
  const clock = new VirtualClock();
  let attempts = 0;
  server.on("POST /files", () => {
    attempts += 1;
    if (attempts === 2) throw new TypeError("connection reset");
    return attempts < 4 ? refusal("malformed", "The request broke off.") : json(stored, 201);
  });
  const { signal } = new AbortController();
  const api = clientOf(server.transport, clock);
  const upload = surelyUploaded({ api, clock, random: new SeededRandom(1), signal });
  const open = () => Promise.resolve(streamOf("abc"));
  let isOver = false;
  const done = upload({ name: "a", type: "text/plain", open }).finally(() => isOver = true);
  while (!isOver) {
    await settle();
    clock.advance(1000);
  }
  assertEquals(await done, stored);
  assertEquals(server.requests.map(({ body }) => body), Array(4).fill("abc"));
  const keys = server.requests.map(({ headers }) => headers.get("idempotency-key"));
  assertEquals(new Set(keys).size, 1);
});
