import { assertEquals } from "@std/assert";
import { Echoes, echoesMax, echoLifeMs } from "../../../client/conversation/echoes.ts";
import type { Event } from "../../../lib/api/schemas.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

function cancelled(scheduled: number): Event {
  return { type: "scheduled.cancelled", scheduled };
}

Deno.test("Echoes takes a deed for news once, whichever side tells it first", () => {
  for (const [first, second] of [["answer", "stream"], ["stream", "answer"]] as const) {
    const echoes = new Echoes(new VirtualClock());
    assertEquals(echoes.isNews(cancelled(1), first), true);
    assertEquals(echoes.isNews(cancelled(1), second), false);
    assertEquals(echoes.isNews(cancelled(1), second), true);
  }
});

Deno.test("Echoes waits for the other side so long and no longer", () => {
  const clock = new VirtualClock();
  const echoes = new Echoes(clock);
  echoes.isNews(cancelled(1), "answer");
  echoes.isNews(cancelled(2), "answer");
  clock.advance(echoLifeMs - 1);
  assertEquals(echoes.isNews(cancelled(1), "stream"), false);
  clock.advance(1);
  assertEquals(echoes.isNews(cancelled(2), "stream"), true);
});

Deno.test("Echoes waits for a bounded number, those lately told", () => {
  const echoes = new Echoes(new VirtualClock());
  for (let at = 1; at <= echoesMax; at++) echoes.isNews(cancelled(at), "answer");
  // To look up one that is there makes room as well, so the oldest is gone.
  assertEquals(echoes.isNews(cancelled(2), "stream"), false);
  assertEquals(echoes.isNews(cancelled(1), "stream"), true);
  assertEquals(echoes.isNews(cancelled(echoesMax), "stream"), false);
});
