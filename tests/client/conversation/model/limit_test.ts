import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type Limit,
  limitAt,
  limitOf,
  spend,
  usedUp,
} from "../../../../client/conversation/model/limit.ts";
import { statusOf } from "../../stub_server.ts";

/** When the server answered; see {@linkcode statusOf}. */
const toldMs = Date.parse("2026-11-20T10:00:00.000Z");
const hourMs = 3_600_000;

function at(ms: number): { readonly at: string } {
  return { at: new Date(ms).toISOString() };
}

function told(changes: { readonly remaining: number; readonly resets_at?: string }): Limit {
  const limit = limitOf(statusOf({ limit: { limit: 20, ...changes } }));
  assert(limit !== undefined);
  return limit;
}

Deno.test("limitOf() knows no limit where the server has none", () => {
  const { limit: _limit, ...status } = statusOf();
  assertEquals(limitOf(status), undefined);
});

Deno.test("spend() takes one, and opens a period by the first", () => {
  const first = spend(told({ remaining: 20 }), at(toldMs + 1));
  assertEquals([first.remaining, first.resetsMs], [19, toldMs + 1 + hourMs]);
  const second = spend(first, at(toldMs + 500));
  assertEquals([second.remaining, second.resetsMs], [18, toldMs + 1 + hourMs]);
});

Deno.test("spend() does not count what the server has counted already", () => {
  const limit = told({ remaining: 5, resets_at: "2026-11-20T10:30:00.000Z" });
  assert(spend(limit, at(toldMs)) === limit);
  assertEquals(spend(limit, at(toldMs + 1)).remaining, 4);
});

Deno.test("spend() opens the next period once the last is over, and not a millisecond before", () => {
  const limit = told({ remaining: 5, resets_at: "2026-11-20T10:30:00.000Z" });
  const resetsMs = Date.parse("2026-11-20T10:30:00.000Z");
  assertEquals(spend(limit, at(resetsMs - 1)).remaining, 4);
  const next = spend(limit, at(resetsMs));
  assertEquals([next.remaining, next.resetsMs], [19, resetsMs + hourMs]);
});

Deno.test("spend() takes no time that is none", () => {
  const limit = told({ remaining: 5 });
  assert(spend(limit, { at: "soon" }) === limit);
});

Deno.test("usedUp() leaves nothing until the limit begins anew, as the server says", () => {
  const used = usedUp(told({ remaining: 5 }), "2026-11-20T10:40:00.000Z");
  const resetsMs = Date.parse("2026-11-20T10:40:00.000Z");
  assertEquals(limitAt(used, resetsMs - 1), { limit: 20, remaining: 0, resetsMs });
  assertEquals(limitAt(used, resetsMs), { limit: 20, remaining: 20 });
});

Deno.test("a limit never has less than nothing or more than all left", () => {
  fc.assert(fc.property(
    fc.integer({ min: 0, max: 20 }),
    fc.array(fc.integer({ min: -hourMs, max: 5 * hourMs })),
    fc.integer({ min: 0, max: 8 * hourMs }),
    (remaining, sent, later) => {
      const limit = sent.reduce(
        (left, ms) => spend(left, at(toldMs + ms)),
        told({ remaining, resets_at: "2026-11-20T10:30:00.000Z" }),
      );
      const now = limitAt(limit, toldMs + later);
      assert(now.remaining >= 0 && now.remaining <= now.limit);
      assert(now.resetsMs === undefined || now.resetsMs > toldMs + later);
    },
  ));
});
