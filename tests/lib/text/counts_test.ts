/**
 * Counts in words.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { countText } from "../../../lib/text/counts.ts";

Deno.test("countText() tells one from many", () => {
  const texts = [0, 1, 2].map((count) => countText(count, "message"));
  assertEquals(texts, ["0 messages", "1 message", "2 messages"]);
});
