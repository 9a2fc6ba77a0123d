import { checkedForms } from "../../../client/connection/checked_forms.ts";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { readBlock, readPoll, readStream } from "../../../client/connection/event_stream.ts";
import { BadAnswer } from "../../../client/connection/failures.ts";
import { sseBlockUnitsMax } from "../../../client/connection/sse_reader.ts";
import { messageOf } from "../stub_server.ts";

Deno.test("readBlock gives an event with the cursor that stands in its id", () => {
  const event = { type: "message" as const, ...messageOf(7) };
  assertEquals(
    readBlock({ id: "k-7", event: "message", data: JSON.stringify(event) }, checkedForms),
    {
      kind: "event",
      event,
      cursor: "k-7",
    },
  );
});

Deno.test("readBlock takes an id alone for a heartbeat", () => {
  assertEquals(readBlock({ id: "k-7" }, checkedForms), {
    kind: "notice",
    notice: { type: "heartbeat", cursor: "k-7" },
  });
});

Deno.test("readBlock knows the notices of a stream", () => {
  assertEquals(readBlock({ event: "bye" }, checkedForms), {
    kind: "notice",
    notice: { type: "bye" },
  });
  assertEquals(
    readBlock({ event: "reset", data: '{"reason":"other_epoch","cursor":"z-1"}' }, checkedForms),
    { kind: "notice", notice: { type: "reset", reason: "other_epoch", cursor: "z-1" } },
  );
});

Deno.test("readBlock gives an event of a newer server as unknown, with its cursor", () => {
  assertEquals(
    readBlock(
      { id: "k-8", event: "message.pinned", data: '{"type":"message.pinned"}' },
      checkedForms,
    ),
    { kind: "unknown", type: "message.pinned", cursor: "k-8" },
  );
  assertEquals(
    readBlock(
      { id: "k-9", event: "message", data: '{"type":"message","id":"nine"}' },
      checkedForms,
    ),
    { kind: "unknown", type: "message", cursor: "k-9" },
  );
});

Deno.test("readBlock refuses data that is not JSON", () => {
  assertThrows(() => readBlock({ event: "message", data: "<html>" }, checkedForms), BadAnswer);
});

Deno.test("readStream refuses a block beyond the bound", async () => {
  await assertRejects(async () => {
    const body = ReadableStream.from([new Uint8Array(sseBlockUnitsMax + 1).fill(120)]);
    for await (const _ of readStream(body, checkedForms, () => {})) { /* nothing comes */ }
  }, BadAnswer);
});

Deno.test("readPoll gives each event with its cursor, notices, and what it does not know", () => {
  const event = { type: "message" as const, ...messageOf(7), cursor: "k-7" };
  const presence = { type: "presence" as const, user: "bob", online: true };
  const reset = { type: "reset" as const, reason: "forgotten", cursor: "k-1" };
  const newer = { type: "message.pinned", cursor: "k-8" };
  assertEquals(readPoll({ events: [reset, event, presence, newer], cursor: "k-9" }, checkedForms), {
    items: [
      { kind: "notice", notice: reset },
      { kind: "event", event, cursor: "k-7" },
      { kind: "event", event: presence, cursor: undefined },
      { kind: "unknown", type: "message.pinned", cursor: "k-8" },
    ],
    cursor: "k-9",
  });
});

Deno.test("readPoll knows what is no answer to a poll", () => {
  for (const answer of [undefined, {}, { events: [] }, { events: [7], cursor: "k-9" }]) {
    assertEquals(readPoll(answer, checkedForms), undefined);
  }
});
