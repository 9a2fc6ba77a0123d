import { assert, assertEquals } from "@std/assert";
import { Backoff, backoffMaxMs, backoffMinMs } from "../../../client/connection/backoff.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

Deno.test("Backoff waits longer each time, from a second to half a minute", () => {
  for (let seed = 0; seed < 50; seed++) {
    const backoff = new Backoff(new SeededRandom(seed));
    const waits = Array.from({ length: 40 }, () => backoff.next());
    assert(waits.every((wait) => wait >= backoffMinMs && wait <= backoffMaxMs));
    assert((waits[0] ?? 0) < 2 * backoffMinMs);
    assert((waits[3] ?? 0) >= 8 * backoffMinMs);
    assert((waits[39] ?? 0) >= backoffMaxMs / 2);
  }
});

Deno.test("Backoff spreads clients, and begins anew once it worked", () => {
  const firsts = Array.from(
    { length: 20 },
    (_, seed) => new Backoff(new SeededRandom(seed)).next(),
  );
  assert(new Set(firsts).size > 10);
  const backoff = new Backoff(new SeededRandom(1));
  for (let count = 0; count < 10; count++) backoff.next();
  backoff.reset();
  assert(backoff.next() < 2 * backoffMinMs);
});

Deno.test("Backoff waits at least as long as the server asks", () => {
  assertEquals(new Backoff(new SeededRandom(1)).next(45_000), 45_000);
});
