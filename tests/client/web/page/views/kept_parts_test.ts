import { assert, assertEquals } from "@std/assert";
import { KeptParts } from "../../../../../client/web/page/views/kept_parts.ts";

Deno.test("what is drawn from the very same is the very same", () => {
  const parts = new KeptParts<{ readonly text: string }>();
  const [one, other] = [{ text: "one" }, { text: "other" }];
  const drawAll = (texts: readonly { readonly text: string }[]) => {
    const keep = parts.next();
    return texts.map((from, at) => keep(at, [from, at === 0], () => ({ ...from })));
  };
  const first = drawAll([one, one]);
  assertEquals(first, [one, one]);
  const second = drawAll([one, other]);
  assert(second[0] === first[0]);
  assertEquals(second[1], other);
  // Only the last drawing counts.
  const third = drawAll([one, one]);
  assert(third[1] !== first[1]);
});

Deno.test("of parts that are not drawn any more, nothing is kept", () => {
  const parts = new KeptParts<object>();
  const draw = (keys: readonly number[]) => {
    const keep = parts.next();
    return keys.map((key) => keep(key, [], () => ({})));
  };
  const [, gone] = draw([1, 2]);
  draw([1]);
  const [, again] = draw([1, 2]);
  assert(again !== gone);
});
