/**
 * Reads form fields and query strings, which are all text, as the values their schema asks for.
 *
 * @module
 */
import { z } from "zod";
import type { FieldFault } from "../domain/refusal.ts";

/**
 * Turns `application/x-www-form-urlencoded` text into an object for `schema` to validate.
 *
 * Numbers and booleans are read from their text where the schema has one; text that is none stays,
 * for the schema to refuse. A field that comes twice keeps both, which no schema takes.
 */
export function decodeForm(schema: z.ZodObject, form: string): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  if (form === "") return fields;
  for (const [name, text] of new URLSearchParams(form)) {
    const value = readText(schema.shape[name], text);
    const before = Object.hasOwn(fields, name) ? fields[name] : undefined;
    Object.defineProperty(fields, name, {
      value: before === undefined ? value : [before, value].flat(),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return fields;
}

function readText(field: z.core.$ZodType | undefined, text: string): unknown {
  const inner = unwrap(field);
  if (inner instanceof z.ZodNumber && /^-?\d{1,16}(\.\d{1,6})?$/.test(text)) return Number(text);
  if (inner instanceof z.ZodBoolean && (text === "true" || text === "1")) return true;
  if (inner instanceof z.ZodBoolean && (text === "false" || text === "0")) return false;
  return text;
}

function unwrap(field: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (field instanceof z.ZodOptional || field instanceof z.ZodDefault) {
    return unwrap(field.unwrap());
  }
  return field;
}

/**
 * What is wrong with a value, field by field, in words for the one who sent it.
 *
 * @param error From a parse with `reportInput`, which tells a missing field from a wrong one.
 */
export function fieldFaults(error: z.core.$ZodError): FieldFault[] {
  return error.issues.flatMap((issue): FieldFault[] => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ field: key, message: "is not a field of this request" }));
    }
    const field = issue.path.map(String).join(".");
    return [{ field, message: faultMessage(issue) }];
  });
}

function faultMessage(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is missing" : `must be ${article(issue.expected)}`;
    case "too_small":
      if (issue.origin === "string" && issue.minimum === 1) return "must not be empty";
      return `must be at least ${issue.minimum}${
        issue.origin === "string" ? " characters long" : ""
      }`;
    case "too_big":
      return `must be at most ${issue.maximum}${
        issue.origin === "string" ? " characters long" : ""
      }`;
    default:
      return issue.message;
  }
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
