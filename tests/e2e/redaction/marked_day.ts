/**
 * A day in a chat on which everything is secret: all that users do, and what goes wrong with it.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { type OperationName, operations } from "../../../lib/api/operations.ts";
import type { Asker } from "./asker.ts";
import type { Secrets } from "./secrets.ts";

/** Someone with a token and a password. */
export interface Person {
  readonly name: string;
  readonly token: string;
  readonly password: string;
}

/** Registers someone. */
export async function arrive(
  asker: Asker,
  secrets: Secrets,
  { called, invite }: { readonly called: string; readonly invite?: string },
): Promise<Person> {
  const name = secrets.marked(called);
  const password = secrets.marked("password");
  const by = invite === undefined ? {} : { invite };
  const token = await register(asker, secrets, { user: name, password, ...by });
  return { name, password, token };
}

/** Registers a name; gives the token. */
async function register(
  asker: Asker,
  secrets: Secrets,
  who: Readonly<Record<string, string>>,
): Promise<string> {
  const client = secrets.marked("label");
  const headers = { "idempotency-key": secrets.marked("key-of-a-registration") };
  const { token } = await asker.get("POST /connect", { fields: { ...who, client }, headers });
  return secrets.drawn("a token", token);
}

/** What people do all day, all of which succeeds. */
export async function ordinaryDay(asker: Asker, secrets: Secrets): Promise<void> {
  const alice = await arrive(asker, secrets, { called: "alice" });
  const bob = await arrive(asker, secrets, { called: "bob" });
  const { token } = alice;
  const { cursor } = await asker.get("POST /connect", { token });
  const message = await asker.get("POST /send", {
    token,
    json: { text: secrets.marked("text") },
    headers: { "idempotency-key": secrets.marked("key") },
  });
  await asker.get("POST /send", { token, json: { to: bob.name, text: secrets.marked("private") } });
  const comment = { message: message.id, text: secrets.marked("comment") };
  await asker.get("POST /comment", { token: bob.token, json: comment });
  for (const accept of ["text/event-stream", "application/x-ndjson", "text/plain"]) {
    await asker.overhear(`/events?after=${cursor}`, token, accept);
  }
  await asker.get(`GET /events?wait=1&after=${cursor}`, { token });
  await asker.get("POST /read", { token, json: { upto: message.id } });
  await asker.get(`GET /messages?to=${bob.name}`, { token });
  await asker.get(`GET /users?after=${bob.name}`, { token });
  await asker.get("GET /status", { token });

  const later = { text: secrets.marked("later"), in: "1h" };
  const scheduled = await asker.get("POST /send", { token, json: later });
  const change = { text: secrets.marked("changed") };
  await asker.get(`PATCH /scheduled/${scheduled.id}`, { token, json: change });
  await asker.get(`DELETE /scheduled/${scheduled.id}`, { token });
  const soon = { text: secrets.marked("soon"), in: 1 };
  await asker.get("POST /send", { token, json: soon });
  let told = await asker.get("GET /events?wait=0", { token });
  while (!told.events.some(({ type }: { type: string }) => type === "scheduled.sent")) {
    told = await asker.get(`GET /events?wait=5&after=${told.cursor}`, { token });
  }

  const file = await asker.get(`POST /files?name=${secrets.marked("file")}.txt`, {
    token,
    headers: { "content-type": `text/x-${secrets.marked("type")}` },
    body: secrets.marked("bytes"),
  });
  await asker.get("POST /send", { token, json: { files: [file.id], to: bob.name } });
  await asker.ask(`GET /files/${file.id}`, { token: bob.token });

  await rooms(asker, secrets, alice, bob);
  const reason = secrets.marked("reason");
  await asker.get("POST /report", { token: bob.token, json: { user: alice.name, reason } });

  const again = await asker.get("POST /connect", {
    fields: { user: bob.name, password: bob.password },
  });
  const tokens = await asker.get("GET /tokens", { token: secrets.drawn("a token", again.token) });
  await asker.get(`DELETE /tokens/${tokens.items[0].id}`, { token: again.token });
  await asker.get("PATCH /me", { token, json: { name: secrets.marked("renamed") } });
  await asker.get("PATCH /me", {
    token,
    json: { password: secrets.marked("new-password"), old_password: alice.password },
  });
  await asker.get(`DELETE /messages/${message.id}`, { token });
  await asker.get("POST /disconnect", { token });
}

async function rooms(
  asker: Asker,
  secrets: Secrets,
  alice: Person,
  bob: Person,
): Promise<void> {
  const { token } = alice;
  const named = (called: string) => ({ token, json: { name: secrets.marked(called) } });
  const { id: room } = await asker.get("POST /rooms", named("room"));
  await asker.get(`PATCH /rooms/${room}`, named("renamed-room"));
  await asker.get(`POST /rooms/${room}/invitations`, { token, json: { user: bob.name } });
  await asker.get(`POST /invitations/${room}`, { token: bob.token, json: { accept: true } });
  await asker.get("POST /send", { token, json: { room, text: secrets.marked("room-text") } });
  await asker.get(`DELETE /rooms/${room}/members/${bob.name}`, { token: bob.token });
  const { code } = await asker.get(`POST /rooms/${room}/links`, { token, json: {} });
  secrets.drawn("the code of a link", code);
  await asker.get("POST /join", { token: bob.token, json: { code } });
  await asker.get("GET /join");
  await asker.get(`POST /rooms/${room}/requests/${bob.name}`, { token, json: { approve: true } });
  await asker.get(`DELETE /rooms/${room}`, { token });
}

/** Whoever looks after the chat does what they may. */
export async function moderation(asker: Asker, secrets: Secrets, owner: Person): Promise<void> {
  const { token } = owner;
  const mallory = await arrive(asker, secrets, { called: "mallory" });
  const invite = await asker.get("POST /invites", { token, json: {} });
  secrets.drawn("the code of an invite", invite.code);
  await asker.get(`DELETE /invites/${invite.id}`, { token });
  const ban = { user: mallory.name, for: "1h", reason: secrets.marked("reason") };
  await asker.get("POST /bans", { token, json: ban });
  const text = secrets.marked("banned-text");
  assertEquals(
    (await asker.ask("POST /send", { token: mallory.token, json: { text } })).status,
    403,
  );
  await asker.get(`DELETE /bans/${mallory.name}`, { token });
  await asker.get("POST /roles", { token, json: { user: mallory.name, role: "moderator" } });
  for (const list of ["reports", "bans", "roles", "invites", "audit"]) {
    await asker.get(`GET /${list}`, { token });
  }
  await asker.get("POST /roles", { token, json: { user: mallory.name, role: "none" } });
  await asker.get(`DELETE /users/${mallory.name}`, { token });
}

/** Asks for each operation there is, with secrets wherever it takes something. */
export async function everyOperation(asker: Asker, secrets: Secrets): Promise<void> {
  for (const name of Object.keys(operations) as OperationName[]) {
    const { method, route, query, body, takes } = operations[name];
    // Some of them revoke the token.
    const token = await register(asker, secrets, { user: secrets.marked("sweeper") });
    const path = route.replaceAll(/\{\w+\}/g, () => secrets.marked("parameter"));
    const values = (names: object) =>
      Object.fromEntries(Object.keys(names).map((field) => [field, secrets.marked(field)]));
    const asked = `${path}?${new URLSearchParams({ ...values(query.shape), token })}`;
    const headers = {
      "idempotency-key": secrets.marked("key"),
      "if-match": `"${secrets.marked("tag")}"`,
      range: `bytes=${secrets.marked("range")}`,
      accept: `text/${secrets.marked("type")}`,
      cookie: `token=${token}`,
      "user-agent": secrets.marked("agent"),
      referer: `http://localhost/${secrets.marked("page")}`,
    };
    const json = values(body.shape);
    const carried = method === "GET" ? {} : takes === "bytes" ? { body: token } : { json };
    await asker.ask(`${method} ${asked}`, { token, headers, ...carried });
    await asker.ask(`${method} ${path}`, { token, ...carried });
    await asker.ask(`${method} ${path}`, { token: secrets.marked("token"), ...carried });
    await asker.ask(`${method} ${path}`, carried);
  }
}
