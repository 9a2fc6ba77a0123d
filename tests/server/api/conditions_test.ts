/**
 * Entity tags, and what a request's preconditions come to.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import {
  isNotModified,
  isRangeWanted,
  isUnmet,
  matchesStrongly,
  matchesWeakly,
  parseTags,
  preconditionFailed,
  type Verdict,
  verdictOf,
} from "../../../server/api/conditions.ts";
import { Failure } from "../../../server/api/failure.ts";
import { FieldLines } from "../../../server/http/mod.ts";

type Fields = Readonly<Record<string, string>>;

function request(method: string, fields: Fields) {
  return { method, headers: FieldLines.from(Object.entries(fields)) };
}

for (
  const [value, expected] of [
    ["*", "*"],
    ['"a"', ['"a"']],
    ['W/"a"', ['W/"a"']],
    ['""', ['""']],
    ['"a","b"', ['"a"', '"b"']],
    ['"a" ,\t W/"b" , "c"', ['"a"', 'W/"b"', '"c"']],
    // What is in the quotes is nobody else's: a comma, a star, what looks like the weak sign.
    ['"a,b"', ['"a,b"']],
    ['"a, b"', undefined],
    ['"*"', ['"*"']],
    ['"W/"', ['"W/"']],
    ['"a\\"', ['"a\\"']],
    ['"!#~"', ['"!#~"']],
    ['"\x80\xff"', ['"\x80\xff"']],
    // A list may have empty elements, or be nothing else.
    ["", []],
    [" ", []],
    [",", []],
    [' , "a" ,, "b", ', ['"a"', '"b"']],
    // What is no tag makes all of it unreadable.
    ["a", undefined],
    ['"a", b', undefined],
    ['"a" "b"', undefined],
    ['"a', undefined],
    ['a"', undefined],
    ['"', undefined],
    ['"a"b', undefined],
    ['w/"a"', undefined],
    ['W/ "a"', undefined],
    ['W"a"', undefined],
    ["W/", undefined],
    ["'a'", undefined],
    ['"a b"', undefined],
    ['"a\tb"', undefined],
    ['"\x7f"', undefined],
    ['"\x00"', undefined],
    ['"€"', undefined],
    ['"a"\u00a0', undefined],
    ['"a"\n', undefined],
    ['"a";"b"', undefined],
    ["**", undefined],
    ['*, "a"', undefined],
    ['"a", *', undefined],
    ["Fri, 20 Nov 2026 10:00:00 GMT", undefined],
  ] as const
) {
  Deno.test(`parseTags() reads ${JSON.stringify(value)}`, () => {
    assertEquals<unknown>(parseTags(value), expected);
  });
}

Deno.test("parseTags() reads a line as long as lines may be, however hostile", () => {
  const blanks = " \t".repeat(8_000);
  assertEquals(parseTags(`"a",${blanks}@`), undefined);
  assertEquals(parseTags(`"a"${blanks}@`), undefined);
  assertEquals(parseTags(`"a"${blanks}`), ['"a"']);
  assertEquals(parseTags(`"${"a".repeat(16_000)}`), undefined);
  assertEquals(parseTags(",".repeat(16_000)), []);
  assertEquals(parseTags('"",'.repeat(5_000))?.length, 5_000);
});

// The table of RFC 9110 §8.8.3.2.
for (
  const [one, other, strongly, weakly] of [
    ['W/"1"', 'W/"1"', false, true],
    ['W/"1"', 'W/"2"', false, false],
    ['W/"1"', '"1"', false, true],
    ['"1"', '"1"', true, true],
    ['"1"', '"2"', false, false],
    ['"a"', '"A"', false, false],
    ['"W/"', '""', false, false],
  ] as const
) {
  Deno.test(`${one} and ${other}: the same strongly? ${strongly}; weakly? ${weakly}`, () => {
    for (const [a, b] of [[one, other], [other, one]] as const) {
      assertEquals([matchesStrongly(a, b), matchesWeakly(a, b)], [strongly, weakly]);
    }
  });
}

const then = "Fri, 20 Nov 2026 10:00:00 GMT";

const verdicts: readonly (readonly [Fields, onRead: Verdict, onWrite: Verdict])[] = [
  [{}, "perform", "perform"],
  // Step 1 of RFC 9110 §13.2.2.
  [{ "If-Match": '"t"' }, "perform", "perform"],
  [{ "If-Match": "*" }, "perform", "perform"],
  [{ "If-Match": '"a", "t"' }, "perform", "perform"],
  [{ "If-Match": '"a"' }, "failed", "failed"],
  [{ "If-Match": 'W/"t"' }, "failed", "failed"],
  [{ "If-Match": "t" }, "failed", "failed"],
  [{ "If-Match": "" }, "failed", "failed"],
  // Step 3.
  [{ "If-None-Match": '"t"' }, "not_modified", "failed"],
  [{ "If-None-Match": 'W/"t"' }, "not_modified", "failed"],
  [{ "If-None-Match": '"a", W/"t"' }, "not_modified", "failed"],
  [{ "If-None-Match": "*" }, "not_modified", "failed"],
  [{ "If-None-Match": '"a"' }, "perform", "perform"],
  [{ "If-None-Match": "t" }, "perform", "perform"],
  [{ "If-None-Match": "" }, "perform", "perform"],
  [{ "If-None-Match": '"a,b"' }, "perform", "perform"],
  // The first step that fails decides.
  [{ "If-Match": '"t"', "If-None-Match": '"t"' }, "not_modified", "failed"],
  [{ "If-None-Match": '"t"', "If-Match": '"a"' }, "failed", "failed"],
  [{ "If-Match": '"a"', "If-None-Match": '"a"' }, "failed", "failed"],
  // Dates say nothing of what has none.
  [{ "If-Modified-Since": then }, "perform", "perform"],
  [{ "If-Unmodified-Since": then }, "perform", "perform"],
  [{ "If-None-Match": '"a"', "If-Modified-Since": then }, "perform", "perform"],
  [{ "If-None-Match": '"t"', "If-Modified-Since": then }, "not_modified", "failed"],
];

for (const [fields, onRead, onWrite] of verdicts) {
  Deno.test(`${JSON.stringify(fields)} comes to ${onRead}, or ${onWrite} of what changes`, () => {
    for (const method of ["GET", "HEAD"]) {
      assertEquals(verdictOf(request(method, fields), '"t"'), onRead, method);
    }
    for (const method of ["POST", "PATCH", "DELETE"]) {
      assertEquals(verdictOf(request(method, fields), '"t"'), onWrite, method);
    }
  });
}

Deno.test("several lines of one field are one list", () => {
  const lines = [["If-None-Match", '"a"'], ["if-none-match", '"t"']] as const;
  const headers = FieldLines.from(lines);
  assertEquals(verdictOf({ method: "GET", headers }, '"t"'), "not_modified");
});

function codeOf(act: () => unknown): string | undefined {
  return assertThrows(act, Failure).code;
}

Deno.test("isNotModified() answers, or refuses", () => {
  assertEquals(isNotModified(request("GET", {}), '"t"'), false);
  assertEquals(isNotModified(request("GET", { "If-None-Match": '"t"' }), '"t"'), true);
  const failing = request("GET", { "If-Match": '"a"' });
  assertEquals(codeOf(() => isNotModified(failing, '"t"')), "precondition_failed");
});

for (
  const [fields, unmet] of [
    [{}, false],
    [{ "If-Match": "*" }, false],
    [{ "If-Match": '"a"' }, true],
    [{ "If-Match": 'W/"a", "b"' }, true],
    [{ "If-Match": "" }, true],
    [{ "If-Match": "a" }, true],
    [{ "If-Match": '*, "a"' }, true],
    [{ "If-None-Match": '"a"' }, false],
    [{ "If-None-Match": "*" }, false],
    [{ "If-Match": "*", "If-None-Match": "*" }, false],
    [{ "If-Match": '"a"', "If-None-Match": "*" }, true],
    [{ "If-Unmodified-Since": then }, false],
  ] as const satisfies readonly (readonly [Fields, boolean])[]
) {
  const holds = unmet ? "does not hold" : "holds";
  Deno.test(`${JSON.stringify(fields)} ${holds} for what has no tag`, () => {
    assertEquals(isUnmet(request("GET", fields)), unmet);
  });
}

Deno.test("preconditionFailed() is one problem for every condition", () => {
  assertEquals(preconditionFailed().code, "precondition_failed");
});

for (
  const [condition, wanted] of [
    [undefined, true],
    ['"t"', true],
    ['W/"t"', false],
    ['"a"', false],
    ["t", false],
    ["*", false],
    ["", false],
    ['"t", "t"', false],
    ['"a", "t"', false],
    [then, false],
  ] as const
) {
  Deno.test(`If-Range: ${condition} of "t" leaves the range ${wanted ? "as it is" : "out"}`, () => {
    const fields: Fields = condition === undefined ? {} : { "If-Range": condition };
    assertEquals(isRangeWanted(request("GET", fields), '"t"'), wanted);
  });
}

Deno.test("a range of what has a weak tag is never wanted", () => {
  assertEquals(isRangeWanted(request("GET", { "If-Range": 'W/"t"' }), 'W/"t"'), false);
});

// Properties.

const tagText = fc.array(
  fc.constantFrom(..."!#$%&'()*+,-./0129:;<=>?@AWZ[\\]^_`az{|}~\x80\xe9\xff"),
  { maxLength: 8 },
).map((characters) => `"${characters.join("")}"`);
const anyTag = fc.tuple(fc.boolean(), tagText).map(([weak, tag]) => weak ? `W/${tag}` : tag);
const separator = fc.constantFrom(",", ", ", " ,", ",\t,  ,");

Deno.test("a list of tags is read as it was written, whatever they are and stand apart by", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyTag, separator)), (elements) => {
      const text = elements.map(([tag, comma]) => tag + comma).join("");
      assertEquals(parseTags(text), elements.map(([tag]) => tag));
    }),
  );
});

Deno.test("a tag matches itself wherever it stands in a list, and only there", () => {
  fc.assert(
    fc.property(fc.array(anyTag), fc.nat(), tagText, (others, at, own) => {
      const fields = (list: readonly string[]) => ({ "If-None-Match": list.join(", ") });
      const place = at % (others.length + 1);
      const withOwn = others.toSpliced(place, 0, own);
      assertEquals(verdictOf(request("GET", fields(withOwn)), own), "not_modified");
      const without = others.filter((other) => !matchesWeakly(other, own));
      assertEquals(verdictOf(request("GET", fields(without)), own), "perform");
      assertEquals(
        verdictOf(request("GET", { "If-Match": withOwn.join(",") }), own),
        "perform",
      );
    }),
  );
});

Deno.test("nothing that a field can hold makes the parser fail, and what it reads are tags", () => {
  const characters = fc.constantFrom(..."*\"W/,\t ab\\;='\x80\xff\x7f");
  const text = fc.oneof(
    fc.array(characters, { maxLength: 24 }).map((all) => all.join("")),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(text, (value) => {
      const tags = parseTags(value);
      if (tags === undefined || tags === "*") return;
      for (const tag of tags) {
        assert(/^(W\/)?"[^"\s]*"$/.test(tag), tag);
        assert(value.includes(tag));
      }
    }),
    { numRuns: 1000 },
  );
});
