/**
 * Whatever happens to the chat, it does what the model says; and a seed says what happens.
 *
 * `SIMULATION_SEED=123` runs one seed, `SIMULATION_STEPS=20000` runs longer.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { openSqliteStore } from "../../server/store/sqlite/store.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { canaries } from "./canaries.ts";
import { Fault } from "./fault.ts";
import { fileMedium } from "./medium.ts";
import { simulate, type Summary } from "./simulation.ts";

/** Seeds that between them come across everything. */
const fixedSeeds = [2, 3, 5, 7, 8, 9, 14, 20, 22, 23];

/** Sabotage must show within so many seeds. */
const canarySeeds = 8;

const steps = Number(Deno.env.get("SIMULATION_STEPS") ?? 500);
const seeds = seedsOf(Deno.env.get("SIMULATION_SEED"));

function seedsOf(named: string | undefined): readonly number[] {
  if (named !== undefined) return [Number(named)];
  const [fresh = 0] = crypto.getRandomValues(new Uint32Array(1));
  return [...fixedSeeds, fresh];
}

/** What a simulation that is worth its time comes across. */
const wanted: readonly string[] = [
  "send: ok",
  "send: again",
  "send: banned",
  "send: idempotency_mismatch",
  "send: invalid comment_on",
  "send: invalid files",
  "send: not_found message",
  "send: not_found room",
  "send: rate_limited common",
  "message.delete: ok",
  "message.delete: forbidden",
  "read: ok",
  "schedule: ok",
  "scheduled.change: ok",
  "scheduled.change: already_sent",
  "scheduled.cancel: ok",
  "scheduled.send: ok",
  "report: ok",
  "report: already_reported",
  "file.add: ok",
  "profile.change: ok",
  "profile.change: name_taken",
  "profile.change: rate_limited rename",
  "token.issue: ok",
  "token.revoke: ok",
  "token.touch: ok",
  "room.create: ok",
  "room.change: ok",
  "room.delete: ok",
  "invite: ok",
  "invitation.answer: ok",
  "link.create: ok",
  "link.revoke: ok",
  "join: ok",
  "join: pending_approval",
  "request.answer: ok",
  "member.remove: ok",
  "register: invite_needed",
  "user.ban: ok",
  "user.unban: ok",
  "reports.dismiss: ok",
  "role.set: ok",
  "user.delete: ok",
  "user.erase: ok",
  "password.reset: ok",
  "clients.revoke: ok",
  "registration.invite: ok",
  "registration.revoke: ok",
  "upkeep: removeExpired",
  "upkeep: removeFiles",
  "upkeep: forgetReceipts",
  "upkeep: forgetScheduled",
  "upkeep: forgetEvents",
  "reset: forgotten",
  "reset: beyond_head",
  "reset: other_epoch",
  "something was not published",
  "news by a poll",
  "presence",
  "heartbeat",
  "a stream was cut",
  "an answer was lost",
  "client: connects",
  "client: resets",
  "client: sent",
  "client: failed",
  "client: shut out",
  "client: checked",
  "client: unread to the one",
  "step: restartClient",
  "step: restart",
];

Deno.test("whatever goes wrong, the chat does what the model says", async () => {
  const counts = new Map<string, number>();
  for (const seed of seeds) {
    const summary = await simulate({ seed, steps });
    for (const [what, count] of summary.counts) counts.set(what, (counts.get(what) ?? 0) + count);
  }
  const missing = wanted.filter((what) => !counts.has(what));
  // One seed that someone looks into may be short.
  if (seeds.length > 1) assertEquals(missing, [], "the simulation is not about nothing");
});

Deno.test("the same holds for a store on a file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const seed of seeds.slice(-1)) {
      const path = `${folder}/chat-${seed}.db`;
      const random = new SeededRandom(seed);
      const open = () => openSqliteStore({ path, durability: "normal", random });
      await simulate({ seed, steps: Math.ceil(steps / 2), medium: fileMedium(open) });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a seed replays the same simulation", async () => {
  const run = (seed: number): Promise<Summary> => simulate({ seed, steps: 200 });
  const first = await run(1);
  assertEquals(await run(1), first);
  assert((await run(2)).digest !== first.digest, "another seed is another simulation");
});

for (const [what, sabotage] of Object.entries(canaries)) {
  Deno.test(`the simulation notices ${what}`, async () => {
    const failure = await assertRejects(
      async () => {
        for (let seed = 1; seed <= canarySeeds; seed++) {
          await simulate({ seed, steps: 300, sabotage });
        }
      },
      Fault,
      "The last steps:",
    );
    assert(/^seed \d+ step \d+: /.test(failure.message), failure.message);
  });
}
