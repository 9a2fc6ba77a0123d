/**
 * Random text.
 *
 * @module
 */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { randomText, systemRandom } from "../../lib/random.ts";
import { SeededRandom } from "../support/seeded_random.ts";

Deno.test("randomText() writes 4 characters for every 3 bytes, all of them fit for a URL", () => {
  const random = new SeededRandom(1);
  for (
    const [bytes, characters] of [[0, 0], [1, 2], [2, 3], [3, 4], [32, 43], [300, 400]] as const
  ) {
    const text = randomText(random, bytes);
    assertEquals(text.length, characters);
    assertMatch(text, /^[\w-]*$/);
  }
});

Deno.test("randomText() writes every byte that the source gives", () => {
  const source = { bytes: () => Uint8Array.of(0xfb, 0xff, 0x00), number: () => 0 };
  assertEquals(randomText(source, 3), "-_8A");
});

Deno.test("randomText() writes as toBase64() does, which browsers have only since 2025", () => {
  const random = new SeededRandom(7);
  for (let count = 0; count < 300; count++) {
    const bytes = random.bytes(count);
    const text = randomText({ bytes: () => bytes, number: () => 0 }, count);
    assertEquals(text, bytes.toBase64({ alphabet: "base64url", omitPadding: true }));
  }
});

Deno.test("systemRandom gives other bytes each time, and numbers from 0 to 1", () => {
  assertNotEquals(systemRandom.bytes(16), systemRandom.bytes(16));
  assertEquals(systemRandom.bytes(16).length, 16);
  for (let n = 0; n < 100; n++) {
    const number = systemRandom.number();
    assertEquals(number >= 0 && number < 1, true);
  }
});
