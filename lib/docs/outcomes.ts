/**
 * How each operation may end: what it answers with which status, and which problems it may meet.
 *
 * @module
 */
import type * as z from "zod/mini";
import type { Operation, OperationName } from "../api/operations.ts";
import { takesIdempotencyKey } from "./parameters.ts";
import { type ProblemCode, problemKinds } from "../api/problems.ts";
import { message, nothing, scheduled } from "../api/schemas.ts";
import { type ShapeName, shapeName } from "./shapes.ts";

/** What statuses of success mean. */
export const statusMeanings: Readonly<Record<number, string>> = {
  200: "Done",
  201: "Made",
  202: "Accepted, and not done yet",
  204: "Done, and there is nothing to tell",
  206: "The range that was asked for",
  304: "What you have is what there is",
};

/** Answers that differ from status to status. */
const answersByStatus: Readonly<
  Partial<Record<OperationName, Readonly<Record<number, z.ZodMiniType>>>>
> = { send: { 201: message, 202: scheduled } };

/**
 * The shape of the JSON that an operation answers with a status; `undefined` if it answers none.
 *
 * @throws {Error} if it has no name: a shape was forgotten.
 */
export function shapeOf(
  name: OperationName,
  { answer }: Operation,
  status: number,
): ShapeName | undefined {
  if (answer === undefined || status === 204 || status === 304) return undefined;
  const shape = shapeName(answersByStatus[name]?.[status] ?? answer);
  if (shape === undefined) throw new Error(`Cannot describe ${name}: its answer has no name`);
  return shape;
}

/** What any request may meet before it comes to an operation, and is not repeated for each. */
export const problemsAnywhere: readonly ProblemCode[] = [
  // A page of another site asks.
  "forbidden",
  "method_not_allowed",
  "timeout",
  "length_required",
  "precondition_failed",
  "uri_too_long",
  // Its body is compressed.
  "unsupported_media_type",
  "expectation_failed",
  "misdirected",
  "headers_too_large",
  "not_implemented",
  "version_not_supported",
];

/** What every operation may meet. */
export const problemsEverywhere: readonly ProblemCode[] = [
  "malformed",
  "internal",
  "busy",
  "shutting_down",
];

/** All that an operation may meet but {@linkcode problemsAnywhere}, by status. */
export function problemsOf(operation: Operation): readonly ProblemCode[] {
  const { access, method, takes, path, body, problems } = operation;
  const bytes = takes === "bytes";
  const fields = body !== nothing;
  const codes = new Set<ProblemCode>([
    ...problems,
    ...problemsEverywhere,
    ...(access === "open" ? [] : ["unauthorized"] as const),
    // What can't be an id names nothing.
    ...(path === nothing ? [] : ["not_found"] as const),
    ...(method === "GET" ? [] : ["too_large"] as const),
    ...(fields && !bytes ? ["unsupported_media_type"] as const : []),
    // No operation takes a field that it does not know.
    "invalid",
    // To be let in by another request is another request, whatever its key.
    ...(takesIdempotencyKey(operation) && access === "token"
      ? ["idempotency_mismatch"] as const
      : []),
  ]);
  const all = Object.keys(problemKinds) as ProblemCode[];
  return all.filter((code) => codes.has(code)).toSorted((one, other) =>
    problemKinds[one].status - problemKinds[other].status
  );
}
