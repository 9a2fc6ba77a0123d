import { assertEquals } from "@std/assert";
import { Lookout, lookWaitMs } from "../../../../../client/web/page/tabs/lookout.ts";
import { VirtualClock } from "../../../../support/virtual_clock.ts";
import { settle } from "../../../stub_server.ts";

/** Two tabs that hear each other at once. */
function pair(): { readonly clock: VirtualClock; readonly one: Lookout; readonly other: Lookout } {
  const clock = new VirtualClock();
  const one: Lookout = new Lookout({ id: "1", clock, post: (message) => other.hear(message) });
  const other = new Lookout({ id: "2", clock, post: (message) => one.hear(message) });
  return { clock, one, other };
}

Deno.test("Lookout answers at once when the user looks at a tab, and later that nobody does", async () => {
  const { clock, one, other } = pair();
  other.isSeen = true;
  assertEquals(await one.anyone(), true);
  assertEquals(await other.anyone(), true);
  other.isSeen = false;
  const answers = [one.anyone(), one.anyone()];
  clock.advance(lookWaitMs);
  assertEquals(await Promise.all(answers), [false, false]);
  assertEquals(clock.waiting, 0);
});

Deno.test("Lookout asks anew each time", async () => {
  const { clock, one, other } = pair();
  const first = one.anyone();
  clock.advance(lookWaitMs);
  assertEquals(await first, false);
  await settle();
  other.isSeen = true;
  assertEquals(await one.anyone(), true);
});
