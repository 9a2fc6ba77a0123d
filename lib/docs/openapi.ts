/**
 * The API as an OpenAPI 3.1 document, made of the table of operations and the schemas that validate.
 *
 * @module
 */
import { eventGuide, noticeGuide } from "./event_guide.ts";
import { operationNotes } from "./operation_notes.ts";
import { type Operation, type OperationName, operations, topics } from "../api/operations.ts";
import { problemsAnywhere, problemsOf, shapeOf, statusMeanings } from "./outcomes.ts";
import {
  idempotencyKeyHeader,
  type Parameter,
  parametersOf,
  takesIdempotencyKey,
} from "./parameters.ts";
import { type ProblemCode, problemKinds } from "../api/problems.ts";
import { nothing } from "../api/schemas.ts";
import { type JsonSchema, requestSchema, shapeReference, shapeSchemas } from "./shapes.ts";

interface Reference {
  readonly $ref: string;
}

interface OpenApiHeader {
  readonly description: string;
  readonly schema: JsonSchema;
}

interface OpenApiParameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>;

export interface OpenApiResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Reference>>;
  readonly content?: Content;
}

export interface OpenApiOperation {
  readonly operationId: OperationName;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly (OpenApiParameter | Reference)[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, OpenApiResponse | Reference>>;
}

/** As much of OpenAPI 3.1 as is used here. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly summary: string;
    readonly description: string;
  };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, OpenApiResponse>>;
    readonly parameters: Readonly<Record<string, OpenApiParameter>>;
    readonly headers: Readonly<Record<string, OpenApiHeader>>;
    readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
}

/** What the document says of the server that gives it. */
export interface OpenApiFacts {
  /** Of the program, which is also that of its API. */
  readonly version: string;
}

const all = Object.entries(operations) as readonly (readonly [OperationName, Operation])[];

const description =
  "A self-hosted chat. The same, to be read, with an example of each operation: [/docs](/docs). " +
  "Every GET may be asked as HEAD.";

/** Written anew at each call; the same for the same facts. */
export function openApiDocument({ version }: OpenApiFacts): OpenApiDocument {
  return {
    openapi: "3.1.1",
    info: { title: "chat", version, summary: "The HTTP API of chat", description },
    // Relative to where the document is: it is true under any address.
    servers: [{ url: "/" }],
    tags: topics.map((name) => ({ name })),
    paths: paths(),
    components: {
      schemas: { ...shapeSchemas(), ...requestShapes() },
      responses: problemResponses(),
      parameters: { IdempotencyKey: openApiParameter(idempotencyKeyHeader, "header") },
      headers,
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "The token that `POST /connect` gave.",
        },
      },
    },
  };
}

function paths(): OpenApiDocument["paths"] {
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const [name, operation] of all) {
    const methods = paths[operation.route] ??= {};
    methods[operation.method.toLowerCase()] = describe(name, operation);
  }
  return paths;
}

function describe(name: OperationName, operation: Operation): OpenApiOperation {
  const notes = operationNotes[name];
  const parameters = parametersOf(name, operation).flatMap(parameterOf);
  const body = requestBody(name, operation);
  return {
    operationId: name,
    tags: [operation.topic],
    summary: operation.summary,
    ...(notes !== undefined && { description: notes }),
    security: securityOf(operation),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: body }),
    responses: { ...successes(name, operation), ...refusals(operation) },
  };
}

function securityOf({ access }: Operation): OpenApiOperation["security"] {
  switch (access) {
    case "token":
      return [{ token: [] }];
    case "maybe":
      return [{}, { token: [] }];
    case "open":
      return [];
  }
}

// Requests.

function parameterOf(parameter: Parameter): (OpenApiParameter | Reference)[] {
  if (parameter.place === "body") return [];
  if (parameter === idempotencyKeyHeader) {
    return [{ $ref: "#/components/parameters/IdempotencyKey" }];
  }
  return [openApiParameter(parameter, parameter.place)];
}

function openApiParameter(
  { name, required, description, schema }: Parameter,
  place: OpenApiParameter["in"],
): OpenApiParameter {
  return { name, in: place, required, ...(description !== undefined && { description }), schema };
}

function requestBody(
  name: OperationName,
  { takes, body }: Operation,
): OpenApiOperation["requestBody"] {
  // Without a schema it is bytes of any type.
  if (takes === "bytes") return { required: false, content: { "application/octet-stream": {} } };
  if (body === nothing) return undefined;
  const schema = { $ref: shapeReference(requestName(name)) };
  return {
    required: !body.safeParse({}).success,
    content: {
      "application/json": { schema },
      "application/x-www-form-urlencoded": { schema },
    },
  };
}

function requestName(name: OperationName): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Request`;
}

function requestShapes(): Record<string, JsonSchema> {
  return Object.fromEntries(
    all.filter(([, { body }]) => body !== nothing)
      .map(([name, { body }]) => [requestName(name), requestSchema(body)]),
  );
}

// Answers.

const headers: Readonly<Record<string, OpenApiHeader>> = {
  "Idempotency-Replayed": {
    description: "`true` if this is the answer to an earlier request with the same key",
    schema: { type: "string", const: "true" },
  },
  "Location": { description: "The path of what was made", schema: { type: "string" } },
  "RateLimit-Policy": {
    description: 'The limit that holds, as `"common";q=20;w=3600`: 20 in 3600 seconds',
    schema: { type: "string" },
  },
  "RateLimit": {
    description: 'What is left of it, as `"common";r=8;t=1260`: 8 for the next 1260 seconds',
    schema: { type: "string" },
  },
  "Retry-After": { description: "Seconds to wait", schema: { type: "integer" } },
  "WWW-Authenticate": {
    description: "How to show who you are",
    schema: { type: "string", const: "Bearer" },
  },
};

function headersNamed(...names: readonly string[]): Pick<OpenApiResponse, "headers"> {
  if (names.length === 0) return {};
  return {
    headers: Object.fromEntries(
      names.map((name) => [name, { $ref: `#/components/headers/${name}` }]),
    ),
  };
}

/** Operations that are told of the limit on messages. */
const limited: ReadonlySet<OperationName> = new Set<OperationName>(["send", "comment"]);

/** Operations whose 201 tells where to find what they have made. */
const located: ReadonlySet<OperationName> = new Set<OperationName>([
  "send",
  "comment",
  "uploadFile",
  "createRoom",
  "createLink",
]);

function successes(name: OperationName, operation: Operation): OpenApiOperation["responses"] {
  const replays = takesIdempotencyKey(operation) ? ["Idempotency-Replayed"] : [];
  const limits = limited.has(name) ? ["RateLimit-Policy", "RateLimit"] : [];
  return Object.fromEntries(operation.statuses.map((status) => {
    const content = contentOf(name, operation, status);
    return [status, {
      description: statusMeanings[status] ?? "Done",
      ...headersNamed(
        ...(status === 201 && located.has(name) ? ["Location"] : []),
        ...replays,
        ...limits,
      ),
      ...(content !== undefined && { content }),
    }];
  }));
}

function contentOf(
  name: OperationName,
  operation: Operation,
  status: number,
): Content | undefined {
  if (status === 204 || status === 304) return undefined;
  const shape = shapeOf(name, operation, status);
  return {
    ...(shape !== undefined && { "application/json": { schema: { $ref: shapeReference(shape) } } }),
    ...Object.fromEntries(operation.gives.map((type) => [type, textContent(name, type)])),
  };
}

function textContent(name: OperationName, type: string): { readonly schema?: JsonSchema } {
  if (type === "*/*") return {};
  if (type === "application/json") return { schema: { type: "object" } };
  const schema: JsonSchema = { type: "string" };
  const description = name === "events" ? streamDescriptions[type] : undefined;
  return { schema: description === undefined ? schema : { ...schema, description } };
}

const streamDescriptions: Readonly<Record<string, string>> = {
  "text/event-stream": [
    "Server-sent events. Each has the type as its `event` and a JSON object as its `data`: an Event,",
    "whose cursor is its `id`, or a StreamNotice (`caught_up`, `reset`, `bye`) without its `type`.",
    "A block with nothing but an `id` is the heartbeat, every 15 seconds.\n\nEvents:\n\n" +
    wordList(eventGuide) + "\n\nNotices:\n\n" + wordList(noticeGuide),
  ].join(" "),
  "application/x-ndjson": "One JSON object a line: an Event with its `cursor`, or a StreamNotice.",
  "text/plain": "One readable line a message, safe to print on a terminal.",
};

function wordList(guide: Readonly<Record<string, string>>): string {
  return Object.entries(guide).map(([type, meaning]) => `- \`${type}\`: ${meaning}`).join("\n");
}

// Problems.

/** The problems of one status are one response, which is kept once under this name. */
function responseName(codes: readonly ProblemCode[]): string {
  return codes.join(".");
}

/** Codes by their status, in their order. */
function byStatus(operation: Operation): readonly (readonly [string, readonly ProblemCode[]])[] {
  const groups = Map.groupBy(problemsOf(operation), (code) => problemKinds[code].status);
  return [...groups].map(([status, codes]) => [String(status), codes]);
}

function refusals(operation: Operation): OpenApiOperation["responses"] {
  const named = byStatus(operation).map(([status, codes]) =>
    [status, { $ref: `#/components/responses/${responseName(codes)}` }] as const
  );
  // What is met on the way to the operation is the same for all.
  return { ...Object.fromEntries(named), default: { $ref: "#/components/responses/other" } };
}

function problemResponses(): Record<string, OpenApiResponse> {
  const responses: Record<string, OpenApiResponse> = {};
  for (const [, operation] of all) {
    for (const [, codes] of byStatus(operation)) {
      responses[responseName(codes)] ??= problemResponse(codes);
    }
  }
  const other = problemsAnywhere.map((code) => `\`${code}\` (${problemKinds[code].status})`);
  return {
    ...responses,
    other: {
      description: `What any request may meet: ${other.join(", ")}`,
      content: problemContent({ $ref: shapeReference("Problem") }),
    },
  };
}

function problemResponse(codes: readonly ProblemCode[]): OpenApiResponse {
  const statuses = new Set<number>(codes.map((code) => problemKinds[code].status));
  return {
    description: codes.map((code) => `\`${code}\`: ${problemKinds[code].title}`).join("; "),
    ...headersNamed(
      ...(statuses.has(401) ? ["WWW-Authenticate"] : []),
      ...(statuses.has(429) || statuses.has(503) ? ["Retry-After"] : []),
    ),
    content: problemContent({
      $ref: shapeReference("Problem"),
      properties: { code: { enum: [...codes] } },
    }),
  };
}

function problemContent(schema: JsonSchema): Content {
  return { "application/problem+json": { schema } };
}
