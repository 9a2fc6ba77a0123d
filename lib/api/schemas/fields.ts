/**
 * The fields that requests, answers and events are made of.
 *
 * @module
 */
import * as z from "zod";
import {
  filesPerMessageMax,
  idempotencyKeyCharactersMax,
  roomNameCharactersMax,
  textCharactersMax,
} from "../../domain/bounds.ts";
import { nameFault } from "../../text/names.ts";

/** Nothing but white space and characters that are drawn as nothing. */
const nothingToSee = /^[\s\p{Default_Ignorable_Code_Point}]*$/u;

/** Text whose length is bounded in Unicode characters, which JavaScript's own length is not. */
export function boundedText(charactersMax: number): z.ZodString {
  // What a custom check bounds, no schema shows by itself.
  return z.string().meta({ minLength: 1, maxLength: charactersMax }).check((context) => {
    const text = context.value;
    const refuse = (message: string) =>
      context.issues.push({ code: "custom", message, input: text });
    if (!text.isWellFormed() || text.includes("\0")) refuse("must be well-formed Unicode text");
    else if (nothingToSee.test(text)) refuse("must not be empty");
    else if (text.length > charactersMax && [...text].length > charactersMax) {
      refuse(`must have at most ${charactersMax} characters`);
    }
  });
}

/** The same, on one line. */
export function boundedLine(charactersMax: number): z.ZodString {
  return boundedText(charactersMax)
    .regex(/^[^\p{Cc}\u2028\u2029]*$/u, "must be one line")
    // What turns the direction of a line would turn what stands beside the name, too.
    .regex(/^[^\p{Bidi_Control}]*$/u, "must not turn the direction of writing");
}

export const messageText = boundedText(textCharactersMax).describe("1–4,000 characters");

/** A name as it may be registered. */
export const userName: z.ZodString = z.string().check((context) => {
  const fault = context.value.isWellFormed() ? nameFault(context.value) : "must be Unicode text";
  if (fault !== undefined) {
    context.issues.push({ code: "custom", message: fault, input: context.value });
  }
}).describe("1–32 letters, digits, emoji and _ . - ' of any script");

/** The name of someone who may or may not exist. */
export const otherName = z.string().min(1).max(256).describe("a user's name");

export const messageId = z.int().min(1).describe("a message id");
export const roomId: z.ZodString = z.string().regex(
  /^(common|[1-9]\d{0,15})$/,
  "must be `common` or a room's id",
)
  .describe("`common` or a room's id");
export const cursor = z.string().describe("a cursor, EPOCH-POSITION");
export const timestamp = z.string().describe("ISO 8601 UTC with milliseconds");
export const moment = z.iso.datetime({
  offset: true,
  error: "must be a time like 2026-11-20T18:30:00Z",
})
  .describe("a time in ISO 8601 with its offset from UTC");
const spanWords = "a duration like 90s, 10m or 2h, or a number of seconds";
export const span = z.union(
  [z.number().min(0), z.string().regex(/^\d{1,12}(ms|s|m|h|d)?$/, `must be ${spanWords}`)],
  { error: `must be ${spanWords}` },
).describe(spanWords);
export const fileIds = z.array(z.int().min(1)).max(filesPerMessageMax).describe(
  "ids of uploaded files",
);
export const roomName = boundedLine(roomNameCharactersMax).describe("1–64 characters");

/** What `Idempotency-Key` may hold. */
export const idempotencyKey: z.ZodString = z.string().regex(
  new RegExp(`^[\\x21-\\x7e]{1,${idempotencyKeyCharactersMax}}$`),
  `must be 1–${idempotencyKeyCharactersMax} visible ASCII characters`,
);

export const roomKind = z.enum(["common", "private", "room"]);
