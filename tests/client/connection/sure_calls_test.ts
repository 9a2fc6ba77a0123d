/**
 * What changes something is asked for until it is answered, under one key.
 *
 * @module
 */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ApiClient } from "../../../client/connection/api_client.ts";
import { backoffMaxMs } from "../../../client/connection/backoff.ts";
import { checkedForms } from "../../../client/connection/checked_forms.ts";
import { ApiProblem, ChangeUnsure, Unreachable } from "../../../client/connection/failures.ts";
import { attemptsMax } from "../../../client/connection/persistence.ts";
import { surely } from "../../../client/connection/sure_calls.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { refusal, settle, StubServer } from "../stub_server.ts";

const call = "DELETE /messages/7";

/** What comes of one attempt. */
const comes = {
  "a lost answer": () => {
    throw new TypeError("connection reset");
  },
  "malformed": () => refusal("malformed", "The request broke off."),
  "done": () => new Response(null, { status: 204 }),
  "refused": () => refusal("forbidden", "It is not yours."),
} as const satisfies Record<string, () => Response>;

type Coming = keyof typeof comes;

/** Deletes a message; attempt by attempt it comes as told, the last one again and again. */
async function remove(...coming: readonly Coming[]) {
  const clock = new VirtualClock();
  const server = new StubServer();
  let attempts = 0;
  server.on(call, () => comes[coming[attempts++] ?? coming.at(-1) ?? "done"]());
  const api = new ApiClient({
    forms: checkedForms,
    origin: "http://chat.test",
    transport: server.transport,
    clock,
  });
  const { signal } = new AbortController();
  const calls = surely({ api, clock, random: new SeededRandom(1), signal });
  let isOver = false;
  const answer = calls.call("deleteMessage", { path: { id: 7 } }).finally(() => isOver = true);
  // A failure is the caller's to look at.
  answer.catch(() => {});
  while (!isOver) {
    await settle();
    clock.advance(backoffMaxMs);
  }
  return { answer, keys: server.requests.map(({ headers }) => headers.get("idempotency-key")) };
}

for (
  const coming of [
    ["done"],
    ["a lost answer", "done"],
    ["a lost answer", "malformed", "done"],
    ["malformed", "a lost answer", "malformed", "done"],
  ] as const
) {
  Deno.test(`surely() repeats under one key: ${coming.join(", ")}`, async () => {
    const { answer, keys } = await remove(...coming);
    await answer;
    assertEquals([keys.length, new Set(keys).size], [coming.length, 1]);
    assertMatch(keys[0] ?? "", /^[\w-]{24}$/);
  });
}

Deno.test("surely() takes a refusal for the answer, also to what was lost and found malformed", async () => {
  const { answer, keys } = await remove("a lost answer", "malformed", "refused");
  const { code } = await assertRejects(() => answer, ApiProblem);
  assertEquals([code, keys.length], ["forbidden", 3]);
});

Deno.test("surely() does not know what came of what was lost and then found malformed only", async () => {
  const { answer, keys } = await remove("a lost answer", "malformed");
  await assertRejects(() => answer, ChangeUnsure);
  assertEquals(keys.length, attemptsMax);
});

Deno.test("surely() knows that nothing came of what was malformed each time", async () => {
  const { answer, keys } = await remove("malformed");
  const failure = await assertRejects(() => answer, ApiProblem);
  assertEquals([failure instanceof Unreachable, keys.length], [false, attemptsMax]);
});
