import { assertEquals } from "@std/assert";
import { nameOffers, nameOffersMax } from "../../../../../client/web/page/views/name_offers.tsx";

const known = ["Alice", "albert", "bob", "دينا"];
const offersFor = (text: string, caret = text.length) => nameOffers(text, caret, () => known);

Deno.test("names are offered for what begins them behind an @", () => {
  assertEquals(offersFor("@al"), ["Alice", "albert"]);
  assertEquals(offersFor("hi @AL"), ["Alice", "albert"]);
  assertEquals(offersFor("(@b"), ["bob"]);
  assertEquals(offersFor("one\n@دي"), ["دينا"]);
  assertEquals(offersFor("@al and more", 3), ["Alice", "albert"]);
});

Deno.test("nothing is offered elsewhere, nor what is there already", () => {
  for (const text of ["", "@", "al", "mail@al", "@al ", "@x", "@bob"]) {
    assertEquals(offersFor(text), [], text);
  }
  assertEquals(offersFor("@al", -1), []);
});

Deno.test("as many names are offered as the bound says", () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => `a${at}`);
  const count = (names: readonly string[]) => nameOffers("@a", 2, () => names).length;
  assertEquals(count(many(nameOffersMax - 1)), nameOffersMax - 1);
  assertEquals(count(many(nameOffersMax + 1)), nameOffersMax);
});
