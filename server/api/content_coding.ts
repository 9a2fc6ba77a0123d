/**
 * Content codings: in which of them a client would have an answer (RFC 9110 §8.4, §12.5.3).
 *
 * @module
 */

/** The codings that we have; to send something as it is takes none. */
export type Coding = (typeof codings)[number];

/** What makes things smallest first: among equals, that is taken. */
const codings = ["br", "gzip"] as const;

// An element of the list, which may be empty (RFC 9110 §5.6.1.2), and the comma or the end behind it.
// No two of its loops can take the same blanks, so that it reads a hostile line in one go, too.
const listed =
  /[\t ]*(?:([!#$%&'*+\-.^_`|~0-9A-Z]+)(?:[\t ]*;[\t ]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?[\t ]*)?(?:,|$)/iy;

/**
 * The codings in which a client would have an answer rather than as it is, the one it likes best first.
 *
 * There are none if there is no header: any coding may be used then, but who says nothing may
 * understand nothing. Nor are there any if it can't be read. And where it refuses all that we have,
 * `identity` included, that is what is sent, though a 406 could be (§12.4.1): what can be read without
 * any coding is of more use than a refusal.
 */
export function wantedCodings(accept: string | undefined): readonly Coding[] {
  const weights = accept === undefined ? undefined : parseWeights(accept);
  if (weights === undefined) return [];
  const others = weights.get("*") ?? 0;
  const weightOf = (coding: Coding | "identity"): number => weights.get(coding) ?? others;
  // It may be used where nobody speaks of it, too, but then what is named is liked better.
  const plain = weightOf("identity");
  return codings.filter((coding) => weightOf(coding) > 0 && weightOf(coding) >= plain)
    .toSorted((one, other) => weightOf(other) - weightOf(one));
}

/** The weight of each coding that is named, 0 for "not this"; `undefined` if it can't be read. */
function parseWeights(accept: string): ReadonlyMap<string, number> | undefined {
  const weights = new Map<string, number>();
  listed.lastIndex = 0;
  for (;;) {
    const element = listed.exec(accept);
    if (element === null) return undefined;
    const [all, name, weight = "1"] = element;
    if (name !== undefined) {
      const coding = name.toLowerCase() === "x-gzip" ? "gzip" : name.toLowerCase();
      // Who refuses it once is not sent it, whatever else is said.
      weights.set(coding, Math.min(Number(weight), weights.get(coding) ?? 1));
    }
    if (!all.endsWith(",")) return weights;
  }
}
