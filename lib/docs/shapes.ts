/**
 * The named shapes of what is answered, and everything on the wire as JSON Schema.
 *
 * @module
 */
import * as z from "zod/mini";
import { problemKinds } from "../api/problems.ts";
import { problemSchema } from "../api/schemas/problem.ts";
import * as schemas from "../api/schemas.ts";

/** A JSON Schema of draft 2020-12, as far as ours go. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** What is answered, by the names that the documentation has for it. */
export const shapes = {
  Message: schemas.message,
  MessagePage: schemas.messagePage,
  Attachment: schemas.attachment,
  File: schemas.file,
  Scheduled: schemas.scheduled,
  ScheduledList: schemas.scheduledList,
  ReadMark: schemas.readAnswer,
  Event: schemas.event,
  StreamNotice: schemas.streamNotice,
  Poll: schemas.pollAnswer,
  Arrival: schemas.connectAnswer,
  Token: schemas.tokenItem,
  TokenList: schemas.tokenList,
  Profile: schemas.profile,
  RoomSummary: schemas.roomSummary,
  RoomList: schemas.roomList,
  Room: schemas.roomDetail,
  Invitation: schemas.invitation,
  InvitationList: schemas.invitationList,
  Invited: schemas.invited,
  InvitationAnswered: schemas.invitationAnswered,
  Link: schemas.link,
  NewLink: schemas.newLink,
  LinkList: schemas.linkList,
  Joining: schemas.joinAnswer,
  JoinRequestList: schemas.joinRequestList,
  JoinRequestAnswered: schemas.joinRequestAnswered,
  User: schemas.userItem,
  UserList: schemas.userList,
  Report: schemas.reportAnswer,
  OpenReport: schemas.openReport,
  OpenReportPage: schemas.openReportPage,
  ReportsDismissed: schemas.reportsDismissed,
  Ban: schemas.ban,
  BanList: schemas.banList,
  RoleList: schemas.roleList,
  RoleChanged: schemas.roleChanged,
  RegistrationInvite: schemas.registrationInvite,
  NewRegistrationInvite: schemas.newRegistrationInvite,
  RegistrationInviteList: schemas.registrationInviteList,
  AuditEntry: schemas.auditEntry,
  AuditPage: schemas.auditPage,
  Status: schemas.statusAnswer,
  Health: schemas.health,
  Readiness: schemas.readiness,
  Problem: problemSchema,
} as const satisfies Record<string, z.ZodMiniType>;

export type ShapeName = keyof typeof shapes;
export const shapeNames = Object.keys(shapes) as readonly ShapeName[];

const nameOf: ReadonlyMap<z.ZodMiniType, ShapeName> = new Map(
  shapeNames.map((name) => [shapes[name], name]),
);

/** What a shape is called, of a schema that has a name. */
export function shapeName(schema: z.ZodMiniType): ShapeName | undefined {
  return nameOf.get(schema);
}

/** Where the OpenAPI document keeps a shape. */
export function shapeReference(name: string): string {
  return `#/components/schemas/${name}`;
}

/** Every shape; where one holds another, it refers to it by {@linkcode shapeReference}. */
export function shapeSchemas(): Readonly<Record<ShapeName, JsonSchema>> {
  const registry = z.registry<{ id: string }>();
  for (const name of shapeNames) registry.add(shapes[name], { id: name });
  const written = z.toJSONSchema(registry, {
    uri: shapeReference,
    io: "output",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      plainer(jsonSchema);
      // More may be told one day, and a client that minds would break for nothing.
      delete jsonSchema.additionalProperties;
    },
  }).schemas;
  const entries = shapeNames.map((name) => [name, withoutAddress(written[name] ?? {})] as const);
  const all = Object.fromEntries(entries) as Record<ShapeName, JsonSchema>;
  return { ...all, Problem: withCodes(all.Problem) };
}

/** What a request may say; checks that JSON Schema has no word for are left out. */
export function requestSchema(schema: z.ZodMiniType): JsonSchema {
  return withoutAddress(z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => plainer(jsonSchema),
  }));
}

/** Says less of what nobody asks, and what code generators must know. */
function plainer(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.type === "integer") {
    if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
    if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
    // Ids outgrow the 32 bits that some take an integer for.
    schema.format = "int64";
  }
  // The pattern of a time has 300 characters, and says what the format does.
  if (schema.format === "date-time") delete schema.pattern;
}

/** In the document a schema is known by its place, and its dialect is that of all. */
function withoutAddress({ $schema: _dialect, $id: _place, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

function withCodes(problem: JsonSchema): JsonSchema {
  const code: JsonSchema = {
    type: "string",
    description: "which problem it is, for programs",
    enum: Object.keys(problemKinds),
  };
  return { ...problem, properties: { ...problem.properties, code } };
}
