/**
 * Long work beside a server: what is written takes no more than half of the time.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { takeSteps } from "../../../server/admin/steps.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

/** When each of three steps begins that take 1, 20 and 300 ms. */
async function beginnings(isServed: boolean): Promise<number[]> {
  const clock = new VirtualClock();
  const took = [1, 20, 300];
  const began: number[] = [];
  let ended = false;
  const all = takeSteps({ clock, isServed: () => isServed }, () => {
    began.push(clock.monotonic());
    clock.advance(took[began.length - 1] ?? 0);
    return Promise.resolve(began.length < took.length);
  }).finally(() => ended = true);
  while (!ended) {
    for (let turns = 0; turns < 3; turns++) {
      await new Promise<void>((resolve) => clock.afterThisTurn(resolve));
    }
    if (!ended) clock.advance(1);
  }
  await all;
  assertEquals(clock.waiting, 0);
  return began;
}

Deno.test("takeSteps() rests beside a server after each step for as long as it took", async () => {
  assertEquals(await beginnings(true), [0, 2, 42]);
});

Deno.test("takeSteps() goes on at once where no server is", async () => {
  assertEquals(await beginnings(false), [0, 1, 21]);
});
