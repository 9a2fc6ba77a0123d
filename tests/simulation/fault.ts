/**
 * What is wrong when the chat does not do as the model says.
 *
 * @module
 */

/** The chat did something else than it must. */
export class Fault extends Error {
  override readonly name = "Fault";
}

/** @throws {Fault} unless something holds. */
export function must(holds: unknown, what: string | (() => string)): asserts holds {
  if (!holds) throw new Fault(typeof what === "string" ? what : what());
}

/** @throws {Fault} unless both are deeply equal; what is undefined is as good as absent. */
export function mustEqual(
  actual: unknown,
  expected: unknown,
  what: string | (() => string),
): void {
  if (same(actual, expected)) return;
  const which = typeof what === "string" ? what : what();
  throw new Fault(`${which}\n  is:      ${words(actual)}\n  must be: ${words(expected)}`);
}

/** Something as it is shown in a failure. */
export function words(value: unknown): string {
  const text = JSON.stringify(value, (_, part) => part instanceof Uint8Array ? "(bytes)" : part);
  return text ?? "undefined";
}

export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return false;
  }
  if (Array.isArray(one) || Array.isArray(other)) {
    return Array.isArray(one) && Array.isArray(other) && one.length === other.length &&
      one.every((part, at) => same(part, other[at]));
  }
  const a = one as Record<string, unknown>;
  const b = other as Record<string, unknown>;
  return Object.keys(a).every((key) => same(a[key], b[key])) &&
    Object.keys(b).every((key) => b[key] === undefined || a[key] !== undefined);
}
