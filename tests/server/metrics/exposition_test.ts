/**
 * The reader of the text format, by which the other tests read `/metrics`, refuses what is not it.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { readExposition, samplesOf } from "../../support/exposition.ts";

const good = `# HELP a_total All a.
# TYPE a_total counter
a_total{x="1",y="a \\"b\\""} 3
a_total{x="2",y=""} 0

# HELP b_seconds Of b.
# TYPE b_seconds histogram
b_seconds_bucket{le="0.5"} 1
b_seconds_bucket{le="+Inf"} 2
b_seconds_sum 1.5e-7
b_seconds_count 2
`;

Deno.test("readExposition() reads families, labels and numbers", () => {
  assertEquals(readExposition(good).get("a_total")?.help, "All a.");
  assertEquals(samplesOf(good).get("b_seconds_sum"), 1.5e-7);
  assertEquals(samplesOf(good).size, 6);
});

for (
  const [what, from, to] of [
    ["a family without HELP", "# HELP a_total All a.\n", ""],
    ["a family without TYPE", "# TYPE a_total counter\n", ""],
    ["a type that there is not", "counter", "number"],
    ["a sample of another name", 'a_total{x="2"', 'c_total{x="2"'],
    ["a sample twice", 'x="2",y=""', 'x="1",y="a \\"b\\""'],
    ["a label twice", 'x="2",y', 'y="2",y'],
    ["a label without quotes", 'x="1"', "x=1"],
    ["a value that is no number", "} 3", "} three"],
    ["a counter that is no total", /a_total/g, "a_sum"],
    ["a counter below 0", "} 3", "} -3"],
    ["buckets that shrink", 'le="0.5"} 1', 'le="0.5"} 3'],
    ["a last bucket that is not all", "count 2", "count 3"],
    ["no last bucket", 'b_seconds_bucket{le="+Inf"} 2\n', ""],
    ["a last line without an end", /\n$/, ""],
    ["a comment of another kind", "# HELP b", "# NOTE b"],
  ] as const
) {
  Deno.test(`readExposition() refuses ${what}`, () => {
    const spoilt = good.replace(from, to);
    assertThrows(() => readExposition(spoilt), Error);
  });
}
