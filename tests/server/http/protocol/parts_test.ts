/**
 * The small parts: bytes, field lines, what waits to be sent, states, server-sent events.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import {
  BodyTooLarge,
  LocalProtocolError,
  ProtocolError,
} from "../../../../server/http/protocol/events.ts";
import {
  byteAt,
  classesOf,
  endOfBlanks,
  endOfField,
  endOfTarget,
  endOfToken,
  startOfBlanks,
} from "../../../../server/http/protocol/grammar.ts";
import { FieldLines, positionAt } from "../../../../server/http/protocol/headers.ts";
import { Memo } from "../../../../server/http/protocol/memo.ts";
import { Output } from "../../../../server/http/protocol/output.ts";
import { sseEvent } from "../../../../server/http/protocol/sse.ts";
import { ExchangeState } from "../../../../server/http/protocol/state.ts";
import { octets } from "./transcript.ts";

Deno.test("beyond the end there is no byte, no class and no position", () => {
  assertEquals([byteAt(octets("a"), 0), byteAt(octets("a"), 1)], [0x61, 0]);
  assertEquals([classesOf(0x61) > 0, classesOf(256), classesOf(-1)], [true, 0, 0]);
  assertEquals([positionAt([7], 0), positionAt([7], 1)], [7, 0]);
});

for (
  const [name, find, inside, outside] of [
    ["endOfToken()", endOfToken, "aZ0!~", " "],
    ["endOfTarget()", endOfTarget, "/?%a", " "],
    ["endOfBlanks()", endOfBlanks, " \t", "\n"],
    ["endOfField()", endOfField, "a \t\xff", "\r"],
  ] as const
) {
  Deno.test(`${name} goes up to another byte, to the bound, and to the end`, () => {
    const bytes = octets(`${inside}${outside}${inside}`);
    assertEquals(find(bytes, 0, bytes.length), inside.length);
    assertEquals(find(bytes, 0, 1), 1);
    assertEquals(find(bytes, inside.length, bytes.length), inside.length);
    assertEquals(find(bytes, inside.length + 1, bytes.length + 9), bytes.length);
  });
}

Deno.test("startOfBlanks() goes back to another byte, or to the bound", () => {
  const bytes = octets("  a \t ");
  assertEquals(startOfBlanks(bytes, 0, 6), 3);
  assertEquals(startOfBlanks(bytes, 4, 6), 4);
  assertEquals(startOfBlanks(bytes, 0, 2), 0);
  assertEquals(startOfBlanks(bytes, 0, 3), 3);
});

Deno.test("BodyTooLarge says how large a body may be", () => {
  const error = new BodyTooLarge(10);
  assert(error instanceof ProtocolError);
  assertEquals([error.status, error.code, error.limitBytes], [413, "too_large", 10]);
});

/** Sizes of parts around those at which they are kept in another way. */
const sizes = [0, 1, 63, 64, 65, 8000, 16_383, 16_384, 16_385, 40_000];

Deno.test("Output gives all that was added, in order, whatever its size and kind", () => {
  for (const first of sizes) {
    for (const second of sizes) {
      const output = new Output();
      output.addText("a".repeat(first), first);
      output.addBytes(octets("b".repeat(second)));
      output.addText("ü".repeat(first), 2 * first);
      output.addBytes(octets("c"));
      const expected = `${"a".repeat(first)}${"b".repeat(second)}${"ü".repeat(first)}c`;
      assertEquals(output.length, 3 * first + second + 1);
      const lends = (first + second) % 2 === 1;
      const bytes = lends ? output.lend() : output.take();
      assert(new TextDecoder().decode(bytes) === expected, `${first} and ${second}`);
      if (lends) output.giveBack();
      assertEquals([output.length, output.take().length, output.lend().length], [0, 0, 0]);
    }
  }
});

Deno.test("what Output has lent stays as it is until it is given back", () => {
  const output = new Output();
  output.addText("first", 5);
  const lent = output.lend();
  output.addText("second", 6);
  assertEquals(new TextDecoder().decode(lent), "first");
  output.giveBack();
  output.giveBack();
  assertEquals(new TextDecoder().decode(output.take()), "second");
});

Deno.test("many Outputs at a time keep their bytes apart", () => {
  for (let round = 0; round < 2; round++) {
    const outputs = Array.from({ length: 100 }, () => new Output());
    outputs.forEach((output, index) => output.addText(`${index}`, `${index}`.length));
    const lent = outputs.map((output) => output.lend());
    assertEquals(
      lent.map((bytes) => new TextDecoder().decode(bytes)),
      [...outputs.keys()].map(String),
    );
    for (const output of outputs) output.giveBack();
  }
});

function remembers(memo: Memo<string>, text: string): string | undefined {
  return memo.recall(Buffer.from(text), 0, text.length);
}

for (const [bytes, kept] of [[9, true], [10, true], [11, false]] as const) {
  Deno.test(`Memo ${kept ? "knows" : "does not know"} ${bytes} bytes again if it keeps 10`, () => {
    const memo = new Memo<string>(10);
    const text = "x".repeat(bytes);
    memo.keep(Buffer.from(text), 0, bytes, "value");
    assertEquals(remembers(memo, `${text}behind`), kept ? "value" : undefined);
    assertEquals(memo.length, kept ? bytes : 0);
  });
}

Deno.test("Memo knows only what is the same to its end, wherever it stands", () => {
  for (const text of ["ab", "a".repeat(100)]) {
    const memo = new Memo<string>(1000);
    assertEquals(remembers(memo, text), undefined);
    memo.keep(Buffer.from(`before${text}behind`), 6, 6 + text.length, "value");
    assertEquals(remembers(memo, text), "value");
    assertEquals(memo.recall(Buffer.from(`--${text}`), 2, 2 + text.length), "value");
    assertEquals(remembers(memo, text.slice(0, -1)), undefined);
    assertEquals(remembers(memo, `${text.slice(0, -1)}X`), undefined);
    assertEquals(remembers(memo, `X${text.slice(1)}`), undefined);
    memo.forget();
    assertEquals([remembers(memo, text), memo.length], [undefined, 0]);
  }
});

Deno.test("Memo keeps a copy, and only the last", () => {
  const memo = new Memo<string>(10);
  const bytes = Buffer.from("first");
  memo.keep(bytes, 0, 5, "1");
  bytes.fill(0);
  assertEquals(remembers(memo, "first"), "1");
  memo.keep(Buffer.from("second"), 0, 6, "2");
  assertEquals([remembers(memo, "first"), remembers(memo, "second")], [undefined, "2"]);
});

Deno.test("Memo gives up when it has been of no use for a while, and lets go of what it has", () => {
  const memo = new Memo<string>(10);
  const keep = (text: string) => memo.keep(Buffer.from(text), 0, text.length, text);
  for (let round = 0; round < 100; round++) {
    keep(`${round}`);
    if (round % 5 === 0) assertEquals(remembers(memo, `${round}`), `${round}`, "of use");
  }
  for (let round = 0; round < 100; round++) keep(`${round}`);
  assertEquals([memo.length, remembers(memo, "99")], [0, undefined]);
});

Deno.test("FieldLines finds names in any case, and only whole names", () => {
  const lines = FieldLines.from([["Accept", "a"], ["X-^", "b"], ["X-Y", "c"]]);
  assertEquals(lines.get("aCCEPT"), "a");
  assertEquals(lines.get("accep"), undefined);
  assertEquals(lines.get("x-~"), undefined, "case is a matter of letters only");
  assertEquals([lines.has("accept"), lines.has("x-y"), lines.has("x")], [true, true, false]);
  assertEquals(lines.length, 3);
});

Deno.test("FieldLines joins lines of one name, and gives them singly and in order", () => {
  const pairs = [["A", "1"], ["B", "2"], ["a", "3"]] as const;
  const lines = FieldLines.from(pairs);
  assertEquals(lines.get("a"), "1, 3");
  assertEquals(lines.getAll("A"), ["1", "3"]);
  assertEquals([...lines], pairs.map((pair) => [...pair]));
  assertEquals([lines.get("C"), lines.getAll("C"), lines.has("C")], [undefined, [], false]);
});

Deno.test("sseEvent() writes each part on a line and ends the block", () => {
  assertEquals(
    sseEvent({ id: "k-1", event: "message", data: '{"a":1}', retry: 2000 }),
    'retry: 2000\nid: k-1\nevent: message\ndata: {"a":1}\n\n',
  );
  assertEquals(sseEvent({ id: "k-2" }), "id: k-2\n\n");
  assertEquals(sseEvent({ retry: 0 }), "retry: 0\n\n");
});

Deno.test("sseEvent() gives each line of data, however it ends, a line of its own", () => {
  assertEquals(
    sseEvent({ data: "a\nb\r\nc\rid: 9\n\n" }),
    "data: a\ndata: b\ndata: c\ndata: id: 9\ndata: \ndata: \n\n",
  );
});

Deno.test("sseEvent() refuses what would end a line of an id or a type", () => {
  for (const end of ["\n", "\r", "\r\n"]) {
    assertThrows(() => sseEvent({ id: `a${end}data: x` }), TypeError);
    assertThrows(() => sseEvent({ event: `a${end}data: x` }), TypeError);
  }
  assertThrows(() => sseEvent({ id: "\0" }), TypeError);
  for (const retry of [1.5, -1, NaN, Infinity, 2 ** 53]) {
    assertThrows(() => sseEvent({ retry }), TypeError);
  }
});

type Step =
  | "request"
  | "last_request"
  | "requestEnd"
  | "peerClosed"
  | "peerFailed"
  | "head"
  | "answerEnd";

function after(steps: readonly Step[]): ExchangeState {
  const state = new ExchangeState();
  for (const step of steps) {
    if (step === "request" || step === "last_request") {
      state.request({ keepAlive: step === "request" });
    } else state[step]();
  }
  return state;
}

const ways: readonly (readonly [steps: readonly Step[], peer: string, own: string])[] = [
  [[], "idle", "idle"],
  [["request"], "body", "respond"],
  [["request", "requestEnd"], "done", "respond"],
  [["request", "head", "answerEnd"], "body", "done"],
  [["request", "requestEnd", "head", "answerEnd"], "idle", "idle"],
  [["request", "head", "answerEnd", "requestEnd"], "idle", "idle"],
  [["last_request", "requestEnd", "head", "answerEnd"], "must_close", "must_close"],
  [["request", "peerFailed", "head", "answerEnd"], "error", "must_close"],
  [["peerFailed", "head", "answerEnd"], "error", "must_close"],
  [["peerClosed"], "closed", "idle"],
  [["peerClosed", "peerClosed"], "closed", "idle"],
  [["last_request", "requestEnd", "head", "answerEnd", "peerClosed"], "closed", "must_close"],
  [["request", "requestEnd", "peerFailed"], "error", "respond"],
  [["request", "head", "answerEnd", "peerFailed"], "error", "must_close"],
];

for (const [steps, peer, own] of ways) {
  Deno.test(`ExchangeState comes by [${steps}] to ${peer} and ${own}`, () => {
    const state = after(steps);
    assertEquals([state.peer, state.own], [peer, own]);
  });
}

for (
  const steps of [
    ["head"],
    ["answerEnd"],
    ["requestEnd"],
    ["request", "request"],
    ["request", "answerEnd"],
    ["request", "head", "head"],
    ["last_request", "requestEnd", "head", "answerEnd", "request"],
    ["request", "peerClosed"],
    ["request", "requestEnd", "requestEnd"],
    ["request", "peerFailed", "request"],
    ["request", "requestEnd", "peerClosed"],
    ["peerClosed", "request"],
    ["answerEnd"],
  ] as const
) {
  Deno.test(`ExchangeState refuses the last of [${steps}]`, () => {
    assertThrows(() => after(steps), LocalProtocolError);
  });
}
