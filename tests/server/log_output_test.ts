/**
 * The log's way out.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { LogOutput } from "../../server/log_output.ts";
import { VirtualClock } from "../support/virtual_clock.ts";

/** Takes a few bytes at a time, or nothing while it is full. */
class SmallFile {
  text = "";
  full = false;

  writeSync(bytes: Uint8Array): number {
    if (this.full) throw new Deno.errors.WriteZero("No space left on device");
    const taken = bytes.subarray(0, 5);
    this.text += new TextDecoder().decode(taken);
    return taken.length;
  }
}

Deno.test("LogOutput writes all lines of a turn together, whole", async () => {
  const file = new SmallFile();
  const clock = new VirtualClock();
  const output = new LogOutput(clock, file);
  output.write("one line\n");
  output.write("another line\n");
  assertEquals(file.text, "");
  await new Promise<void>((resolve) => clock.afterThisTurn(resolve));
  assertEquals(file.text, "one line\nanother line\n");
});

Deno.test("LogOutput goes on without the lines that cannot be written, and says how many", () => {
  const file = new SmallFile();
  const output = new LogOutput(new VirtualClock(), file);
  file.full = true;
  for (const line of ["a\n", "b\n"]) {
    output.write(line);
    output.flush();
  }
  file.full = false;
  output.write("c\n");
  output.flush();
  output.write("d\n");
  output.flush();
  assertEquals(file.text, "2 lines of the log could not be written\nc\nd\n");
});
