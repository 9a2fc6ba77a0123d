import { assertEquals } from "@std/assert";
import { Following } from "../../../../../client/web/page/tabs/following.ts";
import { emptyState } from "../../../../../client/web/page/tabs/shared_state.ts";
import type { LeaderMessage } from "../../../../../client/web/page/tabs/tab_messages.ts";

class Scene {
  asked = 0;
  readonly following = new Following({
    id: "b",
    leader: "a",
    term: 3,
    ask: () => void this.asked++,
  });

  snapshot(count: number, changes: { readonly to?: string; readonly from?: string } = {}): boolean {
    const state = { ...emptyState("alice"), connection: { kind: "connecting" } } as const;
    return this.takes({
      type: "snapshot",
      from: "a",
      to: undefined,
      term: 3,
      count,
      state,
      ...changes,
    });
  }

  news(count: number, term = 3): boolean {
    return this.takes({
      type: "news",
      from: "a",
      term,
      count,
      news: { type: "unknown", eventType: "x" },
    });
  }

  pulse(count: number): boolean {
    return this.takes({ type: "pulse", from: "a", term: 3, count, position: undefined });
  }

  takes(message: LeaderMessage): boolean {
    return this.following.takes(message);
  }
}

Deno.test("Following takes nothing before it is told how things stand, and does not ask for it", () => {
  const scene = new Scene();
  assertEquals([scene.news(1), scene.pulse(1), scene.news(9), scene.asked], [
    false,
    false,
    false,
    0,
  ]);
  assertEquals([scene.snapshot(9, { to: "c" }), scene.snapshot(9, { from: "z" })], [false, false]);
  assertEquals([scene.snapshot(9, { to: "b" }), scene.news(10), scene.pulse(10)], [
    true,
    true,
    true,
  ]);
});

Deno.test("Following takes each piece of news once, of this lead only", () => {
  const scene = new Scene();
  scene.snapshot(4);
  assertEquals([4, 5, 5, 6].map((count) => scene.news(count)), [false, true, false, true]);
  assertEquals([scene.news(7, 2), scene.news(7, 4), scene.asked], [false, false, 0]);
});

Deno.test("Following asks once for what it has missed", () => {
  for (const see of ["news", "pulse"] as const) {
    const scene = new Scene();
    scene.snapshot(4);
    assertEquals([scene[see](7), scene[see](8), scene.asked], [false, false, 1]);
    assertEquals([scene.snapshot(8), scene.news(9), scene.asked], [true, true, 1]);
  }
});

Deno.test("Following asks again for an answer that is lost, and for none that it has", () => {
  const scene = new Scene();
  scene.following.askAgain();
  assertEquals(scene.asked, 1);
  scene.snapshot(4);
  scene.following.askAgain();
  assertEquals(scene.asked, 1);
});
