/**
 * The shape of an error.
 *
 * @module
 */
import * as z from "zod/mini";

/** What an answer of `application/problem+json` holds. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  errors: z.optional(z.array(z.object({ field: z.string(), message: z.string() }))),
  limit: z.optional(z.int()),
  resets_at: z.optional(z.string()),
  banned_until: z.optional(z.string()),
  request_id: z.optional(z.string()),
});

export type Problem = z.infer<typeof problemSchema>;
