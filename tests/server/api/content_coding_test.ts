/**
 * In which codings a client would have an answer.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { wantedCodings } from "../../../server/api/content_coding.ts";

const none = [] as const;
const both = ["br", "gzip"] as const;

for (
  const [accept, expected] of [
    // Who says nothing may understand nothing, and who says "" wants nothing.
    [undefined, none],
    ["", none],
    [" ", none],
    [", ,", none],
    // What is named may be used, and among equals what is smallest.
    ["gzip", ["gzip"]],
    ["br", ["br"]],
    ["gzip, br", both],
    ["br, gzip", both],
    ["gzip, deflate, br, zstd", both],
    ["identity", none],
    ["identity, gzip, br", both],
    ["deflate", none],
    ["compress, deflate, zstd", none],
    // Weights.
    ["gzip;q=1, br;q=0.5", ["gzip", "br"]],
    ["br;q=0.5, gzip;q=0.8", ["gzip", "br"]],
    ["br;q=0.8, gzip;q=0.8", both],
    ["gzip;q=0.001", ["gzip"]],
    ["gzip;q=0.5, identity", none],
    ["gzip, br;q=0.5, identity;q=0.7", ["gzip"]],
    ["gzip;q=0.5, identity;q=0.7, br;q=0.6", none],
    ["identity;q=0.001, gzip;q=0.001", ["gzip"]],
    ["gzip;q=1.000, br;q=0.999", ["gzip", "br"]],
    ["gzip;q=1., br;q=0.", ["gzip"]],
    // 0 is "not this".
    ["gzip;q=0", none],
    ["gzip;q=0.000, br", ["br"]],
    ["gzip;q=0, br;q=0", none],
    // The star is for all that is not named.
    ["*", both],
    ["*;q=0.5", both],
    ["*, br;q=0", ["gzip"]],
    ["br;q=0.1, *", ["gzip"]],
    ["gzip, *;q=0", ["gzip"]],
    ["gzip;q=0.5, *;q=0.1", ["gzip", "br"]],
    ["*;q=0.1, gzip;q=0.5", ["gzip", "br"]],
    ["identity;q=0.5, *;q=0", none],
    // Nothing is left: it is sent as it is.
    ["*;q=0", none],
    ["identity;q=0", none],
    ["identity;q=0, *;q=0", none],
    ["deflate, identity;q=0", none],
    // Without identity, but with others.
    ["gzip, identity;q=0", ["gzip"]],
    ["*, identity;q=0", both],
    // Case, blanks, and the old name of gzip (RFC 9110 §8.4.1.3).
    ["GZip", ["gzip"]],
    ["BR;Q=0.5 , gzip\t;  q=0.8", ["gzip", "br"]],
    ["x-gzip", ["gzip"]],
    ["X-GZIP;q=0.5, br;q=0.1", ["gzip", "br"]],
    // The same twice: the lower word counts.
    ["gzip;q=0, gzip", none],
    ["gzip, gzip;q=0", none],
    ["gzip, x-gzip;q=0", none],
    ["br;q=0.9, gzip;q=0.5, br;q=0.1", ["gzip", "br"]],
    // What can't be read says nothing.
    ["gzip;q=2", none],
    ["gzip;q=1.001", none],
    ["gzip;q=0.0001", none],
    ["gzip;q=-1", none],
    ["gzip;q=.5", none],
    ["gzip;q=0,5", none],
    ["gzip;q=1e0", none],
    ["gzip;q=", none],
    ["gzip;q", none],
    ["gzip;", none],
    ["gzip; q = 1", none],
    ["gzip;level=9", none],
    ["gzip;q=1;q=1", none],
    ["gzip br", none],
    ['"gzip"', none],
    ["gzip/1", none],
    [";q=1", none],
    ["br, g(zip)", none],
    ["br\u00a0", none],
    ["br\n", none],
    ["ｇｚｉｐ", none],
  ] as const
) {
  const likes = expected.length === 0 ? "it as it is" : expected.join(", then ");
  Deno.test(`Accept-Encoding: ${JSON.stringify(accept)} likes ${likes}`, () => {
    assertEquals<readonly string[]>(wantedCodings(accept), expected);
  });
}

Deno.test("a line as long as lines may be is read, however hostile", () => {
  const blanks = " \t".repeat(8_000);
  assertEquals(wantedCodings(`br,${blanks}@`), []);
  assertEquals(wantedCodings(`br${blanks}@`), []);
  assertEquals(wantedCodings(`br${blanks};${blanks}q=1`), ["br"]);
  assertEquals(wantedCodings(`${"a".repeat(16_000)}@`), []);
  assertEquals(wantedCodings(`${",".repeat(16_000)}br`), ["br"]);
});

Deno.test("whatever is sent, each coding comes at most once, and only if it is named or a star is", () => {
  const word = fc.constantFrom("br", "gzip", "identity", "*", "x-gzip", "deflate", "", "ü");
  const weight = fc.constantFrom("", ";q=0", ";q=0.5", ";q=1", ";q=x", ";");
  const accept = fc.oneof(
    fc.array(fc.tuple(word, weight).map(([name, q]) => name + q)).map((all) => all.join(",")),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(accept, (value) => {
      const liked = wantedCodings(value);
      assertEquals(new Set(liked).size, liked.length);
      for (const coding of liked) assert(new RegExp(`${coding}|\\*`, "i").test(value), value);
    }),
    { numRuns: 300 },
  );
});
