/**
 * Which traces are gone on with, and which values of `traceparent` say nothing.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import {
  parseTraceparent,
  traceparentCharactersMax,
} from "../../../server/tracing/trace_context.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";
const known = `00-${traceId}-${spanId}-01`;

Deno.test("parseTraceparent() reads trace, span and flags", () => {
  assertEquals(parseTraceparent(known), { traceId, spanId, traceFlags: 1 });
  assertEquals(parseTraceparent(`00-${traceId}-${spanId}-00`)?.traceFlags, 0);
  assertEquals(parseTraceparent(`00-${traceId}-${spanId}-fe`)?.traceFlags, 254);
});

Deno.test("parseTraceparent() reads as much of later versions as it knows, up to a bound", () => {
  const later = `01-${traceId}-${spanId}-01`;
  const read = { traceId, spanId, traceFlags: 1 };
  assertEquals(parseTraceparent(later), read);
  assertEquals(parseTraceparent(`${later}-more`), read);
  const longest = `${later}-`.padEnd(traceparentCharactersMax, "x");
  assertEquals(parseTraceparent(longest), read);
  assertEquals(parseTraceparent(`${longest}x`), undefined);
});

for (
  const [what, value] of [
    ["nothing", undefined],
    ["an empty value", ""],
    ["too little", known.slice(0, -1)],
    ["more than its version has", `${known}-more`],
    ["something behind a later version's flags", `01${known.slice(2)}x`],
    ["capital letters", known.toUpperCase()],
    ["the version that there can't be", `ff${known.slice(2)}`],
    ["a trace of zeros", `00-${"0".repeat(32)}-${spanId}-01`],
    ["a span of zeros", `00-${traceId}-${"0".repeat(16)}-01`],
    ["two fields, which come as one", `${known}, ${known}`],
    ["what is no number", `00-${"g".repeat(32)}-${spanId}-01`],
    ["a line of its own", `${known}\n`],
  ] as const
) {
  Deno.test(`parseTraceparent() goes on with nothing after ${what}`, () => {
    assertEquals(parseTraceparent(value), undefined);
  });
}
