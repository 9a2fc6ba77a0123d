/**
 * What proxies say of requests, read from the end.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatAddress } from "../../../../lib/text/addresses.ts";
import { Failure } from "../../../../server/api/failure.ts";
import { customaryHops, forwardedHops, type Hop } from "../../../../server/api/front/forwarded.ts";
import { FieldLines } from "../../../../server/http/mod.ts";

/** A hop as a row of a table: address, scheme, authority; "-" for what is not said. */
function rowOf({ address, scheme, authority }: Hop): string {
  const text = address === undefined ? "-" : formatAddress(address);
  return `${text} ${scheme ?? "-"} ${authority ?? "-"}`;
}

const refused = "what is refused";

/** The hops as rows, the last of which tells if there is something that cannot be read. */
function standard(...lines: readonly string[]): string[] {
  const rows: string[] = [];
  try {
    const headers = FieldLines.from(lines.map((line) => ["Forwarded", line]));
    for (const hop of forwardedHops(headers)) rows.push(rowOf(hop));
  } catch (failure) {
    assert(failure instanceof Failure && failure.code === "malformed", String(failure));
    rows.push(refused);
  }
  return rows;
}

for (
  const [field, ...expected] of [
    ["for=192.0.2.1", "192.0.2.1 - -"],
    ["For=192.0.2.1;Proto=HTTPS;hOsT=chat.example", "192.0.2.1 https chat.example"],
    ['for="192.0.2.1"', "192.0.2.1 - -"],
    ['for="192.0.2.1:8080"', "192.0.2.1 - -"],
    ['for="192.0.2.1:_port"', "192.0.2.1 - -"],
    ['for="[2001:db8::1]"', "2001:db8::1 - -"],
    ['for="[2001:db8::1]:4711"', "2001:db8::1 - -"],
    ['for="[::ffff:192.0.2.1]"', "192.0.2.1 - -"],
    ['for="\\1\\9\\2.0.2.1"', "192.0.2.1 - -"],
    ['proto=https;host="chat.example:8443"', "- https chat.example:8443"],
    ['host="[::1]:80"', "- - [::1]:80"],
    ["for=unknown", "- - -"],
    ["for=_hidden", "- - -"],
    ['for="_gazonk:_99"', "- - -"],
    ["by=203.0.113.1;for=192.0.2.1;secret=x", "192.0.2.1 - -"],
    ["for=192.0.2.1; proto=http", "192.0.2.1 http -"],
    ["for=192.0.2.1;;proto=http;", "192.0.2.1 http -"],
    ["for=192.0.2.1, for=192.0.2.2", "192.0.2.2 - -", "192.0.2.1 - -"],
    ["for=192.0.2.1 \t,\t for=192.0.2.2", "192.0.2.2 - -", "192.0.2.1 - -"],
    [",, for=192.0.2.1, ,", "192.0.2.1 - -"],
    [",for=192.0.2.1", "192.0.2.1 - -"],
    ['for=192.0.2.1;x="a, for=192.0.2.9"', "192.0.2.1 - -"],
    ['for=192.0.2.1;x="a, for=192.0.2.9;y=\\"", for=192.0.2.2', "192.0.2.2 - -", "192.0.2.1 - -"],
    [""],
    [","],
    // What breaks the grammar cannot be known to say nothing.
    ["192.0.2.1", refused],
    ["for", refused],
    ["for=", refused],
    ["=192.0.2.1", refused],
    ["for=192.0.2.1:80", refused],
    ["for=[2001:db8::1]", refused],
    ["for=192.0.2.1;for=192.0.2.2", refused],
    ["for=192.0.2.1;FOR=192.0.2.1", refused],
    ['for="192.0.2.1', refused],
    ['for=192.0.2.1"', refused],
    ['for="192.0.2.1"x', refused],
    ["for = 192.0.2.1", refused],
    ["for=192.0.2.1;host=evil.example:80", refused],
    // What names nobody says nothing of the client.
    ['for="2001:db8::1"', "- - -"],
    ['for="[192.0.2.1]"', "- - -"],
    ['for="[2001:db8::1"', "- - -"],
    ['for="192.0.2.1:"', "- - -"],
    ['for="192.0.2.1:1:2"', "- - -"],
    ['for="192.0.2.256"', "- - -"],
    // A host stands as it came, good or not.
    ["for=192.0.2.1;proto=ftp;host=a%2e", "192.0.2.1 - a%2e"],
    ['for=192.0.2.1;host="evil.example/"', "192.0.2.1 - evil.example/"],
    ['for=192.0.2.1;host=""', "192.0.2.1 - "],
    // What comes behind it is read first.
    ['for="192.0.2.9, for=192.0.2.1', "192.0.2.1 - -", refused],
    ["for=192.0.2.8, =, for=192.0.2.1", "192.0.2.1 - -", refused],
    ['x="\\, for=192.0.2.1', "192.0.2.1 - -", refused],
  ] as const
) {
  Deno.test(`forwardedHops() reads ${field} as ${expected.join(" after ") || "nothing"}`, () => {
    assertEquals(standard(field), [...expected]);
  });
}

Deno.test("forwardedHops() takes several lines for one", () => {
  assertEquals(standard("for=192.0.2.1", "for=192.0.2.2, for=192.0.2.3"), [
    "192.0.2.3 - -",
    "192.0.2.2 - -",
    "192.0.2.1 - -",
  ]);
  assertEquals(standard(), []);
});

const customary = (fields: Readonly<Record<string, string>>) =>
  [...customaryHops(FieldLines.from(Object.entries(fields)))].map(rowOf);

for (
  const [addresses, ...expected] of [
    ["192.0.2.1", "192.0.2.1 - -"],
    [" 192.0.2.1 ,\t192.0.2.2 ", "192.0.2.2 - -", "192.0.2.1 - -"],
    ["192.0.2.1:8080", "192.0.2.1 - -"],
    ["2001:db8::1", "2001:db8::1 - -"],
    ["[2001:db8::1]", "2001:db8::1 - -"],
    ["[2001:db8::1]:80", "2001:db8::1 - -"],
    ["::ffff:192.0.2.1", "192.0.2.1 - -"],
    [",192.0.2.1,,", "192.0.2.1 - -"],
    ["unknown, 192.0.2.1", "192.0.2.1 - -", "- - -"],
    ["192.0.2.1 192.0.2.2", "- - -"],
    ['"192.0.2.1"', "- - -"],
    ["for=192.0.2.1", "- - -"],
    [""],
    [", ,"],
  ] as const
) {
  Deno.test(`customaryHops() reads ${JSON.stringify(addresses)}`, () => {
    assertEquals(customary({ "X-Forwarded-For": addresses }), [...expected]);
  });
}

Deno.test("customaryHops() puts together what is said in several fields, from the end", () => {
  const three = "192.0.2.1, 192.0.2.2, 192.0.2.3";
  assertEquals(
    customary({
      "x-forwarded-for": three,
      "x-forwarded-proto": "https, http",
      "x-forwarded-host": "Chat.Example:8443",
    }),
    ["192.0.2.3 http Chat.Example:8443", "192.0.2.2 https -", "192.0.2.1 - -"],
  );
  assertEquals(customary({ "x-forwarded-proto": "HTTPS" }), ["- https -"]);
  assertEquals(customary({ "x-forwarded-host": "a/b" }), ["- - a/b"]);
  assertEquals(customary({ "x-forwarded-proto": "ftp" }), ["- - -"]);
  assertEquals(customary({}), []);
});

/** Texts that are made to mislead a reader of lists, quotes and addresses. */
const tricky = fc.array(
  fc.constantFrom(
    ...'",;=\\ \t[]:_.%/a1',
    "for=",
    'for="',
    "192.0.2.9",
    "[2001:db8::9]",
    "proto=https",
    "host=",
    "unknown",
  ),
  { maxLength: 30 },
).map((parts) => parts.join(""));

Deno.test("whatever stands before, what the last proxy has added is read first, and as it is", () => {
  const added: readonly (readonly [string, string])[] = [
    ["for=192.0.2.1", "192.0.2.1 - -"],
    ['for="[2001:db8::1]:80";proto=https', "2001:db8::1 https -"],
    ['by=_x;for=192.0.2.1;host="chat.example"', "192.0.2.1 - chat.example"],
    ['for=192.0.2.1;x=", for=192.0.2.9;y=\\""', "192.0.2.1 - -"],
  ];
  fc.assert(fc.property(tricky, fc.constantFrom(...added), (before, [element, expected]) => {
    assertEquals(standard(`${before}, ${element}`)[0], expected);
    assertEquals(standard(before, element)[0], expected);
  }));
  fc.assert(fc.property(tricky, (before) => {
    assertEquals(customary({ "x-forwarded-for": `${before}, 192.0.2.1` })[0], "192.0.2.1 - -");
  }));
});

Deno.test("a long line is read in one go, whatever is in it", () => {
  const parts = [",", '"', '\\"', ";", "=", " ", ',a="', ',a="\\', "a=b;", ";a", "x,", ' "', '="'];
  for (const one of parts) {
    for (const other of parts) {
      for (const end of ["", '"', "x"]) {
        const line = (one + other).repeat(4000) + end;
        // Each hop costs a step; what is not linear would take minutes here.
        standard(line);
        for (const _ of customaryHops(FieldLines.from([["X-Forwarded-For", line]])));
      }
    }
  }
});
