/**
 * The field by which a caller says which trace a request belongs to (W3C Trace Context, `traceparent`).
 *
 * @module
 */
import type { SpanContext } from "./tracer.ts";

/**
 * Longest value that is looked at, in characters. The one version there is takes 55; later ones may
 * add something, which is left unread.
 */
export const traceparentCharactersMax = 128;

/** Of `traceFlags`: the caller keeps what is told of this trace. */
export const sampledFlag = 1;

const form = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/** Reads a value of the field; `undefined` if it is absent or says nothing that can be gone on with. */
export function parseTraceparent(value: string | undefined): SpanContext | undefined {
  if (value === undefined || value.length > traceparentCharactersMax) return undefined;
  const [match, version, traceId = "", spanId = "", flags = "", more] = form.exec(value) ?? [];
  if (match === undefined || version === "ff") return undefined;
  if (version === "00" && more !== undefined) return undefined;
  if (isZero(traceId) || isZero(spanId)) return undefined;
  return { traceId, spanId, traceFlags: parseInt(flags, 16) };
}

/** Ids of zeros alone are no ids. */
function isZero(id: string): boolean {
  return /^0+$/.test(id);
}
