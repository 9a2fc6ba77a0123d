/**
 * HEAD: what GET would be answered, without what would be sent (RFC 9110 §9.3.2).
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { type OperationName, operations } from "../../../lib/api/operations.ts";
import { streamsPerUserMax } from "../../../server/chat/hub.ts";
import { type Answered, type Api, type Ask, withApi } from "./driver.ts";
import { appoint, makeLink } from "./garden.ts";
import { prepareShelf, type Shelf } from "./shelf.ts";

interface World extends Shelf {
  readonly scheduled: number;
}

/** Targets of each operation that reads, with what is there, and what is not or cannot be. */
const targets: Readonly<Partial<Record<OperationName, (world: World) => readonly string[]>>> = {
  listTokens: () => ["/tokens"],
  listMessages: ({ room }) => ["/messages", `/messages?room=${room}`, "/messages?limit=x"],
  getMessage: ({ message }) => [`/messages/${message}`, "/messages/9999", "/messages/x"],
  listComments: ({ message }) => [`/messages/${message}/comments`, "/messages/9999/comments"],
  events: () => [
    "/events",
    "/events?after=k3f9-1",
    "/events?after=nonsense",
    "/events?wait=0&after=k3f9-1",
    "/events?wait=61",
  ],
  listScheduled: () => ["/scheduled"],
  getScheduled: ({ scheduled }) => [`/scheduled/${scheduled}`, "/scheduled/9999"],
  downloadFile: ({ common }) => [`/files/${common}`, "/files/9999"],
  listRooms: () => ["/rooms"],
  getRoom: ({ room }) => [`/rooms/${room}`, "/rooms/9999"],
  listInvitations: () => ["/invitations"],
  listLinks: ({ room }) => [`/rooms/${room}/links`, "/rooms/9999/links"],
  listRequests: ({ room }) => [`/rooms/${room}/requests`, "/rooms/9999/requests"],
  listUsers: () => ["/users", "/users?limit=0"],
  listReports: () => ["/reports", "/reports?before=x"],
  listBans: () => ["/bans"],
  listRoles: () => ["/roles"],
  listInvites: () => ["/invites"],
  listAudit: () => ["/audit", "/audit?limit=0"],
  status: () => ["/status"],
  health: () => ["/healthz"],
  ready: () => ["/readyz"],
  metrics: () => ["/metrics"],
  openapi: () => ["/openapi.json"],
  docs: () => ["/docs"],
  page: () => ["/", "/?a=b"],
  joinPage: () => ["/join"],
  asset: () => ["/assets/page-0123.js", "/assets/page-0124.js"],
};

function headOf({ status, headers }: Answered): unknown {
  return [status, [...headers]];
}

async function prepare(api: Api): Promise<World> {
  const shelf = await prepareShelf(api);
  await makeLink(api, shelf);
  await appoint(api, "alice", "moderator");
  const json = { text: "later", in: "1h" };
  const { json: { id } } = await api.get({ ask: "POST /send", token: shelf.alice, json });
  return { ...shelf, scheduled: id };
}

Deno.test("there are targets of every operation that reads", () => {
  const reading = Object.entries(operations).filter(([, { method }]) => method === "GET");
  assertEquals(Object.keys(targets).toSorted(), reading.map(([name]) => name).toSorted());
});

for (const [name, targetsOf] of Object.entries(targets)) {
  Deno.test(`HEAD is answered like GET: ${name}`, async () => {
    await withApi(async (api) => {
      const shelf = await prepare(api);
      let found = 0;
      for (const target of targetsOf(shelf)) {
        const variants: readonly Partial<Ask>[] = [
          { token: shelf.alice },
          {},
          { token: "chat_nothing" },
          { token: shelf.alice, headers: { Accept: "text/plain" } },
          { token: shelf.alice, headers: { Accept: "image/png" } },
          { token: shelf.alice, headers: { "Accept-Encoding": "br, gzip" } },
        ];
        for (const variant of variants) {
          const got = await api.ask({ ask: `GET ${target}`, ...variant });
          const answered = await api.ask({ ask: `HEAD ${target}`, ...variant });
          assertEquals(headOf(answered), headOf(got), `${target} ${JSON.stringify(variant)}`);
          if (got.status === 200) found += 1;
        }
      }
      assert(found > 0, "something is there");
    });
  });
}

Deno.test("HEAD /events opens no stream, and takes no place of one", async () => {
  await withApi(async (api) => {
    const token = await api.connect("alice");
    for (let count = 0; count <= streamsPerUserMax; count++) {
      const answered = await api.get({ ask: "HEAD /events", token });
      assertThrows(() => answered.listen());
      assertEquals(answered.headers.get("content-type"), "text/event-stream");
    }
    assertEquals(api.hub.onlineCount, 0);
    await api.listen(token);
  });
});

Deno.test("HEAD /events waits for nothing, however long it says it would", async () => {
  await withApi(async (api) => {
    const token = await api.connect("alice");
    // On this clock no time passes by itself.
    const answered = await api.get({ ask: "HEAD /events?wait=60", token });
    assertEquals(answered.headers.get("content-type"), "application/json");
  });
});
