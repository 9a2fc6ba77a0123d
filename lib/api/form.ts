/**
 * Reads form fields and query strings, which are all text, as the values their schema asks for.
 *
 * @module
 */
import * as z from "zod/mini";
import type { FieldFault } from "../domain/refusal.ts";

/**
 * Most fields that are read of a form. No request has so many, so one that has more is refused
 * without a look at the rest.
 */
export const formFieldsMax = 100;

/** Most faults that are told at once, and the longest name of a field that is repeated in one. */
export const faultsMax = 20;
const faultFieldCharactersMax = 64;

/**
 * Turns `application/x-www-form-urlencoded` text into an object for `schema` to validate.
 *
 * Numbers and booleans are read from their text where the schema has one; text that is none stays,
 * for the schema to refuse. A list takes one element from each time its field comes; any other field
 * that comes twice keeps both, which no schema takes.
 */
export function decodeForm(schema: z.ZodMiniObject, form: string): Record<string, unknown> {
  if (form === "") return {};
  const fields = new Map<string, unknown>();
  let count = 0;
  for (const [name, text] of new URLSearchParams(form)) {
    if (count++ === formFieldsMax) break;
    const field = unwrap(schema.shape[name]);
    const earlier = fields.get(name);
    if (!(field instanceof z.ZodMiniArray)) {
      const value = readText(field, text);
      fields.set(name, fields.has(name) ? [earlier, value] : value);
    } else if (Array.isArray(earlier)) {
      earlier.push(readText(field.def.element, text));
    } else {
      fields.set(name, [readText(field.def.element, text)]);
    }
  }
  return Object.fromEntries(fields);
}

function readText(field: z.core.$ZodType | undefined, text: string): unknown {
  const inner = unwrap(field);
  if (inner instanceof z.ZodMiniNumber && /^-?\d{1,16}(\.\d{1,6})?$/.test(text)) {
    return Number(text);
  }
  if (inner instanceof z.ZodMiniBoolean && (text === "true" || text === "1")) return true;
  if (inner instanceof z.ZodMiniBoolean && (text === "false" || text === "0")) return false;
  return text;
}

function unwrap(field: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (field instanceof z.ZodMiniOptional || field instanceof z.ZodMiniDefault) {
    return unwrap(field.def.innerType);
  }
  return field;
}

/**
 * What is wrong with a value, field by field, in words for the one who sent it.
 *
 * @param error From a parse with `reportInput`, which tells a missing field from a wrong one.
 */
export function fieldFaults(error: z.core.$ZodError): FieldFault[] {
  const faults: FieldFault[] = [];
  for (const issue of error.issues) {
    if (issue.code === "unrecognized_keys") {
      const keys = issue.keys.slice(0, faultsMax);
      faults.push(...keys.map((key) => fault(key, "is not a field of this request")));
    } else {
      faults.push(fault(issue.path.map(String).join("."), faultMessage(issue)));
    }
    if (faults.length >= faultsMax) break;
  }
  return faults.slice(0, faultsMax);
}

function fault(field: string, message: string): FieldFault {
  return { field: field.slice(0, faultFieldCharactersMax), message };
}

function faultMessage(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is missing" : `must be ${article(issue.expected)}`;
    case "too_small":
      if (issue.origin === "string" && issue.minimum === 1) return "must not be empty";
      return `must be at least ${issue.minimum}${measureOf(issue.origin)}`;
    case "too_big":
      return `must be at most ${issue.maximum}${measureOf(issue.origin)}`;
    default:
      return issue.message;
  }
}

function measureOf(origin: string): string {
  if (origin === "string") return " characters long";
  return origin === "array" ? " of them" : "";
}

function article(expected: string): string {
  const names: Readonly<Record<string, string>> = {
    int: "a whole number",
    number: "a number",
    string: "text",
    boolean: "true or false",
    object: "an object",
  };
  return names[expected] ?? expected;
}
