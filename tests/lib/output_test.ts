/**
 * Text on its way to an output whose reader may go away.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import {
  type ByteOutput,
  OutputClosed,
  OutputFailed,
  writeAll,
  writeIfHeard,
} from "../../lib/output.ts";

const closed: ByteOutput = {
  writeSync() {
    throw new Deno.errors.BrokenPipe("Broken pipe (os error 32)");
  },
};
const full: ByteOutput = {
  writeSync() {
    throw Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
  },
};
const broken: ByteOutput = {
  writeSync() {
    throw new RangeError("defect");
  },
};

Deno.test("writeAll() writes on where an output took only a part", () => {
  let taken = "";
  const slow: ByteOutput = {
    writeSync(bytes) {
      taken += String.fromCharCode(...bytes.subarray(0, 3));
      return Math.min(3, bytes.length);
    },
  };
  writeAll(slow, "hello there\n");
  assertEquals(taken, "hello there\n");
});

Deno.test("writeAll() tells a reader that has gone from a write that failed", () => {
  assertThrows(() => writeAll(closed, "x"), OutputClosed);
  const { message } = assertThrows(() => writeAll(full, "x"), OutputFailed);
  assertEquals(message, "Cannot write: No space left on device");
  assertThrows(() => writeAll(broken, "x"), RangeError);
});

Deno.test("writeIfHeard() minds only a defect", () => {
  writeIfHeard(closed, "x");
  writeIfHeard(full, "x");
  assertThrows(() => writeIfHeard(broken, "x"), RangeError);
});
