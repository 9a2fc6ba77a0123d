import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Key, KeyReader, pasteUnitsMax } from "../../../client/terminal/keys.ts";

const encoder = new TextEncoder();

function read(text: string): Key[] {
  return new KeyReader().read(encoder.encode(text));
}

function names(text: string): string[] {
  return read(text).map((key) => key.kind === "named" ? key.name : `${key.kind} ${key.text}`);
}

Deno.test("KeyReader gives text and named keys in order", () => {
  assertEquals(names("hé\x7f\x1b[Aок\r"), ["text hé", "backspace", "up", "text ок", "enter"]);
  assertEquals(names("\x03\x04\t\x1b[1;5D\x1bb\x1b\r"), [
    "interrupt",
    "end_of_input",
    "tab",
    "word_left",
    "word_left",
    "newline",
  ]);
});

Deno.test("KeyReader leaves out sequences that it does not know", () => {
  assertEquals(names("a\x1b[5~\x1b[38;5;1mb\x1bzc\x00d"), ["text a", "text b", "text c", "text d"]);
});

Deno.test("KeyReader gives a paste as one key, whose line breaks are no Enter", () => {
  assertEquals(read("\x1b[200~one\r\ntwo\rthree\x1b[201~x"), [
    { kind: "paste", text: "one\ntwo\nthree" },
    { kind: "text", text: "x" },
  ]);
});

Deno.test("KeyReader bounds a paste", () => {
  const [key] = read(`\x1b[200~${"x".repeat(pasteUnitsMax + 10)}\x1b[201~`);
  assert(key?.kind === "paste");
  assertEquals(key.text.length, pasteUnitsMax);
});

Deno.test("KeyReader gives the same keys wherever the bytes are cut", () => {
  const piece = fc.constantFrom("a", "Ж", "👍", "\x1b[A", "\r", "\x1b[200~p\rq\x1b[201~", "\x7f");
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat(60), { maxLength: 6 }), (pieces, cuts) => {
      const bytes = encoder.encode(pieces.join(""));
      const reader = new KeyReader();
      const keys: Key[] = [];
      let from = 0;
      for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
        keys.push(...reader.read(bytes.subarray(from, cut)));
        from = Math.max(from, Math.min(cut, bytes.length));
      }
      const flat = (all: Key[]) =>
        all.flatMap((key) => key.kind === "text" ? [...key.text] : [JSON.stringify(key)]);
      assertEquals(flat(keys), flat(read(pieces.join(""))));
    }),
  );
});
