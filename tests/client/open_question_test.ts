/**
 * What is asked openly, on a terminal that gives lines.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { Interruption } from "../../client/ending.ts";
import { answerUnitsMax, askOpenly } from "../../client/open_question.ts";

/** Asks one who types so, piece by piece; gives the answer and what was shown. */
async function asked(...typed: readonly (string | Uint8Array)[]): Promise<[string, string]> {
  const pieces = [...typed];
  let shown = "";
  const answer = await askOpenly("Sure? ", () => {
    const piece = pieces.shift();
    return Promise.resolve(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
  }, (text) => {
    shown += text;
  });
  return [answer, shown];
}

Deno.test("askOpenly() gives the line that is typed, however it comes", async () => {
  assertEquals(await asked("yes\n"), ["yes", "Sure? "]);
  assertEquals(await asked("y", "es\r\nmore"), ["yes", "Sure? "]);
  const [first, ...rest] = new TextEncoder().encode("é\n");
  assertEquals(await asked(Uint8Array.of(first ?? 0), Uint8Array.of(...rest)), ["é", "Sure? "]);
  assertEquals(await asked("\n"), ["", "Sure? "]);
});

Deno.test("askOpenly() cuts what is too long, and waits for no more of it", async () => {
  const longest = "a".repeat(answerUnitsMax);
  for (const typed of [longest.slice(1) + "\n", `${longest}\n`, longest, `${longest}a`]) {
    assertEquals((await asked(typed))[0], typed.trim().slice(0, answerUnitsMax));
  }
});

Deno.test("askOpenly() tells that its answerer has gone", async () => {
  await assertRejects(() => asked("ye"), Interruption);
});
