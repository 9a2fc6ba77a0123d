/**
 * Media types: what a body is, and what a client accepts (RFC 9110 §8.3, §12.5.1).
 *
 * @module
 */

/** Says that the answer would be another one to another `Accept` (RFC 9110 §12.5.5). */
export const varyByAccept = ["Vary", "Accept"] as const;

/** The type and subtype of a `Content-Type`, in lower case, without parameters. */
export function essence(contentType: string): string {
  return (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
}

/**
 * The one of `offered` that `accept` likes best; the earlier of equals; `undefined` if it likes none.
 *
 * An absent `Accept` likes all alike.
 */
export function preferred<Offer extends { readonly mediaType: string }>(
  accept: string | undefined,
  offered: readonly Offer[],
): Offer | undefined {
  if (accept === undefined) return offered[0];
  const ranges = accept.split(",").map(parseRange);
  let best: Offer | undefined;
  let bestQuality = 0;
  for (const offer of offered) {
    const quality = qualityOf(essence(offer.mediaType), ranges);
    if (quality > bestQuality) [best, bestQuality] = [offer, quality];
  }
  return best;
}

interface MediaRange {
  readonly range: string;
  readonly quality: number;
}

function parseRange(text: string): MediaRange {
  const weight = /;\s*q=([01](?:\.\d{0,3})?)\s*(?:;|$)/i.exec(text);
  return { range: essence(text), quality: weight === null ? 1 : Math.min(1, Number(weight[1])) };
}

/** The most specific range that fits decides. */
function qualityOf(mediaType: string, ranges: readonly MediaRange[]): number {
  const family = `${mediaType.split("/", 1)[0]}/*`;
  for (const wanted of [mediaType, family, "*/*"]) {
    const fitting = ranges.filter(({ range }) => range === wanted);
    if (fitting.length > 0) return Math.max(...fitting.map(({ quality }) => quality));
  }
  return 0;
}
