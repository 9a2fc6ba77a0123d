import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { readBlock, readStream } from "../../../client/connection/event_stream.ts";
import { BadAnswer } from "../../../client/connection/failures.ts";
import { sseBlockBytesMax } from "../../../client/connection/sse_reader.ts";
import { messageOf } from "../stub_server.ts";

Deno.test("readBlock gives an event with the cursor that stands in its id", () => {
  const event = { type: "message" as const, ...messageOf(7) };
  assertEquals(readBlock({ id: "k-7", event: "message", data: JSON.stringify(event) }), {
    kind: "event",
    event,
    cursor: "k-7",
  });
});

Deno.test("readBlock takes an id alone for a heartbeat", () => {
  assertEquals(readBlock({ id: "k-7" }), {
    kind: "notice",
    notice: { type: "heartbeat", cursor: "k-7" },
  });
});

Deno.test("readBlock knows the notices of a stream", () => {
  assertEquals(readBlock({ event: "bye" }), { kind: "notice", notice: { type: "bye" } });
  assertEquals(
    readBlock({ event: "reset", data: '{"reason":"other_epoch","cursor":"z-1"}' }),
    { kind: "notice", notice: { type: "reset", reason: "other_epoch", cursor: "z-1" } },
  );
});

Deno.test("readBlock gives an event of a newer server as unknown, with its cursor", () => {
  assertEquals(
    readBlock({ id: "k-8", event: "message.pinned", data: '{"type":"message.pinned"}' }),
    { kind: "unknown", type: "message.pinned", cursor: "k-8" },
  );
  assertEquals(
    readBlock({ id: "k-9", event: "message", data: '{"type":"message","id":"nine"}' }),
    { kind: "unknown", type: "message", cursor: "k-9" },
  );
});

Deno.test("readBlock refuses data that is not JSON", () => {
  assertThrows(() => readBlock({ event: "message", data: "<html>" }), BadAnswer);
});

Deno.test("readStream refuses a block beyond the bound", async () => {
  await assertRejects(async () => {
    const body = ReadableStream.from([new Uint8Array(sseBlockBytesMax + 1).fill(120)]);
    for await (const _ of readStream(body, () => {})) { /* nothing comes */ }
  }, BadAnswer);
});
