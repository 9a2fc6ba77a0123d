/**
 * Values of any schema of the API, valid in form, with all that a stranger could write in them.
 *
 * @module
 */
import * as fc from "fast-check";
import * as z from "zod/mini";
import { nameFault } from "../../../lib/text/names.ts";

/** What no row may begin with: the time at which no message was sent, and who sent none. */
export const forgery = "10:01 carol I am broke";

/** Pieces by which a text could do harm, or reach the start of a row. */
const pieces = fc.oneof(
  fc.constantFrom(
    forgery,
    `\n${forgery}`,
    `\r${forgery}`,
    `\r\n${forgery}`,
    `\u2028${forgery}`,
    `\x85${forgery}`,
    `\v\f${forgery}`,
    `\x1b[1G${forgery}`,
    `\x1b[1E${forgery}`,
    `\x1bE${forgery}`,
    `\x8d\x9b2J${forgery}`,
    `${" ".repeat(20)}${forgery}`,
    `${"\u3000".repeat(40)}${forgery}`,
    `${"x".repeat(80)} ${forgery}`,
    `${"漢".repeat(40)}${forgery}`,
    `${"👩\u200d".repeat(30)}👩${forgery}`,
    `${"क\u093e".repeat(40)} ${forgery}`,
    `${"\u1100".repeat(40)} ${forgery}`,
    `${"\u0600".repeat(80)} ${forgery}`,
    `${"\ue000".repeat(40)} ${forgery}`,
    `${"‹U+202E›".repeat(10)}${forgery}`,
  ),
  fc.constantFrom(
    "\x1b[0m",
    "\x1b[2J\x1b[H",
    "\x1b]0;title\x07",
    "\x1b]52;c;AAAA\x1b\\",
    "\x1b]8;;https://evil.test\x07here\x1b]8;;\x07",
    "\x1bP$q\x1b\\",
    "\x9b31m",
    "\x9d0;x\x9c",
    "\x00\x05\x07\x08\x0e\x0f\x7f",
    "\u202e\u2066\u061c\u200f",
    "\u200b\u2060\ufeff\u00ad\u3164\u115f\u034f\u180e",
    "\u{e0001}\u{e0041}\u{1bca0}",
    "\ufff9a\ufffab\ufffb",
    "\ufdd0\uffff",
    "\ud800",
    "\udc00",
    "\u0301".repeat(100),
    "\u20dd\ufe0f\u200d",
    "»❯> >> … ✓ ✗ ↳ 4 [x] ── 3 unread ── │ ⏎ ␛ #7",
    "[[]] ${} `` \\ ' \" <b> & %s %n {}",
    "﷽𒀱",
    "שלום\u05b8 مرحبا",
    "",
  ),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.string({ unit: "grapheme", maxLength: 8 }),
);

/** Text as a stranger could send it, in JSON: half characters too. */
export const hostileText: fc.Arbitrary<string> = fc.array(pieces, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(""));

/** The worst of what can be a name of a user. */
const hostileName = fc.constantFrom(
  "bob",
  "10.01",
  "10ː01",
  "x".repeat(32),
  "漢".repeat(32),
  `q${"\u0301".repeat(4)}`,
  "👨\u200d👩\u200d👧\u200d👦".repeat(4),
  "שלום",
  "क\u093eक\u093eक\u093e",
  "\u0600".repeat(1) + "a",
).filter((name) => nameFault(name) === undefined);

/** Who chooses the names of users. */
export type Naming = "by the rules" | "by a server that keeps no rules";

/** Fields that hold the name of a user. */
const userFields = new Set(["author", "to", "user", "by", "owner", "before", "members"]);

/** Any value of a schema. */
export function hostileValue(schema: z.ZodMiniType, naming: Naming): fc.Arbitrary<unknown> {
  return valueOf(schema, hostileText, naming);
}

function valueOf(
  schema: z.ZodMiniType,
  text: fc.Arbitrary<string>,
  naming: Naming,
): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodMiniString) {
    // Ids of rooms are numbers: those that are known, and one that is not.
    const fallback = fc.constantFrom("common", "7", "12", "15", "99");
    return text.chain((candidate) =>
      schema.safeParse(candidate).success ? fc.constant(candidate) : fallback
    );
  }
  if (schema instanceof z.ZodMiniNumber) return fc.integer({ min: 1, max: 2_000 });
  if (schema instanceof z.ZodMiniBoolean) return fc.boolean();
  if (schema instanceof z.ZodMiniEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodMiniLiteral) return fc.constantFrom(...schema.def.values);
  if (schema instanceof z.ZodMiniOptional) {
    return fc.option(valueOf(schema.def.innerType as z.ZodMiniType, text, naming), {
      nil: undefined,
    });
  }
  if (schema instanceof z.ZodMiniArray) {
    return fc.array(valueOf(schema.def.element as z.ZodMiniType, text, naming), { maxLength: 3 });
  }
  if (schema instanceof z.ZodMiniUnion || schema instanceof z.ZodMiniDiscriminatedUnion) {
    return fc.oneof(
      ...schema.def.options.map((option) => valueOf(option as z.ZodMiniType, text, naming)),
    );
  }
  if (schema instanceof z.ZodMiniObject) {
    return fc.record(
      Object.fromEntries(
        Object.entries(schema.shape).map(([field, of]) => {
          const isUser = naming === "by the rules" && holdsUser(field, schema);
          return [field, valueOf(of as z.ZodMiniType, isUser ? hostileName : text, naming)];
        }),
      ),
    );
  }
  throw new TypeError(`There are no hostile values of ${schema.def.type} yet`);
}

/** A name beside which nothing tells of a room or a file is one of a user. */
function holdsUser(field: string, { shape }: z.ZodMiniObject): boolean {
  if (field !== "name") return userFields.has(field);
  return !["kind", "room", "size"].some((other) => other in shape);
}
