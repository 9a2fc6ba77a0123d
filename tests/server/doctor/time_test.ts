/**
 * What is said of the clock.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { dayMs, secondMs } from "../../../lib/domain/bounds.ts";
import {
  aheadMs,
  apartMs,
  type ClockFacts,
  earliestMs,
  judgeClock,
  jumpMs,
  latestMs,
} from "../../../server/doctor/time.ts";

const nowMs = Date.UTC(2026, 10, 20, 10);
const sound: ClockFacts = {
  nowMs,
  wentMs: 300,
  passedMs: 300,
  newestMs: nowMs - 1000,
  foreignTimes: [],
};

function told(facts: Partial<ClockFacts>): string[] {
  return judgeClock({ ...sound, ...facts }).map(({ verdict, found }) => `${verdict}: ${found}`);
}

/** A server that shows `theirMs` when it is asked, and answers at once. */
function foreign(theirMs: number): Partial<ClockFacts> {
  return { foreignTimes: [{ where: "it", theirMs, askedMs: nowMs, answeredMs: nowMs }] };
}

Deno.test("a clock against which nothing speaks is well", () => {
  assertEquals(told({}), ["ok: 2026-11-20T10:00:00.000Z; nothing speaks against it"]);
  assertEquals(told({ newestMs: undefined }), told({}));
});

Deno.test("a year that can't be is a failure", () => {
  const at = (nowMs: number) =>
    String(judgeClock({ ...sound, nowMs, newestMs: undefined })[0]?.verdict);
  assertEquals([earliestMs - 1, earliestMs, latestMs - 1, latestMs].map(at), [
    "failed",
    "ok",
    "ok",
    "failed",
  ]);
});

Deno.test("a clock that is behind the newest event has been set back", () => {
  assertEquals(told({ newestMs: nowMs + aheadMs }), told({}));
  const [little = ""] = told({ newestMs: nowMs + aheadMs + 1 });
  assertMatch(little, /^warning: .*newest event .* 2026-11-20T10:00:05.001Z: it has been set back/);
  assertMatch(told({ newestMs: nowMs + dayMs })[0] ?? "", /^warning: .* by 24 h/);
  assertMatch(told({ newestMs: nowMs + dayMs + 1 })[0] ?? "", /^failed: /);
});

Deno.test("a clock that jumps meanwhile is told of, in both directions", () => {
  assertEquals(told({ wentMs: 300 + jumpMs }), told({}));
  assertMatch(told({ wentMs: 301 + jumpMs })[0] ?? "", /^warning: it has jumped by 1 s/);
  assertMatch(told({ wentMs: 299 - jumpMs })[0] ?? "", /^warning: it has jumped by 1 s/);
});

Deno.test("another clock may be apart a little, and by the second that its date is cut to", () => {
  assertEquals(told(foreign(nowMs + apartMs)), told({}));
  assertMatch(
    told(foreign(nowMs + apartMs + 1))[0] ?? "",
    /^warning: it is behind that of it by 2/,
  );
  assertEquals(told(foreign(nowMs - apartMs - secondMs)), told({}));
  assertMatch(
    told(foreign(nowMs - apartMs - secondMs - 1))[0] ?? "",
    /^warning: it is ahead of that of it by 2 s/,
  );
});

Deno.test("a slow answer makes no clock wrong", () => {
  const foreignTimes = [
    { where: "it", theirMs: nowMs, askedMs: nowMs - 60_000, answeredMs: nowMs },
    { where: "it", theirMs: nowMs - 60_000, askedMs: nowMs - 60_000, answeredMs: nowMs },
  ];
  assertEquals(told({ foreignTimes }), told({}));
});
