import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  type SseBlock,
  sseBlockUnitsMax,
  SseFault,
  SseReader,
} from "../../../client/connection/sse_reader.ts";

const encoder = new TextEncoder();

function readWhole(text: string): SseBlock[] {
  return new SseReader().read(encoder.encode(text));
}

Deno.test("SseReader gives id, event and data of a block", () => {
  assertEquals(readWhole("id: k-1\nevent: message\ndata: {}\n\n"), [
    { id: "k-1", event: "message", data: "{}" },
  ]);
});

Deno.test("SseReader gives a block that has only an id", () => {
  assertEquals(readWhole("id: k-1\n\n"), [{ id: "k-1" }]);
});

Deno.test("SseReader joins data lines, takes off one space, and ignores what it does not know", () => {
  assertEquals(readWhole(": ping\nretry: 5\nfoo: bar\n\ndata:  a\ndata:b\ndata\n\n"), [
    { data: " a\nb\n" },
  ]);
});

Deno.test("SseReader ignores an id with NUL and a byte order mark at the start", () => {
  assertEquals(readWhole("\ufeffid: a\0b\ndata: x\n\n"), [{ data: "x" }]);
});

Deno.test("SseReader gives nothing for a block that has not ended", () => {
  assertEquals(readWhole("data: x\n"), []);
});

Deno.test("SseReader refuses a block beyond its bound, in one line or in many", () => {
  const piece = encoder.encode(`data: ${"x".repeat(1000)}`);
  for (const end of ["", "\n"]) {
    const reader = new SseReader();
    assertThrows(() => {
      for (let units = 0; units <= sseBlockUnitsMax; units += piece.length) {
        reader.read(piece);
        reader.read(encoder.encode(end));
      }
    }, SseFault);
  }
});

Deno.test("SseReader counts each block anew", () => {
  const reader = new SseReader();
  const block = encoder.encode(`data: ${"x".repeat(sseBlockUnitsMax / 2)}\n\n`);
  for (let count = 0; count < 4; count++) assertEquals(reader.read(block).length, 1);
});

Deno.test("SseReader gives the same blocks wherever the bytes are cut and lines end", () => {
  const field = fc.tuple(
    fc.constantFrom("id", "event", "data", "", "other"),
    fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\r\n\0]/g, "")),
  ).map(([name, value]) => `${name}: ${value}`);
  const lines = fc.array(fc.oneof(field, fc.constant("")), { maxLength: 20 });
  fc.assert(
    fc.property(
      lines,
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.array(fc.nat(400), { maxLength: 12 }),
      (texts, end, cuts) => {
        const expected = readWhole(texts.map((text) => `${text}\n`).join("") + "\n");
        const bytes = encoder.encode(texts.map((text) => text + end).join("") + end);
        const reader = new SseReader();
        const blocks: SseBlock[] = [];
        let from = 0;
        for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
          const to = Math.min(cut, bytes.length);
          const piece = bytes.slice(from, to);
          blocks.push(...reader.read(piece));
          // The reader must not keep a buffer that its owner uses again.
          piece.fill(0);
          from = Math.max(from, to);
        }
        assertEquals(blocks, expected);
      },
    ),
  );
});
