/**
 * How late the event loop is.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Timer } from "../../../lib/clock.ts";
import { lagEveryMs, LoopLag } from "../../../server/metrics/loop_lag.ts";
import { Measures } from "../../../server/metrics/measures.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

/** One whose timers are called late. */
class LateClock extends VirtualClock {
  lateMs = 0;

  override setTimer(delayMs: number, callback: () => void): Timer {
    return super.setTimer(delayMs + this.lateMs, callback);
  }
}

Deno.test("LoopLag notes each second by how much it was called late, until it is stopped", () => {
  const clock = new LateClock();
  const { loopLagSeconds } = new Measures();
  const lag = new LoopLag(clock, Object.assign(new Measures(), { loopLagSeconds }));
  const seen = () => loopLagSeconds.counts.reduce((sum, count) => sum + count);
  clock.advance(lagEveryMs - 1);
  assertEquals(seen(), 0);
  clock.lateMs = 70;
  clock.advance(1);
  assertEquals([seen(), loopLagSeconds.sum], [1, 0]);
  clock.advance(lagEveryMs + 70);
  assertEquals([seen(), loopLagSeconds.sum], [2, 0.07]);
  lag.stop();
  assertEquals(clock.waiting, 0);
});
