/**
 * Slowing down who guesses.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { type AttemptPolicy, attemptRecordsMax, Attempts } from "../../../server/api/attempts.ts";
import { accountPolicy, networkPolicy, spreadPolicy } from "../../../server/api/login_guard.ts";
import { invitePolicy, registrationPolicy } from "../../../server/api/registrations.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

const policy: AttemptPolicy = { free: 3, firstWaitMs: 1000, longestWaitMs: 8000 };

function setUp(): { attempts: Attempts; clock: VirtualClock } {
  const clock = new VirtualClock();
  return { attempts: new Attempts(clock, policy), clock };
}

Deno.test("Attempts lets the free ones pass, then doubles the wait up to the longest", () => {
  const { attempts, clock } = setUp();
  const waits: number[] = [];
  for (let count = 0; count < 9; count++) {
    const waitMs = attempts.waitMs("alice");
    waits.push(waitMs);
    clock.advance(waitMs);
    assertEquals(attempts.waitMs("alice"), 0, "who has waited may try");
    attempts.count("alice");
  }
  assertEquals(waits, [0, 0, 0, 1000, 2000, 4000, 8000, 8000, 8000]);
});

Deno.test("Attempts has the policies that the names promise", () => {
  for (
    const { free, longestWaitMs, ...rest } of [
      accountPolicy,
      spreadPolicy,
      networkPolicy,
      registrationPolicy,
      invitePolicy,
    ]
  ) {
    const clock = new VirtualClock();
    const attempts = new Attempts(clock, { free, longestWaitMs, ...rest });
    for (let count = 1; count < free; count++) attempts.count("someone");
    assertEquals(attempts.waitMs("someone"), 0, "under the bound");
    attempts.count("someone");
    assertEquals(attempts.waitMs("someone"), 1000, "at the bound");
    for (let count = 0; count < 2000; count++) attempts.count("someone");
    assertEquals(attempts.waitMs("someone"), longestWaitMs, "far beyond the bound");
  }
});

Deno.test("Attempts counts the wait down as time goes by", () => {
  const { attempts, clock } = setUp();
  for (let count = 0; count < policy.free; count++) attempts.count("alice");
  assertEquals(attempts.waitMs("alice"), 1000);
  clock.advance(400);
  assertEquals(attempts.waitMs("alice"), 600);
  clock.setWall(0);
  assertEquals(attempts.waitMs("alice"), 600, "setting the wall clock helps nobody");
  clock.advance(5000);
  assertEquals(attempts.waitMs("alice"), 0);
});

Deno.test("Attempts counts those at the same time as they begin, not as they fail", () => {
  const { attempts } = setUp();
  let letIn = 0;
  for (let count = 0; count < 100; count++) {
    if (attempts.waitMs("alice") > 0) continue;
    attempts.count("alice");
    letIn += 1;
  }
  assertEquals(letIn, policy.free);
});

Deno.test("Attempts forgives after a long quiet time, and not before", () => {
  const { attempts, clock } = setUp();
  for (let count = 0; count < 10; count++) attempts.count("alice");
  clock.advance(2 * policy.longestWaitMs);
  attempts.count("alice");
  assertEquals(attempts.waitMs("alice"), policy.longestWaitMs);
  clock.advance(2 * policy.longestWaitMs + 1);
  attempts.count("alice");
  assertEquals(attempts.waitMs("alice"), 0);
});

Deno.test("Attempts forgets all failures of one who succeeds, and nobody else's", () => {
  const { attempts } = setUp();
  for (let count = 0; count < policy.free; count++) {
    attempts.count("alice");
    attempts.count("bob");
  }
  attempts.forget("alice");
  assertEquals(attempts.waitMs("alice"), 0);
  assertEquals(attempts.waitMs("bob"), 1000);
});

Deno.test("Attempts remembers a bounded number, and forgets the one longest quiet first", () => {
  const { attempts } = setUp();
  const fail = (subject: string) => {
    for (let count = 0; count < policy.free; count++) attempts.count(subject);
  };
  fail("first");
  fail("second");
  attempts.count("first");
  for (let count = 2; count < attemptRecordsMax; count++) attempts.count(`other ${count}`);
  assertEquals([attempts.waitMs("first"), attempts.waitMs("second")], [2000, 1000]);
  attempts.count("one too many");
  assertEquals(
    [attempts.waitMs("first"), attempts.waitMs("second")],
    [2000, 0],
    "the second has been quiet longest",
  );
});
