/**
 * When there is no tracer. When there is one, and what it sends, is looked at in
 * tests/e2e/traces_test.ts.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { runtimeTracer } from "../../../server/tracing/runtime_tracer.ts";

Deno.test("runtimeTracer() gives none where the telemetry of the runtime is off", () => {
  assertEquals(Deno.env.get("OTEL_DENO"), undefined);
  assertEquals(runtimeTracer(), undefined);
});
