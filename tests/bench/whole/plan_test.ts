/**
 * Tests of how a plan is told to the program that makes the load.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { planText, serial, serialText } from "./plan.ts";

Deno.test("planText() writes one order a line, whatever is in the words of a protocol", () => {
  const text = planText({
    marks: { ready: "\r\n\r\n", ack: "a\tb\\" },
    receivers: [{ room: 3, hello: "SUB\r\n" }],
    senders: [{ room: 4, hello: "", message: "PUB\t1\n" }],
    seconds: 0.5,
    messages: 7,
    intervalMicros: 5000,
    window: 8,
    expect: { messages: 9, senders: 2 },
  });
  assertEquals(text.split("\n"), [
    "window 8",
    "seconds 0.5",
    "messages 7",
    "interval 5000",
    "ready \\r\\n\\r\\n",
    "ack a\\tb\\\\",
    "expect 9 2",
    "receiver 3 SUB\\r\\n",
    "sender 4 \tPUB\\t1\\n",
    "",
  ]);
});

Deno.test("planText() leaves out the marks that there are not, and says the rest", () => {
  assertEquals(planText({ marks: {}, receivers: [], senders: [] }).split("\n"), [
    "window 256",
    "seconds 0",
    "messages 0",
    "interval 0",
    "",
  ]);
});

Deno.test("the text that receivers look for has 120 bytes, its serial after the mark", () => {
  assertEquals(serialText.length, 120);
  assertEquals(serialText.indexOf(serial), 1);
  assertEquals(serialText.slice(13), "x".repeat(107));
});
