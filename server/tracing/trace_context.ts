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

/** Of `traceFlags`: what is told of this trace is kept. */
const sampledFlag = 1;

/** Whether what is told of a trace is kept. */
export function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & sampledFlag) !== 0;
}

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
