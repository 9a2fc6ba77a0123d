/**
 * Reads what a request says, as its operation's schemas have it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import * as z from "zod/mini";
import { decodeForm, fieldFaults } from "../../lib/api/form.ts";
import type { Operation } from "../../lib/api/operations.ts";
import { idempotencyKey, nothing } from "../../lib/api/schemas.ts";
import type { Retry } from "../../lib/domain/receipt.ts";
import type { FieldLines, Request, RequestBody } from "../http/mod.ts";
import { Failure, invalid } from "./failure.ts";
import { essence } from "./media_type.ts";

/**
 * Refuses, before it is read, a body that could not be understood.
 *
 * A file, too, comes as it is: what is kept must be what its hash is of, and what is given to those
 * who ask for it.
 *
 * @throws {Failure} `unsupported_media_type` if it is coded (RFC 9110 §8.4) or of a type that can't be
 * read, and `length_required` if there should be a file and nothing says where it ends (§15.5.12), for
 * one that was forgotten is more likely than one that is empty.
 */
export function requireReadable(
  headers: FieldLines,
  { declaredBytes }: RequestBody,
  takes: Operation["takes"],
): void {
  if (declaredBytes !== 0) {
    const coding = headers.get("content-encoding")?.toLowerCase() || "identity";
    if (coding !== "identity") {
      throw new Failure("unsupported_media_type", "A body can't have a Content-Encoding here.", {
        headers: [["Accept-Encoding", "identity"]],
      });
    }
    // One in chunks may turn out to be empty, and then it needs no type.
    if (takes !== "bytes" && declaredBytes !== undefined) bodyTypeOf(headers);
    return;
  }
  if (takes === "bytes" && !headers.has("content-length")) {
    throw new Failure("length_required", "Send the file with its Content-Length, or in chunks.");
  }
}

function bodyTypeOf(headers: FieldLines): "json" | "form" {
  const type = essence(headers.get("content-type") ?? "");
  if (type === "application/json") return "json";
  if (type === "application/x-www-form-urlencoded") return "form";
  throw new Failure(
    "unsupported_media_type",
    "A body is application/json or application/x-www-form-urlencoded.",
    { headers: [["Accept", "application/json, application/x-www-form-urlencoded"]] },
  );
}

/** What a request says. */
export interface Reading {
  readonly path: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly retry?: Retry;
}

/**
 * Checks path, query, body and idempotency key.
 *
 * @throws {Failure} naming what can't be taken.
 */
export function readRequest(
  operation: Operation,
  parameters: Readonly<Record<string, string>>,
  request: Request,
  text: string,
): Reading {
  const path = operation.path === nothing ? {} : parsePath(operation, parameters);
  const query = operation.query === nothing && request.query === ""
    ? {}
    : parse(operation.query, decodeForm(operation.query, request.query));
  const body = operation.body === nothing && text === ""
    ? {}
    : parse(operation.body, decodeBody(operation, request, text));
  const retry = operation.method === "GET" ? undefined : parseRetry(request, text);
  return { path, query, body, ...(retry !== undefined && { retry }) };
}

/** By schema, the same one compiled: a tenth of the time for a request that is valid. */
const compiledSchemas = new WeakMap<z.ZodMiniObject, z.ZodMiniObject>();

/** Compiled at its first request: all of them at once would make the server start later. */
function compiled(schema: z.ZodMiniObject): z.ZodMiniObject {
  const known = compiledSchemas.get(schema);
  if (known !== undefined) return known;
  const made = z.compile(schema);
  compiledSchemas.set(schema, made);
  return made;
}

function parse(schema: z.ZodMiniObject, value: unknown): unknown {
  const result = compiled(schema).safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw invalid(fieldFaults(result.error));
}

function parsePath(operation: Operation, parameters: Readonly<Record<string, string>>): unknown {
  const form = new URLSearchParams(parameters).toString();
  const result = compiled(operation.path).safeParse(decodeForm(operation.path, form));
  if (result.success) return result.data;
  // What can't be an id names nothing.
  throw new Failure("not_found", "There is nothing at this path.");
}

function decodeBody(operation: Operation, request: Request, text: string): unknown {
  if (text === "") return {};
  return bodyTypeOf(request.headers) === "json"
    ? decodeJson(text)
    : decodeForm(operation.body, checkEscapes(text));
}

/** Escapes of bytes that are no UTF-8 would be read as something that nobody has written. */
function checkEscapes(form: string): string {
  try {
    for (const run of form.match(/(?:%[89a-f][0-9a-f])+/gi) ?? []) decodeURIComponent(run);
    return form;
  } catch {
    throw new Failure("malformed", "The body is not UTF-8.");
  }
}

function decodeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure("malformed", "The body is not JSON.");
  }
}

function parseRetry(request: Request, body: string): Retry | undefined {
  const given = request.headers.get("idempotency-key");
  if (given === undefined) return undefined;
  const key = idempotencyKey.safeParse(given);
  if (!key.success) {
    throw invalid([{
      field: "Idempotency-Key",
      message: key.error.issues[0]?.message ?? "is not valid",
    }]);
  }
  const fingerprint = createHash("sha256")
    .update(`${request.method} ${request.path}?${request.query}\n`)
    .update(body)
    .digest("base64url");
  return { key: key.data, fingerprint };
}
