/**
 * One question to a server, and its answer.
 *
 * @module
 */
import type { Target } from "../../load.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Writes `question` and reads until `answer` is found; gives its first group.
 *
 * @throws {Error} if the server closes the connection before.
 */
export async function ask(
  { hostname, port }: Target,
  question: string,
  answer: RegExp,
): Promise<string> {
  using conn = await Deno.connect({ hostname, port });
  await conn.write(encoder.encode(question));
  const buffer = new Uint8Array(65_536);
  let text = "";
  for (;;) {
    const found = answer.exec(text);
    if (found !== null) return found[1] ?? "";
    const bytes = await conn.read(buffer);
    if (bytes === null) throw new Error(`the server was asked, and said only: ${text}`);
    text += decoder.decode(buffer.subarray(0, bytes));
  }
}
