/**
 * The torture sees what it is there to see: servers with a line that is wrong are found out.
 *
 * All canaries take minutes; here are those of the gravest faults. The others are flown by
 * `deno task torture --canary NAME`.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { canaries } from "./canaries.ts";

const main = new URL("main.ts", import.meta.url).pathname;

/** The gravest, and what each may be found out by: whoever comes across it first tells it. */
const flown: readonly (readonly [name: string, story: RegExp])[] = [
  ["acknowledges before the commit", /It must be so that .*(reset|kept|otherwise|stays good|401)/],
  ["publishes twice", /again or too late|a poll tells what/],
  ["leaves a gap when a stream is resumed", /leaves out|a poll tells what/],
];

for (const [name, expected] of flown) {
  Deno.test(`the torture finds out a server that ${name}`, async () => {
    assert(canaries[name] !== undefined);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", main, "--seconds", "30", "--seed", "5", "--canary", name],
      env: { NO_COLOR: "1" },
    }).output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(code, 1, out);
    assert(expected.test(err ?? ""), err);
    assert(out?.includes("A PROMISE WAS BROKEN"), out);
  });
}
