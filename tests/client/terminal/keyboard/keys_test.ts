import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type Key,
  KeyReader,
  pasteUnitsMax,
  sequenceUnitsMax,
} from "../../../../client/terminal/keyboard/keys.ts";

const encoder = new TextEncoder();

/** Bytes as they are written: `\x9b` is one byte. */
function raw(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function read(input: string | Uint8Array): Key[] {
  return new KeyReader().read(typeof input === "string" ? encoder.encode(input) : input);
}

function name(key: Key): string {
  return key.kind === "named" ? key.name : `${key.kind} ${key.text}`;
}

function names(input: string | Uint8Array): string[] {
  return read(input).map(name);
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

const known: readonly (readonly [key: string, sent: readonly string[]])[] = [
  ["enter", ["\r", "\x1bOM", "\x1b[13u", "\x1b[57414u"]],
  ["newline", [
    "\n",
    "\x1b\r",
    "\x1b\n",
    "\x1b[13;2u",
    "\x1b[13;3u",
    "\x1b[13;5u",
    "\x1b[13;2:1u",
    "\x1b[27;2;13~",
    "\x1b[27;5;13~",
  ]],
  ["tab", ["\t", "\x1b[9u", "\x1b[105;5u"]],
  ["backtab", ["\x1b[Z", "\x1b[1;2Z", "\x1b[9;2u", "\x1b[27;2;9~"]],
  ["backspace", ["\x7f", "\b", "\x1b[127u", "\x1b[127;2u"]],
  ["delete", ["\x1b[3~", "\x1b[3;2~", "\x1b[3$"]],
  ["left", ["\x02", "\x1b[D", "\x1bOD", "\x1b[1;2D", "\x1b[d", "\x1b[98;5u"]],
  ["right", ["\x06", "\x1b[C", "\x1bOC", "\x1b[1;2C", "\x1b[c"]],
  ["up", ["\x1b[A", "\x1bOA", "\x1b[1;2A", "\x1b[a"]],
  ["down", ["\x1b[B", "\x1bOB", "\x1b[1;2B", "\x1b[b"]],
  ["word_left", [
    "\x1bb",
    "\x1bB",
    "\x1b[1;5D",
    "\x1b[1;3D",
    "\x1b[5D",
    "\x1bO5D",
    "\x1bOd",
    "\x1b\x1b[D",
    "\x1b\x1bOD",
    "\x1b[98;3u",
  ]],
  ["word_right", ["\x1bf", "\x1b[1;5C", "\x1b[1;3C", "\x1bOc", "\x1b\x1b[C", "\x1b[27;3;102~"]],
  ["history_previous", ["\x10", "\x1b[1;5A", "\x1b[1;3A", "\x1bOa"]],
  ["history_next", ["\x0e", "\x1b[1;5B", "\x1b[1;3B", "\x1bOb"]],
  ["home", ["\x01", "\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~", "\x1b[1;2H", "\x1b[7$"]],
  ["end", ["\x05", "\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~", "\x1b[8$"]],
  ["draft_start", ["\x1b<", "\x1b[1;5H", "\x1b[7^", "\x1b[7@"]],
  ["draft_end", ["\x1b>", "\x1b[1;5F", "\x1b[8^"]],
  ["kill_left", ["\x15", "\x1b[117;5u"]],
  ["kill_right", ["\x0b"]],
  ["kill_word", ["\x17", "\x1b[27;5;119~"]],
  ["kill_word_left", ["\x1b\x7f", "\x1b\b", "\x1b[127;5u", "\x1b[127;3u"]],
  ["kill_word_right", ["\x1bd", "\x1b[3;5~", "\x1b[3;3~", "\x1b[3^", "\x1b\x1b[3~"]],
  ["yank", ["\x19"]],
  ["yank_pop", ["\x1by"]],
  ["transpose", ["\x14"]],
  ["transpose_words", ["\x1bt"]],
  ["undo", ["\x1f", "\x1b[47;5u", "\x1b[95;6u"]],
  ["search", ["\x12"]],
  ["search_forward", ["\x13"]],
  ["abort", ["\x07"]],
  ["redraw", ["\x0c"]],
  ["suspend", ["\x1a", "\x1b[122;5u"]],
  ["interrupt", ["\x03", "\x1b[99;5u"]],
  ["end_of_input", ["\x04"]],
  ["escape", ["\x1b[27u", "\x1b[27;2;27~"]],
  // Shift with a key that is told by its code is text as ever.
  ["text  ", ["\x1b[32;2u"]],
  ["text A", ["\x1b[97;2u", "\x1b[27;2;65~"]],
];

for (const [key, all] of known) {
  Deno.test(`KeyReader knows ${key.trim()} by ${all.length} names`, () => {
    for (const sent of all) assertEquals([sent, ...names(`${sent}x`)], [sent, key, "text x"]);
  });
}

const meaningless: readonly string[] = [
  // Insert, Page Up, Page Down, F1 and F5 of several terminals, the keypad.
  "\x1b[2~",
  "\x1b[5~",
  "\x1b[6;5~",
  "\x1bOP",
  "\x1b[[A",
  "\x1b[[E",
  "\x1b[15~",
  "\x1b[1;2P",
  "\x1b[E",
  "\x1b[57358u",
  // A key that is let go, and one with Super.
  "\x1b[97;1:3u",
  "\x1b[1;1:3A",
  "\x1b[97;9u",
  "\x1b[97;7u",
  "\x1b[1;9D",
  // Focus, mice of three kinds, and reports.
  "\x1b[I",
  "\x1b[O",
  "\x1b[<0;12;7M",
  "\x1b[<0;12;7m",
  "\x1b[32;12;7M",
  "\x1b[M !!",
  "\x1b[?62;22c",
  "\x1b[>1;95;0c",
  "\x1b[24;80R",
  "\x1b[?2026;2$y",
  "\x1b[?997;1n",
  "\x1b[38;5;1m",
  "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
  "\x1b]11;rgb:1e1e/1e1e/2e2e\x07",
  "\x1b]11;broken off\x18",
  "\x1bP1$r0m\x1b\\",
  "\x1bP>|XTerm(390)\x1b\\",
  "\x1b_Gi=31;OK\x1b\\",
  "\x1b^private\x1b\\",
  "\x1bXstring\x1b\\",
  // 8-bit forms, as characters.
  "\u009b5~",
  "\u009d11;rgb:0/0/0\u009c",
  "\u0090data\u009c",
  "\u0085",
  // With Alt, what has no meaning so; other controls.
  "\x1bz",
  "\x1bЖ",
  "\x1b👍",
  "\x00",
  "\x1c",
  "\x11",
];

for (const sent of meaningless) {
  Deno.test(`KeyReader swallows ${JSON.stringify(sent)} whole`, () => {
    assertEquals(names(`a${sent}b`), ["text a", "text b"]);
  });
}

Deno.test("KeyReader knows 8-bit controls, which are no UTF-8", () => {
  assertEquals(names(raw("a\x9bA\x9d0;t\x9cb\x8fDc")), [
    "text a",
    "up",
    "text b",
    "left",
    "text c",
  ]);
  assertEquals(names(raw("\x9b200~p\rq\x1b[201~r\x9b201~s")), ["paste p\nq[201~r", "text s"]);
});

Deno.test("KeyReader leaves out bytes that are no UTF-8", () => {
  assertEquals(names(raw("a\xffb\xc3c\xe2\x82d\xf0\x9f\x91e\xa0f\xc1\x81g\xed\xa0\x80h")), [
    "text a",
    "text b",
    "text c",
    "text d",
    "text e",
    "text f",
    "text g",
    "text h",
  ]);
});

Deno.test("KeyReader begins anew where a sequence is broken", () => {
  assertEquals(names("\x1b[12\rx"), ["enter", "text x"]);
  assertEquals(names("\x1b[1;\x1b[Ax"), ["up", "text x"]);
  assertEquals(names("\x1b[1Жx"), ["text Жx"]);
  assertEquals(names("\x1b]0;title\x1b[Ax"), ["up", "text x"]);
  assertEquals(names("\x1bO\x03"), ["interrupt"]);
  assertEquals(names("\x1b\x03"), ["escape", "interrupt"]);
  assertEquals(names("\x1b[M \x03"), ["interrupt"]);
});

Deno.test("KeyReader.flush() makes a key of an Escape that nothing follows", () => {
  const reader = new KeyReader();
  assertEquals(reader.read(raw("a\x1b")).map(name), ["text a"]);
  assert(reader.waiting);
  assertEquals(reader.flush().map(name), ["escape"]);
  assert(!reader.waiting);
  assertEquals(reader.read(raw("b")).map(name), ["text b"]);
  assertEquals(reader.flush(), []);
});

Deno.test("KeyReader.flush() lets text be text after a key with Alt that begins a sequence", () => {
  for (const sent of ["\x1b[", "\x1bO", "\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1bX"]) {
    const reader = new KeyReader();
    assertEquals(reader.read(raw(sent)), []);
    assertEquals(reader.flush(), []);
    assertEquals(reader.read(raw("hello")).map(name), ["text hello"]);
  }
});

Deno.test("KeyReader.flush() waits once for the rest of a sequence, not for ever", () => {
  const split = new KeyReader();
  split.read(raw("\x1b[1;"));
  assertEquals(split.flush(), []);
  assertEquals(split.read(raw("5D")).map(name), ["word_left"]);
  const broken = new KeyReader();
  broken.read(raw("\x1bPx"));
  broken.flush();
  assertEquals(broken.read(raw("y")), []);
  broken.flush();
  assertEquals(broken.read(raw("z")).map(name), ["text z"]);
  // What was waited for and came leaves no trace.
  split.read(raw("\x1b[1;"));
  assertEquals(split.flush(), []);
  assertEquals(split.read(raw("5C")).map(name), ["word_right"]);
});

Deno.test("KeyReader swallows a sequence that is too long, and one that never ends", () => {
  const digits = (count: number) => "0".repeat(count);
  const at = sequenceUnitsMax - "\x1b[A".length;
  assertEquals(names(`\x1b[${digits(at)}A`), ["up"]);
  assertEquals(names(`\x1b[${digits(at + 1)}Ab`), ["text b"]);
  const reader = new KeyReader();
  reader.read(raw("\x1b["));
  for (let part = 0; part < 50; part++) assertEquals(reader.read(raw(digits(99))), []);
  assertEquals(reader.read(raw("Ab")).map(name), ["text b"]);
  reader.read(raw("\x1b]"));
  for (let part = 0; part < 50; part++) assertEquals(reader.read(raw(digits(99))), []);
  assertEquals(reader.read(raw("\x1b")), []);
  assertEquals(reader.read(raw("\\b")).map(name), ["text b"]);
});

Deno.test("KeyReader gives a paste as one key, whose line breaks are no Enter", () => {
  assertEquals(read("\x1b[200~one\r\ntwo\rthree\x1b[201~x"), [
    { kind: "paste", text: "one\ntwo\nthree" },
    { kind: "text", text: "x" },
  ]);
  assertEquals(names("\x1b\x1b[200~one\rtwo\x1b[201~"), ["paste one\ntwo"]);
});

Deno.test("KeyReader leaves controls out of a paste, but for tabs and line breaks", () => {
  assertEquals(names("\x1b[200~a\tb\x00\x1b[31mc\x7f\u009b201~\x03d\x1b[201~"), [
    "paste a\tb[31mc201~d",
  ]);
});

Deno.test("KeyReader bounds a paste", () => {
  for (const [given, kept] of [[-1, -1], [0, 0], [10, 0]] as const) {
    const [key] = read(`\x1b[200~${"x".repeat(pasteUnitsMax + given)}\x1b[201~`);
    assert(key?.kind === "paste");
    assertEquals(key.text.length, pasteUnitsMax + kept);
  }
  const [parted] = read(`\x1b[200~x${"👍".repeat(pasteUnitsMax / 2)}\x1b[201~`);
  assert(parted?.kind === "paste");
  assert(parted.text.isWellFormed());
});

Deno.test("KeyReader.flush() ends a paste without end by the Ctrl-C after it", () => {
  const reader = new KeyReader();
  reader.read(raw("\x1b[200~abc"));
  assertEquals(reader.flush(), []);
  reader.read(raw("d\x03"));
  assertEquals(reader.flush().map(name), ["paste abcd"]);
  assertEquals(reader.read(raw("\x03")).map(name), ["interrupt"]);
});

const pieces = fc.oneof(
  fc.constantFrom(
    ...[...known.flatMap(([, all]) => all), ...meaningless].map((sent) => encoder.encode(sent)),
    ...["a", "Ж", "👍", "e\u0301", "\x1b", "\x1b[200~p\rq\x1b[201~", "\x1b[200~", "\x1b[201~"]
      .map((sent) => encoder.encode(sent)),
    encoder.encode(`\x1b[${"1;".repeat(sequenceUnitsMax)}`),
    encoder.encode(`\x1b]${"text".repeat(sequenceUnitsMax)}`),
    raw("\x9b"),
    raw("\xe2\x82"),
    raw("\x9d"),
  ),
  fc.uint8Array({ maxLength: 8 }),
);

const bytes = fc.array(pieces, { maxLength: 12 }).map((all) =>
  Uint8Array.from(all.flatMap((piece) => [...piece]))
);

/** Keys with texts that follow each other in one, as cuts may part them. */
function joined(keys: readonly Key[]): Key[] {
  const all: Key[] = [];
  for (const key of keys) {
    const last = all.at(-1);
    if (key.kind === "text" && last?.kind === "text") {
      all[all.length - 1] = { kind: "text", text: last.text + key.text };
    } else all.push(key);
  }
  return all;
}

Deno.test("KeyReader gives the same keys wherever the bytes are cut", () => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(1500), { maxLength: 9 }), (all, cuts) => {
      const whole = new KeyReader();
      const wanted = [...whole.read(all), ...whole.flush(), ...whole.flush()];
      const parted = new KeyReader();
      const keys: Key[] = [];
      let from = 0;
      for (const cut of [...cuts, all.length].sort((a, b) => a - b)) {
        keys.push(...parted.read(all.subarray(from, cut)));
        from = Math.max(from, Math.min(cut, all.length));
      }
      keys.push(...parted.flush(), ...parted.flush());
      assertEquals(joined(keys), joined(wanted));
      const single = new KeyReader();
      const one = [...all].flatMap((byte) => single.read(Uint8Array.of(byte)));
      assertEquals(joined([...one, ...single.flush(), ...single.flush()]), joined(wanted));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("KeyReader never lets a control character into a text", () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 4 }), (chunks) => {
      const reader = new KeyReader();
      for (const chunk of chunks) {
        for (const key of [...reader.read(chunk), ...reader.flush()]) {
          if (key.kind === "text") {
            assert(key.text !== "" && !/[\p{Cc}\p{Cs}]/u.test(key.text), JSON.stringify(key));
          } else if (key.kind === "paste") {
            assert(!/(?![\n\t])[\p{Cc}\p{Cs}]/u.test(key.text), JSON.stringify(key));
          }
        }
      }
    }),
    { numRuns: 2000 },
  );
});
