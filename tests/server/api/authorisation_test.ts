/**
 * Who may do what: every operation, asked by everyone, and what must not show to whom.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { OperationName } from "../../../lib/api/operations.ts";
import { operations } from "../../../lib/api/operations.ts";
import { Api, type Ask, type MemoryStream, withApi } from "./driver.ts";
import { appoint } from "./garden.ts";

/** Those who ask, by what they are to the room; the last ones, by what they are to the server. */
const roles = [
  "nobody",
  "revoked",
  "stranger",
  "pending",
  "former",
  "banned",
  "member",
  "owner",
  "deleted",
  "moderator",
  "chief",
] as const;
type Role = (typeof roles)[number];

/** What only some may ever see, each with those who may. */
const secrets: Readonly<Record<string, readonly Role[]>> = {
  "said-in-the-room": ["banned", "member", "owner"],
  "named-in-the-room.txt": ["banned", "member", "owner"],
  "written-in-the-room": ["banned", "member", "owner"],
  // Whoever has a link has seen what it leads to.
  "hidden garden": ["pending", "former", "banned", "member", "owner"],
  "said-to-the-member": ["member", "owner"],
  "to-be-said-later": ["owner"],
  "why-it-was-reported": [],
  "why-it-was-banned": [],
};

/** Those who know nothing of the room, but may ask to enter it. */
const outsiders: readonly Role[] = ["stranger", "moderator", "chief"];

/** What an answer tells the one who asks, beside what they may see anyway. */
function toldBy(name: OperationName, role: Role): readonly string[] {
  // A stranger who asks to join learns where.
  if (name === "join" && outsiders.includes(role)) return ["hidden garden"];
  if (role !== "moderator" && role !== "chief") return [];
  if (name === "listReports") return ["why-it-was-reported"];
  return name === "listAudit" ? ["why-it-was-banned"] : [];
}

/** What its events tell. */
function toldAfter(name: OperationName, role: Role): readonly string[] {
  // An owner's invitation tells the stranger the room's name.
  if (name === "invite" && role === "stranger") return ["hidden garden"];
  return name === "join" && outsiders.includes(role) ? ["hidden garden"] : [];
}

/** What there is to ask about. */
interface World {
  readonly tokens: Readonly<Record<Role, string | undefined>>;
  readonly room: string;
  readonly message: number;
  readonly file: number;
  readonly scheduled: number;
  readonly link: number;
  readonly code: string;
  /** One of the owner's clients. */
  readonly tokenId: number;
  /** An invitation to register. */
  readonly registrationInvite: number;
  readonly streams: ReadonlyMap<Role, MemoryStream>;
  readonly cursor: string;
}

async function build(api: Api): Promise<World> {
  const owner = await api.connect("owner", { password: "the owner's" });
  const revoked = await api.connect("owner", { password: "the owner's" });
  // One that is only there to be asked about.
  await api.connect("owner", { password: "the owner's" });
  const people = {
    stranger: await api.connect("stranger"),
    pending: await api.connect("pending"),
    former: await api.connect("former"),
    banned: await api.connect("banned"),
    member: await api.connect("member"),
    deleted: await api.connect("deleted"),
    moderator: await api.connect("moderator"),
    chief: await api.connect("chief"),
  };
  const tokens = { nobody: undefined, revoked, owner, ...people };
  const { cursor } = (await api.get({ ask: "POST /connect", token: owner })).json;
  const streams = new Map<Role, MemoryStream>();
  for (const role of roles) {
    const token = tokens[role];
    if (token !== undefined) {
      const headers = { Accept: "application/x-ndjson" };
      streams.set(role, await api.listen(token, headers));
    }
  }
  const { items } = (await api.get({ ask: "GET /tokens", token: owner })).json;
  await api.get({ ask: `DELETE /tokens/${items[1].id}`, token: owner });

  const { id: room } = (await api.get({
    ask: "POST /rooms",
    token: owner,
    json: { name: "hidden garden" },
  })).json;
  for (const name of ["former", "banned", "member"] as const) {
    await api.get({ ask: `POST /rooms/${room}/invitations`, token: owner, json: { user: name } });
    await api.get({
      ask: `POST /invitations/${room}`,
      token: people[name],
      json: { accept: true },
    });
  }
  await api.get({ ask: `DELETE /rooms/${room}/members/former`, token: owner });
  const link = (await api.get({ ask: `POST /rooms/${room}/links`, token: owner, json: {} })).json;
  await api.get({ ask: "POST /join", token: people.pending, json: { code: link.code } });
  const file = (await api.get({
    ask: "POST /files?name=named-in-the-room.txt",
    token: owner,
    bytes: new TextEncoder().encode("written-in-the-room"),
  })).json.id;
  const message = await api.send(owner, "said-in-the-room", { room, files: [file] });
  await api.send(owner, "said-to-the-member", { to: "member" });
  const scheduled = await api.send(owner, "to-be-said-later", { room, in: "1h" });
  for (const name of ["reporter-one", "reporter-two", "reporter-three"]) {
    const token = await api.connect(name);
    const json = { user: "banned", reason: "why-it-was-reported" };
    await api.get({ ask: "POST /report", token, json });
  }
  await appoint(api, "moderator", "moderator");
  await appoint(api, "chief", "owner");
  await api.get({ ask: "DELETE /users/deleted", token: people.chief });
  await api.get({
    ask: "POST /bans",
    token: people.moderator,
    json: { user: "reporter-two", reason: "why-it-was-banned" },
  });
  const invite = await api.get({ ask: "POST /invites", token: people.moderator, json: {} });
  return {
    tokens,
    room,
    message,
    file,
    scheduled,
    link: link.id,
    code: link.code,
    tokenId: items[2].id,
    registrationInvite: invite.json.id,
    streams,
    cursor,
  };
}

/** The answer that a role gets: a status, and the code of the problem if it is one. */
type Expected = string;

/** What those get who have no valid token. */
const unknown: Partial<Record<Role, Expected>> = {
  nobody: "401 unauthorized",
  revoked: "401 unauthorized",
  deleted: "401 unauthorized",
};

/** What those get to whom the room does not exist. */
const outside: Partial<Record<Role, Expected>> = {
  ...unknown,
  stranger: "404 not_found",
  pending: "404 not_found",
  former: "404 not_found",
  moderator: "404 not_found",
  chief: "404 not_found",
};

const ownersOnly: Partial<Record<Role, Expected>> = {
  ...outside,
  banned: "403 forbidden",
  member: "403 forbidden",
};

const nobodyElses: Partial<Record<Role, Expected>> = {
  ...ownersOnly,
  banned: "404 not_found",
  member: "404 not_found",
};

const moderatorsOnly: Partial<Record<Role, Expected>> = {
  ...unknown,
  stranger: "403 forbidden",
  pending: "403 forbidden",
  former: "403 forbidden",
  banned: "403 forbidden",
  member: "403 forbidden",
  owner: "403 forbidden",
};

const chiefsOnly: Partial<Record<Role, Expected>> = {
  ...moderatorsOnly,
  moderator: "403 forbidden",
};

interface Row {
  readonly ask: (world: World) => Omit<Ask, "token">;
  /** What is answered to everyone of whom nothing else is said. */
  readonly all: Expected;
  readonly but?: Partial<Record<Role, Expected>>;
}

const table: Readonly<Record<OperationName, Row>> = {
  connect: {
    ask: () => ({ ask: "POST /connect", json: {} }),
    all: "200",
    but: { ...unknown, nobody: "422 invalid" },
  },
  disconnect: { ask: () => ({ ask: "POST /disconnect" }), all: "204", but: unknown },
  listTokens: { ask: () => ({ ask: "GET /tokens" }), all: "200", but: unknown },
  revokeToken: {
    ask: ({ tokenId }) => ({ ask: `DELETE /tokens/${tokenId}` }),
    all: "204",
    but: nobodyElses,
  },
  changeProfile: {
    ask: () => ({ ask: "PATCH /me", json: { name: "somebody-else" } }),
    all: "200",
    but: { ...unknown, banned: "403 banned" },
  },
  send: {
    ask: ({ room }) => ({ ask: "POST /send", json: { text: "hello", room } }),
    all: "201",
    but: { ...outside, banned: "403 banned" },
  },
  comment: {
    ask: ({ message }) => ({ ask: "POST /comment", json: { message, text: "hello" } }),
    all: "201",
    but: { ...outside, banned: "403 banned" },
  },
  listMessages: {
    ask: ({ room }) => ({ ask: `GET /messages?room=${room}` }),
    all: "200",
    but: outside,
  },
  getMessage: {
    ask: ({ message }) => ({ ask: `GET /messages/${message}` }),
    all: "200",
    but: outside,
  },
  listComments: {
    ask: ({ message }) => ({ ask: `GET /messages/${message}/comments` }),
    all: "200",
    but: outside,
  },
  read: {
    ask: ({ room, message }) => ({ ask: "POST /read", json: { room, upto: message } }),
    all: "200",
    but: outside,
  },
  deleteMessage: {
    ask: ({ message }) => ({ ask: `DELETE /messages/${message}` }),
    all: "204",
    but: ownersOnly,
  },
  events: {
    ask: ({ cursor }) => ({ ask: `GET /events?after=${cursor}&wait=0` }),
    all: "200",
    but: unknown,
  },
  listScheduled: { ask: () => ({ ask: "GET /scheduled" }), all: "200", but: unknown },
  getScheduled: {
    ask: ({ scheduled }) => ({ ask: `GET /scheduled/${scheduled}` }),
    all: "200",
    but: nobodyElses,
  },
  changeScheduled: {
    ask: ({ scheduled }) => ({ ask: `PATCH /scheduled/${scheduled}`, json: { in: "2h" } }),
    all: "200",
    but: nobodyElses,
  },
  cancelScheduled: {
    ask: ({ scheduled }) => ({ ask: `DELETE /scheduled/${scheduled}` }),
    all: "204",
    but: nobodyElses,
  },
  uploadFile: {
    ask: () => ({ ask: "POST /files?name=a.txt", bytes: new TextEncoder().encode("a") }),
    all: "201",
    but: { ...unknown, banned: "403 banned" },
  },
  downloadFile: { ask: ({ file }) => ({ ask: `GET /files/${file}` }), all: "200", but: outside },
  listRooms: { ask: () => ({ ask: "GET /rooms" }), all: "200", but: unknown },
  createRoom: {
    ask: () => ({ ask: "POST /rooms", json: { name: "mine" } }),
    all: "201",
    but: { ...unknown, banned: "403 banned" },
  },
  getRoom: { ask: ({ room }) => ({ ask: `GET /rooms/${room}` }), all: "200", but: outside },
  changeRoom: {
    ask: ({ room }) => ({ ask: `PATCH /rooms/${room}`, json: { name: "taken over" } }),
    all: "200",
    but: ownersOnly,
  },
  deleteRoom: {
    ask: ({ room }) => ({ ask: `DELETE /rooms/${room}` }),
    all: "204",
    but: ownersOnly,
  },
  invite: {
    ask: ({ room }) => ({ ask: `POST /rooms/${room}/invitations`, json: { user: "stranger" } }),
    all: "201",
    but: ownersOnly,
  },
  listInvitations: { ask: () => ({ ask: "GET /invitations" }), all: "200", but: unknown },
  answerInvitation: {
    ask: ({ room }) => ({ ask: `POST /invitations/${room}`, json: { accept: true } }),
    all: "404 not_found",
    but: unknown,
  },
  createLink: {
    ask: ({ room }) => ({ ask: `POST /rooms/${room}/links`, json: {} }),
    all: "201",
    but: ownersOnly,
  },
  listLinks: {
    ask: ({ room }) => ({ ask: `GET /rooms/${room}/links` }),
    all: "200",
    but: ownersOnly,
  },
  revokeLink: {
    ask: ({ room, link }) => ({ ask: `DELETE /rooms/${room}/links/${link}` }),
    all: "204",
    but: ownersOnly,
  },
  join: {
    ask: ({ code }) => ({ ask: "POST /join", json: { code } }),
    all: "409 already_member",
    but: {
      ...unknown,
      stranger: "202",
      former: "202",
      moderator: "202",
      chief: "202",
      pending: "409 pending_approval",
    },
  },
  listRequests: {
    ask: ({ room }) => ({ ask: `GET /rooms/${room}/requests` }),
    all: "200",
    but: ownersOnly,
  },
  answerRequest: {
    ask: ({ room }) => ({ ask: `POST /rooms/${room}/requests/pending`, json: { approve: true } }),
    all: "200",
    but: ownersOnly,
  },
  removeMember: {
    ask: ({ room }) => ({ ask: `DELETE /rooms/${room}/members/member` }),
    all: "204",
    but: { ...outside, banned: "403 forbidden" },
  },
  listUsers: { ask: () => ({ ask: "GET /users" }), all: "200", but: unknown },
  report: {
    ask: () => ({ ask: "POST /report", json: { user: "reporter-one" } }),
    all: "201",
    but: unknown,
  },
  listReports: { ask: () => ({ ask: "GET /reports" }), all: "200", but: moderatorsOnly },
  dismissReports: {
    ask: () => ({ ask: "DELETE /reports/banned" }),
    all: "200",
    but: moderatorsOnly,
  },
  listBans: { ask: () => ({ ask: "GET /bans" }), all: "200", but: moderatorsOnly },
  ban: {
    ask: () => ({ ask: "POST /bans", json: { user: "reporter-one", for: "1h" } }),
    all: "201",
    but: moderatorsOnly,
  },
  unban: { ask: () => ({ ask: "DELETE /bans/banned" }), all: "204", but: moderatorsOnly },
  listRoles: { ask: () => ({ ask: "GET /roles" }), all: "200", but: unknown },
  setRole: {
    ask: () => ({ ask: "POST /roles", json: { user: "reporter-one", role: "moderator" } }),
    all: "200",
    but: chiefsOnly,
  },
  deleteUser: {
    ask: () => ({ ask: "DELETE /users/reporter-one" }),
    all: "204",
    but: chiefsOnly,
  },
  createInvite: {
    ask: () => ({ ask: "POST /invites", json: {} }),
    all: "201",
    but: moderatorsOnly,
  },
  listInvites: { ask: () => ({ ask: "GET /invites" }), all: "200", but: moderatorsOnly },
  revokeInvite: {
    ask: ({ registrationInvite }) => ({ ask: `DELETE /invites/${registrationInvite}` }),
    all: "204",
    but: moderatorsOnly,
  },
  listAudit: { ask: () => ({ ask: "GET /audit" }), all: "200", but: moderatorsOnly },
  status: { ask: () => ({ ask: "GET /status" }), all: "200", but: unknown },
  health: { ask: () => ({ ask: "GET /healthz" }), all: "200" },
  ready: { ask: () => ({ ask: "GET /readyz" }), all: "200" },
  metrics: { ask: () => ({ ask: "GET /metrics" }), all: "200" },
  openapi: { ask: () => ({ ask: "GET /openapi.json" }), all: "200" },
  docs: { ask: () => ({ ask: "GET /docs" }), all: "200" },
  page: { ask: () => ({ ask: "GET /" }), all: "200" },
  joinPage: { ask: () => ({ ask: "GET /join" }), all: "200" },
  asset: { ask: () => ({ ask: "GET /assets/page-0123.js" }), all: "200" },
};

for (const name of Object.keys(operations) as OperationName[]) {
  const { ask, all, but = {} } = table[name];
  Deno.test(`${name} answers everyone as is their business, and shows no secret`, async () => {
    for (const role of roles) {
      await withApi(async (api) => {
        const world = await build(api);
        const token = world.tokens[role];
        const request = { ...ask(world), ...(token !== undefined && { token }) };
        const { status, problem, text } = await api.ask(request);
        const told = problem === undefined ? `${status}` : `${status} ${problem.code}`;
        assertEquals(told, but[role] ?? all, `${role}: ${text}`);
        checkSecrets(role, text, toldBy(name, role));
        await api.turn();
        for (const [listener, stream] of world.streams) {
          checkSecrets(listener, stream.text, toldAfter(name, listener));
        }
        await checkReplays(api, world, name);
      });
    }
  });
}

/** Nobody learns from the log what they may not know, from its beginning, by whichever face. */
async function checkReplays(api: Api, world: World, name: OperationName): Promise<void> {
  const accepts = ["text/event-stream", "application/x-ndjson", "text/plain"];
  for (const role of roles) {
    const token = world.tokens[role];
    if (token === undefined) continue;
    const allowed = toldAfter(name, role);
    const polled = await api.ask({ ask: `GET /events?after=${world.cursor}&wait=0`, token });
    checkSecrets(role, polled.text, allowed);
    for (const accept of accepts) {
      const answered = await api.ask({
        ask: `GET /events?after=${world.cursor}`,
        token,
        headers: { Accept: accept },
      });
      if (answered.status !== 200) continue;
      const stream = answered.listen();
      await api.turn();
      checkSecrets(role, stream.text, allowed);
      stream.close();
    }
  }
}

function checkSecrets(role: Role, text: string, allowed: readonly string[]): void {
  for (const [secret, readers] of Object.entries(secrets)) {
    if (readers.includes(role) || allowed.includes(secret)) continue;
    assert(!text.includes(secret), `${role} is shown ${secret}: ${text}`);
  }
  // Who reported someone is told to nobody, least of all to them.
  for (const [event] of text.matchAll(/"type":"user\.banned"[^}]*/g)) {
    assert(!event.includes("reporter"), event);
  }
}
