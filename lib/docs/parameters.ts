/**
 * What a request may be given: in its path, its query, its headers and the fields of its body.
 *
 * @module
 */
import type * as z from "zod/mini";
import { type Operation, type OperationName, operations } from "../api/operations.ts";
import { idempotencyKey } from "../api/schemas.ts";
import { type JsonSchema, requestSchema } from "./shapes.ts";

export type Place = "path" | "query" | "header" | "body";

export interface Parameter {
  readonly name: string;
  readonly place: Place;
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

/** `Idempotency-Key`, which all that changes something takes. */
export const idempotencyKeyHeader: Parameter = header(
  "Idempotency-Key",
  "the same request again under the same key gets the first answer, and happens once",
  requestSchema(idempotencyKey),
);

const conditions: readonly Parameter[] = [
  header("If-None-Match", "the `ETag` of what you have; 304 if it is still that"),
  header("If-Match", "the `ETag` that it must have; 412 if it has another one"),
];

const acceptedCodings = header("Accept-Encoding", "`br` or `gzip` to get it compressed");

/** Headers that one operation understands. */
const ownHeaders: Readonly<Partial<Record<OperationName, readonly Parameter[]>>> = {
  events: [header("Last-Event-ID", "a cursor; wins over `after`")],
  downloadFile: [
    header("Range", "the bytes that are wanted, as `bytes=0-4`"),
    header("If-Range", "the `ETag` that the range is of; all of it comes if it is another one"),
    ...conditions,
  ],
  openapi: [...conditions, acceptedCodings],
  docs: [...conditions, acceptedCodings],
};

function header(
  name: string,
  description: string,
  schema: JsonSchema = { type: "string" },
): Parameter {
  return { name, place: "header", required: false, description, schema };
}

/** Whether an idempotency key does anything: who repeats a disconnection is not let in any more. */
export function takesIdempotencyKey(operation: Operation): boolean {
  return operation.method !== "GET" && operation !== operations.disconnect;
}

/** In the order in which they come in a request; fields of the body last. */
export function parametersOf(name: OperationName, operation: Operation): readonly Parameter[] {
  return [
    ...fieldsOf("path", operation.path),
    ...fieldsOf("query", operation.query),
    ...ownHeaders[name] ?? [],
    ...takesIdempotencyKey(operation) ? [idempotencyKeyHeader] : [],
    ...fieldsOf("body", operation.body),
  ];
}

function fieldsOf(place: Place, object: z.ZodMiniObject): Parameter[] {
  const { properties = {}, required = [] } = requestSchema(object);
  return Object.entries(properties).flatMap(([name, property]) => {
    if (typeof property === "boolean") return [];
    const { description, ...schema } = property;
    return [{
      name,
      place,
      required: required.includes(name),
      ...(description !== undefined && { description }),
      schema,
    }];
  });
}
