/**
 * What becomes of conditions at operations whose answers have no entity tag.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { streamsPerUserMax } from "../../../server/chat/hub.ts";
import { type Ask, everyOperation, runScenarios, withApi } from "./driver.ts";
import { appoint, type Garden, prepareGarden } from "./garden.ts";

const failed = { status: 412, code: "precondition_failed" } as const;

function asks(ask: string, headers: Ask["headers"], more: Partial<Ask> = {}) {
  return ({ alice }: Garden): Ask => ({ ask, token: alice, headers: headers ?? {}, ...more });
}

Deno.test("what no answer can have been, nothing is done for", async (test) => {
  const tag = { "If-Match": '"a"' };
  const nothing = { "If-None-Match": "*" };
  const message = { json: { text: "hello" } };
  const bytes = new TextEncoder().encode("hello");
  await runScenarios(test, prepareGarden, [
    { does: "read, of a tag", ask: asks("GET /status", tag), ...failed },
    { does: "head, of a tag", ask: asks("HEAD /status", tag), ...failed },
    { does: "a stream, of a tag", ask: asks("GET /events", tag), ...failed },
    { does: "write, of a tag", ask: asks("POST /send", tag, message), ...failed },
    { does: "change, of a tag", ask: asks("PATCH /me", tag, { json: { name: "a" } }), ...failed },
    { does: "an upload, of a tag", ask: asks("POST /files", tag, { bytes }), ...failed },
    { does: "arrival, of a tag", ask: asks("POST /connect", tag, { json: {} }), ...failed },
    // What holds, or is no condition of what is there, changes nothing.
    { does: "read, if it is there", ask: asks("GET /status", { "If-Match": "*" }), status: 200 },
    {
      does: "read, if it is new",
      ask: asks("GET /status", { "If-None-Match": '"a"' }),
      status: 200,
    },
    { does: "read, of nothing", ask: asks("GET /status", nothing), status: 200 },
    // There is nothing at such a path that could be there or not.
    { does: "write, of nothing", ask: asks("POST /send", nothing, message), status: 201 },
    { does: "leaving, of nothing", ask: asks("POST /disconnect", nothing), status: 204 },
    {
      does: "write, if it is there",
      ask: asks("POST /send", { "If-Match": "*" }, message),
      status: 201,
    },
    {
      does: "write, by a date",
      ask: asks("POST /send", { "If-Unmodified-Since": "Fri, 20 Nov 1999 10:00:00 GMT" }, message),
      status: 201,
    },
    // What would be refused without the condition is refused as it would be (RFC 9110 §13.2.1).
    {
      does: "without a token",
      ask: { ask: "GET /status", headers: tag },
      status: 401,
      code: "unauthorized",
    },
    { does: "nowhere", ask: asks("GET /nowhere", tag), status: 404, code: "not_found" },
    {
      does: "in a way that cannot be",
      ask: asks("PATCH /send", tag),
      status: 405,
      code: "method_not_allowed",
    },
    {
      does: "with what is not valid",
      ask: asks("POST /send", tag, { json: { text: 1 } }),
      status: 422,
      code: "invalid",
    },
    {
      does: "read, of a tag, what is not there",
      ask: asks("GET /messages/999", tag),
      status: 404,
      code: "not_found",
    },
    {
      does: "head, of a tag, of what is not there",
      ask: asks("HEAD /messages/999", tag),
      status: 404,
      code: "not_found",
    },
    {
      does: "read, of nothing, what is not there",
      ask: asks("GET /messages/999", nothing),
      status: 404,
      code: "not_found",
    },
    {
      does: "removal, of nothing, of what is not there",
      ask: asks("DELETE /messages/999", nothing),
      status: 404,
      code: "not_found",
    },
    {
      does: "a stream, of a tag, from nowhere",
      ask: asks("GET /events?after=x", tag),
      status: 400,
      code: "bad_cursor",
    },
    {
      does: "a stream, of a tag, in no known form",
      ask: asks("GET /events", { ...tag, Accept: "image/png" }),
      status: 406,
      code: "not_acceptable",
    },
    // Nobody can know whether it would have failed without being done, and it must not be done.
    {
      does: "removal, of a tag, of what is not there",
      ask: asks("DELETE /messages/999", tag),
      ...failed,
    },
    // It selects nothing that could be what is named.
    { does: "what can be done", ask: asks("OPTIONS /status", tag), status: 204 },
  ]);
});

Deno.test("nothing is done on a condition that does not hold", async () => {
  await withApi(async (api) => {
    const { alice } = await prepareGarden(api);
    const id = await api.send(alice, "hello");
    const messages = { ask: "GET /messages", token: alice };
    const before = (await api.get(messages)).text;
    const headers = { "If-Match": '"a"' };
    const refused = [
      { ask: "POST /send", json: { text: "again" } },
      { ask: `DELETE /messages/${id}` },
      { ask: "POST /disconnect" },
    ];
    for (const ask of refused) {
      assertEquals((await api.ask({ ...ask, token: alice, headers })).status, 412, ask.ask);
    }
    assertEquals((await api.get(messages)).text, before);
  });
});

Deno.test("a stream or a wait on a condition that does not hold takes no place and no time", async () => {
  await withApi(async (api) => {
    const { alice: token } = await prepareGarden(api);
    const headers = { "If-Match": '"a"' };
    for (let count = 0; count <= streamsPerUserMax; count++) {
      for (const ask of ["GET /events", "GET /events?wait=60"]) {
        assertEquals((await api.ask({ ask, token, headers })).status, 412, ask);
      }
    }
    await api.listen(token);
  });
});

Deno.test("no operation is done for who names a tag that nothing has", async () => {
  for (const { ask } of everyOperation) {
    await withApi(async (api) => {
      const { alice: token } = await prepareGarden(api);
      await appoint(api, "alice", "owner");
      const { status } = await api.ask({ ask, token, headers: { "If-Match": '"a"' } });
      // Some are refused before: there is no such thing, or the body or a field is missing.
      assert([404, 411, 412, 422].includes(status), `${ask}: ${status}`);
    });
  }
});
