import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  addressNameMax,
  hashOf,
  joinCodeOf,
  targetOf,
} from "../../../../client/web/page/address.ts";

const common = { kind: "common" } as const;

const known = [
  ["#/", { place: common }],
  ["#/m/5", { place: common, message: 5 }],
  ["#/to/bob", { place: { kind: "private", user: "bob" } }],
  ["#/to/m", { place: { kind: "private", user: "m" } }],
  ["#/to/m/m/7", { place: { kind: "private", user: "m" }, message: 7 }],
  ["#/to/%D0%B0%D0%BD%D0%BD%D0%B0/m/9", { place: { kind: "private", user: "анна" }, message: 9 }],
  ["#/room/12", { place: { kind: "room", room: "12" } }],
  ["#/room/12/m/30", { place: { kind: "room", room: "12" }, message: 30 }],
] as const;

for (const [hash, target] of known) {
  Deno.test(`the address ${hash} is read and written`, () => {
    assertEquals(targetOf(hash), target);
    assertEquals(hashOf(target), hash);
  });
}

const garbage = [
  "",
  "#",
  "#to/bob",
  "#/to",
  "#/to/",
  "#/to/%",
  "#/to/%ff",
  "#/to/bob/",
  "#/to/bob/x/5",
  "#/to/a/b",
  "#/to/bob/m/0",
  "#/to/bob/m/x",
  "#/to/bob/m/99999999999999999",
  "#/to/m/5",
  "#/room/common",
  "#/room/012",
  "#/room/12345678901234567",
  "#/room/5/m/",
  "#/rooms/5",
  "#//5",
  "#/m/9007199254740991",
];

for (const hash of garbage) {
  Deno.test(`the address ${JSON.stringify(hash)} leads to the common chat`, () => {
    assertEquals(targetOf(hash), { place: common });
  });
}

Deno.test("a name in an address is no longer than a name can be", () => {
  const nameAt = (length: number) => targetOf(`#/to/${"a".repeat(length)}`).place;
  for (const length of [addressNameMax - 1, addressNameMax]) {
    assertEquals(nameAt(length), { kind: "private", user: "a".repeat(length) });
  }
  assertEquals(nameAt(addressNameMax + 1), common);
});

Deno.test("every place has an address that leads back to it, whatever someone is called", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 })
    .filter((text) => text.isWellFormed() && text.length <= addressNameMax);
  const hard = fc.constantFrom(
    "a/b",
    "100%",
    "%2f",
    "m",
    "#",
    "?x",
    "🦊",
    "👩‍👩‍👧",
    "שלום",
    "مرحبا",
    " ",
  );
  const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER - 1 });
  const place = fc.oneof(
    fc.constant(common),
    fc.record({ kind: fc.constant("private" as const), user: fc.oneof(name, hard) }),
    fc.record({ kind: fc.constant("room" as const), room: id.map(String) }),
  );
  fc.assert(fc.property(place, fc.option(id, { nil: undefined }), (place, message) => {
    const target = { place, ...(message !== undefined && { message }) };
    assertEquals(targetOf(hashOf(target)), target);
  }));
});

Deno.test("any text at all is an address of some place", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const target = targetOf(`#/${text}`);
    assertEquals(targetOf(hashOf(target)), target);
  }));
});

Deno.test("half of a character in a name breaks no address", () => {
  assertEquals(hashOf({ place: { kind: "private", user: "a\ud800" } }), "#/to/a%EF%BF%BD");
});

Deno.test("joinCodeOf() takes the code out of the hash of a link", () => {
  assertEquals(joinCodeOf("#Kx_3-9"), "Kx_3-9");
  assertEquals(joinCodeOf(`#${"a".repeat(256)}`), "a".repeat(256));
  for (const none of ["", "#", "#a b", "#<b>", `#${"a".repeat(257)}`]) {
    assertEquals(joinCodeOf(none), undefined, none);
  }
});
