/**
 * A room with its owner, a member and a stranger, for the tests of rooms and of what happens in them.
 *
 * @module
 */
import { assert } from "@std/assert";
import type { Role } from "../../../lib/domain/role.ts";
import { foldName } from "../../../lib/text/names.ts";
import type { Answered, Api } from "./driver.ts";

export interface Garden {
  /** The owner. */
  readonly alice: string;
  /** A member. */
  readonly bob: string;
  /** Someone who knows nothing of it. */
  readonly carol: string;
  readonly room: string;
  /** The private chat of alice and bob. */
  readonly chat: string;
}

export async function prepareGarden(api: Api): Promise<Garden> {
  const [alice, bob, carol] = [
    await api.connect("alice"),
    await api.connect("bob"),
    await api.connect("carol"),
  ];
  const { json } = await api.get({ ask: "POST /rooms", token: alice, json: { name: "garden" } });
  const garden = { alice, bob, carol, room: json.id };
  await letIn(api, garden, { name: "bob", token: bob });
  const secret = await api.send(alice, "between us", { to: "bob" });
  const { json: message } = await api.get({ ask: `GET /messages/${secret}`, token: alice });
  return { ...garden, chat: message.room };
}

/** alice invites someone into the garden, who accepts. */
export async function letIn(
  api: Api,
  { alice, room }: Pick<Garden, "alice" | "room">,
  { name, token }: { readonly name: string; readonly token: string },
): Promise<void> {
  await api.get({ ask: `POST /rooms/${room}/invitations`, token: alice, json: { user: name } });
  await api.get({ ask: `POST /invitations/${room}`, token, json: { accept: true } });
}

/** alice makes a link into the garden. */
export async function makeLink(
  api: Api,
  { alice, room }: Garden,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly id: number; readonly code: string }> {
  const ask = `POST /rooms/${room}/links`;
  return (await api.get({ ask, token: alice, json: fields })).json;
}

/** Three strangers report someone, which bans them. */
export async function ban(api: Api, name: string): Promise<void> {
  for (const reporter of ["witness-1", "witness-2", "witness-3"]) {
    const token = await api.connect(reporter);
    await api.get({ ask: "POST /report", token, json: { user: name } });
  }
}

/** Whoever runs the server gives someone a role. */
export async function appoint(api: Api, name: string, role: Role): Promise<void> {
  const done = await api.engine.submit({ type: "role.set", user: foldName(name), role });
  assert(done.ok);
}

/** The value that each item of a list has by a name. */
export function column({ json }: Answered, name: string): unknown[] {
  return json.items.map((item: Record<string, unknown>) => item[name]);
}
