/**
 * Windows: how they open, fill and end.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import {
  hourMs,
  invitationsPerHourMax,
  joinRequestsPerHourMax,
  renamesPerHourMax,
  roomChangesPerHourMax,
  schedulesPerHourMax,
  uploadsPerHourMax,
} from "../../../lib/domain/bounds.ts";
import type { UserId } from "../../../lib/domain/ids.ts";
import { allowanceOf, limitStatus, spend, type Window } from "../../../lib/domain/limit.ts";
import { defaultPolicy } from "../../../lib/domain/policy.ts";

const openedMs = 1_000_000_000_000;
const policy = { ...defaultPolicy, limit: 3, limitPeriodMs: 1000 };
const user = 1 as UserId;

function used(count: number): Window {
  return { user, kind: "common", openedMs, used: count };
}

Deno.test("the defaults are 20 messages an hour, a life of 1 hour and 30 days, 3 reports, 4 hours", () => {
  assertEquals(defaultPolicy, {
    limit: 20,
    limitPeriodMs: 3_600_000,
    messageTtlMs: 3_600_000,
    unreadTtlMs: 2_592_000_000,
    banAfter: 3,
    banForMs: 14_400_000,
  });
});

Deno.test("allowanceOf() knows each limit, and that none of the common chat is none", () => {
  assertEquals(allowanceOf("common", policy), { limit: 3, periodMs: 1000 });
  assertEquals(allowanceOf("common", { ...policy, limit: 0 }), undefined);
  assertEquals(allowanceOf("rename", policy), { limit: renamesPerHourMax, periodMs: hourMs });
  assertEquals(allowanceOf("invite", policy), { limit: invitationsPerHourMax, periodMs: hourMs });
  assertEquals(allowanceOf("join", policy), { limit: joinRequestsPerHourMax, periodMs: hourMs });
  assertEquals(allowanceOf("room", policy), { limit: roomChangesPerHourMax, periodMs: hourMs });
  assertEquals(allowanceOf("schedule", policy), { limit: schedulesPerHourMax, periodMs: hourMs });
  assertEquals(allowanceOf("upload", policy), { limit: uploadsPerHourMax, periodMs: hourMs });
  assertEquals(allowanceOf("rename", { ...policy, limit: 0 })?.limit, renamesPerHourMax);
});

Deno.test("limitStatus() has all left, and no end, before the first use", () => {
  assertEquals(limitStatus("common", undefined, { nowMs: openedMs, policy }), {
    kind: "common",
    limit: 3,
    periodMs: 1000,
    remaining: 3,
  });
});

for (
  const [afterMs, remaining] of [[0, 1], [999, 1], [1000, 3], [1001, 3], [-5_000_000, 1]] as const
) {
  Deno.test(`limitStatus() has ${remaining} of 3 left ${afterMs} ms after a window of two was opened`, () => {
    const status = limitStatus("common", used(2), { nowMs: openedMs + afterMs, policy });
    assertEquals(status?.remaining, remaining);
    // Only a window that is open has an end.
    assertEquals(status?.resetsMs, remaining === 3 ? undefined : openedMs + 1000);
  });
}

Deno.test("limitStatus() has none left, and not less, when the limit was lowered meanwhile", () => {
  assertEquals(limitStatus("common", used(3), { nowMs: openedMs, policy })?.remaining, 0);
  assertEquals(limitStatus("common", used(9), { nowMs: openedMs, policy })?.remaining, 0);
});

Deno.test("limitStatus() is none where there is no limit", () => {
  const unlimited = { ...policy, limit: 0 };
  assertEquals(limitStatus("common", used(9), { nowMs: openedMs, policy: unlimited }), undefined);
});

for (
  const [what, window, afterMs, expected] of [
    ["opens the first window", undefined, 5, { openedMs: openedMs + 5, used: 1 }],
    ["counts in an open window", used(2), 999, { openedMs, used: 3 }],
    ["opens another one when a period has passed", used(2), 1000, {
      openedMs: openedMs + 1000,
      used: 1,
    }],
    ["counts on when the clock was set back", used(2), -hourMs, { openedMs, used: 3 }],
  ] as const
) {
  Deno.test(`spend() ${what}`, () => {
    const nowMs = openedMs + afterMs;
    assertEquals<unknown>(spend(window, { user, kind: "common", periodMs: 1000, nowMs }), {
      user,
      kind: "common",
      ...expected,
    });
  });
}
