/**
 * The fields that requests, answers and events are made of.
 *
 * @module
 */
import * as z from "zod/mini";
import {
  filesPerMessageMax,
  idempotencyKeyCharactersMax,
  roomNameCharactersMax,
  textCharactersMax,
} from "../../domain/bounds.ts";
import { textFault } from "../../text/bounded_text.ts";
import { nameFault } from "../../text/names.ts";

/** The schema with words for the documentation on what it holds. */
export function described<Schema extends z.ZodMiniType>(
  schema: Schema,
  description: string,
): Schema {
  // Others may use the schema itself, and say something else of it.
  const copy = schema.clone();
  z.globalRegistry.add(copy, { description });
  return copy;
}

/** Text whose length is bounded in Unicode characters, which JavaScript's own length is not. */
export function boundedText(charactersMax: number): z.ZodMiniString<string> {
  // What a custom check bounds, no schema shows by itself.
  const bounds = { minLength: 1, maxLength: charactersMax };
  return z.string().register(z.globalRegistry, bounds).check((context) => {
    const input = context.value;
    const message = textFault(input, charactersMax);
    if (message !== undefined) context.issues.push({ code: "custom", message, input });
  });
}

/** The same, on one line. */
export function boundedLine(charactersMax: number): z.ZodMiniString<string> {
  return boundedText(charactersMax).check(
    z.regex(/^[^\p{Cc}\u2028\u2029]*$/u, "must be one line"),
    // What turns the direction of a line would turn what stands beside the name, too.
    z.regex(/^[^\p{Bidi_Control}]*$/u, "must not turn the direction of writing"),
  );
}

export const messageText = described(boundedText(textCharactersMax), "1–4,000 characters");

/** A name as it may be registered. */
export const userName: z.ZodMiniString<string> = described(
  z.string().check((context) => {
    const fault = context.value.isWellFormed() ? nameFault(context.value) : "must be Unicode text";
    if (fault !== undefined) {
      context.issues.push({ code: "custom", message: fault, input: context.value });
    }
  }),
  "1–32 letters, digits, emoji and _ . - ' of any script",
);

/** The name of someone who may or may not exist. */
export const otherName = described(
  z.string().check(z.minLength(1), z.maxLength(256)),
  "a user's name",
);

export const messageId = described(z.int().check(z.minimum(1)), "a message id");
export const roomId: z.ZodMiniString<string> = described(
  z.string().check(z.regex(/^(common|[1-9]\d{0,15})$/, "must be `common` or a room's id")),
  "`common` or a room's id",
);
export const cursor = described(z.string(), "a cursor, EPOCH-POSITION");
export const timestamp = described(z.string(), "ISO 8601 UTC with milliseconds");
export const moment = described(
  z.iso.datetime({ offset: true, error: "must be a time like 2026-11-20T18:30:00Z" }),
  "a time in ISO 8601 with its offset from UTC",
);
const spanWords = "a duration like 90s, 10m or 2h, or a number of seconds";
const notSpan = `must be ${spanWords}`;
export const span = described(
  z.union(
    [
      z.number().check(z.minimum(0)),
      z.string().check(z.regex(/^\d{1,12}(ms|s|m|h|d)?$/, notSpan)),
    ],
    { error: notSpan },
  ),
  spanWords,
);
export const fileIds = described(
  z.array(z.int().check(z.minimum(1))).check(z.maxLength(filesPerMessageMax)),
  "ids of uploaded files",
);
export const roomName = described(boundedLine(roomNameCharactersMax), "1–64 characters");

/** What `Idempotency-Key` may hold. */
export const idempotencyKey: z.ZodMiniString<string> = z.string().check(z.regex(
  new RegExp(`^[\\x21-\\x7e]{1,${idempotencyKeyCharactersMax}}$`),
  `must be 1–${idempotencyKeyCharactersMax} visible ASCII characters`,
));

export const roomKind = z.enum(["common", "private", "room"]);

/** What someone may be beside a user. */
export const role = z.enum(["owner", "moderator"]);
export type Role = z.infer<typeof role>;
/** The same, or that they are nothing more. */
export const roleOrNone = z.enum(["owner", "moderator", "none"], {
  error: "must be owner, moderator or none",
});
export type RoleOrNone = z.infer<typeof roleOrNone>;
