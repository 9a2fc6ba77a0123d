import { assertEquals } from "@std/assert";
import { readKeys } from "../../../../client/terminal/keyboard/keyboard.ts";
import type { CursorReport } from "../../../../client/terminal/keyboard/key_sequences.ts";
import { escapePatienceMs, type Key } from "../../../../client/terminal/keyboard/keys.ts";
import { VirtualClock } from "../../../support/virtual_clock.ts";

/** A terminal at which someone types. */
class Typist {
  readonly clock = new VirtualClock();
  readonly keys: Key[] = [];
  readonly reports: CursorReport[] = [];
  readonly done: Promise<void>;
  #wanted: ((bytes: Uint8Array | undefined) => void) | undefined;

  constructor({ stopAt }: { readonly stopAt?: string } = {}) {
    const read = () =>
      new Promise<Uint8Array | undefined>((resolve) => {
        this.#wanted = resolve;
      });
    this.done = readKeys(read, this.clock, {
      take: (keys) => {
        this.keys.push(...keys);
        return !keys.some((key) => key.kind === "text" && key.text === stopAt);
      },
      hear: (report) => this.reports.push(report),
    });
  }

  /** Types; `undefined` is the end of the terminal. */
  async type(text: string | undefined): Promise<void> {
    this.#wanted?.(text === undefined ? undefined : new TextEncoder().encode(text));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const enter: Key = { kind: "named", name: "enter" };
const textKey = (text: string): Key => ({ kind: "text", text });

Deno.test("readKeys() takes lines that were entered before the terminal was its own as entered", async () => {
  const typist = new Typist();
  await typist.type("early\n");
  await typist.type("\n");
  assertEquals(typist.keys, [textKey("early"), enter, { kind: "named", name: "newline" }]);
  await typist.type(undefined);
  await typist.done;
});

Deno.test("readKeys() takes an Escape for one when nothing has followed it for a while", async () => {
  const typist = new Typist();
  await typist.type("\x1b");
  typist.clock.advance(escapePatienceMs - 1);
  assertEquals(typist.keys, []);
  typist.clock.advance(1);
  assertEquals(typist.keys, [{ kind: "named", name: "escape" }]);
  await typist.type("b");
  assertEquals(typist.keys.at(-1), textKey("b"));
  await typist.type("\x1b");
  await typist.type("b");
  assertEquals(typist.keys.at(-1), { kind: "named", name: "word_left" });
  await typist.type(undefined);
  await typist.done;
  assertEquals(typist.clock.waiting, 0);
});

Deno.test("readKeys() ends when no more keys are wanted", async () => {
  const typist = new Typist({ stopAt: "q" });
  await typist.type("q");
  await typist.done;
  assertEquals(typist.keys, [textKey("q")]);
});

Deno.test("readKeys() hands on what the terminal reports, between the keys or within a cut", async () => {
  const typist = new Typist();
  await typist.type("a\x1b[12;80Rb\x1b[1;");
  await typist.type("300R\x9b7;9R");
  assertEquals(typist.keys, [textKey("a"), textKey("b")]);
  assertEquals(typist.reports, [{ row: 12, column: 80 }, { row: 1, column: 300 }, {
    row: 7,
    column: 9,
  }]);
  await typist.type(undefined);
  await typist.done;
});
