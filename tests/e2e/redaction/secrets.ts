/**
 * What must not come to light: each thing that a user says, is called by or holds, so marked that it
 * is found wherever it turns up.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";

/** Stands in all that is marked, and nowhere in the program. */
const mark = "zqmarkedqz";

/** Characters of what the server has drawn that are enough to know it by. */
const enoughCharacters = 16;

export class Secrets {
  readonly #drawn = new Map<string, string>();
  #count = 0;

  /** Something to say, or to be called by, that is like nothing else. */
  marked(what: string): string {
    this.#count += 1;
    return `${what}-${mark}-${this.#count}`;
  }

  /** Takes note of a secret that the server has drawn: a token, a code. */
  drawn(what: string, secret: unknown): string {
    assert(typeof secret === "string" && secret.length >= enoughCharacters, `${what}: ${secret}`);
    this.#drawn.set(secret.slice(0, enoughCharacters), what);
    return secret;
  }

  /** How many were drawn. */
  get drawnCount(): number {
    return this.#drawn.size;
  }

  /** The lines of `text` in which something has come to light, with what it is. */
  leaks(text: string): string[] {
    const readable = decoded(text);
    return readable.split("\n").flatMap((line) => {
      const found = line.toLowerCase().includes(mark) ? ["what is marked"] : [];
      for (const [beginning, what] of this.#drawn) if (line.includes(beginning)) found.push(what);
      return found.map((what) => `${what} in: ${line.slice(0, 500)}`);
    });
  }
}

/** With what is percent-encoded both as it is and as it reads; colours of a terminal left out. */
function decoded(text: string): string {
  // deno-lint-ignore no-control-regex -- these are the colours.
  const plain = text.replaceAll(/\x1b\[\d+m/g, "");
  const read = plain.replaceAll(
    /%([\da-f]{2})/gi,
    (_, hex: string) => String.fromCharCode(parseInt(hex, 16)),
  );
  return read === plain ? plain : `${plain}\n${read}`;
}

/** Checks that nothing has come to light in any of these, each under the name of where it was found. */
export function checkNothingLeaked(
  secrets: Secrets,
  told: Readonly<Record<string, string>>,
): void {
  const leaks = Object.entries(told).flatMap(([where, text]) =>
    secrets.leaks(text).map((leak) => `${where}: ${leak}`)
  );
  assertEquals(leaks, []);
}
