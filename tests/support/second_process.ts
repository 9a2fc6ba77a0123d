/**
 * A process beside a server: `second_process.ts DATABASE` opens what that serves, says `ready`,
 * carries out the commands that its standard input holds as one JSON array, each in a transaction of
 * its own, and says how each was decided.
 *
 * @module
 */
import { systemClock } from "../../lib/clock.ts";
import type { Command } from "../../lib/domain/command.ts";
import { defaultPolicy } from "../../lib/domain/policy.ts";
import { systemRandom } from "../../lib/random.ts";
import { Engine } from "../../server/chat/engine.ts";
import { openSqliteStore } from "../../server/store/sqlite/store.ts";

/** The words that start it. */
export function secondProcessWords(path: string): readonly string[] {
  return ["run", "--quiet", "-A", import.meta.filename ?? "", path];
}

async function main([path = ""]: readonly string[]): Promise<void> {
  const store = openSqliteStore({
    path,
    durability: "full",
    random: systemRandom,
    beside: true,
  });
  const engine = new Engine({
    store,
    clock: systemClock,
    policy: { ...defaultPolicy, limit: 0 },
    // Whoever listens does so in the other process, which finds it in the log.
    publish: () => {},
  });
  await say("ready");
  const commands: readonly Command[] = await new Response(Deno.stdin.readable).json();
  for (const command of commands) {
    await say(JSON.stringify(await engine.submit(command)));
    // Without a pause the server would hardly ever find the database free.
    await new Promise<void>((resolve) => systemClock.afterOthers(resolve));
  }
  await engine.stop();
  await store.close();
}

async function say(line: string): Promise<void> {
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (let written = 0; written < bytes.length;) {
    written += await Deno.stdout.write(bytes.subarray(written));
  }
}

if (import.meta.main) await main(Deno.args);
