import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Utf8Reader } from "../../../../client/terminal/keyboard/utf8_reader.ts";

Deno.test("Utf8Reader gives the characters of a text, wherever its bytes are cut", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(40), (text, cut) => {
      const bytes = new TextEncoder().encode(text);
      const reader = new Utf8Reader();
      const read = reader.read(bytes.subarray(0, cut)) + reader.read(bytes.subarray(cut));
      assertEquals(read, text);
    }),
  );
});

Deno.test("Utf8Reader takes every code point, at the edges of each length", () => {
  const edges = [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff];
  const text = String.fromCodePoint(...edges);
  assertEquals(new Utf8Reader().read(new TextEncoder().encode(text)), text);
});

const broken: readonly (readonly [why: string, bytes: readonly number[]])[] = [
  ["a byte that is none", [0xff]],
  ["a byte that goes on with nothing", [0xa0]],
  ["two bytes for what takes one", [0xc1, 0x81]],
  ["three bytes for what takes two", [0xe0, 0x9f, 0xbf]],
  ["four bytes for what takes three", [0xf0, 0x8f, 0xbf, 0xbf]],
  ["a surrogate", [0xed, 0xa0, 0x80]],
  ["a code beyond the last one", [0xf4, 0x90, 0x80, 0x80]],
  ["a character that breaks off", [0xe2, 0x82]],
];

for (const [why, bytes] of broken) {
  Deno.test(`Utf8Reader marks ${why}, and reads on`, () => {
    assertEquals(new Utf8Reader().read(Uint8Array.of(...bytes, 0x41, 0xc3, 0xa9)), "\ufffdAé");
  });
}

Deno.test("Utf8Reader gives an 8-bit control that is part of no character", () => {
  assertEquals(new Utf8Reader().read(Uint8Array.of(0x41, 0x9b, 0x42, 0x80)), "A\x9bB\x80");
});

Deno.test("Utf8Reader gives well-formed text, whatever the bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => assert(new Utf8Reader().read(bytes).isWellFormed())),
  );
});
