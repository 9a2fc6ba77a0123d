/**
 * Violations: a promise that was broken, told so that a person can follow it.
 *
 * @module
 */

/** The chat did something that it promises not to do. */
export class Violation extends Error {
  override readonly name = "Violation";
  /** Of which client, if it was one's. */
  readonly client: string | undefined;

  constructor(what: string, { client }: { readonly client?: string } = {}) {
    super(what);
    this.client = client;
  }
}

/** @throws {Violation} unless something holds. */
export function must(
  holds: unknown,
  what: string | (() => string),
  client?: string,
): asserts holds {
  if (holds) return;
  throw new Violation(typeof what === "string" ? what : what(), {
    ...(client !== undefined && { client }),
  });
}

/** Something as it is shown in a story. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}

/** Lines that one client's story ends with. */
const linesMax = 25;

/** What each client did and heard last. */
export class Diary {
  readonly #lines = new Map<string, string[]>();
  readonly #startMs = performance.now();

  note(client: string, line: string): void {
    const lines = this.#lines.get(client) ?? [];
    this.#lines.set(client, lines);
    const seconds = ((performance.now() - this.#startMs) / 1000).toFixed(3).padStart(8);
    lines.push(`${seconds} s  ${line.length > 300 ? `${line.slice(0, 300)}…` : line}`);
    if (lines.length > 2 * linesMax) lines.splice(0, linesMax);
  }

  of(client: string): readonly string[] {
    return (this.#lines.get(client) ?? []).slice(-linesMax);
  }
}
