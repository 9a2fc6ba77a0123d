/**
 * The buffers that a connection reads into.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { defaultHttpLimits } from "../../../server/http/limits.ts";
import { ReadBuffers } from "../../../server/http/read_buffers.ts";

const { watchBufferBytes, idleBufferBytes, busyBufferBytes } = defaultHttpLimits;

Deno.test("ReadBuffers takes a big buffer when the small one was full, and no sooner", () => {
  const buffers = new ReadBuffers(defaultHttpLimits);
  for (
    const [bytes, next] of [[idleBufferBytes - 1, idleBufferBytes], [
      idleBufferBytes,
      busyBufferBytes,
    ]] as const
  ) {
    const filling = buffers.fill();
    assertEquals(buffers.filled(bytes), filling);
    assertEquals(buffers.fill().length, next);
    buffers.filled(1);
  }
});

Deno.test("ReadBuffers goes back to the small buffer, and uses a big one again", () => {
  const buffers = new ReadBuffers(defaultHttpLimits);
  buffers.fill();
  buffers.filled(idleBufferBytes);
  const big = buffers.fill();
  buffers.filled(1);
  assert(buffers.isBig);
  buffers.shrink();
  assertEquals([buffers.isBig, buffers.fill().length], [false, idleBufferBytes]);
  buffers.filled(idleBufferBytes);
  assert(buffers.fill() === big);
});

Deno.test("ReadBuffers watches with little, and reads on with more", () => {
  const buffers = new ReadBuffers(defaultHttpLimits);
  buffers.fill();
  buffers.filled(idleBufferBytes);
  const little = buffers.fillLittle();
  assertEquals([little.length, buffers.isBig], [watchBufferBytes, false]);
  assert(buffers.filled(watchBufferBytes) === little);
  assertEquals(buffers.fill().length, idleBufferBytes);
});

Deno.test("ReadBuffers gives nobody else a buffer that is being read into", () => {
  const buffers = new ReadBuffers(defaultHttpLimits);
  buffers.fill();
  buffers.filled(idleBufferBytes);
  const big = buffers.fill();
  buffers.shrink();
  const others = new ReadBuffers(defaultHttpLimits);
  others.fill();
  others.filled(idleBufferBytes);
  assert(others.fill() !== big);
  assert(buffers.filled(3) === big);
});
