/**
 * Logging in: one attempt for an account after another, and places that are known.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import type { UserId } from "../../../lib/domain/ids.ts";
import { knownPlacesMax, LoginGuard, spreadPolicy } from "../../../server/api/login_guard.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

const owner = 1 as UserId;
const right = () => Promise.resolve(true);
const wrong = () => Promise.resolve(false);

/** An address of a network of its own. */
function address(count: number): string {
  return `2001:db8:${(count >> 16).toString(16)}:${(count & 0xffff).toString(16)}::1`;
}

Deno.test("LoginGuard makes the attempts of one account one after another", async () => {
  const guard = new LoginGuard(new VirtualClock());
  let underWay = 0;
  let most = 0;
  const check = async () => {
    most = Math.max(most, ++underWay);
    await new Promise(setImmediate);
    underWay -= 1;
    return true;
  };
  await Promise.all(Array.from({ length: 5 }, () => guard.attempt(owner, "192.0.2.1", check)));
  assertEquals(most, 1);
});

Deno.test("LoginGuard lets the next one try when a check fails to be made", async () => {
  const guard = new LoginGuard(new VirtualClock());
  const failing = guard.attempt(owner, "192.0.2.1", () => Promise.reject(new Error("busy")));
  const next = guard.attempt(owner, "192.0.2.1", right);
  await assertRejects(() => failing, Error, "busy");
  assertEquals(await next, { kind: "right" });
});

Deno.test("LoginGuard remembers a bounded number of places, the one longest unused goes first", async () => {
  const guard = new LoginGuard(new VirtualClock());
  const at = (place: number, check = right) => guard.attempt(owner, address(place), check);
  for (let place = 0; place < knownPlacesMax; place++) await at(place);
  await at(0);
  for (let count = 0; count < spreadPolicy.free; count++) {
    assertEquals(await at(knownPlacesMax + 1 + count, wrong), { kind: "wrong" });
  }
  // All places that are known may still log in; a new one may not.
  assertEquals((await at(1)).kind, "right");
  assertEquals((await at(2 * knownPlacesMax)).kind, "too_early");
  // One more that is known takes the place of the one longest unused: neither 0 nor 1.
  const clock = new VirtualClock();
  const full = new LoginGuard(clock);
  for (let place = 0; place <= knownPlacesMax; place++) {
    await full.attempt(owner, address(place), right);
  }
  for (let count = 0; count < spreadPolicy.free; count++) {
    await full.attempt(owner, address(knownPlacesMax + 1 + count), wrong);
  }
  assertEquals((await full.attempt(owner, address(0), right)).kind, "too_early");
  assertEquals((await full.attempt(owner, address(1), right)).kind, "right");
});
