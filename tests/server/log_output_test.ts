/**
 * The log's way out.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { logEndMs, LogOutput, logWaitingLengthMax } from "../../server/log_output.ts";
import { VirtualClock } from "../support/virtual_clock.ts";

/** Takes a few bytes at a time, nothing while it is full, and waits while nobody reads it. */
class SmallFile {
  text = "";
  writes = 0;
  full = false;
  takes = 5;
  #read: PromiseWithResolvers<void> | undefined;

  async write(bytes: Uint8Array): Promise<number> {
    this.writes++;
    await this.#read?.promise;
    if (this.full) throw new Deno.errors.WriteZero("No space left on device");
    const taken = bytes.subarray(0, this.takes);
    this.text += new TextDecoder().decode(taken);
    return taken.length;
  }

  stop(): void {
    this.#read = Promise.withResolvers();
  }

  go(): void {
    this.#read?.resolve();
    this.#read = undefined;
  }
}

function scene() {
  const file = new SmallFile();
  const clock = new VirtualClock();
  return { file, clock, output: new LogOutput(clock, file) };
}

/** A file that nobody reads, and a first line that it has been given. */
async function blockedScene() {
  const blocked = scene();
  const { file, clock, output } = blocked;
  file.takes = Infinity;
  file.stop();
  output.write("first\n");
  await new Promise<void>((resolve) => clock.afterThisTurn(resolve));
  assertEquals(file.writes, 1);
  return blocked;
}

Deno.test("LogOutput writes all lines of a turn together, whole", async () => {
  const { file, clock, output } = scene();
  file.takes = Infinity;
  output.write("one line\n");
  output.write("another line\n");
  assertEquals(file.writes, 0);
  await new Promise<void>((resolve) => clock.afterThisTurn(resolve));
  assertEquals([file.text, file.writes], ["one line\nanother line\n", 1]);
  file.takes = 5;
  output.write("one more\n");
  assertEquals(await output.end(), true);
  assertEquals(file.text, "one line\nanother line\none more\n");
});

Deno.test("LogOutput goes on without the lines that cannot be written, and says how many", async () => {
  const { file, output } = scene();
  file.full = true;
  for (const line of ["a\n", "b\n"]) {
    output.write(line);
    await output.end();
  }
  file.full = false;
  for (const line of ["c\n", "d\n"]) {
    output.write(line);
    await output.end();
  }
  assertEquals(file.text, "2 lines of the log could not be written\nc\nd\n");
  assertEquals(output.droppedLines, 2);
});

Deno.test("LogOutput waits for nobody, keeps the order, and gathers what comes meanwhile", async () => {
  const { file, output } = await blockedScene();
  const lines = Array.from({ length: 100 }, (_, at) => `line ${at}\n`);
  for (const line of lines) output.write(line);
  assertEquals([file.text, file.writes], ["", 1]);
  file.go();
  assertEquals(await output.end(), true);
  assertEquals([file.text, file.writes], ["first\n" + lines.join(""), 2]);
});

Deno.test("LogOutput takes a line in the moment in which it has written the others", async () => {
  const { file, clock, output } = await blockedScene();
  file.go();
  // One of these comes after the last look at what waits, and before anyone knows of the end.
  for (let at = 0; at < 20; at++) {
    await Promise.resolve();
    output.write(`${at}\n`);
  }
  for (let turn = 0; turn < 30; turn++) {
    await new Promise<void>((resolve) => clock.afterThisTurn(resolve));
  }
  assertEquals(file.text, "first\n" + Array.from({ length: 20 }, (_, at) => `${at}\n`).join(""));
});

for (const over of [-1, 0, 1]) {
  const what = ["one less than", "as much as", "one more than"][over + 1];
  Deno.test(`LogOutput lets ${what} logWaitingLengthMax wait`, async () => {
    const { file, output } = await blockedScene();
    const long = `${"x".repeat(logWaitingLengthMax - 3)}\n`;
    const next = `${"y".repeat(over + 1)}\n`;
    output.write(long);
    output.write(next);
    // There is room for it only if there was room for the one before.
    if (over === 1) output.write("\n");
    file.go();
    await output.end();
    output.write("last\n");
    await output.end();
    const told = over === 1 ? "2 lines of the log could not be written\n" : next;
    assertEquals(file.text === `first\n${long}${told}last\n`, true, file.text.slice(-100));
    assertEquals(output.droppedLines, over === 1 ? 2 : 0);
  });
}

Deno.test("LogOutput does not wait longer than logEndMs at its end", async () => {
  const { file, clock, output } = await blockedScene();
  let ended: boolean | undefined;
  const end = output.end().then((whole) => ended = whole);
  clock.advance(logEndMs - 1);
  await new Promise<void>((resolve) => clock.afterThisTurn(resolve));
  assertEquals(ended, undefined);
  clock.advance(1);
  await end;
  assertEquals([ended, clock.waiting], [false, 0]);
  file.go();
  assertEquals([await output.end(), file.text, clock.waiting], [true, "first\n", 0]);
});
