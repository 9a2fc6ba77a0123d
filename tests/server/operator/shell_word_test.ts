/**
 * Words of commands that an operator is to type.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { shellWord } from "../../../server/operator/shell_word.ts";

Deno.test("shellWord() can be typed as it stands", () => {
  assertEquals(
    ["/var/lib/chat.db", "my chat.db", "it's", "$(x)", ""].map(shellWord),
    ["/var/lib/chat.db", "'my chat.db'", "'it'\\''s'", "'$(x)'", "''"],
  );
});
