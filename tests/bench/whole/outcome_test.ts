/**
 * Tests of how what a load says of itself is understood.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { parseOpened, parseOutcome } from "./outcome.ts";

Deno.test("parseOpened() reads how long it took until all were ready", () => {
  const opened = { opened: 10, firstMicros: 200, allMicros: 3000 };
  assertEquals(parseOpened(JSON.stringify(opened)), opened);
});

Deno.test("parseOutcome() reads what came of a load", () => {
  const outcome = {
    messages: 2,
    deliveries: 20,
    micros: 1000,
    cpuMicros: 500,
    oneOrder: true,
    latencyMicros: [400, 500],
  };
  assertEquals(parseOutcome(JSON.stringify(outcome)), outcome);
});

Deno.test("a fault is thrown, whatever was waited for", () => {
  const line = JSON.stringify({ fault: "a message came twice" });
  assertThrows(() => parseOpened(line), Error, "a message came twice");
  assertThrows(() => parseOutcome(line), Error, "a message came twice");
});

Deno.test("a load that ends and says nothing has not done its work", () => {
  assertThrows(() => parseOutcome(""), Error, "said nothing");
});

Deno.test("parseOutcome() takes no other line", () => {
  assertThrows(() => parseOutcome('{"opened":1,"firstMicros":1,"allMicros":1}'));
});
