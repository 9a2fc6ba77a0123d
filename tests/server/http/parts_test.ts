/**
 * The small parts: field lines, states, server-sent events.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { LocalProtocolError } from "../../../server/http/events.ts";
import { FieldLines } from "../../../server/http/headers.ts";
import { sseEvent } from "../../../server/http/sse.ts";
import { ExchangeState } from "../../../server/http/state.ts";

Deno.test("FieldLines finds names in any case, and only whole names", () => {
  const lines = FieldLines.from([["Accept", "a"], ["X-^", "b"], ["X-Y", "c"]]);
  assertEquals(lines.get("aCCEPT"), "a");
  assertEquals(lines.get("accep"), undefined);
  assertEquals(lines.get("x-~"), undefined, "case is a matter of letters only");
  assertEquals(lines.has("x-y"), true);
  assertEquals(lines.length, 3);
});

Deno.test("FieldLines joins lines of one name, and gives them singly and in order", () => {
  const pairs = [["A", "1"], ["B", "2"], ["a", "3"]] as const;
  const lines = FieldLines.from(pairs);
  assertEquals(lines.get("a"), "1, 3");
  assertEquals(lines.getAll("A"), ["1", "3"]);
  assertEquals([...lines], pairs.map((pair) => [...pair]));
});

Deno.test("sseEvent() writes each part on a line and ends the block", () => {
  assertEquals(
    sseEvent({ id: "k-1", event: "message", data: '{"a":1}', retry: 2000 }),
    'retry: 2000\nid: k-1\nevent: message\ndata: {"a":1}\n\n',
  );
  assertEquals(sseEvent({ id: "k-2" }), "id: k-2\n\n");
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
  assertThrows(() => sseEvent({ retry: 1.5 }), TypeError);
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
  ] as const
) {
  Deno.test(`ExchangeState refuses the last of [${steps}]`, () => {
    assertThrows(() => after(steps), LocalProtocolError);
  });
}
